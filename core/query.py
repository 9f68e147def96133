"""The answer to a user's SQL question, as a value."""

from dataclasses import dataclass

#: Moments, dates and other types come as text, UTC, as SQLite shows them.
Cell = str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """A table of answers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    #: Whether there were more rows than were asked for.
    truncated: bool
