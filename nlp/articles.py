"""Longer texts, such as the body of a press article, judged window by window.

A text of a headline's and a lead's length is read whole. A longer one is cut into windows
of whole sentences; each entity is judged in every window that names it. What the windows
say is averaged with weights that fall with the distance from the beginning, for news puts
first what matters most (the inverted pyramid): the density of the weight at character x
is 1 / (LEAD + x), so that a text's first 200 characters weigh as much as the next 400.
Time and space are linear in the length.
"""

import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.signals import Event, Label, Probabilities, Span
from nlp.prediction import Prediction, Scorer
from nlp.sentences import Range, sentences
from nlp.vectors import unit

#: Characters of a text that is read whole: a headline and a long lead.
WHOLE = 400
#: Characters of a window at most: two or three sentences, as in the training sets.
WINDOW = 250
#: Characters over which the weight of a place in the text falls by half.
LEAD = 200.0

#: After which of these a sentence that is too long is cut, the best first.
_MARKS = ("; ", ", ", " ", "\n")

_Weighted = tuple[float, Probabilities]

#: Where a text names one entity; in a window that has several of them, the first is asked.
Occurrences = Sequence[Span]


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of a text with the spans in it, one for each entity that it names."""

    text: str
    weight: float
    spans: tuple[Span, ...]
    #: For each span, the number of its entity.
    entities: tuple[int, ...]


def predict(
    scorer: Scorer, texts: Sequence[str], entities: Sequence[Sequence[Occurrences]]
) -> list[Prediction]:
    """One prediction per text, in order, with one judgement per entity of the text.

    An entity of which no occurrence lies within a window is judged as the text is.

    Args:
        scorer: What judges the windows.
        texts: Texts of any length.
        entities: For each text, where it names each of its entities.
    """
    cut = [_windows(text, of_text) for text, of_text in zip(texts, entities, strict=True)]
    flat = [window for windows in cut for window in windows]
    judged = iter(scorer.predict([w.text for w in flat], [w.spans for w in flat]))
    return [
        _combine(windows, [next(judged) for _ in windows], count=len(of_text))
        for windows, of_text in zip(cut, entities, strict=True)
    ]


def occurrences_of(text: str, spans: Sequence[Span]) -> list[Occurrences]:
    """For each given span: itself, then where else the text has its surface.

    Where the surface is given more than once, each span stands for its own place.
    """
    surfaces = [span.surface for span in spans]
    return [(span,) if surfaces.count(span.surface) > 1 else _places(text, span) for span in spans]


def _places(text: str, given: Span) -> Occurrences:
    pattern = rf"(?<!\w){re.escape(given.surface)}(?!\w)"
    found = (replace(given, start=m.start(), end=m.end()) for m in re.finditer(pattern, text))
    return (given, *(span for span in found if span != given))


def _windows(text: str, entities: Sequence[Occurrences]) -> list[_Window]:
    """The windows of a text, in order; at least one."""
    ranges = [(0, len(text))] if len(text) <= WHOLE else list(_packed(text))
    starts = [start for start, _ in ranges]
    inside: dict[int, dict[int, Span]] = defaultdict(dict)
    for entity, occurrences in enumerate(entities):
        for span in occurrences:
            at = max(bisect_right(starts, span.start) - 1, 0)
            start, end = ranges[at]
            if start <= span.start and span.end <= end:
                moved = replace(span, start=span.start - start, end=span.end - start)
                inside[at].setdefault(entity, moved)
    return [
        _Window(
            text=text[start:end],
            weight=math.log1p(max(end - start, 1) / (LEAD + start)),
            spans=tuple(inside[at].values()),
            entities=tuple(inside[at]),
        )
        for at, (start, end) in enumerate(ranges)
    ]


def _packed(text: str) -> Iterator[Range]:
    """Runs of consecutive sentences that fill a window; all of the text but space."""
    first = last = 0
    for start, end in _pieces(text):
        if last and end - first > WINDOW:
            yield first, last
            first = start
        first, last = (first, end) if last else (start, end)
    yield first, last or len(text)


def _pieces(text: str) -> Iterator[Range]:
    """Sentences; one that fills more than a window is cut, after a comma if possible."""
    for start, end in sentences(text):
        while end - start > WINDOW:
            ends = (text.rfind(mark, start + 1, start + WINDOW) for mark in _MARKS)
            cut = next((at + 1 for at in ends if at > start + WINDOW // 2), start + WINDOW)
            yield start, cut
            start = cut
        yield start, end


def _combine(windows: Sequence[_Window], judged: Sequence[Prediction], *, count: int) -> Prediction:
    of_entity: dict[int, list[_Weighted]] = defaultdict(list)
    events: dict[Event | None, float] = defaultdict(float)
    for window, prediction in zip(windows, judged, strict=True):
        events[prediction.event] += window.weight
        for entity, p in zip(window.entities, prediction.spans, strict=True):
            of_entity[entity].append((window.weight, p))
    whole = _mean([(w.weight, j.p) for w, j in zip(windows, judged, strict=True)])
    return Prediction(
        p=whole,
        event=max(events, key=events.__getitem__),
        spans=tuple(_mean(of_entity[n]) if n in of_entity else whole for n in range(count)),
        story=_joined_story(windows, judged),
    )


def _joined_story(
    windows: Sequence[_Window], judged: Sequence[Prediction]
) -> NDArray[np.float32] | None:
    vectors = [j.story for j in judged if j.story is not None]
    if len(vectors) < len(judged):
        return None
    return unit(np.sum([w.weight * v for w, v in zip(windows, vectors, strict=True)], axis=0))


def _mean(weighted: Sequence[_Weighted]) -> Probabilities:
    total = sum(weight for weight, _ in weighted)
    negative, neutral, positive = (
        sum(weight * float(getattr(p, label.value)) for weight, p in weighted) / total
        for label in Label
    )
    return Probabilities(negative=negative, neutral=neutral, positive=positive)
