"""Other names in labelled texts: found, replaced alike, in French that stays French."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.signals import Label, Span
from nlp.data import LabelledText
from nlp.elision import sound
from nlp.names import (
    INVENTED_FILE,
    Name,
    NameTable,
    find_places,
    make_pool,
    read_names,
    swap_names,
)

TABLE = NameTable(
    [
        Name(surface="Airbus", kind="company"),
        Name(surface="Renault", kind="company"),
        Name(surface="Renault Trucks", kind="company"),
        Name(surface="BFM Bourse", kind="agency"),
        Name(surface="Musk", kind="person"),
        Name(surface="Elon Musk", kind="person"),
        Name(surface="Target", kind="company", is_word=True),
        Name(surface="bitcoin", kind="token"),
        Name(surface="bitcoins", kind="token"),
        Name(surface="NASDAQ", kind="venue"),
        Name(surface="Nasdaq", kind="index"),
        Name(surface="Michel Renault", kind="phrase"),
        Name(surface="CAC 40", kind="index"),
        Name(surface="AAPL", kind="ticker"),
        Name(surface="$AAPL", kind="company"),
        Name(surface="LVMH", kind="company"),
        Name(surface="euro", kind="currency"),
    ]
)
INVENTED = make_pool(read_names(INVENTED_FILE))

#: One vowel, one consonant, one acronym: which is taken shows what was asked for.
PAIR = {
    "company": ("Orvane", "Dalmes", "Dalmes", "ZQTB", "Banque Molvec"),
    "agency": ("Ledgerline",),
    "person": ("Basile Tourvane",),
    "token": ("Galdium",),
    "index": ("Lutèce 40",),
    "ticker": ("QZKVD",),
}


def item(text, *entities, lang="fr", kinds=()):
    """A text that lists the first occurrence of each of the surfaces."""
    spans = [Span(surface=e, start=text.index(e), end=text.index(e) + len(e)) for e in entities]
    return LabelledText(
        id="x",
        text=text,
        lang=lang,
        label=Label.NEUTRAL,
        event=None,
        entities=tuple((span, Label.POSITIVE) for span in spans),
        kinds=kinds,
    )


def swapped(text, *entities, pool=PAIR, seed=0, **fields):
    return swap_names(item(text, *entities, **fields), TABLE, pool, np.random.default_rng(seed))


ORVANE, DALMES = {**PAIR, "company": ("Orvane",)}, {**PAIR, "company": ("Dalmes",)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("Le titre d'Airbus", "Le titre d'Orvane", id="d'"),
        pytest.param("Le titre d’Airbus", "Le titre d’Orvane", id="curly"),
        pytest.param("L'Airbus vole", "L'Orvane vole", id="l'"),
        pytest.param("plus qu'Airbus", "plus qu'Orvane", id="qu'"),
        pytest.param("D'AIRBUS", "D'ORVANE", id="capitals"),
        pytest.param("Le titre de Renault", "Le titre de Dalmes", id="de"),
        pytest.param("alors que Renault", "alors que Dalmes", id="que"),
        pytest.param("le Renault", "le Dalmes", id="le"),
        pytest.param("cap au Renault", "cap au Dalmes", id="au"),
        pytest.param("la Renault", "la Banque Molvec", id="la"),
        pytest.param("de Renault et d'Airbus", "de Dalmes et d'Orvane", id="each its own"),
    ],
)
def test_elision(before, after):
    names = [name for name in ("Airbus", "AIRBUS", "Renault") if name in before]
    assert swapped(before, *names).text == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("d'Airbus et de Airbus", "d'Orvane et d'Orvane", id="de"),
        pytest.param("d'Airbus, que Airbus", "d'Orvane, qu'Orvane", id="que"),
        pytest.param("d'Airbus. La Airbus", "d'Orvane. L'Orvane", id="La"),
        pytest.param("d'Airbus, du Airbus", "d'Orvane, de l'Orvane", id="du"),
        pytest.param("d'Airbus. Au Airbus", "d'Orvane. À l'Orvane", id="Au"),
    ],
)
def test_one_name_is_elided_throughout(before, after):
    assert swapped(before, "Airbus").text == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("an Airbus plane", "an Orvane plane", id="an"),
        pytest.param("a Renault plant", "a Dalmes plant", id="a"),
        pytest.param("an Airbus, a Airbus", "an Orvane, an Orvane", id="both"),
        pytest.param("an Airbus; Airbus' plant", "an Orvane; Orvane's plant", id="possessive"),
        pytest.param("a Renault; Renault's plant", "a Dalmes; Dalmes's plant", id="with s"),
    ],
)
def test_english(before, after):
    names = [name for name in ("Airbus", "Renault") if name in before]
    assert swapped(before, *names, lang="en").text == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("Airbus, AIRBUS", "Orvane, ORVANE", id="capitals stay"),
        pytest.param("Airbus (BFM Bourse) - x", "Orvane (Ledgerline) - x", id="source"),
        pytest.param("Airbus (EPA: AAPL)", "Orvane (EPA: QZKVD)", id="ticker in brackets"),
        pytest.param("Elon Musk et Airbus, Musk", "Basile Tourvane et Orvane, Tourvane", id="man"),
        pytest.param("Airbus et le bitcoin", "Orvane et le galdium", id="lower case"),
        pytest.param("Airbus, 1 bitcoin, 2 bitcoins", "Orvane, 1 galdium, 2 galdiums", id="plural"),
        pytest.param("Airbus (NASDAQ: AAPL)", "Orvane (NASDAQ: QZKVD)", id="exact form wins"),
        pytest.param("Airbus et le CAC\u00a040", "Orvane et le Lutèce 40", id="no-break space"),
        pytest.param("Airbus gagne un euro", "Orvane gagne un euro", id="currency stays"),
        pytest.param("Airbusier, Airbus", "Airbusier, Orvane", id="whole words only"),
        pytest.param("Airbus et Michel Renault", "Orvane et Michel Renault", id="decoy"),
        pytest.param("Target manqué pour Airbus", "Target manqué pour Orvane", id="common word"),
    ],
)
def test_other_places(before, after):
    start = before.rindex("Airbus") if before.startswith("Airbusier") else before.index("Airbus")
    span = Span(surface="Airbus", start=start, end=start + 6)
    given_item = LabelledText(
        id="x", text=before, lang="fr", label=None, event=None, entities=((span, Label.NEUTRAL),)
    )
    assert swap_names(given_item, TABLE, ORVANE, np.random.default_rng(0)).text == after


def test_a_common_word_counts_where_it_is_listed():
    assert swapped("Target bondit, Target", "Target", pool=DALMES).text == "Dalmes bondit, Dalmes"


def test_longest_name_wins():
    places = find_places(item("Renault Trucks et Airbus", "Airbus"), TABLE)
    assert [p.surface for p in places] == ["Renault Trucks", "Airbus"]


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        pytest.param("Renault Trucks; Renault", "Renault Trucks", id="short form"),
        pytest.param("Renault; Renault Trucks", "Renault", id="long form"),
    ],
)
def test_an_unlisted_form_gets_the_name_of_the_listed_one(text, listed):
    assert swapped(text, listed, pool=DALMES).text == "Dalmes; Dalmes"


def test_listed_entities_get_distinct_names():
    found = swapped("Renault Trucks; Renault; Airbus", "Renault Trucks", "Airbus", pool=INVENTED)
    names = [span.surface for span, _ in found.entities]
    assert len(set(names)) == len(names)


def test_an_acronym_becomes_an_acronym():
    assert swapped("LVMH recule", "LVMH").text == "ZQTB recule"


def test_a_cashtag_keeps_its_sign():
    [(span, _)] = swapped("Achetez $AAPL !", "$AAPL").entities
    assert span == Span(surface="$QZKVD", start=8, end=14)


def test_offsets_kinds_and_labels():
    found = swapped("L'euro monte, AIRBUS aussi", "euro", "AIRBUS", pool=DALMES)
    assert (found.entities, found.kinds) == (
        (
            (Span(surface="euro", start=2, end=6), Label.POSITIVE),
            (Span(surface="DALMES", start=14, end=20), Label.POSITIVE),
        ),
        ("currency", "company"),
    )


def test_kinds_of_the_item_win():
    assert swapped("Airbus monte", "Airbus", kinds=("index",)).text == "Lutèce 40 monte"


def test_an_unknown_entity_keeps_its_name():
    assert swapped("Inconnue monte", "Inconnue").text == "Inconnue monte"


def test_overlapping_entities_keep_their_names():
    text = "Renault Trucks monte"
    assert swapped(text, "Renault Trucks", "Renault").text == text


def test_the_pool_may_run_out():
    with pytest.raises(InputError, match="no fitting name is left"):
        swapped("Airbus et Renault", "Airbus", "Renault", pool=DALMES)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Airbus", "vowel"),
        ("Électricité", "vowel"),
        ("Œuvre", "vowel"),
        ("Renault", "consonant"),
        ("Hermès", "open"),
        ("Yara", "open"),
        ("Unilever", "open"),
        ("Euronext", "open"),
        ("3M", "open"),
        ("LVMH", "open"),
        ("BNP", "consonant"),
    ],
)
def test_sound(name, expected):
    assert sound(name) == expected


# Properties

COMPANIES = ["Airbus", "Renault", "LVMH", "Renault Trucks"]
GLUE = st.sampled_from([" de ", " d'", " et ", ", ", " que ", " qu'", " (BFM Bourse) ", " à la "])
PARTS = st.lists(st.tuples(GLUE, st.sampled_from(COMPANIES)), min_size=1, max_size=6)


@st.composite
def items(draw):
    parts = draw(PARTS)
    text = "Selon" + "".join(glue + name for glue, name in parts) + ", fin"
    listed = dict.fromkeys(name for _, name in parts)
    spans = {name: item(text, name).entities[0] for name in listed}
    kept = [
        pair
        for name, pair in spans.items()
        if not any(other.startswith(f"{name} ") for other in listed)
    ]
    base = item(text)
    return LabelledText(
        id=base.id, text=text, lang="fr", label=None, event=None, entities=tuple(kept)
    )


@given(items(), st.integers(0, 2**32))
def test_no_name_is_left_and_offsets_hold(given_item, seed):
    found = swap_names(given_item, TABLE, INVENTED, np.random.default_rng(seed))
    assert not list(TABLE.find(found.text))
    assert all(found.text[s.start : s.end] == s.surface for s, _ in found.entities)


@given(items(), st.integers(0, 2**32))
def test_same_seed_same_text(given_item, seed):
    texts = {
        swap_names(given_item, TABLE, INVENTED, np.random.default_rng(seed)).text for _ in range(2)
    }
    assert len(texts) == 1


@given(items(), st.integers(0, 2**32))
def test_french_stays_elided(given_item, seed):
    found = swap_names(given_item, TABLE, INVENTED, np.random.default_rng(seed))
    invented = NameTable(Name(surface=n, kind="company") for n in INVENTED["company"])
    before = [found.text[: p.start] for p in invented.find(found.text)]
    wanted = [
        ("vowel" if b.endswith("'") else "consonant", sound(p.surface))
        for b, p in zip(before, invented.find(found.text), strict=True)
        if b.endswith(("'", " de ", " que "))
    ]
    assert all(asked == given_sound for asked, given_sound in wanted)


# Tables


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(None, "no such file", id="missing"),
        pytest.param("surface\nAirbus\n", "has no column 'kind'", id="column"),
    ],
)
def test_unusable_table(tmp_path, content, problem):
    path = tmp_path / "names.csv"
    if content:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=problem):
        read_names(path)
