"""Is the mean abnormal return of several instruments zero? Five tests, arrays in.

All of them take abnormal returns of one session, one per instrument. The first three count
the instruments as independent, which they aren't when all share the day: the
Kolari-Pynnonen test corrects for it and is the one to believe then.
"""

import numpy as np
from scipy import stats

from core.prices import TestResult
from market.models import STANDARD, Convention, Fit
from market.returns import FloatArray

NULL_MEAN = "the mean abnormal return is zero"
NULL_STANDARDISED = "the mean standardised abnormal return is zero"
NULL_RANK = "the abnormal returns rank like those of other sessions"


def cross_sectional(ar: FloatArray) -> TestResult:
    """Student's t over the instruments: mean / (standard deviation / sqrt k); k - 1 degrees.

    Args:
        ar: Abnormal returns of k instruments. See Brown and Warner (1980).
    """
    return _student("cross-sectional t", NULL_MEAN, ar)


def patell(sar: FloatArray, fit: Fit) -> TestResult:
    """Patell (1976): sum of standardised returns over the root of their summed variances.

    A standardised abnormal return has Student's distribution with n - parameters degrees d,
    hence the variance d / (d - 2). Assumes independence and no rise of variance at the event.

    Args:
        sar: k abnormal returns, each over its standard deviation with forecast error.
        fit: Their k models.
    """
    degrees = fit.n - fit.parameters
    z = None
    if sar.size and degrees.min() > 2:
        z = float(sar.sum() / np.sqrt((degrees / (degrees - 2)).sum()))
    return _normal("Patell", NULL_STANDARDISED, sar.size, z)


def bmp(sar: FloatArray) -> TestResult:
    """Boehmer, Musumeci and Poulsen (1991): Student's t over standardised returns.

    Allows for a rise of variance at the event; assumes independence.

    Args:
        sar: k abnormal returns, each over its standard deviation with forecast error.
    """
    return _student("BMP", NULL_STANDARDISED, sar)


def kolari_pynnonen(sar: FloatArray, residuals: FloatArray) -> TestResult:
    """Kolari and Pynnonen (2010): BMP corrected for correlation between instruments.

    BMP x sqrt((1 - r) / (1 + (k - 1) r)) with r the mean pairwise correlation of the
    estimation residuals.

    Args:
        sar: k abnormal returns, each over its standard deviation with forecast error.
        residuals: k x T on the same T days, NaN where unknown.
    """
    r = mean_correlation(residuals)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = float(np.sqrt((1 - r) / (1 + (len(sar) - 1) * r)))
    return _student("Kolari-Pynnonen", NULL_STANDARDISED, sar, scale=scale)


def corrado(abnormal: FloatArray, day: int, convention: Convention = STANDARD) -> TestResult:
    """Corrado's rank test for missing data: Corrado and Zivney (1992).

    Ranks of each instrument over its days, divided by their number plus one, less a half;
    each day's sum over the root of the instruments present; the event's over the root mean
    square of all days.

    Args:
        abnormal: k x T abnormal returns of estimation and event window, NaN where unknown.
        day: Column of the event.
        convention: Whether incomplete days are padded.
    """
    known = np.isfinite(abnormal)
    ranks = stats.rankdata(abnormal, axis=1, nan_policy="omit")
    centred = np.where(known, ranks / (1 + known.sum(axis=1, keepdims=True)) - 0.5, 0)
    present = known.sum(axis=0)
    filled = present > 0
    sums = centred.sum(axis=0)[filled] / np.sqrt(present[filled])
    event = sums[filled[:day].sum()] if filled[day] else np.nan
    days = filled.sum()
    if convention.padded_ranks:
        sums, days = sums * len(abnormal) / present[filled], known.sum(axis=1).mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        z = float(event / np.sqrt((sums**2).sum() / days))
    return _normal("Corrado", NULL_RANK, int(present[day]), z if np.isfinite(z) else None)


def mean_correlation(residuals: FloatArray) -> float:
    """Mean correlation of all pairs of rows, each over the days both have; NaN without pairs.

    Args:
        residuals: k x T, NaN where unknown.
    """
    known = np.isfinite(residuals).astype(np.float64)
    values = np.nan_to_num(residuals)
    both = known @ known.T
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (values @ known.T) / both
        covariance = (values @ values.T) / both - mean * mean.T
        variance = (values**2 @ known.T) / both - mean**2
        correlation = covariance / np.sqrt(variance * variance.T)
    pairs = correlation[np.triu_indices(len(residuals), k=1)]
    pairs = pairs[np.isfinite(pairs)]
    return float(pairs.mean()) if pairs.size else np.nan


def _student(name: str, null: str, values: FloatArray, *, scale: float = 1) -> TestResult:
    k = values.size
    deviation = float(values.std(ddof=1)) if k > 1 else 0.0
    if deviation == 0 or not np.isfinite(scale):
        return TestResult(name=name, null=null, n=k, statistic=None, p=None)
    t = scale * float(values.mean()) / (deviation / k**0.5)
    p = float(2 * stats.t.sf(abs(t), k - 1))
    return TestResult(name=name, null=null, n=k, statistic=t, p=p)


def _normal(name: str, null: str, n: int, z: float | None) -> TestResult:
    p = None if z is None else float(2 * stats.norm.sf(abs(z)))
    return TestResult(name=name, null=null, n=n, statistic=z, p=p)
