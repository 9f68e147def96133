"""Replays from end to end with a model of random weights: an own archive, the reference case."""

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import pytest

from core.errors import InputError
from jobs.commands.replaying import questions
from jobs.replay.archive import archive_case
from jobs.replay.case import REFERENCES, reference_case
from jobs.replay.findings import find
from jobs.replay.outputs import Destination, replay
from jobs.replay.run import Played, play, set_the_stage
from market.prices import PriceTable
from storage.feeds import put_feed, record_check
from storage.query import run_query
from tests.archive import EVENT, LAST, NEWS, csv_of_prices, small_settings, write_archive
from tests.builders import feed_spec, fetch_record, instrument, utc

DIGEST = "digest-2025-01-28.eml"
#: The digest's hour: 07:00 in Paris.
MORNING = utc(28, 6)


def silent(done, of, now):
    pass


def play_archive(folder, model, *, url=None, lang="en", **changes):
    archive = write_archive(folder / "archive", **changes)
    case = archive_case(archive.files, archive.span)
    to = Destination(folder=folder / "out", url=url, lang=lang)
    return replay(case, small_settings(model), to, tell=silent)


def table(folder, name):
    with (folder / "out" / "tables" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def model(model_folder):
    return model_folder


@pytest.fixture(scope="module")
def played(tmp_path_factory, model):
    """The archive, replayed once: its folder and its results."""
    folder = tmp_path_factory.mktemp("played")
    return folder, play_archive(folder, model)


def test_files_of_a_replay(played):
    folder, _ = played
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        DIGEST,
        "remous.db",
        "report.html",
        "tables",
    ]
    assert sorted(path.name for path in folder.iterdir()) == ["archive", "out"]


def test_a_second_replay_gives_the_same_bytes(played, tmp_path, model):
    folder, _ = played
    play_archive(tmp_path, model)
    names = [*(f"tables/{p.name}" for p in (folder / "out" / "tables").iterdir()), "report.html"]
    different = [
        name
        for name in (*names, DIGEST)
        if (folder / "out" / name).read_bytes() != (tmp_path / "out" / name).read_bytes()
    ]
    assert different == []


def test_nothing_known_later_changes_what_was_known(played, tmp_path, model):
    """Other news and prices after the digest's hour; Paris opens two hours later."""
    folder, _ = played
    early = [line for line in NEWS if line[0] < f"{MORNING:%Y-%m-%dT%H}"]
    late = ("2025-01-28T06:00:01Z", "Apple and Nvidia and Bitcoin collapse", {})
    assert len(early) == len(NEWS) - 2
    play_archive(tmp_path, model, news=[*early, late], prices=csv_of_prices(later=0.3))
    assert _known(folder) == _known(tmp_path)
    assert table(folder, "signals") != table(tmp_path, "signals")
    assert (folder / "out" / DIGEST).read_bytes() == (tmp_path / "out" / DIGEST).read_bytes()


def _known(folder):
    """Signals and news up to the digest's hour."""
    moment = f"{MORNING:%Y-%m-%dT%H:%M:%SZ}"
    return [row for row in table(folder, "signals") if row["as_of"] <= moment] + [
        row for row in table(folder, "news") if row["known_at"] < moment
    ]


@pytest.mark.parametrize(
    ("ticker", "session", "window", "articles"),
    [
        # The line of 20:59 on Friday.
        pytest.param("NVDA", "2025-01-24", ("23T21", "24T21"), "1", id="before the close"),
        # Friday 21:00, the rival (twice a version, once a copy), Les Échos.
        pytest.param("NVDA", "2025-01-27", ("24T21", "27T21"), "3", id="from close to close"),
        # The date without time is known when it is first seen: Tuesday 00:00.
        pytest.param("NVDA", "2025-01-28", ("27T21", "28T21"), "2", id="a date without time"),
        pytest.param("AAPL", "2025-01-24", ("23T21", "24T21"), "0", id="no news"),
        pytest.param("AAPL", "2025-01-27", ("24T21", "27T21"), "2", id="another instrument"),
        pytest.param("AAPL", "2025-01-28", ("27T21", "28T21"), "1", id="after the close"),
        pytest.param("BTC-USD", "2025-01-28", ("28T00", "29T00"), "1", id="the last day's close"),
    ],
)
def test_windows_of_signals(played, ticker, session, window, articles):
    folder, _ = played
    [row] = (
        row
        for row in table(folder, "signals")
        if (row["ticker"], row["session"]) == (ticker, session)
    )
    moments = [row["window_start"], row["as_of"]]
    assert moments == [f"2025-01-{at}:00:00Z" for at in window]
    assert row["articles"] == articles
    assert (row["sentiment"] == "") == (articles == "0")


def test_signal_of_one_article_is_its_score(played):
    folder, _ = played
    [signal] = (
        row
        for row in table(folder, "signals")
        if (row["ticker"], row["session"]) == ("BTC-USD", "2025-01-28")
    )
    [news] = (row for row in table(folder, "news") if row["title"].startswith("Bitcoin"))
    assert news["tickers"] == f"BTC-USD:{float(signal['sentiment']):+.3f}"


