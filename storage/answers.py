"""What the questions to either database have in common: limits, cells, errors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from core.errors import InputError
from core.query import Cell, QueryResult

#: The subject of errors in a question.
SUBJECT = "sql"
#: Not for people.
HIDDEN = {"alembic_version"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a question may cost."""

    rows: int
    seconds: float


def result(columns: Iterable[str], rows: Sequence[Sequence[object]], limits: Limits) -> QueryResult:
    """The answer, from up to one row more than the limit."""
    return QueryResult(
        columns=tuple(columns),
        rows=tuple(tuple(_cell(value) for value in row) for row in rows[: limits.rows]),
        truncated=len(rows) > limits.rows,
    )


def too_slow(limits: Limits) -> InputError:
    """The error of a question that was stopped."""
    remedy = "ask for less, or raise store.sql_seconds"
    return InputError(SUBJECT, f"stopped after {limits.seconds:g} s", remedy=remedy)


def no_such_table(problem: str, names: Iterable[str]) -> InputError:
    """The error of a question about a table that isn't there; `names` are those that are."""
    there = ", ".join(sorted(set(names) - HIDDEN))
    return InputError(SUBJECT, problem, remedy=f"tables and views: {there or 'none'}")


def wrong(problem: str) -> InputError:
    """The error of a question that can't be answered."""
    return InputError(SUBJECT, problem, remedy="ask with one SELECT")


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    return str(value)
