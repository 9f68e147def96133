import re

import pytest

from core.prices import ClaimReading, Horizon
from core.signals import Event
from jobs.wording.words import load_words, typeset

#: Said in French only: which parts of the page stay English.
FRENCH_ONLY = ("methods.english.", "tests.", "nulls.", "phrases.")


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("part", ["report", "digest"])
def test_both_languages_say_the_same(part):
    english, french = (
        {k: placeholders(v) for k, v in load_words(part, lang).sentences.items()}
        for lang in ("en", "fr")
    )
    shared = {k: v for k, v in french.items() if not k.startswith(FRENCH_ONLY)}
    assert shared == {k: v for k, v in english.items() if not k.startswith(FRENCH_ONLY)}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    ("part", "table", "values"),
    [
        pytest.param("report", "verdict", ClaimReading, id="verdicts"),
        pytest.param("report", "horizon", Horizon, id="horizons"),
        pytest.param("report", "reading", ("positive", "negative", "inconclusive"), id="readings"),
        pytest.param("digest", "events", Event, id="events"),
    ],
)
def test_every_value_has_a_name(lang, part, table, values):
    words = load_words(part, lang)
    assert [v for v in values if f"{table}.{v}" not in words.sentences] == []


@pytest.mark.parametrize("part", ["report", "digest"])
def test_no_sentence_claims_a_cause(part):
    said = " ".join(
        text for lang in ("en", "fr") for text in load_words(part, lang).sentences.values()
    )
    assert re.findall(r"because|due to|caus\w+|à cause|en raison|provoqu\w+", said, re.I) == []


@pytest.mark.parametrize(
    ("lang", "n", "said"),
    [
        pytest.param("en", 0, "0 articles", id="English none"),
        pytest.param("en", 1, "1 article", id="English one"),
        pytest.param("en", 1200, "1,200 articles", id="English many"),
        pytest.param("fr", 0, "0 article", id="French none"),
        pytest.param("fr", 1200, "1\u202f200 articles", id="French many"),
    ],
)
def test_count(lang, n, said):
    assert load_words("digest", lang).count("articles", n) == said


@pytest.mark.parametrize(
    ("items", "said"),
    [
        pytest.param([], "", id="none"),
        pytest.param(["a"], "a", id="one"),
        pytest.param(["a", "b", "c"], "a, b et c", id="three"),
    ],
)
def test_listing(items, said):
    assert load_words("digest", "fr").listing(items) == said


@pytest.mark.parametrize(
    ("text", "set_"),
    [
        pytest.param("oui ; non ?", "oui\u202f; non\u202f?", id="high punctuation"),
        pytest.param("ceci : cela", "ceci\u00a0: cela", id="colon"),
        pytest.param("« mot »", "«\u202fmot\u202f»", id="quotes"),
        pytest.param("17 %", "17\u202f%", id="percent"),
    ],
)
def test_typeset(text, set_):
    assert typeset(text) == set_


def test_a_name_that_is_unknown_stays_itself():
    assert load_words("report", "fr").name("verdict", "unheard of") == "unheard of"
