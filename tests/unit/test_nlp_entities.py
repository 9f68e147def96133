"""Who a text is about: names found, homonyms left alone."""

import pytest

from core.errors import InputError
from core.prices import Instrument
from core.signals import Span
from nlp.entities import Linker, aliases_for, given_mentions, read_aliases, unreachable


@pytest.fixture(scope="module")
def linker():
    return Linker(read_aliases())


def instrument(symbol="XYZ", name="Xylo Zed SA"):
    return Instrument(
        symbol=symbol, name=name, kind="equity", venue="XPAR", currency="EUR", benchmark=None
    )


@pytest.mark.parametrize(
    ("text", "tickers"),
    [
        pytest.param("Nvidia s'effondre, Apple grimpe", ["NVDA", "AAPL"], id="two names"),
        pytest.param("L’action d’Infineon recule", ["IFX.DE"], id="elision, curly apostrophe"),
        pytest.param(
            "Le CAC\u00a040 et le S&P\u202f500 montent", ["^FCHI", "^GSPC"], id="no-break"
        ),
        pytest.param("NVIDIA AND APPLE FALL", ["NVDA", "AAPL"], id="capitals"),
        pytest.param("le bitcoin recule", ["BTC-USD"], id="lower-case token"),
        pytest.param("Google's parent spends more", ["GOOGL"], id="brand and possessive"),
        pytest.param("Schneider Electric et Schneider", ["SU.PA"], id="one entity once"),
        pytest.param("DeepSeek et OpenAI", [None, None], id="not listed"),
        pytest.param("Riot Games licencie", [None], id="longest name wins"),
        pytest.param("Chute de l'action Orange, -3 %", ["ORA.PA"], id="word with a cue"),
        pytest.param("Le titre Visa avance", ["V"], id="visa, the share"),
    ],
)
def test_finds(linker, text, tickers):
    assert [m.ticker for m in linker.mentions(text)] == tickers


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Tempête : des départements en vigilance orange", id="orange, the colour"),
        pytest.param("Visa étudiant : les pièces à réunir", id="visa at the start"),
        pytest.param("Une demande de visa, 80 euros", id="visa"),
        pytest.param("Overseas student target under strain", id="target"),
        pytest.param("The perfect apple pie", id="apple pie"),
        pytest.param("Apple pie with cinnamon", id="Apple pie"),
        pytest.param("Meta-analyse, essai, cohorte", id="meta-analyse"),
        pytest.param("Michel Legrand, l'art de la mélodie", id="Michel Legrand"),
        pytest.param("Ancient farmers of the Amazon mastered maize", id="the river"),
        pytest.param("A lighter prosthetic arm", id="arm"),
        pytest.param("L'oracle de Delphes", id="oracle"),
        pytest.param("Chaque micron compte", id="micron"),
        pytest.param("De l'éther aux gaz modernes", id="éther"),
        pytest.param("Carrefour dangereux : le rond-point", id="carrefour at the start"),
        pytest.param("Une amende record", id="amd in a word"),
        pytest.param("", id="empty"),
    ],
)
def test_leaves_alone(linker, text):
    assert linker.mentions(text) == ()


def test_offsets_are_those_of_the_original(linker):
    text = "Hier, l’indice\u00a0: CAC\u00a040 (+1\u202f%) et Nvidia"
    assert [text[m.start : m.end] for m in linker.mentions(text)] == ["CAC\u00a040", "Nvidia"]


def test_relevance_by_hand(linker):
    # Nvidia at 0 of 32 characters, 2 of 3 occurrences; Apple at 19, 1 of 3.
    found = linker.mentions("Nvidia falls, then Apple. Nvidia")
    assert [m.relevance for m in found] == pytest.approx(
        [0.5 + 0.5 * 2 / 3, 0.5 * (1 - 19 / 32) + 0.5 / 3]
    )


def test_an_earlier_name_is_never_less_relevant(linker):
    first, second = linker.mentions("Vistra and Oracle")
    assert first.relevance > second.relevance


def test_given_spans_are_linked_where_known(linker):
    text = "Acme bat Nvidia"
    spans = [Span(surface="Acme", start=0, end=4), Span(surface="Nvidia", start=9, end=15)]
    assert [m.ticker for m in given_mentions(linker, text, spans)] == [None, "NVDA"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("Xylo Zed SA", "Xylo Zed grimpe", id="legal form"),
        pytest.param("Xylo Zed S.A.", "Xylo Zed grimpe", id="legal form with stops"),
        pytest.param("The Xylo Zed Company", "Xylo Zed grimpe", id="The ... Company"),
        pytest.param("Xylo & Co., Inc.", "Xylo grimpe", id="& Co., Inc."),
        pytest.param("Xylo Zed (ADR)", "Xylo Zed grimpe", id="bracket"),
        pytest.param("L’Xylo SA", "Hausse de L'Xylo", id="curly apostrophe in the name"),
        pytest.param("L'Xylo SA", "Hausse de L’Xylo", id="curly apostrophe in the text"),
        pytest.param("NVIDIA Corp", "Nvidia grimpe", id="known under another symbol"),
    ],
)
def test_unknown_instruments_go_by_their_plain_name(name, text):
    linker = Linker(aliases_for([instrument(name=name)], read_aliases()))
    assert [m.ticker for m in linker.mentions(text)] == ["XYZ"]


def test_of_two_listings_the_tables_gets_the_news():
    both = [instrument("ASML", "ASML (New York shares)"), instrument("ASML.AS", "ASML")]
    aliases = aliases_for(both, read_aliases())
    assert [m.ticker for m in Linker(aliases).mentions("ASML recule")] == ["ASML.AS"]
    assert unreachable(both, aliases) == ["ASML"]


def test_a_bad_rule_is_named(tmp_path):
    path = tmp_path / "aliases.csv"
    path.write_text("entity,ticker,rule,aliases\nAcme,ACM,loud,Acme\n", encoding="utf-8")
    with pytest.raises(InputError, match="unknown rule 'loud'; use name"):
        read_aliases(path)


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv: no usable alias table"):
        read_aliases(tmp_path / "none.csv")


def test_an_empty_alias_table_finds_nothing():
    assert Linker([]).mentions("Nvidia grimpe") == ()
