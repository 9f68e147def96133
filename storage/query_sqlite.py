"""Questions to SQLite: the file is opened read-only, and only reading is authorised."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from core.errors import RemousError, StoreError
from core.query import QueryResult
from storage.answers import Limits, no_such_table, result, too_slow, wrong
from storage.engine import PATIENCE, safe_url

_READING = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
#: Errors of the question rather than of the database; SQLITE_SCHEMA is a refused CREATE.
_OF_THE_QUESTION = {"SQLITE_ERROR", "SQLITE_AUTH", "SQLITE_SCHEMA", "SQLITE_TOOBIG"}
#: Instructions of SQLite's machine between two looks at the clock.
_STEPS = 10_000


def ask(url: URL, sql: str, limits: Limits) -> QueryResult:
    """The answer to one SELECT; raises as `storage.query.run_query` does."""
    path = Path(url.database or "")
    if not path.is_file():
        remedy = "run `remous db upgrade`"
        raise StoreError(safe_url(url), "there is no such database", remedy=remedy)
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE)) as connection:
        try:
            return _answer(connection, sql, limits)
        except sqlite3.Error as e:
            raise _explained(e, url, limits, connection) from e


def _answer(connection: sqlite3.Connection, sql: str, limits: Limits) -> QueryResult:
    deadline = time.monotonic() + limits.seconds
    connection.set_authorizer(_authorise)
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    cursor = connection.execute(sql)
    if cursor.description is None:
        raise wrong("no question")
    rows = cursor.fetchmany(limits.rows + 1)
    return result((column[0] for column in cursor.description), rows, limits)


def _authorise(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _explained(
    error: sqlite3.Error, url: URL, limits: Limits, connection: sqlite3.Connection
) -> RemousError:
    # The driver's own errors, such as that of a second statement, have no name.
    name = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
    if name == "SQLITE_INTERRUPT":
        return too_slow(limits)
    if name not in _OF_THE_QUESTION:
        return StoreError(safe_url(url), str(error))
    if "no such table" in str(error):
        return no_such_table(str(error), _names(connection))
    return wrong(str(error))


def _names(connection: sqlite3.Connection) -> list[str]:
    sql = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    return [name for (name,) in connection.execute(sql)]
