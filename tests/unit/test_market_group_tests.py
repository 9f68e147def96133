"""Tests over instruments against values worked out by hand."""

import math

import numpy as np
import pytest

from market.group_tests import bmp, corrado, cross_sectional, kolari_pynnonen, patell
from market.models import ESTUDY2, Fit, fit_models

NAN = math.nan
SAR = np.array([1.0, 2.0, 3.0])  # mean 2, standard deviation 1
#: Three residual series of which each pair has correlation 1/2.
HALF = np.array([[1.0, -1, 0, 0], [1, 0, -1, 0], [1, 0, 0, -1]])


def fit_with(degrees: list[int]) -> Fit:
    length = max(degrees) + 2
    own = np.random.default_rng(3).normal(size=(2, len(degrees), length))
    for row, d in enumerate(degrees):
        own[0, row, d + 2 :] = NAN
    return fit_models(own[0], own[1])


@pytest.mark.parametrize(
    ("result", "n", "statistic"),
    [
        pytest.param(cross_sectional(SAR), 3, 2 * math.sqrt(3), id="cross-sectional t"),
        pytest.param(bmp(SAR), 3, 2 * math.sqrt(3), id="BMP"),
        # (2 - 1 + 3) / sqrt(4/2 + 6/4 + 10/8)
        pytest.param(
            patell(np.array([2.0, -1, 3]), fit_with([4, 6, 10])),
            3,
            4 / math.sqrt(4.75),
            id="Patell",
        ),
        # sqrt((1 - 1/2) / (1 + 2/2)) = 1/2
        pytest.param(kolari_pynnonen(SAR, HALF), 3, math.sqrt(3), id="Kolari-Pynnonen"),
        pytest.param(
            kolari_pynnonen(SAR[:2], np.array([[1.0, -1, 0, 0], [0, 0, 1, -1]])),
            2,
            1.5 / 0.5,
            id="Kolari-Pynnonen without correlation is BMP",
        ),
        # Ranks / 4 - 1/2: (-1/4, 0, 1/4), (1/4, -1/4, 0); sums of days 0, -1/4, 1/4.
        pytest.param(
            corrado(np.array([[1.0, 2, 3], [3, 1, 2]]), 2), 2, math.sqrt(3 / 2), id="Corrado"
        ),
        # A day on which nobody traded counts for nothing.
        pytest.param(
            corrado(np.array([[1, NAN, 2, 3], [3, NAN, 1, 2.0]]), 3),
            2,
            math.sqrt(3 / 2),
            id="Corrado, empty day",
        ),
        # Ranks / 3 - 1/2 in the second row: (-, 1/6, -1/6); root-weighted sums -1/4,
        # (1/6) / sqrt 2, (1/12) / sqrt 2.
        pytest.param(
            corrado(np.array([[1.0, 2, 3], [NAN, 2, 1]]), 2),
            2,
            (1 / 12 / math.sqrt(2)) / math.sqrt((1 / 16 + 1 / 72 + 1 / 288) / 3),
            id="Corrado, late listing",
        ),
        # As above, but the first day counts (2 / 1)^2 and there are (3 + 2) / 2 days.
        pytest.param(
            corrado(np.array([[1.0, 2, 3], [NAN, 2, 1]]), 2, ESTUDY2),
            2,
            (1 / 12 / math.sqrt(2)) / math.sqrt((4 / 16 + 1 / 72 + 1 / 288) / 2.5),
            id="Corrado, padded",
        ),
    ],
)
def test_statistic(result, n, statistic):
    assert (result.n, result.statistic) == (n, pytest.approx(statistic))


@pytest.mark.parametrize(
    ("result", "p"),
    [
        # Student with two degrees: 1 - t / sqrt(2 + t^2).
        pytest.param(bmp(SAR), 1 - math.sqrt(12 / 14), id="Student"),
        pytest.param(
            patell(np.array([2.0, -1, 3]), fit_with([4, 6, 10])),
            math.erfc(4 / math.sqrt(4.75) / math.sqrt(2)),
            id="normal",
        ),
    ],
)
def test_p(result, p):
    assert result.p == pytest.approx(p)


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(cross_sectional(np.array([0.1])), id="one instrument"),
        pytest.param(bmp(np.array([0.1, 0.1])), id="no spread"),
        pytest.param(patell(SAR, fit_with([2, 6, 6])), id="variance isn't finite"),
        pytest.param(patell(np.array([]), fit_with([6])), id="nobody"),
        pytest.param(kolari_pynnonen(SAR[:1], HALF[:1]), id="no pair"),
        pytest.param(
            kolari_pynnonen(SAR[:2], np.array([[1.0, NAN], [NAN, 1.0]])), id="no common day"
        ),
        pytest.param(corrado(np.array([[1.0, 2, NAN]]), 2), id="event day unknown"),
        pytest.param(corrado(np.array([[1.0, 1, 1]]), 2), id="all ranks tied"),
    ],
)
def test_cannot_be_computed(result):
    assert (result.statistic, result.p) == (None, None)
