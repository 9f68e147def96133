"""Lines of texts to score, and the answers."""

import json

import pytest

from core.errors import InputError
from core.signals import Unscored
from jobs.texts import Line, answer, read_lines
from nlp.pipeline import Text
from tests.builders import mention, score


def read(*rows, gold=False):
    return list(read_lines(map(json.dumps, rows), source="in", gold=gold))


def spans(text, *entities):
    [line] = read({"text": text, "entities": list(entities)}, gold=True)
    return [(span.surface, span.start, span.end) for span in line.text.spans]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param({"text": "a"}, Line(id=None, text=Text(text="a")), id="text alone"),
        pytest.param({"text": "", "id": 0}, Line(id=0, text=Text(text="")), id="empty, id zero"),
        pytest.param(
            {"text": "a", "id": ["x", 1], "lang": "fr-CA"},
            Line(id=["x", 1], text=Text(text="a", lang="fr")),
            id="any id, a regional language",
        ),
        pytest.param(
            {"text": "a", "lang": ""}, Line(id=None, text=Text(text="a")), id="empty language"
        ),
        pytest.param(
            {"text": "a", "entities": [{"surface": "b"}]},
            Line(id=None, text=Text(text="a")),
            id="entities that aren't asked for",
        ),
    ],
)
def test_line(row, expected):
    assert read(row) == [expected]


def test_empty_lines_are_skipped_and_counted():
    lines = read_lines(["\n", '{"text": "a"}\n', "  \n", "[]\n"], source="in", gold=False)
    assert next(lines).text.text == "a"
    with pytest.raises(InputError, match=r"^in:4: "):
        next(lines)


@pytest.mark.parametrize(
    ("entity", "span"),
    [
        pytest.param({"surface": "Apple"}, ("Apple", 7, 12), id="first occurrence"),
        pytest.param({"surface": "Apple", "start": 19}, ("Apple", 19, 24), id="at its offset"),
        pytest.param({"surface": "Apple", "start": 16}, ("Apple", 19, 24), id="nearest to it"),
    ],
)
def test_given_entities(entity, span):
    assert spans("Nvidia Apple Intel Apple", entity) == [span]


def test_no_entities_given_means_none_are_scored():
    assert spans("Nvidia falls") == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param("Nvidia falls", "Expecting value", id="not JSON"),
        pytest.param('{"title": "a"}', "'text'", id="no text"),
        pytest.param('{"text": 5}', "text and lang are strings", id="a number"),
        pytest.param('{"text": "a", "lang": 5}', "text and lang are strings", id="language"),
        pytest.param("[1]", "indices", id="a list"),
        pytest.param('{"text": "\\ud800"}', "surrogates", id="half a character"),
        pytest.param(
            '{"text": "a", "entities": [{"surface": "b"}]}', "'b' isn't in the text", id="absent"
        ),
        pytest.param('{"text": "a", "entities": ["a"]}', "indices", id="entity of no form"),
    ],
)
def test_unusable_line(line, problem):
    with pytest.raises(InputError, match=rf"^in:1: not a text to score \(.*{problem}.*\); give"):
        list(read_lines([line], source="in", gold=True))


def test_answer_to_a_scored_text():
    # probabilities(s) in tests.builders puts |s| on one side and the rest on neutral.
    result = score(-0.25, (mention("NVDA", relevance=0.75), -0.5), (mention(None), 0.123456))
    assert answer(Line(id="7", text=Text(text="...")), result) == {
        "id": "7",
        "lang": "en",
        "label": "neutral",
        "score": -0.25,
        "p": {"negative": 0.25, "neutral": 0.75, "positive": 0.0},
        "event": "market",
        "entities": [
            {
                "surface": "NVDA",
                "start": 0,
                "end": 4,
                "ticker": "NVDA",
                "label": "negative",
                "score": -0.5,
                "p": {"negative": 0.5, "neutral": 0.5, "positive": 0.0},
                "relevance": 0.75,
            },
            {
                "surface": "DeepSeek",
                "start": 0,
                "end": 8,
                "ticker": None,
                "label": "neutral",
                "score": 0.1235,
                "p": {"negative": 0.0, "neutral": 0.8765, "positive": 0.1235},
                "relevance": 1.0,
            },
        ],
    }


@pytest.mark.parametrize(
    ("id", "head"),
    [pytest.param(None, {}, id="no id"), pytest.param(0, {"id": 0}, id="id zero")],
)
def test_answer_to_an_unscored_text(id, head):
    line = Line(id=id, text=Text(text="Der Kurs"))
    assert answer(line, Unscored(reason="language:de")) == head | {"unscored": "language:de"}
