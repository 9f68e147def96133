"""Databases that can't be reached or aren't databases, in words."""

from contextlib import closing

import pytest

from core.errors import StoreError
from storage import runs
from storage.database import open_store
from storage.migrate import upgrade
from storage.query import run_query
from tests.builders import utc


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("remous.db", "store.url: not a database URL; give one such as", id="a path"),
        pytest.param("mysql://host/x", "mysql://host/x: neither SQLite nor", id="another database"),
        pytest.param("sqlite://", "sqlite://: a database in memory", id="memory"),
        pytest.param("sqlite:///:memory:", "a database in memory", id="memory, named"),
        pytest.param("postgresql+nosuch://host/x", "no driver", id="no driver"),
        pytest.param("sqlite:////no/such/folder/x.db", "unable to open", id="no folder"),
        pytest.param(
            "postgresql://me:secret@127.0.0.1:1/x?password=secret",
            r"postgresql://me:\*\*\*@127.0.0.1:1/x: .*; check that the database exists",
            id="nobody there",
        ),
    ],
)
def test_unusable(url, message):
    with pytest.raises(StoreError, match=message) as error:
        upgrade(url)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(open_store, id="open"),
        pytest.param(lambda url: run_query(url, "SELECT 1", max_rows=1, seconds=1), id="ask"),
    ],
)
@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("sqlite:////no/such/x.db", "no such database; run `remous db", id="no file"),
        pytest.param("postgresql://me@127.0.0.1:1/x", "check that the database", id="no server"),
    ],
)
def test_unreachable(use, url, message):
    with pytest.raises(StoreError, match=message):
        use(url)


def test_closed_store_is_one_file(tmp_path):
    url = f"sqlite:///{tmp_path / 'remous.db'}"
    upgrade(url)
    store = open_store(url)
    with store.transaction() as tx:
        runs.start(tx, "pull", utc(27))
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["remous.db"]


def test_second_writer_gives_up_in_the_end(tmp_path):
    url = f"sqlite:///{tmp_path / 'remous.db'}?timeout=0.05"
    upgrade(url)
    with (
        closing(open_store(url)) as first,
        closing(open_store(url)) as second,
        first.transaction() as tx,
    ):
        runs.start(tx, "pull", utc(27))
        error = write_in_vain(second)
    assert str(error).endswith("database is locked; another process is writing; try again later")


def write_in_vain(store):
    with pytest.raises(StoreError) as error, store.transaction() as tx:
        runs.start(tx, "score", utc(27))
    return error.value
