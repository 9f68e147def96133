"""The schema on both databases: migration, opening, moments, transactions."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, select, text

from core.errors import StoreError
from storage import runs
from storage.base import Base
from storage.database import open_store
from storage.migrate import upgrade
from storage.schema import RunRow
from tests.builders import utc


def execute(url, statement):
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_migration_makes_the_tables_of_the_models(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_upgrade_of_a_current_database_changes_nothing(url):
    upgrade(url)
    open_store(url).close()


def test_upgrade_of_a_bare_database(bare_url):
    upgrade(bare_url)
    open_store(bare_url).close()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        pytest.param(
            "UPDATE alembic_version SET version_num = '9999'",
            "the database is newer than this remous; upgrade remous",
            id="newer",
        ),
        pytest.param(
            "DELETE FROM alembic_version",
            "has no remous tables; run `remous db upgrade`",
            id="no revision",
        ),
        pytest.param(
            "DROP TABLE alembic_version",
            "has no remous tables; run `remous db upgrade`",
            id="somebody else's",
        ),
    ],
)
def test_schema_of_another_revision_is_refused(url, statement, message):
    execute(url, statement)
    with pytest.raises(StoreError) as error:
        open_store(url)
    assert str(error.value).endswith(message)


def test_newer_database_is_not_upgraded(url):
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer than this remous; upgrade remous"):
        upgrade(url)


def test_moments_come_back_as_they_went(store):
    paris = timezone(timedelta(hours=1))
    moment = datetime(2025, 1, 27, 22, 0, 0, 123456, tzinfo=paris)
    with store.transaction() as tx:
        runs.start(tx, "pull", moment)
    with store.reading() as tx:
        found = tx.scalars(select(RunRow.started_at)).one()
    assert (found, found.utcoffset()) == (moment, timedelta(0))


def test_naive_moment_is_refused(store):
    with pytest.raises(StoreError, match="has no time zone"), store.transaction() as tx:
        runs.start(tx, "pull", datetime(2025, 1, 27))  # noqa: DTZ001


def test_block_that_raises_writes_nothing(store):
    with suppress(ZeroDivisionError), store.transaction() as tx:
        runs.start(tx, "pull", utc(27))
        _ = 1 / 0
    with store.reading() as tx:
        assert tx.scalars(select(RunRow)).all() == []


def test_reading_sees_one_state_and_holds_up_no_writer(store):
    with store.reading() as reader:
        before = reader.scalars(select(RunRow.job)).all()
        with store.transaction() as writer:
            runs.start(writer, "pull", utc(27))
        after = reader.scalars(select(RunRow.job)).all()
    assert (before, after) == ([], [])


def test_second_writer_waits_for_the_first(url):
    first, second = open_store(url), open_store(url)
    with ThreadPoolExecutor() as pool:
        with first.transaction() as tx:
            runs.start(tx, "pull", utc(27))
            waiting = pool.submit(start_run, second, "score")
        waiting.result(timeout=20)
    with first.reading() as tx:
        assert sorted(tx.scalars(select(RunRow.job))) == ["pull", "score"]
    first.close()
    second.close()


def start_run(store, job):
    with store.transaction() as tx:
        return runs.start(tx, job, utc(27))


def test_error_of_a_statement_is_translated(store):
    with pytest.raises(StoreError, match=r"nope"), store.transaction() as tx:
        tx.execute(text("SELECT nope FROM runs"))


def test_reading_cannot_write(store):
    with pytest.raises(StoreError, match=r"read-?only"), store.reading() as tx:
        runs.start(tx, "pull", utc(27))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_moments_are_readable_text_in_sqlite(store):
    with store.transaction() as tx:
        runs.start(tx, "pull", utc(27, 21))
    with store.reading() as tx:
        found = tx.scalar(text("SELECT started_at FROM runs WHERE started_at > '2025-01-27 20'"))
    assert found == "2025-01-27 21:00:00.000000"