def test_news_of_the_archive(played):
    folder, results = played
    assert [(n["known_at"], n["feed"], n["lang"], n["version"]) for n in table(folder, "news")] == [
        ("2025-01-24T20:59:00Z", "archive", "en", "1"),
        ("2025-01-24T21:00:00Z", "archive", "en", "1"),
        ("2025-01-27T09:30:00Z", "Les Échos", "fr", "1"),
        ("2025-01-27T10:00:00Z", "archive", "en", "2"),
        ("2025-01-27T12:00:00Z", "archive", "und", "1"),
        ("2025-01-27T22:00:00Z", "archive", "en", "1"),
        ("2025-01-28T00:00:00Z", "archive", "en", "1"),
        ("2025-01-28T15:00:00Z", "archive", "en", "1"),
        ("2025-01-28T23:30:00Z", "archive", "en", "1"),
    ]
    assert results.unscored == {"language:de": 1}


def test_problems_are_told(played):
    folder, _ = played
    assert [row["problem"] for row in table(folder, "problems")] == [
        "AAPL: no price on 2024-12-02",
        "TSLA: no prices",
    ]


def test_study_of_the_archive(played):
    folder, _ = played
    assert [row["symbol"] for row in table(folder, "effects")] == ["NVDA", "AAPL", "BTC-USD"]
    assert [(r["symbol"], r["reason"]) for r in table(folder, "skipped")] == [("TSLA", "no prices")]


def test_digest_of_the_morning_after(played):
    folder, _ = played
    mail = message_from_bytes((folder / "out" / DIGEST).read_bytes(), policy=policy.default)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    text = mail.get_body(("plain",)).get_content()
    assert "Apple shares gain as investors look for shelter" in text
    assert "recover part of the loss" not in text
    assert "before the weekend" not in text


def test_the_store_knows_a_close_from_its_moment_on(played):
    folder, _ = played
    url = f"sqlite:///{folder / 'out' / 'remous.db'}"
    late = run_query(
        url,
        "select symbol, session, as_of from bars where symbol in ('NVDA', 'BTC-USD') "
        "and session in ('2025-01-27', '2025-01-28') order by as_of, symbol",
        max_rows=10,
        seconds=5,
    )
    assert [(symbol, day, as_of[:16]) for symbol, day, as_of in late.rows] == [
        ("NVDA", "2025-01-27", "2025-01-27 21:00"),
        ("BTC-USD", "2025-01-27", "2025-01-28 00:00"),
        ("NVDA", "2025-01-28", "2025-01-28 21:00"),
        ("BTC-USD", "2025-01-28", "2025-01-29 00:00"),
    ]


@pytest.mark.parametrize("event", [EVENT, None])
def test_questions_have_answers(played, event):
    folder, _ = played
    archive = write_archive(folder / "archive")
    case = replace(archive_case(archive.files, archive.span), event=event)
    url = f"sqlite:///{folder / 'out' / 'remous.db'}"
    answers = [run_query(url, sql, max_rows=10, seconds=5) for sql in questions(case)]
    assert [len(answer.rows) > 0 for answer in answers] == [True] * 3


def test_a_replay_into_a_database_that_was_used_is_refused(tmp_path, model):
    url = f"sqlite:///{tmp_path / 'own.db'}"
    quiet = {"news": NEWS[:1]}
    play_archive(tmp_path, model, url=url, **quiet)
    (tmp_path / "out" / "report.html").write_text("mine")
    with pytest.raises(InputError, match="--db: the database already holds feeds; give an empty"):
        play_archive(tmp_path, model, url=url, **quiet)
    assert (tmp_path / "out" / "report.html").read_text() == "mine"
    assert not (tmp_path / "out" / "remous.db").exists()


def test_a_replay_over_an_older_one(tmp_path, model):
    out = tmp_path / "out"
    out.mkdir()
    for name in ("remous.db", "remous.db-wal", "remous.db-shm", "notes.txt"):
        (out / name).write_text("old")
    play_archive(tmp_path, model, news=NEWS[:1], lang="fr")
    assert sorted(path.name for path in out.iterdir()) == [
        DIGEST,
        "notes.txt",
        "remous.db",
        "report.html",
        "tables",
    ]
    assert '<html lang="fr"' in (out / "report.html").read_text()


@pytest.fixture
def stage(tmp_path, model):
    archive = write_archive(tmp_path)
    case = replace(archive_case(archive.files, archive.span), first=LAST, event=None)
    settings = small_settings(model).model_copy(
        update={"feeds": small_settings(model).feeds.model_copy(update={"entry_limit": 2})}
    )
    stage = set_the_stage(case, settings, f"sqlite:///{tmp_path / 'remous.db'}")
    yield stage
    stage.app.store.close()


