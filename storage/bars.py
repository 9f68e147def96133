"""Closing values, as each source gave them and when."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from core.prices import Bar
from storage.database import Transaction
from storage.schema import BarRow
from storage.writing import in_chunks, insert_new


def put_bars(tx: Transaction, bars: Iterable[Bar], *, source: str, as_of: datetime) -> int:
    """Keep bars as `source` gives them at `as_of`; what it gave before isn't repeated.

    The symbols must be instruments of the store.

    Returns:
        How many are new or differ from what the source gave last.
    """
    given = list(bars)
    last = {
        (row.symbol, row.session): (row.close, row.volume)
        for chunk in in_chunks(sorted({bar.symbol for bar in given}))
        for row in tx.execute(_latest(chunk, as_of, BarRow.source == source))
    }
    rows = [
        {
            "symbol": bar.symbol,
            "session": bar.session,
            "source": source,
            "as_of": as_of,
            "close": bar.close,
            "volume": bar.volume,
        }
        for bar in given
        if last.get((bar.symbol, bar.session)) != (bar.close, bar.volume)
    ]
    return insert_new(tx, BarRow, rows)


def bars(
    tx: Transaction, symbols: Sequence[str], *, first: date, last: date, as_of: datetime
) -> dict[str, tuple[Bar, ...]]:
    """By symbol, the bars of sessions `first` to `last`, both included, oldest first.

    Each as it was known at `as_of`; a symbol without bars isn't in the answer.
    """
    found: dict[str, list[Bar]] = defaultdict(list)
    for chunk in in_chunks(symbols):
        for row in tx.execute(_latest(chunk, as_of, BarRow.session.between(first, last))):
            found[row.symbol].append(Bar(**row._mapping))
    return {symbol: tuple(found[symbol]) for symbol in symbols if symbol in found}


def _latest(
    symbols: Sequence[str], as_of: datetime, *conditions: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """The bar of each symbol and session that was given last, by session."""
    nth = func.row_number().over(
        partition_by=(BarRow.symbol, BarRow.session),
        order_by=(BarRow.as_of.desc(), BarRow.source),
    )
    given = (
        select(BarRow.symbol, BarRow.session, BarRow.close, BarRow.volume, nth.label("nth"))
        .where(BarRow.symbol.in_(symbols), BarRow.as_of <= as_of, *conditions)
        .subquery()
    )
    return (
        select(given.c.symbol, given.c.session, given.c.close, given.c.volume)
        .where(given.c.nth == 1)
        .order_by(given.c.session)
    )
