"""Questions in SQL on both databases, the views they are asked of, and what is refused."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from core.errors import InputError, StoreError
from core.news import Verdict
from core.query import QueryResult
from core.signals import Unscored
from storage import articles, feeds, instruments, runs, scores, signals
from storage.query import run_query
from storage.schema import RunRow
from tests.builders import (
    MODEL,
    article,
    decision,
    feed_spec,
    fetch_record,
    instrument,
    mention,
    score,
    signal,
    utc,
)

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
POSTGRESQL = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


def ask(url, sql, *, max_rows=100, seconds=10):
    return run_query(url, sql, max_rows=max_rows, seconds=seconds)


@pytest.fixture
def one_run(store):
    with store.transaction() as tx:
        runs.start(tx, "pull", utc(27, 21))


@pytest.fixture
def story(store):
    """Two articles, one corrected and scored twice, one a copy; two signals of one session."""
    with store.transaction() as tx:
        feed = feeds.put_feed(tx, feed_spec("en"))
        feeds.record_check(tx, fetch_record(feed, outcome="timeout", failed=True))
        articles.apply(tx, [decision(article("first"))])
        [known] = articles.known(tx, [article("first")])
        copy = decision(article("first", guid="copy"), Verdict.DUPLICATE, known=known)
        change = decision(article("second"), Verdict.CHANGED, known=known, known_at=utc(27, 15))
        articles.apply(tx, [copy, change])
        one, two = (a.version_id for a in articles.unscored(tx, MODEL.revision, 9))
        results = [(one, Unscored(reason="empty")), (two, score(-0.5, (mention(), -0.75)))]
        scores.put_scores(tx, results, model=MODEL, scored_at=utc(28))
        later = replace(MODEL, revision="next")
        scores.put_scores(tx, [(two, score(0.25))], model=later, scored_at=utc(29))
        instruments.put_instruments(tx, [instrument("NVDA", name="Nvidia")])
        computed = [signal(as_of=utc(27, 15), sentiment=0.5, articles=1), signal()]
        signals.put_signals(tx, computed, computed_at=utc(28), revision=MODEL.revision)


# Answers


@pytest.mark.parametrize(
    ("sql", "row"),
    [
        pytest.param("SELECT 1, 'a', NULL", (1, "a", None), id="plain"),
        pytest.param("SELECT 1; -- what else", (1,), id="with its semicolon"),
        pytest.param("SELECT '%s' || ':x'", ("%s:x",), id="marks of parameters"),
        pytest.param("WITH a(b) AS (SELECT 2) SELECT b FROM a", (2,), id="a common table"),
        pytest.param("SELECT job, started_at FROM runs", ("pull", "2025-01-27 21:00:00.000000")),
        pytest.param("SELECT avg(id) FROM runs", (1.0,), id="a mean"),
    ],
)
def test_answer(url, one_run, sql, row):
    assert ask(url, sql).rows == (row,)


@POSTGRESQL
def test_types_that_sqlite_has_not(url):
    sql = "SELECT true, DATE '2025-01-27', 1.5::numeric, '\\x6869'::bytea, ARRAY[1, 2]"
    assert ask(url, sql).rows == ((True, "2025-01-27", 1.5, "hi", "[1, 2]"),)


@pytest.mark.parametrize(
    ("max_rows", "expected"),
    [
        pytest.param(1, ([(1,)], True), id="fewer"),
        pytest.param(2, ([(1,), (2,)], False), id="just as many"),
        pytest.param(3, ([(1,), (2,)], False), id="more"),
    ],
)
def test_row_limit(url, max_rows, expected):
    answer = ask(url, "SELECT 1 AS n UNION ALL SELECT 2 ORDER BY n", max_rows=max_rows)
    rows, truncated = expected
    assert answer == QueryResult(columns=("n",), rows=tuple(rows), truncated=truncated)


def test_time_limit(url):
    with pytest.raises(InputError, match=r"sql: stopped after 0\.2 s; ask for less"):
        ask(url, ENDLESS, seconds=0.2)


# Refusals


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("INSERT INTO runs (job, started_at) VALUES ('x', '2025-01-01')", id="insert"),
        pytest.param("UPDATE runs SET job = 'x'", id="update"),
        pytest.param("DELETE FROM runs", id="delete"),
        pytest.param("DROP TABLE runs", id="drop"),
        pytest.param("CREATE TABLE x (a int)", id="create"),
        pytest.param("CREATE TEMP TABLE x (a int)", id="create temporary"),
        pytest.param("SELECT 1; DROP TABLE runs", id="second statement"),
        pytest.param("SELECT 1; COMMIT; DELETE FROM runs", id="second and third"),
        pytest.param("COMMIT", id="commit"),
        pytest.param("BEGIN", id="begin"),
        pytest.param("PRAGMA query_only = 0", id="pragma"),
        pytest.param("ATTACH 'x.db' AS x", id="attach"),
        pytest.param("VACUUM", id="vacuum"),
        pytest.param("COPY runs TO '/tmp/remous-copy'", id="copy to a file"),
        pytest.param("COPY runs TO PROGRAM 'true'", id="copy to a program"),
        pytest.param("SET transaction_read_only = off", id="set"),
        pytest.param("DO $$ BEGIN DELETE FROM runs; END $$", id="do"),
        pytest.param("SELECT * INTO x FROM runs", id="select into"),
        pytest.param("SELECT load_extension('x')", id="load extension"),
        pytest.param("WITH a AS (SELECT 1) DELETE FROM runs", id="with, then delete"),
        pytest.param("WITH a AS (DELETE FROM runs RETURNING id) SELECT * FROM a", id="with delete"),
        pytest.param(
            "WITH a AS (INSERT INTO runs (job, started_at) VALUES ('x', now()) RETURNING id)"
            " SELECT * FROM a",
            id="with insert",
        ),
        pytest.param("SELECT setval('runs_id_seq', 99)", id="sequence"),
        pytest.param("SELECT set_config('transaction_read_only', 'off', false)", id="set_config"),
        pytest.param("", id="nothing"),
        pytest.param("-- nothing", id="a comment"),
        pytest.param("SELECT FROM WHERE", id="not SQL"),
        pytest.param("SELECT nope FROM runs", id="no such column"),
    ],
)
def test_refused(url, store, one_run, sql):
    with pytest.raises(InputError, match=r"^sql: .*; ask with one SELECT$"):
        ask(url, sql)
    with store.reading() as tx:
        assert tx.execute(select(RunRow.job, func.count()).group_by(RunRow.job)).all() == [
            ("pull", 1)
        ]


def test_no_such_table_lists_those_that_are(url):
    with pytest.raises(InputError) as error:
        ask(url, "SELECT * FROM nope")
    assert "nope" in error.value.problem
    assert error.value.remedy == (
        "tables and views: aliases, article_versions, articles, associations, bars, digests, "
        "effects, feed_health, feeds, fetches, instruments, latest_scores, mentions, news, runs, "
        "scores, signals, studies, study_tests, ticker_day"
    )


def test_no_such_table_where_there_are_none(bare_url, backend):
    if backend == "sqlite":
        with pytest.raises(StoreError, match="there is no such database; run `remous db upgrade`"):
            ask(bare_url, "SELECT * FROM nope")
    else:
        with pytest.raises(InputError, match="tables and views: none"):
            ask(bare_url, "SELECT * FROM nope")


def test_file_that_is_no_database(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but long enough to be looked at " * 99)
    with pytest.raises(StoreError, match=r"notes\.txt: file is not a database"):
        ask(f"sqlite:///{path}", "SELECT * FROM sqlite_master")


@POSTGRESQL
def test_connection_that_breaks_is_no_fault_of_the_question(url):
    with pytest.raises(StoreError, match=r"server closed the connection|terminating connection"):
        ask(url, "SELECT pg_terminate_backend(pg_backend_pid())")


# Views


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        pytest.param(
            "SELECT feed, title, version, lang, score, event, known_at FROM news",
            [("en", "second", 2, "en", 0.25, "market", "2025-01-27 15:00:00.000000")],
            id="news: latest version, latest score, no copies",
        ),
        pytest.param(
            "SELECT version, score, unscored_reason, revision FROM latest_scores ORDER BY version",
            [(1, None, "empty", MODEL.revision), (2, 0.25, None, "next")],
            id="latest_scores",
        ),
        pytest.param(
            "SELECT ticker, name, session, sentiment, articles FROM ticker_day",
            [("NVDA", "Nvidia", "2025-01-27", -0.5, 3)],
            id="ticker_day: as of the close",
        ),
        pytest.param(
            "SELECT name, failures, last_error, last_check_at, articles FROM feed_health",
            [("en", 1, "timeout", "2025-01-27 12:00:00.000000", 2)],
            id="feed_health",
        ),
    ],
)
def test_view(url, story, sql, rows):
    assert list(ask(url, sql).rows) == rows
