"""Open the store and run transactions on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import URL, Engine
from sqlalchemy.orm import Session

from core.errors import StoreError
from storage.engine import make_engine, parse_url, safe_url, translated
from storage.migrate import check_revision

#: What the functions of this folder take first.
Transaction: TypeAlias = Session

_READING: dict[str, dict[str, Any]] = {
    "sqlite": {"read_only": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


class Store:
    """A database with the schema of this code; make one with `open_store`."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url = url
        self._engine = engine

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Everything in the block is written, or, if it raises, nothing is.

        SQLite has one writer: a second one waits for the first.

        Raises:
            StoreError: in place of any error of the database.
        """
        with translated(self._url), Session(self._engine) as tx, tx.begin():
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that sees one state throughout, holds up no writer and writes nothing.

        Raises:
            StoreError: in place of any error of the database.
        """
        options = _READING[self._engine.dialect.name]
        engine = self._engine.execution_options(**options)
        with translated(self._url), Session(engine) as tx, tx.begin():
            yield tx

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def open_store(url: str) -> Store:
    """Open the database at an SQLAlchemy URL.

    Raises:
        StoreError: if it can't be reached, or its schema isn't the one of this code.
    """
    parts = parse_url(url)
    name = safe_url(parts)
    # SQLite would create the file.
    if parts.get_backend_name() == "sqlite" and not Path(parts.database or "").is_file():
        raise StoreError(name, "there is no such database", remedy="run `remous db upgrade`")
    engine = make_engine(parts)
    try:
        with translated(parts), engine.connect() as connection:
            check_revision(connection, name)
    except StoreError:
        engine.dispose()
        raise
    return Store(parts, engine)
