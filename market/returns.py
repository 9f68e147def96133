"""Closing prices as arrays over a venue's sessions, and their returns.

A session without a price is NaN, and so are the two returns beside it: no return spans a gap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from core.prices import Bar, Instrument
from market.calendar import session_dates

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSeries:
    """Simple returns of an instrument and its market, one per session of its venue."""

    sessions: tuple[date, ...]
    #: NaN where unknown; the first always is.
    own: FloatArray
    #: Of the benchmark between the same two closing days; zeros without a benchmark.
    market: FloatArray


def align_closes(bars: Sequence[Bar], sessions: Sequence[date]) -> FloatArray:
    """The closes at `sessions`, NaN where there is none."""
    closes = {bar.session: bar.close for bar in bars}
    return np.array([closes.get(day, np.nan) for day in sessions], dtype=np.float64)


def simple_returns(closes: FloatArray) -> FloatArray:
    """c[t] / c[t-1] - 1 along the last axis; the first is NaN."""
    returns = np.full_like(closes, np.nan)
    returns[..., 1:] = closes[..., 1:] / closes[..., :-1] - 1
    return returns


def log_returns(closes: FloatArray) -> FloatArray:
    """log(c[t] / c[t-1]) along the last axis; the first is NaN."""
    return np.log1p(simple_returns(closes))


def return_series(instrument: Instrument, bars: Mapping[str, Sequence[Bar]]) -> ReturnSeries:
    """The instrument's returns beside its benchmark's.

    A benchmark of another venue has no return where that venue was closed on either day.

    Args:
        instrument: With its venue, whose sessions are the axis.
        bars: Closing prices by symbol, oldest first; a missing symbol has none.

    Raises:
        InputError: if the venue is unknown or a bar is outside its calendar.
    """
    own = bars.get(instrument.symbol, ())
    days = session_dates(instrument.venue, own[0].session, own[-1].session) if own else ()
    returns = simple_returns(align_closes(own, days))
    if instrument.benchmark is None:
        return ReturnSeries(sessions=days, own=returns, market=np.zeros_like(returns))
    market = align_closes(bars.get(instrument.benchmark, ()), days)
    return ReturnSeries(sessions=days, own=returns, market=simple_returns(market))
