"""The kinds of claim: what is measured, in which unit it is stated.

Each kind has its own way to read the stated value, to say its rule in words, and to judge.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from market.returns import FloatArray, ReturnSeries

#: Points by which a daily return may be wrong: vendors differ by up to 0.023.
PRICE_ACCURACY = 0.03
#: Of a change of market value: shares outstanding are rounded, prices adjusted.
VALUE_TOLERANCE = 0.05

#: A stated value as read: one number, two, or a month as (year, month).
Stated = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One symbol's prices over the sessions that a claim is about."""

    symbol: str
    days: tuple[date, ...]
    #: The close before the window and those in it; all known.
    closes: FloatArray
    #: Returns over everything that is known of the symbol.
    history: ReturnSeries
    #: Outstanding; None if unknown.
    shares: float | None

    @property
    def percent(self) -> float:
        """Return over the whole window."""
        return float(100 * (self.closes[-1] / self.closes[0] - 1))

    @property
    def daily(self) -> FloatArray:
        """Return of each session in percent."""
        return np.asarray(100 * (self.closes[1:] / self.closes[:-1] - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How claims of one measure and unit are read and judged."""

    #: Raises ValueError or InvalidOperation if the text can't be read.
    read: Callable[[str], Stated]
    #: The rule in words.
    rule: Callable[[Stated], str]
    #: Whether it holds (None: can't be told), and the measured value or why there is none.
    judge: Callable[[Stated, Sequence[Window]], tuple[bool | None, str]]
    #: Whether it is about one symbol only.
    single: bool = True


def kinds() -> dict[tuple[str, str], Kind]:
    """All kinds of claim by measure and unit."""
    return {
        ("return", "percent"): Kind(read=_number, rule=_near_rule, judge=_near),
        ("mean_return", "percent"): Kind(read=_number, rule=_near_rule, judge=_near, single=False),
        ("return", "percent_at_least"): Kind(
            read=_number, rule=_at_least_rule, judge=_at_least, single=False
        ),
        ("return", "percent_range"): Kind(
            read=_range, rule=_range_rule, judge=_in_range, single=False
        ),
        ("return", "percent_below"): Kind(
            read=_number, rule=_below_rule, judge=_below, single=False
        ),
        ("largest_fall_since", "month"): Kind(read=_month, rule=_fall_rule, judge=_largest_fall),
        ("market_value_change", "billion_usd"): Kind(
            read=_number, rule=_value_rule, judge=_market_value
        ),
    }


def _number(text: str) -> Stated:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return (value,)


def _range(text: str) -> Stated:
    first, second = (Decimal(part) for part in text.split(".."))
    return min(first, second), max(first, second)


def _month(text: str) -> Stated:
    day = date.fromisoformat(f"{text}-01")
    return Decimal(day.year), Decimal(day.month)


def _tolerance(stated: Stated) -> float:
    """Half a unit of the last digit, and the accuracy of the prices; in points."""
    exponent = min(int(value.as_tuple().exponent) for value in stated)
    return 0.5 * 10.0 ** min(exponent, 0) + PRICE_ACCURACY


def _near_rule(stated: Stated) -> str:
    return f"{stated[0]} % ± {_tolerance(stated):g} points"


def _near(stated: Stated, windows: Sequence[Window]) -> tuple[bool, str]:
    mean = float(np.mean([window.percent for window in windows]))
    of = f" (mean of {len(windows)})" if len(windows) > 1 else ""
    return abs(mean - float(stated[0])) <= _tolerance(stated), _percent(mean) + of


def _at_least_rule(stated: Stated) -> str:
    return f"one session {'≥' if stated[0] > 0 else '≤'} {stated[0]} %"


def _at_least(stated: Stated, windows: Sequence[Window]) -> tuple[bool, str]:
    sign = 1 if stated[0] > 0 else -1
    holds, told = [], []
    for window in windows:
        best = int(np.argmax(sign * window.daily))
        holds.append(sign * window.daily[best] >= abs(float(stated[0])))
        day = f" ({window.days[best]})" if len(window.days) > 1 else ""
        told.append((window.symbol, _percent(window.daily[best]) + day))
    return all(holds), _told(told)


def _range_rule(stated: Stated) -> str:
    return f"each in {stated[0]} .. {stated[1]} % ± {_tolerance(stated):g} points"


def _in_range(stated: Stated, windows: Sequence[Window]) -> tuple[bool, str]:
    low, high = float(stated[0]) - _tolerance(stated), float(stated[1]) + _tolerance(stated)
    return all(low <= w.percent <= high for w in windows), _all(windows)


def _below_rule(stated: Stated) -> str:
    return f"each below {stated[0]} %"


def _below(stated: Stated, windows: Sequence[Window]) -> tuple[bool, str]:
    return all(w.percent < stated[0] for w in windows), _all(windows)


def _fall_rule(stated: Stated) -> str:
    return f"no larger fall after {_month_text(stated)}"


def _largest_fall(stated: Stated, windows: Sequence[Window]) -> tuple[bool | None, str]:
    [window] = windows
    fall, since = window.percent, (int(stated[0]), int(stated[1]))
    history = zip(window.history.sessions, 100 * window.history.own, strict=True)
    between = [
        (day, float(move))
        for day, move in history
        if since < (day.year, day.month) and day < window.days[0]
    ]
    larger = [f"{_percent(move)} ({day})" for day, move in between if move <= fall]
    unknown = [f"no return known on {day}" for day, move in between if np.isnan(move)]
    if fall >= 0:
        return False, _percent(fall)
    if larger:
        return False, ", ".join([_percent(fall), *larger[:1]])
    begins = window.history.sessions[0]
    if since < (begins.year, begins.month):
        return None, f"{_percent(fall)}, prices begin on {begins}"
    return None if unknown else True, ", ".join([_percent(fall), *unknown[:1]])


def _value_rule(stated: Stated) -> str:
    return f"{stated[0]} billion USD ± {100 * VALUE_TOLERANCE:g} %; shares outstanding × close"


def _market_value(stated: Stated, windows: Sequence[Window]) -> tuple[bool | None, str]:
    [window] = windows
    if window.shares is None:
        return None, f"shares outstanding of {window.symbol} unknown"
    change = float(window.shares * (window.closes[-1] - window.closes[0])) / 1e9
    near = abs(change - float(stated[0])) <= VALUE_TOLERANCE * abs(float(stated[0]))
    return near, f"about {change:.0f} billion USD"


def _month_text(stated: Stated) -> str:
    return f"{stated[0]}-{int(stated[1]):02}"


def _percent(value: float) -> str:
    return f"{value:+.2f} %"


def _all(windows: Sequence[Window]) -> str:
    return _told([(window.symbol, _percent(window.percent)) for window in windows])


def _told(values: Sequence[tuple[str, str]]) -> str:
    """Values with their symbols, or alone when there is one."""
    if len(values) == 1:
        return values[0][1]
    return ", ".join(f"{symbol} {value}" for symbol, value in values)
