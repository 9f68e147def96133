"""How good a scorer is on a labelled file: sentence labels and given entity spans."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.signals import Label, Probabilities
from nlp.articles import predict
from nlp.data import LabelledText
from nlp.metrics import Quality, quality
from nlp.scorer import Scorer

LABELS = list(Label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Figures of one file; None where the file gives no such label."""

    sentence: Quality | None
    entity: Quality | None
    #: Share of right event types; None without event labels or an event head.
    event_accuracy: float | None


def evaluate(scorer: Scorer, items: Sequence[LabelledText]) -> Evaluation:
    """Score the items with their given spans and compare."""
    given = [[(span,) for span, _ in item.entities] for item in items]
    predictions = predict(scorer, [item.text for item in items], given)
    pairs = list(zip(items, predictions, strict=True))
    events = [item.event is p.event for item, p in pairs if item.event and p.event]
    return Evaluation(
        sentence=_quality([(item.label, p.p) for item, p in pairs if item.label]),
        entity=_quality(
            [
                (label, p)
                for item, prediction in pairs
                for (_, label), p in zip(item.entities, prediction.spans, strict=True)
            ]
        ),
        event_accuracy=float(np.mean(events)) if events else None,
    )


def _quality(pairs: Sequence[tuple[Label, Probabilities]]) -> Quality | None:
    if not pairs:
        return None
    gold = np.array([LABELS.index(label) for label, _ in pairs])
    return quality(gold, np.array([[p.negative, p.neutral, p.positive] for _, p in pairs]))
