"""How right a classifier is, and how honest its probabilities are. Arrays in, numbers out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.signals import Label

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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


def quality(gold: Ints, p: Floats) -> Quality:
    """Compare (N,) gold label indices with (N, 3) probabilities.

    Macro-F1 is the unweighted mean over the labels; a label that is neither in `gold`
    nor predicted counts as 0 only if it occurs in one of the two.
    """
    predicted = p.argmax(axis=1)
    confusion = np.zeros((len(Label), len(Label)), dtype=np.int64)
    np.add.at(confusion, (gold, predicted), 1)
    hits = np.diag(confusion)
    seen = confusion.sum(axis=0) + confusion.sum(axis=1)
    f1 = 2 * hits[seen > 0] / seen[seen > 0]
    return Quality(
        n=len(gold),
        accuracy=float((predicted == gold).mean()),
        macro_f1=float(f1.mean()),
        calibration_error=calibration_error(predicted == gold, p.max(axis=1)),
        confusion=tuple(tuple(int(c) for c in row) for row in confusion),
    )


def calibration_error(correct: NDArray[np.bool_], confidence: Floats, *, bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over equal-width bins, weighted by count."""
    which = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    count = np.bincount(which, minlength=bins)
    gap = np.abs(
        np.bincount(which, weights=correct, minlength=bins)
        - np.bincount(which, weights=confidence, minlength=bins)
    )
    return float(gap.sum() / count.sum())


def retrieval_accuracy(queries: Floats, documents: Floats) -> float:
    """Share of (N, H) queries to which the document of the same row is the nearest.

    By cosine, whatever the lengths of the vectors.
    """
    similarity = _unit(queries) @ _unit(documents).T
    return float((similarity.argmax(axis=1) == np.arange(len(queries))).mean())


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def fit_temperature(gold: Ints, logits: Floats) -> float:
    """The temperature that minimises the log loss of (N, K) logits (Guo et al. 2017)."""
    grid = np.geomspace(0.5, 5.0, 91)
    losses = [_log_loss(gold, logits / t) for t in grid]
    return float(grid[int(np.argmin(losses))])


def _log_loss(gold: Ints, logits: Floats) -> float:
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-log_p[np.arange(len(gold)), gold].mean())
