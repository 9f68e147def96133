"""Answer a user's SQL question without any way of changing the database."""

from core.query import QueryResult
from storage import query_postgresql, query_sqlite
from storage.answers import Limits
from storage.engine import parse_url

_ASK = {"sqlite": query_sqlite.ask, "postgresql": query_postgresql.ask}


def run_query(url: str, sql: str, *, max_rows: int, seconds: float) -> QueryResult:
    """The answer to one SELECT, moments in UTC.

    Args:
        url: SQLAlchemy URL of the database.
        sql: One statement in the database's own dialect.
        max_rows: Rows to give at most; more make the result `truncated`.
        seconds: Time after which the database is stopped.

    Raises:
        InputError: if it isn't one SELECT, is wrong, or takes too long.
        StoreError: if the database can't be reached.
    """
    parts = parse_url(url)
    return _ASK[parts.get_backend_name()](parts, sql, Limits(rows=max_rows, seconds=seconds))
