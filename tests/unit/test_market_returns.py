"""Returns against values worked out by hand and the published moves of January 2025."""

import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.prices import Bar, Instrument
from market.prices import read_instruments, read_prices
from market.returns import log_returns, return_series, simple_returns

REFERENCE = Path(__file__).parents[2] / "jobs" / "reference" / "deepseek"
NAN = math.nan


def instrument(symbol: str, venue: str = "XNYS", benchmark: str | None = None) -> Instrument:
    return Instrument(
        symbol=symbol, name=symbol, kind="equity", venue=venue, currency="USD", benchmark=benchmark
    )


def bars(symbol: str, closes: dict[str, float]) -> tuple[Bar, ...]:
    return tuple(
        Bar(symbol=symbol, session=date.fromisoformat(day), close=close, volume=None)
        for day, close in closes.items()
    )


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        pytest.param(simple_returns, [NAN, 0.25, -0.2, NAN, NAN], id="simple"),
        pytest.param(log_returns, [NAN, math.log(1.25), math.log(0.8), NAN, NAN], id="log"),
    ],
)
def test_no_return_spans_a_gap(returns, expected):
    np.testing.assert_allclose(returns(np.array([8.0, 10.0, 8.0, NAN, 9.0])), expected)


def test_series_follows_the_sessions_of_the_venue():
    closes = {"2025-01-23": 100.0, "2025-01-24": 110.0, "2025-01-28": 99.0}
    series = return_series(instrument("A"), {"A": bars("A", closes)})
    assert [day.day for day in series.sessions] == [23, 24, 27, 28]
    np.testing.assert_allclose(series.own, [NAN, 0.1, NAN, NAN])
    np.testing.assert_allclose(series.market, [0, 0, 0, 0])


def test_market_return_is_of_the_same_days():
    # Frankfurt was closed on 24, 25 and 26 December 2024; Amsterdam only on 25 and 26.
    days = ["2024-12-20", "2024-12-23", "2024-12-24", "2024-12-27", "2024-12-30"]
    own = dict(zip(days, [100.0, 101.0, 102.0, 103.0, 104.0], strict=True))
    market = {day: 2 * close for day, close in own.items() if day != "2024-12-24"}
    table = {"A": bars("A", own), "M": bars("M", market)}
    series = return_series(instrument("A", "XAMS", "M"), table)
    np.testing.assert_allclose(series.market, [NAN, 0.01, NAN, NAN, 1 / 103], rtol=1e-12)


@pytest.mark.parametrize(
    "table",
    [
        pytest.param({}, id="unknown symbol"),
        pytest.param({"A": ()}, id="no bars"),
    ],
)
def test_no_prices(table):
    assert return_series(instrument("A", benchmark="M"), table).sessions == ()


def test_no_prices_of_the_benchmark():
    series = return_series(
        instrument("A", benchmark="M"), {"A": bars("A", {"2025-01-23": 1.0, "2025-01-24": 2.0})}
    )
    np.testing.assert_allclose(series.market, [NAN, NAN])


@pytest.mark.parametrize(
    ("symbol", "day", "percent"),
    [
        pytest.param(symbol, day, percent, id=f"{symbol} {day}")
        for symbol, day, percent in [
            ("NVDA", "2025-01-27", -16.97),
            ("NVDA", "2025-01-28", 8.93),
            ("AVGO", "2025-01-27", -17.40),
            ("^SOX", "2025-01-27", -9.15),
            ("AMD", "2025-01-27", -6.37),
            ("^IXIC", "2025-01-27", -3.07),
            ("^GSPC", "2025-01-27", -1.46),
            ("VST", "2025-01-27", -28.27),
            ("SU.PA", "2025-01-27", -9.48),
            ("AAPL", "2025-01-27", 3.18),
            ("CRM", "2025-01-27", 3.96),
        ]
    ],
)
def test_published_moves(symbol, day, percent):
    known = {i.symbol: i for i in read_instruments(REFERENCE / "instruments.csv")}
    table = read_prices(REFERENCE / "prices.csv", tuple(known.values()))
    series = return_series(known[symbol], table.bars)
    found = series.own[series.sessions.index(date.fromisoformat(day))]
    assert round(100 * float(found), 2) == percent
