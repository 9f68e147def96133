"""Longer texts: how they are cut, what each window is asked, how the answers combine."""

import math

import pytest

from core.prices import Alias
from core.signals import Event, ModelIdentity, Probabilities, Span
from nlp.articles import WHOLE, WINDOW, predict
from nlp.entities import Linker
from nlp.pipeline import Reader, Text
from nlp.prediction import Prediction
from tests.builders import probabilities

#: Two of them and a short sentence fill a window.
FILLER = (
    "The annual general meeting of the shareholders takes place at noon in the main hall of "
    "the town, as usual at home."
)


class Counting:
    """A scorer that goes by the words good, bad and sued, and keeps what it was asked."""

    identity = ModelIdentity(name="counting", revision="0", licence="MIT")

    def __init__(self):
        self.asked = []
        self.starts = []

    def predict(self, texts, spans):
        self.starts += [[s.start for s in of_text] for of_text in spans]
        self.asked += [
            (text, [s.surface for s in of_text], [text[s.start : s.end] for s in of_text])
            for text, of_text in zip(texts, spans, strict=True)
        ]
        return [
            Prediction(
                p=opinion(text),
                event=Event.LEGAL if "sued" in text else Event.OTHER,
                spans=(opinion(text),) * len(of_text),
            )
            for text, of_text in zip(texts, spans, strict=True)
        ]


def opinion(text):
    return probabilities(("good" in text) - ("bad" in text))


def places(text, surface):
    """Every occurrence of a surface."""
    starts = [at for at in range(len(text)) if text.startswith(surface, at)]
    return tuple(Span(surface=surface, start=at, end=at + len(surface)) for at in starts)


def ask(text, *surfaces):
    scorer = Counting()
    [found] = predict(scorer, [text], [[places(text, s) for s in surfaces]])
    return found, scorer.asked


def article(words):
    """News of so many words about two companies."""
    sentence = "Acme had a good year while Bolt had a bad one in the same market."
    return " ".join([sentence] * (words // len(sentence.split())))


def test_a_short_text_is_asked_as_it_is():
    text = f"  Acme. Bolt.{' x' * 50}\n"
    _, asked = ask(text, "Bolt", "Acme")
    assert asked == [(text, ["Bolt", "Acme"], ["Bolt", "Acme"])]


def test_a_long_text_is_cut_at_sentence_ends():
    _, asked = ask(" ".join([FILLER] * 5))
    pair = f"{FILLER} {FILLER}"
    assert [text for text, _, _ in asked] == [pair, pair, FILLER]


def test_an_entity_is_asked_in_each_window_that_names_it_once():
    text = " ".join(
        [f"Acme and Acme. {FILLER} {FILLER}", FILLER, FILLER, f"Bolt and Acme. {FILLER}"]
    )
    _, asked = ask(text, "Acme", "Bolt")
    assert [named for _, _, named in asked] == [["Acme"], ["Acme", "Bolt"], []]


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        pytest.param("word " * 200, [250, 250, 250, 249], id="at spaces"),
        pytest.param("some words, " * 50, [240, 240, 119], id="after commas"),
        pytest.param("some words; more, and " * 30, [231, 242, 186], id="best after semicolons"),
        pytest.param("x" * 600, [250, 250, 100], id="where it must"),
        pytest.param("word\n" * 200, [250, 250, 250, 249], id="at lines"),
    ],
)
def test_a_sentence_without_end_is_cut(text, lengths):
    _, asked = ask(text)
    assert [len(part.strip()) for part, _, _ in asked] == pytest.approx(lengths, abs=2)


def test_what_stands_first_weighs_most():
    # Each sentence group is a window, and weighs ln(1 + length / (200 + start)).
    good, plain = f"A good year. {FILLER} {FILLER}", f"A plain year. {FILLER} {FILLER}"
    first, _ = ask(f"{good} {plain} {plain}")
    last, _ = ask(f"{plain} {plain} {good}")
    a, b = len(good), len(plain)
    weights = [math.log(1 + a / 200), math.log(1 + b / (201 + a)), math.log(1 + b / (202 + a + b))]
    assert first.p.score == pytest.approx(weights[0] / sum(weights))
    assert first.p.score > 2 * last.p.score > 0


