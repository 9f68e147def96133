"""Models and forecast errors against least squares done by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from market.models import (
    ESTUDY2,
    Convention,
    EstimationWindow,
    abnormal_returns,
    fit_models,
    forecast_factor,
)

NAN = math.nan


def rows(*values: list[float]) -> np.ndarray:
    return np.array(values, dtype=np.float64)


# y = 1, 2, 4 on x = 0, 1, 2: slope 3/2, intercept 5/6, residuals 1/6, -1/3, 1/6.
OWN, MARKET = rows([1, 2, 4]), rows([0, 1, 2])


@pytest.mark.parametrize(
    ("own", "market", "expected"),
    [
        pytest.param(OWN, MARKET, (5 / 6, 3 / 2, 3, 2, math.sqrt(1 / 6)), id="market model"),
        pytest.param(
            rows([1, 9, 2, NAN, 4]),
            rows([0, NAN, 1, 7, 2]),
            (5 / 6, 3 / 2, 3, 2, math.sqrt(1 / 6)),
            id="only sessions with both",
        ),
        pytest.param(rows([1, 2, 6]), rows([0, 0, 0]), (3, 0, 3, 1, math.sqrt(7)), id="mean"),
        pytest.param(
            rows([1, 2, 6]), rows([0.1, 0.1, 0.1]), (3, 0, 3, 1, math.sqrt(7)), id="still market"
        ),
        pytest.param(rows([1, 2]), rows([0, 1]), (1, 1, 2, 2, NAN), id="no degree of freedom"),
        pytest.param(rows([NAN, NAN]), rows([0, 1]), (NAN, 0, 0, 1, NAN), id="nothing"),
    ],
)
def test_fit(own, market, expected):
    fit = fit_models(own, market)
    found = [fit.alpha, fit.beta, fit.n, fit.parameters, fit.sigma]
    np.testing.assert_allclose(np.concatenate(found), expected)


@pytest.mark.parametrize(
    ("convention", "variance"),
    [
        pytest.param(Convention(), 1 / 6, id="n - 2"),
        pytest.param(Convention(ddof=1), 1 / 12, id="n - 1"),
        pytest.param(ESTUDY2, 1 / 12, id="estudy2"),
    ],
)
def test_residual_variance(convention, variance):
    assert fit_models(OWN, MARKET, convention).sigma[0] ** 2 == pytest.approx(variance)


def test_rows_agree_with_another_program():
    rng = np.random.default_rng(1)
    own, market = rng.normal(size=(4, 30)), rng.normal(size=(4, 30))
    fit = fit_models(own, market)
    fits = [stats.linregress(m, o) for o, m in zip(own, market, strict=True)]
    np.testing.assert_allclose(fit.beta, [f.slope for f in fits])
    np.testing.assert_allclose(fit.alpha, [f.intercept for f in fits])
    np.testing.assert_allclose(fit.sigma / np.sqrt(fit.market_spread), [f.stderr for f in fits])


def test_abnormal_returns():
    fit = fit_models(OWN, MARKET)
    np.testing.assert_allclose(
        abnormal_returns(fit, rows([5, 6]), rows([2, 4])), rows([7 / 6, -5 / 6])
    )


@pytest.mark.parametrize(
    ("own", "market", "sessions", "expected"),
    [
        pytest.param(OWN, MARKET, [3], 1 + 1 / 3 + 4 / 2, id="one session"),
        pytest.param(OWN, MARKET, [1, 3], 2 + 4 / 3 + 4 / 2, id="two share the estimates"),
        pytest.param(OWN, MARKET, [0, 2], 2 + 4 / 3, id="errors of the slope cancel"),
        pytest.param(OWN, rows([0, 0, 0]), [0], 1 + 1 / 3, id="mean model"),
    ],
)
def test_forecast_factor(own, market, sessions, expected):
    assert forecast_factor(fit_models(own, market), rows(sessions))[0] == pytest.approx(expected)


def test_whole_market_moments():
    own, market = rows([NAN, 1, 2, 4]), rows([-5, 0, 1, 2])
    factor = forecast_factor(fit_models(own, market, ESTUDY2), rows([1.5]))
    assert factor[0] == pytest.approx(1 + 1 / 3 + 4 / 29)  # mean -1/2, spread 30 - 4/4


def test_intervals_hold_what_they_promise():
    rng = np.random.default_rng(2)
    own, market = rng.normal(size=(2, 4000, 33))
    fit = fit_models(own[:, :30], market[:, :30])
    car = abnormal_returns(fit, own[:, 30:], market[:, 30:]).sum(axis=1)
    t = car / (fit.sigma * np.sqrt(forecast_factor(fit, market[:, 30:])))
    rejected = np.mean(np.abs(t) > stats.t.ppf(0.975, 28))
    assert rejected == pytest.approx(0.05, abs=0.0103)  # three standard errors


@pytest.mark.parametrize(
    ("i", "expected"),
    [
        pytest.param(163, slice(33, 153), id="full"),
        pytest.param(50, slice(0, 40), id="short past"),
        pytest.param(5, slice(0, 0), id="inside the gap"),
    ],
)
def test_estimation_window(i, expected):
    assert EstimationWindow(length=120, gap=10).before(i) == expected
