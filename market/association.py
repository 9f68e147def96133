"""Do signal and abnormal return rank alike? Spearman's rho with a bootstrap interval."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from core.prices import Association, Horizon
from market.returns import FloatArray

NULL = "no rank correlation, pairs independent"
NULL_CLUSTERED = "no rank correlation, sessions independent"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Signals and returns, side by side; a pair with a NaN is left out."""

    signal: FloatArray
    response: FloatArray
    #: Group of each pair, such as its session, when pairs of a group aren't independent.
    cluster: npt.NDArray[np.generic] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """How the interval is made, and below what it isn't."""

    draws: int = 2_000
    #: Pairs, and clusters if there are any, below which nothing is said.
    minimum: int = 10


def associate(
    pairs: Pairs,
    horizon: Horizon,
    over: str,
    rng: np.random.Generator,
    plan: Bootstrap = Bootstrap(),
) -> Association:
    """Spearman's rho of signal and return, its interval and what it says.

    The interval is the 95 % percentile bootstrap over pairs, or over whole clusters. p is
    two-sided: Student's approximation over pairs; with clusters the normal one, from the
    bootstrap's standard error. The reading is inconclusive when there are fewer pairs or
    clusters than the minimum, when a side never varies, or when the interval holds zero.

    Args:
        pairs: What is compared.
        horizon: Which return it is, for the record.
        over: What the pairs are, in words.
        rng: Source of the draws; the same state gives the same interval.
        plan: Draws and minimum.
    """
    known = np.isfinite(pairs.signal) & np.isfinite(pairs.response)
    x, y = pairs.signal[known], pairs.response[known]
    groups = np.arange(x.size) if pairs.cluster is None else _numbered(pairs.cluster[known])
    null = NULL if pairs.cluster is None else NULL_CLUSTERED
    rho = low = high = p = None
    reading = "inconclusive"
    if len(np.unique(groups)) >= plan.minimum and np.ptp(x) > 0 and np.ptp(y) > 0:
        rho, p = map(float, stats.spearmanr(x, y))
        drawn = spearman_draws(x, y, _weights(groups, plan.draws, rng))
        low, high = map(float, np.nanquantile(drawn, [0.025, 0.975]))
        if pairs.cluster is not None:
            with np.errstate(divide="ignore"):  # a perfect rho never varies: p is 0
                p = float(2 * stats.norm.sf(abs(rho) / np.nanstd(drawn, ddof=1)))
        reading = _reading(low, high)
    return Association(
        horizon=horizon,
        over=over,
        n=int(x.size),
        rho=rho,
        low=low,
        high=high,
        p=p,
        null=null,
        reading=reading,
    )


def spearman_draws(x: FloatArray, y: FloatArray, weights: npt.NDArray[np.int64]) -> FloatArray:
    """Spearman's rho of resamples: each says how often it holds each pair.

    Args:
        x: n values.
        y: n values.
        weights: draws x n counts.

    Returns:
        One rho per draw, NaN where a side doesn't vary.
    """
    a, b = _weighted_ranks(x, weights), _weighted_ranks(y, weights)
    total = weights.sum(axis=1, keepdims=True)
    a = a - (total + 1) / 2  # ranks of a sample always average (size + 1) / 2
    b = b - (total + 1) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.sqrt((weights * a * a).sum(axis=1) * (weights * b * b).sum(axis=1))
        return np.asarray((weights * a * b).sum(axis=1) / scale)


def _weighted_ranks(values: FloatArray, weights: npt.NDArray[np.int64]) -> FloatArray:
    """Average ranks of the values within each resample; draws x n."""
    distinct, group = np.unique(values, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(distinct.size))
    counts = np.add.reduceat(weights[:, order], starts, axis=1)
    ranks = counts.cumsum(axis=1) - (counts - 1) / 2
    return np.asarray(ranks[:, group], dtype=np.float64)


def _weights(
    groups: npt.NDArray[np.int64], draws: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """How often each pair is in each resample of whole groups; draws x n."""
    k = int(groups.max()) + 1
    return rng.multinomial(k, np.full(k, 1 / k), size=draws)[:, groups]


def _numbered(cluster: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
    numbers: npt.NDArray[np.int64] = np.unique(cluster, return_inverse=True)[1]
    return numbers


def _reading(low: float, high: float) -> str:
    if low > 0:
        return "positive"
    return "negative" if high < 0 else "inconclusive"
