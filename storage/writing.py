"""Bulk writes that are safe to repeat, the same on both databases."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult

from storage.base import Base
from storage.database import Transaction

T = TypeVar("T")

#: A row to write, by column.
Values = Mapping[str, Any]

#: Values in one IN (...): far below what either database takes.
CHUNK = 500


def insert_new(tx: Transaction, model: type[Base], rows: Sequence[Values]) -> int:
    """Insert the rows whose natural key isn't there yet; the others stay as they stand.

    Returns:
        How many rows were inserted.
    """
    if not rows:
        return 0
    statement = _insert(tx, model).on_conflict_do_nothing().inline()
    result = tx.execute(statement, rows, execution_options={"preserve_rowcount": True})
    return cast("CursorResult[Any]", result).rowcount


def insert_returning(
    tx: Transaction, model: type[Base], rows: Sequence[Values], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Like `insert_new`, but gives these columns of the rows that were inserted, in no order."""
    if not rows:
        return []
    statement = _insert(tx, model).on_conflict_do_nothing()
    returned = [model.__table__.c[name] for name in columns]
    return [tuple(row) for row in tx.execute(statement.returning(*returned), rows)]


def upsert(tx: Transaction, model: type[Base], rows: Sequence[Values], key: str) -> None:
    """Insert rows or, where the key is there, overwrite the other columns given."""
    if not rows:
        return
    statement = _insert(tx, model)
    changes = {name: statement.excluded[name] for name in rows[0] if name != key}
    tx.execute(statement.on_conflict_do_update(index_elements=[key], set_=changes), rows)


def in_chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in runs short enough for one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _insert(tx: Transaction, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    table = cast("Table", model.__table__)
    if tx.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
