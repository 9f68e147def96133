"""Abnormal returns session by session, each against a model of its own past only."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core.prices import Bar, Instrument
from market.models import EstimationWindow, fit_models
from market.returns import FloatArray, return_series


def trailing_abnormal(own: FloatArray, market: FloatArray, window: EstimationWindow) -> FloatArray:
    """Abnormal return of each session by a model of the sessions before it.

    The model of session t is estimated on `window.length` sessions of which the last is
    t - gap - 1: nothing of t or later enters it.

    Args:
        own: T returns, NaN where unknown.
        market: T returns of the market; zeros for the constant-mean model.
        window: The trailing window.

    Returns:
        T abnormal returns, NaN where a return is unknown or the past too short.
    """
    fit = fit_models(_past(own, window), _past(market, window))
    abnormal = own - fit.alpha - fit.beta * market
    return np.where(fit.n >= window.minimum, abnormal, np.nan)


def abnormal_by_session(
    instrument: Instrument, bars: Mapping[str, Sequence[Bar]], window: EstimationWindow
) -> dict[date, float]:
    """The abnormal returns that can be computed, by session.

    Args:
        instrument: Compared with its benchmark, or with its own mean without one.
        bars: Closing prices by symbol, oldest first.
        window: The trailing window.
    """
    series = return_series(instrument, bars)
    abnormal = trailing_abnormal(series.own, series.market, window)
    return {
        day: float(value)
        for day, value in zip(series.sessions, abnormal, strict=True)
        if np.isfinite(value)
    }


def _past(values: FloatArray, window: EstimationWindow) -> FloatArray:
    """T x length: row t holds the estimation window of session t, NaN before the data."""
    padding = np.full(window.length + window.gap, np.nan)
    padded = np.concatenate([padding, values])
    return sliding_window_view(padded, window.length)[: len(values)]
