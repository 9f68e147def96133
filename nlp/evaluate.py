"""How good a scorer is on a labelled file: sentence labels and given entity spans."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.signals import Label, Probabilities
from nlp.articles import occurrences_of, predict
from nlp.data import LABELS, LabelledText
from nlp.metrics import Interval, Quality, bootstrap, bootstrap_share, quality
from nlp.prediction import Prediction, Scorer


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Figures with their intervals."""

    quality: Quality
    accuracy: Interval
    macro_f1: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of n trials with its interval."""

    n: int
    value: float
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Figures of one file; None where the file gives no such label."""

    sentence: Measured | None
    entity: Measured | None
    #: Of the entities, those in texts whose entities differ in label.
    differing: Measured | None
    #: Share of right event types; None without event labels or an event head.
    event: Share | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """A label, what was said, and the number of the text."""

    gold: Label
    p: Probabilities
    text: int


def evaluate(scorer: Scorer, items: Sequence[LabelledText]) -> Evaluation:
    """Score the items with their given spans and compare."""
    given = [occurrences_of(item.text, [span for span, _ in item.entities]) for item in items]
    predictions = predict(scorer, [item.text for item in items], given)
    pairs = list(zip(items, predictions, strict=True))
    entities = [_entities(n, *pair) for n, pair in enumerate(pairs)]
    events = [item.event is p.event for item, p in pairs if item.event and p.event]
    return Evaluation(
        sentence=_measure(
            [_Judged(item.label, p.p, n) for n, (item, p) in enumerate(pairs) if item.label]
        ),
        entity=_measure([judged for of_text in entities for judged in of_text]),
        differing=_measure([j for of_text in entities if _differ(of_text) for j in of_text]),
        event=_share(np.array(events)) if events else None,
    )


def _entities(number: int, item: LabelledText, prediction: Prediction) -> list[_Judged]:
    return [
        _Judged(label, p, number)
        for (_, label), p in zip(item.entities, prediction.spans, strict=True)
    ]


def _differ(of_text: Sequence[_Judged]) -> bool:
    return len({judged.gold for judged in of_text}) > 1


def _share(hits: NDArray[np.bool_]) -> Share:
    return Share(n=len(hits), value=float(hits.mean()), interval=bootstrap_share(hits))


def _measure(found: Sequence[_Judged]) -> Measured | None:
    if not found:
        return None
    gold = np.array([LABELS.index(j.gold) for j in found])
    p = np.array([[j.p.negative, j.p.neutral, j.p.positive] for j in found])
    texts = np.array([j.text for j in found])
    accuracy, macro_f1 = bootstrap(gold, p.argmax(axis=1), texts)
    return Measured(quality=quality(gold, p), accuracy=accuracy, macro_f1=macro_f1)
