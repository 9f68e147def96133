"""Rank correlation: hand-made values, another program's, and what may be concluded."""

import math

import numpy as np
import pytest
from scipy import stats

from core.prices import Horizon
from market.association import Bootstrap, Pairs, associate, spearman_draws

UP = np.arange(12.0)
RNG_SEED = 7


def said(signal, response, cluster=None, **plan):
    pairs = Pairs(
        signal=np.asarray(signal, dtype=np.float64),
        response=np.asarray(response, dtype=np.float64),
        cluster=None if cluster is None else np.asarray(cluster),
    )
    rng = np.random.default_rng(RNG_SEED)
    return associate(pairs, Horizon.CONTEMPORANEOUS, "made up", rng, Bootstrap(**plan))


@pytest.mark.parametrize(
    ("x", "y", "rho"),
    [
        pytest.param([1, 2, 3, 4, 5], [5, 6, 7, 8, 7], 8 / math.sqrt(95), id="one tie"),
        pytest.param([1, 2, 3], [1, 2, 9], 1, id="only ranks count"),
        pytest.param([1, 2, 3], [3, 2, 1], -1, id="opposite"),
        # d = (0, 1, -1, 1, -1): 1 - 6 * 4 / (5 * 24)
        pytest.param([1, 2, 3, 4, 5], [1, 3, 2, 5, 4], 0.8, id="without ties"),
    ],
)
def test_rho(x, y, rho):
    assert said(x, y, minimum=3).rho == pytest.approx(rho)


def test_p_is_that_of_student():
    y = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    found = said(UP, y)
    t = found.rho * math.sqrt(10 / (1 - found.rho**2))
    assert found.p == pytest.approx(2 * stats.t.sf(t, 10))


def test_resampled_rho_is_that_of_the_repeated_pairs():
    rng = np.random.default_rng(11)
    x, y = rng.integers(0, 4, size=(2, 15)).astype(float)
    weights = rng.multinomial(15, np.full(15, 1 / 15), size=20)
    expected = [
        stats.spearmanr(np.repeat(x, counts), np.repeat(y, counts)).statistic for counts in weights
    ]
    np.testing.assert_allclose(spearman_draws(x, y, weights), expected)


def test_resample_without_variation():
    weights = np.array([[2, 0], [1, 1]])
    found = spearman_draws(np.array([1.0, 2.0]), np.array([1.0, 2.0]), weights)
    np.testing.assert_array_equal(found, [np.nan, 1.0])


def test_interval_agrees_with_another_program():
    x = np.random.default_rng(1).normal(size=60)
    y = x + np.random.default_rng(2).normal(size=60)
    found = said(x, y)
    other = stats.bootstrap(
        (x, y),
        lambda a, b: stats.spearmanr(a, b).statistic,
        paired=True,
        vectorized=False,
        method="percentile",
        n_resamples=999,
        rng=np.random.default_rng(3),
    ).confidence_interval
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=0.04)


@pytest.mark.parametrize(
    ("signal", "response", "reading"),
    [
        pytest.param(UP, UP**2, "positive", id="positive"),
        pytest.param(UP, -UP, "negative", id="negative"),
        pytest.param(UP, UP % 3, "inconclusive", id="interval holds zero"),
        pytest.param(UP[:9], UP[:9], "inconclusive", id="nine pairs"),
        pytest.param(UP[:10], UP[:10], "positive", id="ten pairs"),
        pytest.param(UP, np.full(12, 2.0), "inconclusive", id="returns never vary"),
        pytest.param(np.zeros(12), UP, "inconclusive", id="signals never vary"),
        pytest.param([], [], "inconclusive", id="no pairs"),
    ],
)
def test_reading(signal, response, reading):
    assert said(signal, response).reading == reading


def test_too_few_pairs_say_nothing():
    found = said(UP[:9], UP[:9])
    assert (found.n, found.rho, found.low, found.high, found.p) == (9, None, None, None, None)


def test_unknown_pairs_are_left_out():
    signal, response = np.append(UP, [np.nan, 1]), np.append(UP, [1, np.nan])
    assert said(signal, response) == said(UP, UP)


def test_same_seed_same_interval():
    y = np.random.default_rng(4).normal(size=12)
    assert said(UP, y) == said(UP, y)


class TestClusters:
    """Twenty sessions of five copies of one pair: no more evidence than twenty pairs."""

    session = np.repeat(np.arange(20), 5)
    x = np.random.default_rng(8).normal(size=20)
    y = 0.5 * x + np.random.default_rng(9).normal(size=20)

    def copies(self, cluster):
        return said(np.repeat(self.x, 5), np.repeat(self.y, 5), cluster)

    def test_interval_is_that_of_the_sessions(self):
        alone, copied = said(self.x, self.y), self.copies(self.session)
        assert (copied.low, copied.high) == pytest.approx((alone.low, alone.high))

    def test_copies_would_feign_precision(self):
        honest, naive = self.copies(self.session), self.copies(None)
        assert naive.high - naive.low < 0.6 * (honest.high - honest.low)

    def test_p_does_not_shrink_with_copies(self):
        assert self.copies(self.session).p > 10 * self.copies(None).p

    def test_null_says_what_is_independent(self):
        assert [self.copies(c).null for c in (None, self.session)] == [
            "no rank correlation, pairs independent",
            "no rank correlation, sessions independent",
        ]

    def test_few_sessions_say_nothing(self):
        found = said(np.arange(100.0), np.arange(100.0), np.repeat(np.arange(9), 12)[:100])
        assert (found.n, found.rho, found.reading) == (100, None, "inconclusive")

    def test_perfect_order(self):
        found = said(np.arange(20.0), np.arange(20.0), np.arange(20))
        assert (found.rho, found.p, found.reading) == (1, 0, "positive")

    def test_sessions_may_be_dates(self):
        days = np.datetime64("2025-01-01") + self.session
        assert self.copies(days) == self.copies(self.session)
