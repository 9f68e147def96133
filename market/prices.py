"""Instruments and closing prices from files, checked before anything is computed.

What makes the file ambiguous stops the reading with file and line. What is wrong with one
instrument is told in `PriceTable.problems`, and the reading goes on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from core.errors import InputError
from core.prices import Bar, Instrument
from market.calendar import FIRST_DAY, VENUES, session_dates
from market.tables import Row, read_rows

INSTRUMENT_COLUMNS = ("symbol", "name", "kind", "venue", "currency", "benchmark")
PRICE_COLUMNS = ("symbol", "session", "close", "volume")
KINDS = ("equity", "etf", "index", "crypto", "fx")

#: A move of one session beyond which an unadjusted split is likelier than news.
JUMP = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTable:
    """Checked closing prices."""

    #: By symbol, oldest first, one per session of the instrument's venue at most; every
    #: instrument has an entry, if an empty one.
    bars: Mapping[str, tuple[Bar, ...]]
    #: In words, each with its instrument and date.
    problems: tuple[str, ...]


def read_instruments(path: Path) -> tuple[Instrument, ...]:
    """Read the instruments of a case, in the order of the file.

    Raises:
        InputError: if the file can't be read, or a line has an unknown kind, venue or
            benchmark or repeats a symbol.
    """
    rows: dict[str, Row] = {}
    for row in read_rows(path, INSTRUMENT_COLUMNS):
        if (symbol := row.text("symbol")) in rows:
            raise row.error(f"{symbol} is already on line {rows[symbol].line}")
        rows[symbol] = row
    if not rows:
        raise InputError(path, "no instruments", remedy="give one row per instrument")
    return tuple(_instrument(row, rows) for row in rows.values())


def _instrument(row: Row, known: Mapping[str, Row]) -> Instrument:
    symbol, benchmark = row.text("symbol"), row.cells["benchmark"] or None
    for column, values in (("kind", KINDS), ("venue", VENUES)):
        if (value := row.text(column)) not in values:
            remedy = f"known: {', '.join(values)}"
            raise row.error(f"{symbol} has the unknown {column} {value!r}", remedy=remedy)
    if benchmark == symbol or (benchmark and benchmark not in known):
        raise row.error(
            f"{symbol} has the unknown benchmark {benchmark!r}",
            remedy="name another symbol of the file, or none",
        )
    return Instrument(
        symbol=symbol,
        name=row.text("name"),
        kind=row.text("kind"),
        venue=row.text("venue"),
        currency=row.text("currency"),
        benchmark=benchmark,
    )


def read_prices(path: Path, instruments: Sequence[Instrument]) -> PriceTable:
    """Read the closing prices of the instruments.

    A row outside the known sessions of its venue is dropped, and so are rows of other
    symbols: a file may cover more than the case. Both are told.

    Raises:
        InputError: if the file can't be read, or a line has no valid date, close or volume
            or repeats a symbol and session.
    """
    read = _bars_by_symbol(path)
    bars, problems = {}, []
    for instrument in instruments:
        kept, said = _check(instrument, read.pop(instrument.symbol, []))
        bars[instrument.symbol] = kept
        problems += said
    problems += [
        f"{symbol}: {len(rest)} rows from {rest[0].session} dropped, it is not an instrument"
        for symbol, rest in read.items()
    ]
    return PriceTable(bars=bars, problems=tuple(problems))


def _bars_by_symbol(path: Path) -> dict[str, list[Bar]]:
    lines: dict[tuple[str, date], int] = {}
    bars: dict[str, list[Bar]] = {}
    for row in read_rows(path, PRICE_COLUMNS):
        bar = _bar(row)
        key = bar.symbol, bar.session
        if key in lines:
            raise row.error(f"{bar.symbol} on {bar.session} is already on line {lines[key]}")
        lines[key] = row.line
        bars.setdefault(bar.symbol, []).append(bar)
    if not bars:
        raise InputError(path, "no prices", remedy="give one row per symbol and session")
    return bars


def _bar(row: Row) -> Bar:
    symbol, session, close = row.text("symbol"), row.day("session"), row.number("close")
    volume = row.number("volume") if row.cells["volume"] else None
    if close <= 0:
        raise row.error(f"{symbol} on {session} has the close {close:g}, not above zero")
    if volume is not None and volume < 0:
        raise row.error(f"{symbol} on {session} has the volume {volume:g}, below zero")
    return Bar(symbol=symbol, session=session, close=close, volume=volume)


def _check(instrument: Instrument, bars: Sequence[Bar]) -> tuple[tuple[Bar, ...], list[str]]:
    """Keep the bars on sessions of the venue, oldest first, and say what is wrong."""
    symbol = instrument.symbol
    if not bars:
        return (), [f"{symbol}: no prices"]
    days = sorted(bar.session for bar in bars)
    expected = session_dates(instrument.venue, max(days[0], FIRST_DAY), max(days[-1], FIRST_DAY))
    on_session = set(expected)
    kept = sorted((b for b in bars if b.session in on_session), key=lambda b: b.session)
    problems = []
    if extra := [day for day in days if day not in on_session]:
        problems.append(f"{symbol}: dropped, no session of {instrument.venue}: {_days(extra)}")
    if gaps := _gaps(expected, kept):
        problems.append(f"{symbol}: no price on {_days(gaps)}")
    problems += [f"{symbol}: {jump}" for jump in _jumps(expected, kept)]
    return tuple(kept), problems


def _gaps(expected: Iterable[date], bars: Sequence[Bar]) -> list[date]:
    present = {bar.session for bar in bars}
    return [day for day in expected if day not in present]


def _jumps(expected: Sequence[date], bars: Sequence[Bar]) -> Iterator[str]:
    """Moves above `JUMP` between neighbouring sessions."""
    position = {day: i for i, day in enumerate(expected)}
    for before, bar in pairwise(bars):
        move = bar.close / before.close - 1
        if abs(move) > JUMP and position[bar.session] - position[before.session] == 1:
            yield f"moved by {100 * move:+.1f} % on {bar.session}; check for an unadjusted split"


def _days(days: Sequence[date]) -> str:
    shown = ", ".join(map(str, days[:3]))
    return shown if len(days) <= 3 else f"{shown} and {len(days) - 3} more"