def test_an_entity_has_the_mean_of_the_windows_that_name_it():
    text = " ".join(
        [
            f"Acme is good. {FILLER} {FILLER}",
            f"Bolt is bad. {FILLER} {FILLER}",
            f"Acme is bad. {FILLER}",
        ]
    )
    found, asked = ask(text, "Acme", "Bolt")
    starts = [text.index(window) for window, _, _ in asked]
    first, last = (math.log(1 + len(asked[i][0]) / (200 + starts[i])) for i in (0, 2))
    scores = [p.score for p in found.spans]
    assert scores == pytest.approx([(first - last) / (first + last), -1])


@pytest.mark.parametrize(
    "span",
    [
        pytest.param((240, 260), id="across two windows"),
        pytest.param((9_000, 9_001), id="outside"),
    ],
)
def test_an_entity_in_no_window_is_judged_as_the_text(span):
    start, end = span
    text = "x" * 245 + " good " + "y" * 400
    given = [[(Span(surface="?", start=start, end=end),)]]
    [found] = predict(Counting(), [text], given)
    assert found.spans == (found.p,)


def test_the_event_is_the_weightiest():
    late = " ".join([FILLER] * 4 + ["Acme is sued."])
    early = " ".join(["Acme is sued."] + [FILLER] * 4)
    assert [ask(text)[0].event for text in (late, early)] == [Event.OTHER, Event.LEGAL]


@pytest.mark.parametrize("text", ["", " " * (WHOLE + 1), "\n" * 5_000])
def test_space_is_one_window(text):
    found, asked = ask(text)
    assert (len(asked), found.p) == (1, Probabilities(negative=0, neutral=1, positive=0))


def test_several_texts_are_answered_in_order():
    texts = [article(400), "good", FILLER * 9, "bad"]
    found = predict(Counting(), texts, [[]] * 4)
    alone = [predict(Counting(), [text], [[]])[0] for text in texts]
    assert found == alone


@pytest.mark.parametrize("words", [500, 1_000, 2_000, 5_000])
def test_cost_is_linear_in_length(words):
    text = article(words)
    _, asked = ask(text, "Acme", "Bolt")
    characters = sum(len(window) for window, _, _ in asked)
    assert characters <= len(text)
    assert len(asked) <= 2 * len(text) / WINDOW + 1
    assert max(len(window) for window, _, _ in asked) <= WINDOW


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("mot " * 3_000, id="3,000 words without a stop"),
        pytest.param("Acme\n" * 5_000, id="thousands of lines"),
        pytest.param("Acme gagne 3 %. " * 65_536, id="a megabyte"),
        pytest.param("x" * 2**20, id="a megabyte in one word"),
    ],
)
def test_a_strange_text_is_read(text):
    scorer = Counting()
    linker = Linker([Alias(alias="Acme", entity="Acme", ticker="ACM", rule="name")])
    [found] = Reader(scorer, linker).read([Text(text=text, lang="fr")])
    assert found.p.neutral == pytest.approx(1)
    assert max(len(window) for window, _, _ in scorer.asked) <= WINDOW


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        pytest.param([0], [[0], [], [120]], id="one, and where else it stands"),
        pytest.param([9], [[9], [], [120]], id="the given one first in its window"),
        pytest.param([0, 9], [[0, 9], [], []], id="two of a name"),
    ],
)
def test_given_entities_are_judged_where_their_name_stands(given, asked):
    text = " ".join(["Acme and Acme are Acmes.", *[FILLER] * 4, "With Acme it ends."])
    spans = tuple(Span(surface="Acme", start=at, end=at + 4) for at in given)
    scorer = Counting()
    Reader(scorer, Linker(())).read([Text(text=text, lang="en", spans=spans)])
    assert scorer.starts == asked


def test_a_reader_judges_an_entity_by_all_its_names():
    linker = Linker(
        [
            Alias(alias=name, entity="Acme", ticker="ACM", rule="name")
            for name in ("Acme", "the Acme group")
        ]
    )
    scorer = Counting()
    text = " ".join(["Acme is good.", *[FILLER] * 4, "There the Acme group is good."])
    [found] = Reader(scorer, linker).read([Text(text=text, lang="en")])
    assert [named for _, named, _ in scorer.asked] == [["Acme"], [], ["the Acme group"]]
    [scored] = found.mentions
    assert (scored.mention.surface, scored.mention.start, scored.p.score) == ("Acme", 0, 1)
