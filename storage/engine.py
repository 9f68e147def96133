"""How each database is reached, and what its errors mean to a user."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import StoreError

#: Seconds that SQLite waits for another writer (unless the URL says `?timeout=`), and
#: PostgreSQL for an answer at connection.
PATIENCE = 30
_EXAMPLES = "give one such as sqlite:///remous.db or postgresql://user@host/name"


def parse_url(url: str) -> URL:
    """The parts of a database URL.

    Raises:
        StoreError: if it isn't one, or names a database that remous doesn't keep.
    """
    try:
        parts = make_url(url)
    except ArgumentError as e:
        raise StoreError("store.url", "not a database URL", remedy=_EXAMPLES) from e
    if parts.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(safe_url(parts), "neither SQLite nor PostgreSQL", remedy=_EXAMPLES)
    if parts.get_backend_name() == "sqlite" and parts.database in (None, "", ":memory:"):
        raise StoreError(safe_url(parts), "a database in memory can't be kept", remedy=_EXAMPLES)
    return parts


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file, in which no character of the path has a meaning of its own."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def safe_url(url: URL) -> str:
    """A URL for people and logs: without its password."""
    return url.difference_update_query(["password"]).render_as_string(hide_password=True)


def make_engine(url: URL) -> Engine:
    """An engine with the settings that each database needs; nothing is opened yet.

    With the execution option `read_only` a transaction on SQLite can't write and holds up
    no writer.

    Raises:
        StoreError: if the driver isn't installed.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    try:
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": PATIENCE})
    except (ModuleNotFoundError, NoSuchModuleError) as e:
        remedy = "install it: pip install 'remous[postgresql]'"
        raise StoreError(safe_url(url), f"no driver ({e})", remedy=remedy) from e


def _sqlite_engine(url: URL) -> Engine:
    patience = {} if "timeout" in url.query else {"timeout": PATIENCE}
    engine = create_engine(url, connect_args=patience)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # The driver begins late and only before some statements; _begin_sqlite does it instead.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that begins as a reader fails at once, without waiting, if another wrote since.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {read_only:d}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn the database's errors into ours, in this block.

    Raises:
        StoreError: in place of any error of SQLAlchemy.
    """
    try:
        yield
    except DBAPIError as e:
        problem = " ".join(str(e.orig).split())
        raise StoreError(safe_url(url), problem, remedy=_remedy(e)) from e
    except SQLAlchemyError as e:
        raise StoreError(safe_url(url), str(e).splitlines()[0]) from e


def _remedy(error: DBAPIError) -> str:
    if isinstance(error, IntegrityError):
        return "store what the row refers to first"
    if "locked" in str(error.orig):
        return "another process is writing; try again later"
    if isinstance(error, OperationalError | InterfaceError):
        return "check that the database exists, is running and may be written"
    return ""
