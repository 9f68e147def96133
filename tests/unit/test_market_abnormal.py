"""Abnormal returns by session: nothing of the session or later may enter the model."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from market.abnormal import abnormal_by_session, trailing_abnormal
from market.event_study import StudyPlan, study_event
from market.models import EstimationWindow
from market.prices import read_instruments, read_prices

REFERENCE = Path(__file__).parents[2] / "jobs" / "reference" / "deepseek"
WINDOW = EstimationWindow(length=20, gap=3, minimum=10)
OWN, MARKET = np.random.default_rng(5).normal(scale=0.01, size=(2, 60))


def by_regression(t: int) -> float:
    past = slice(t - 23, t - 3)
    beta, alpha = np.polyfit(MARKET[past], OWN[past], 1)
    return float(OWN[t] - alpha - beta * MARKET[t])


@pytest.mark.parametrize("t", [23, 40, 59])
def test_each_session_has_its_own_regression(t):
    assert trailing_abnormal(OWN, MARKET, WINDOW)[t] == pytest.approx(by_regression(t))


@pytest.mark.parametrize("t", [30, 45])
def test_what_comes_later_changes_nothing(t):
    own, market = OWN.copy(), MARKET.copy()
    own[t + 1 :], market[t + 1 :] = 0.5, -0.5
    before, after = trailing_abnormal(OWN, MARKET, WINDOW), trailing_abnormal(own, market, WINDOW)
    np.testing.assert_array_equal(after[: t + 1], before[: t + 1])


def test_own_session_and_gap_stay_out_of_the_model():
    own = OWN.copy()
    own[37:41] += 0.5
    before, after = trailing_abnormal(OWN, MARKET, WINDOW), trailing_abnormal(own, MARKET, WINDOW)
    assert after[40] - before[40] == pytest.approx(0.5)


def test_unknown_until_the_past_is_long_enough():
    found = trailing_abnormal(OWN, MARKET, WINDOW)
    assert np.flatnonzero(np.isfinite(found))[0] == WINDOW.minimum + WINDOW.gap


def test_unknown_return():
    own = OWN.copy()
    own[40] = np.nan
    assert np.flatnonzero(np.isnan(trailing_abnormal(own, MARKET, WINDOW))).tolist() == [
        *range(13),
        40,
    ]


def test_without_market_it_is_the_distance_from_the_mean():
    found = trailing_abnormal(OWN, np.zeros_like(OWN), WINDOW)
    assert found[40] == pytest.approx(OWN[40] - OWN[17:37].mean())


def test_agrees_with_the_event_study():
    instruments = read_instruments(REFERENCE / "instruments.csv")
    table = read_prices(REFERENCE / "prices.csv", instruments)
    day, window = date(2025, 1, 27), EstimationWindow()
    plan = StudyPlan(event_session=day, estimation=window)
    expected = {e.symbol: e.ar for e in study_event(instruments, table.bars, plan).effects}
    found = {i.symbol: abnormal_by_session(i, table.bars, window)[day] for i in instruments}
    assert found == pytest.approx(expected)


def test_no_prices():
    instrument = read_instruments(REFERENCE / "instruments.csv")[0]
    assert abnormal_by_session(instrument, {}, WINDOW) == {}
