"""Bring a database to the schema of this code, and tell how far it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from core.errors import StoreError
from storage.engine import make_engine, parse_url, safe_url, translated

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(url: str) -> None:
    """Create the tables and views, or bring them up to date, in one transaction.

    Raises:
        StoreError: if the database can't be reached or is newer than this code.
    """
    parts = parse_url(url)
    engine = make_engine(parts)
    try:
        with translated(parts), engine.begin() as connection:
            if _is_newer(connection):
                raise _newer_error(safe_url(parts))
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def check_revision(connection: Connection, name: str) -> None:
    """Make sure that the database has the schema of this code.

    Raises:
        StoreError: if it is older or newer; `name` is its subject.
    """
    if _is_newer(connection):
        raise _newer_error(name)
    if (found := _revision(connection)) != _scripts().get_current_head():
        problem = "has an older schema" if found else "has no remous tables"
        raise StoreError(name, problem, remedy="run `remous db upgrade`")


def _is_newer(connection: Connection) -> bool:
    """Whether the database's revision is one that this code doesn't know."""
    known = {script.revision for script in _scripts().walk_revisions()}
    return _revision(connection) not in known | {None}


def _newer_error(name: str) -> StoreError:
    """The error of a database written by a later version."""
    return StoreError(name, "the database is newer than this remous", remedy="upgrade remous")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(_MIGRATIONS)


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    # Config files treat % as a reference.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