def test_what_went_wrong_is_in_the_results(stage):
    venue = (instrument("NVDA", venue="XLON"),)
    broken = replace(stage, instruments=venue, prices=PriceTable(bars={"NVDA": ()}, problems=()))
    results = find(stage, play(broken, [], tell=silent))
    assert results.warnings == (
        "AAPL: no price on 2024-12-02",
        "TSLA: no prices",
        "25 of 25 rounds failed, the first at 2025-01-28 00:00 UTC",
        "archive: 6 items, only the first 2 are read",
        "archive: 7 items, only the first 2 are read",
        "archive: 8 items, only the first 2 are read",
    )


def test_a_failed_round_is_made_up_for(stage, tmp_path):
    """The table of signals is away when New York closes, at 21:00."""
    renames = {21: "signals rename to away", 22: "away rename to signals"}

    def rename(done, of, now):
        if done in renames:
            with closing(sqlite3.connect(tmp_path / "remous.db")) as connection:
                connection.execute(f"alter table {renames[done]}")

    played = play(stage, [], tell=rename)
    assert played.failed == (utc(28, 21),)
    url = f"sqlite:///{tmp_path / 'remous.db'}"
    sql = "select computed_at from signals where ticker = 'NVDA'"
    answer = run_query(url, sql, max_rows=9, seconds=5)
    assert answer.rows == (("2025-01-28 22:00:00.000000",),)


def test_many_problems_are_told_in_short(stage):
    played = Played(polls=25, failed=())
    with stage.app.store.transaction() as tx:
        feed = put_feed(tx, feed_spec("en"))
        warnings = tuple(f"item {n}: no title" for n in range(23))
        for hour in (1, 2):
            record_check(tx, fetch_record(feed, fetched_at=utc(27, hour), warnings=warnings))
    *_, last, more = find(stage, played).warnings
    assert last == "en: item 19: no title (2 times)"
    assert more == "3 more problems of feeds; see the table fetches"


def test_a_replay_into_a_folder_of_any_name(tmp_path, model):
    archive = write_archive(tmp_path / "archive", news=NEWS[-1:])
    case = replace(archive_case(archive.files, archive.span), first=LAST, event=None)
    folder = tmp_path / "où? 100%41 #1"
    replay(
        case, small_settings(model), Destination(folder=folder, url=None, lang="en"), tell=silent
    )
    assert (folder / "remous.db").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", folder.name]


def test_an_interrupted_replay_leaves_nothing(tmp_path, model):
    def interrupt(done, of, now):
        raise KeyboardInterrupt

    archive = write_archive(tmp_path / "archive")
    case = archive_case(archive.files, archive.span)
    to = Destination(folder=tmp_path / "deep" / "out", url=None, lang="en")
    with pytest.raises(KeyboardInterrupt):
        replay(case, small_settings(model), to, tell=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        pytest.param("Pacific/Auckland", "2025-01-27 18:00", id="before the first poll"),
        pytest.param("America/Los_Angeles", "2025-01-29 07:00", id="after the last"),
    ],
)
def test_a_digest_is_written_wherever_the_reader_is(tmp_path, model, zone, at):
    archive = write_archive(tmp_path / "archive", news=NEWS[-1:])
    case = replace(archive_case(archive.files, archive.span), first=LAST, event=None)
    hour = {"zone": zone, "hour": 7 if "Pacific" in zone else 23}
    settings = small_settings(model).model_copy(
        update={"digest": small_settings(model).digest.model_copy(update=hour)}
    )
    replay(case, settings, Destination(folder=tmp_path, url=None, lang="en"), tell=silent)
    assert (tmp_path / DIGEST).is_file()
    built = run_query(
        f"sqlite:///{tmp_path / 'remous.db'}",
        "select built_at from digests",
        max_rows=2,
        seconds=5,
    )
    assert [row[0][:16] for row in built.rows] == [at]


# The reference case


def labelled(*days):
    """Distinct items of the labels that became known on these days."""
    lines = (REFERENCES / "deepseek" / "feeds_labels.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in lines.splitlines()]
    return {(r["feed"], r["guid"]) for r in rows if (r["effective_utc"] or "")[:10] in days}


def test_two_days_of_the_reference_case(tmp_path, model):
    case = replace(
        reference_case("deepseek"),
        first=date(2025, 1, 22),
        last=date(2025, 1, 23),
        event=date(2025, 1, 22),
    )
    ticks = []
    results = replay(
        case,
        small_settings(model),
        Destination(folder=tmp_path, url=None, lang="fr"),
        tell=lambda done, of, now: ticks.append((done, of, now)),
    )
    assert len(results.news) == len(labelled("2025-01-22", "2025-01-23"))
    assert {item.feed for item in results.news} == {feed.spec.name for feed in case.feeds}
    assert ticks[-1] == (49, 49, datetime(2025, 1, 24, tzinfo=UTC))
    assert (results.unscored, len(results.claims)) == ({}, 19)
