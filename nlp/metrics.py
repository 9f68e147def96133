"""How right a classifier is, and how honest its probabilities are. Arrays in, numbers out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.signals import Label
from nlp.vectors import Vectors, unit

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Draws of a bootstrap, and the seed they follow from.
DRAWS, SEED = 1000, 2025


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Figures of one kind of label on one set."""

    n: int
    accuracy: float
    macro_f1: float
    #: Expected calibration error over 15 equal-width bins (Guo et al. 2017).
    calibration_error: float
    #: Counts, one row per true label, one column per prediction, in `Label`'s order.
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def quality(gold: Ints, p: Floats) -> Quality:
    """Compare (N,) gold label indices with (N, 3) probabilities.

    Macro-F1 is the unweighted mean over the labels; a label that is neither in `gold`
    nor predicted is left out of it.
    """
    predicted = p.argmax(axis=1)
    confusion = np.zeros((len(Label), len(Label)), dtype=np.int64)
    np.add.at(confusion, (gold, predicted), 1)
    return Quality(
        n=len(gold),
        accuracy=float((predicted == gold).mean()),
        macro_f1=float(_macro_f1(confusion[None])[0]),
        calibration_error=calibration_error(predicted == gold, p.max(axis=1)),
        confusion=tuple(tuple(int(c) for c in row) for row in confusion),
    )


def bootstrap(gold: Ints, predicted: Ints, texts: Ints) -> tuple[Interval, Interval]:
    """Percentile intervals of accuracy and macro-F1, over texts drawn with replacement.

    The labels within one text aren't independent, so that texts are drawn, not labels
    (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 and 13).

    Args:
        gold: (N,) label indices.
        predicted: (N,) label indices.
        texts: (N,) number of the text that each label belongs to, from 0 on.
    """
    count = int(texts.max()) + 1
    by_text = np.zeros((count, len(Label), len(Label)), dtype=np.int64)
    np.add.at(by_text, (texts, gold, predicted), 1)
    by_text = by_text[by_text.sum(axis=(1, 2)) > 0]
    rng = np.random.default_rng(SEED)
    drawn = rng.multinomial(len(by_text), np.full(len(by_text), 1 / len(by_text)), size=DRAWS)
    confusions = np.tensordot(drawn, by_text, axes=1)
    accuracies = np.trace(confusions, axis1=1, axis2=2) / confusions.sum(axis=(1, 2))
    return _interval(accuracies), _interval(_macro_f1(confusions))


def bootstrap_share(hits: NDArray[np.bool_]) -> Interval:
    """Percentile interval of the share of hits among (N,) independent trials."""
    rng = np.random.default_rng(SEED)
    return _interval(rng.binomial(len(hits), hits.mean(), size=DRAWS) / len(hits))


def _interval(values: Floats) -> Interval:
    low, high = np.quantile(values, [0.025, 0.975])
    return Interval(float(low), float(high))


def _macro_f1(confusions: Ints) -> Floats:
    """(D,) values of (D, K, K) counts."""
    hits = np.diagonal(confusions, axis1=1, axis2=2)
    seen = confusions.sum(axis=1) + confusions.sum(axis=2)
    f1 = 2 * hits / np.maximum(seen, 1)
    return np.asarray(f1.sum(axis=1) / (seen > 0).sum(axis=1))


def calibration_error(correct: NDArray[np.bool_], confidence: Floats, *, bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over equal-width bins, weighted by count."""
    which = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    count = np.bincount(which, minlength=bins)
    gap = np.abs(
        np.bincount(which, weights=correct, minlength=bins)
        - np.bincount(which, weights=confidence, minlength=bins)
    )
    return float(gap.sum() / count.sum())


def retrieval_accuracy(queries: Vectors, documents: Vectors) -> float:
    """Share of (N, H) queries to which the document of the same row is the nearest.

    By cosine, whatever the lengths of the vectors.
    """
    similarity = unit(queries) @ unit(documents).T
    return float((similarity.argmax(axis=1) == np.arange(len(queries))).mean())


def fit_temperature(gold: Ints, logits: Floats) -> float:
    """The temperature that minimises the log loss of (N, K) logits (Guo et al. 2017).

    1 where there is no label to fit it to.
    """
    if not len(gold):
        return 1.0
    grid = np.geomspace(0.5, 5.0, 91)
    losses = [_log_loss(gold, logits / t) for t in grid]
    return float(grid[int(np.argmin(losses))])


def _log_loss(gold: Ints, logits: Floats) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-log_p[np.arange(len(gold)), gold].mean())
