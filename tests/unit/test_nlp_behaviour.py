"""The checklist: its table is sound, its verdicts are as defined."""

import json
from collections import Counter

import pytest

from core.errors import InputError
from core.signals import ModelIdentity, Probabilities
from nlp.behaviour import Expected, Outcome, Tally, read_cases, run_cases, tally
from nlp.prediction import Prediction

ROW = {
    "name": "a",
    "capability": "c",
    "lang": "en",
    "expected": "falls",
    "text": "Ardovia rises",
    "entity": "Ardovia",
    "other": "Tolmera falls",
    "other_entity": "Tolmera",
}
LABELS = {Expected.NEGATIVE, Expected.NEUTRAL, Expected.POSITIVE}


@pytest.fixture
def write(tmp_path):
    def write(*rows):
        path = tmp_path / "cases.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def cases():
    return read_cases()


def p(score, neutral=0.0):
    """Probabilities with the given score, and at least the given probability of neutral."""
    return Probabilities(
        negative=(1 - neutral - score) / 2, neutral=neutral, positive=(1 - neutral + score) / 2
    )


class ByLength:
    """Scores a text by its length and a span by its surface's: longer is better."""

    identity = ModelIdentity(name="by length", revision="", licence="")

    def predict(self, texts, spans):
        return [
            Prediction(
                p=p(len(text) / 100),
                event=None,
                spans=tuple(p(len(span.surface) / 10) for span in of_text),
            )
            for text, of_text in zip(texts, spans, strict=True)
        ]


# The table


def test_there_are_enough_cases_in_both_languages(cases):
    count = Counter(case.lang for case in cases)
    assert set(count) == {"fr", "en"}
    assert len(cases) >= 200
    assert count["fr"] >= len(cases) / 2


def test_each_capability_is_tested_in_both_languages(cases):
    langs = {lang: {c.capability for c in cases if c.lang == lang} for lang in ("fr", "en")}
    assert langs["fr"] == langs["en"]


def test_each_kind_of_case_occurs_in_both_languages(cases):
    assert {(case.expected, case.lang) for case in cases} == {
        (expected, lang) for expected in Expected for lang in ("fr", "en")
    }


def test_the_texts_to_compare_differ(cases):
    assert [case.name for case in cases if len(set(case.texts)) < len(case.texts)] == []


def test_an_entity_is_a_word_of_its_text(cases):
    def inside_a_word(text, span):
        around = text[max(span.start - 1, 0) : span.start], text[span.end : span.end + 1]
        return any(c.isalnum() for c in around)

    spans = [(text, span) for case in cases for text, span in case.texts if span]
    assert [text for text, span in spans if inside_a_word(text, span)] == []


# Reading


def test_a_row_becomes_a_case(write):
    [case] = read_cases(write(ROW))
    assert (case.name, case.capability, case.lang, case.expected) == ("a", "c", "en", "falls")
    assert [(text, span.surface, span.start) for text, span in case.texts] == [
        ("Ardovia rises", "Ardovia", 0),
        ("Tolmera falls", "Tolmera", 0),
    ]


def test_without_an_entity_the_text_is_meant(write):
    row = {key: value for key, value in ROW.items() if "entity" not in key}
    [case] = read_cases(write(row))
    assert case.texts == (("Ardovia rises", None), ("Tolmera falls", None))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param([ROW, ROW], "two cases are named 'a'; rename one", id="same name"),
        pytest.param([ROW | {"entity": "Nuvelle"}], "'Nuvelle' isn't in the text", id="entity"),
        pytest.param([ROW | {"expected": "better"}], "not a valid Expected", id="expected"),
        pytest.param([ROW | {"expected": "positive"}], "about 1 text", id="a text too many"),
        pytest.param([{"name": "a"}], "not a case ('expected')", id="incomplete"),
    ],
)
def test_what_is_no_case_is_refused(write, rows, message):
    with pytest.raises(InputError) as error:
        read_cases(write(*rows))
    assert message in str(error.value)


# Verdicts


@pytest.mark.parametrize(
    ("expected", "found", "passed"),
    [
        pytest.param("positive", [p(0.5)], True, id="label found"),
        pytest.param("positive", [p(-0.5)], False, id="another label found"),
        pytest.param("rises", [p(0.1), p(0.4)], True, id="rises enough"),
        pytest.param("rises", [p(0.1), p(0.2)], False, id="rises too little"),
        pytest.param("rises", [p(0.4), p(0.1)], False, id="falls instead"),
        pytest.param("falls", [p(0.4), p(0.1)], True, id="falls enough"),
        pytest.param("falls", [p(0.2), p(0.1)], False, id="falls too little"),
        pytest.param("same", [p(0.6), p(0.5)], True, id="nearly the same"),
        pytest.param("same", [p(0.9), p(0.5)], False, id="same label, another score"),
        pytest.param("same", [p(0.1), p(0.1, neutral=0.6)], False, id="same score, another label"),
    ],
)
def test_verdict(write, expected, found, passed):
    texts = {} if len(found) == 2 else {"other": None}
    row = {key: value for key, value in (ROW | texts).items() if value is not None}
    [case] = read_cases(write(row | {"expected": expected}))
    assert Outcome(case=case, found=tuple(found)).passed is passed


def test_cases_are_scored_at_their_entities_in_order(write):
    whole = {"name": "b", "capability": "c", "lang": "fr", "expected": "neutral", "text": "x" * 50}
    outcomes = run_cases(ByLength(), read_cases(write(whole, ROW)))
    scores = [[round(found.score, 6) for found in outcome.found] for outcome in outcomes]
    assert scores == [[0.5], [0.7, 0.7]]
    assert tally(outcomes, lambda case: case.lang) == {
        "fr": Tally(passed=0, n=1),
        "en": Tally(passed=0, n=1),
    }


def test_rate():
    assert Tally(passed=3, n=4).rate == 0.75
