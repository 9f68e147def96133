"""Feeds of a server on loopback pulled into a SQLite store."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from core.clock import SimulatedClock
from core.settings import Settings
from jobs.app import App
from jobs.pull import make_client, pull
from jobs.runner import run_job
from storage.articles import news
from storage.feeds import check_problems, due, put_feed
from storage.status import status
from tests.builders import feed_spec, utc
from tests.web import Answer, serve

ETAG = {"ETag": '"1"'}


def item(title, guid=None, *, link=None, at="Mon, 27 Jan 2025 08:00:00 GMT"):
    parts = {"title": title, "guid": guid, "link": link, "pubDate": at}
    inside = "".join(f"<{tag}>{value}</{tag}>" for tag, value in parts.items() if value)
    return f"<item>{inside}</item>"


def rss(*items, headers=ETAG):
    """A document, newest item first."""
    body = f'<rss version="2.0"><channel><title>x</title>{"".join(items)}</channel></rss>'
    return Answer(headers={"Content-Type": "application/rss+xml", **headers}, body=body.encode())


class World:
    """Answers of a server, a store, and a clock that each pull moves by an hour."""

    def __init__(self, store, client):
        self.answers = {}
        self.client = client
        self.clock = SimulatedClock(utc(27, 8))
        self.app = App(settings=Settings(), store=store, clock=self.clock, reader=None)

    def subscribe(self, web, *names, **changes):
        with self.app.store.transaction() as tx:
            for name in names:
                put_feed(tx, feed_spec(name, url=f"{web.url}/{name}", **changes))

    def pull(self):
        self.clock.move_to(self.clock() + timedelta(hours=1))
        return pull(self.app, self.client)

    def news(self):
        """(feed, title, version, known at) of what is news."""
        with self.app.store.reading() as tx:
            items = news(tx, after=utc(1), before=utc(31), as_of=utc(31))
        return [(i.feed, i.title, i.version, f"{i.known_at:%d %H:%M}") for i in items]

    def status(self):
        with self.app.store.reading() as tx:
            return status(tx, self.clock())

    def rows(self, table):
        return dict(self.status().tables)[table]


@pytest.fixture
def world(store):
    with make_client(Settings().feeds) as client:
        yield World(store, client)


@pytest.fixture
def web(world):
    with serve(world.answers) as web:
        yield web


def test_new_articles(world, web):
    world.answers["/en"] = rss(item("two", "2"), item("one", "1", at="Mon, 27 Jan 2025 07:00 GMT"))
    world.subscribe(web, "en")
    assert world.pull() == "1 feeds, 0 failed, 2 new, 0 changed"
    assert world.news() == [("en", "one", 1, "27 07:00"), ("en", "two", 1, "27 08:00")]


def test_unmodified_document_is_not_read_again(world, web):
    world.answers["/en"] = rss(item("one", "1"))
    world.subscribe(web, "en")
    world.pull()
    world.answers["/en"] = Answer(status=304)
    assert world.pull() == "1 feeds, 0 failed, 0 new, 0 changed"
    assert world.pull() == "1 feeds, 0 failed, 0 new, 0 changed"
    asked = [headers.get("if-none-match") for _, headers in web.requests]
    assert asked == [None, '"1"', '"1"']


def test_a_feed_is_left_alone_until_it_is_due(world, web):
    world.answers["/en"] = rss(item("one", "1"))
    world.subscribe(web, "en", interval=timedelta(hours=2))
    said = [world.pull()[:7] for _ in range(4)]
    assert said == ["1 feeds", "0 feeds", "1 feeds", "0 feeds"]


def test_a_corrected_title_is_a_second_version(world, web):
    world.answers["/en"] = rss(item("Nvidia loses 58 billion", "1"))
    world.subscribe(web, "en")
    world.pull()
    corrected = item("Nvidia loses 589 billion", "1", at="Mon, 27 Jan 2025 09:30:00 GMT")
    world.answers["/en"] = rss(corrected, headers={})
    assert world.pull() == "1 feeds, 0 failed, 0 new, 1 changed"
    assert world.news() == [("en", "Nvidia loses 589 billion", 2, "27 09:30")]
    assert world.rows("article_versions") == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(Answer(body=b"<html><p>Subscribe!</p></html>"), "not a feed", id="a page"),
        pytest.param(Answer(status=404), "HTTP 404 Not Found", id="gone"),
        pytest.param(
            Answer(body=b"<rss", headers={"Content-Encoding": "gzip"}), "compressed", id="garbled"
        ),
    ],
)
def test_a_feed_that_fails_costs_no_other(world, web, answer, reason):
    world.answers |= {"/a": answer, "/b": rss(item("one", "1"))}
    world.subscribe(web, "a", "b")
    assert world.pull() == "2 feeds, 1 failed, 1 new, 0 changed"
    [a, b] = world.status().feeds
    assert (a.failures, b.failures, b.last_error) == (1, 0, None)
    assert reason in a.last_error


def test_a_feed_in_no_time_zone_costs_no_other(world, web):
    world.answers |= {"/a": rss(item("one", "1")), "/b": rss(item("two", "2"))}
    world.subscribe(web, "a", default_zone="Mars/Phobos")
    world.subscribe(web, "b")
    assert world.pull() == "2 feeds, 1 failed, 1 new, 0 changed"
    assert world.status().feeds[0].last_error == "Mars/Phobos: no such time zone"


def test_a_server_that_is_down_loses_and_doubles_nothing(world):
    first, second, third = (item(f"title {n}", str(n)) for n in (1, 2, 3))
    world.answers["/en"] = rss(first)
    with serve(world.answers) as web:
        world.subscribe(web, "en")
        world.pull()
    # It waits 1 hour after the first failure, 2 after the second, 4 after the third.
    said = [world.pull()[:17] for _ in range(4)]
    failed, idle = "1 feeds, 1 failed", "0 feeds, 0 failed"
    assert said == [failed, failed, idle, failed]
    [feed] = world.status().feeds
    assert (feed.failures, feed.next_check_at) == (3, utc(27, 17))
    assert feed.last_error.startswith("can't connect")
    world.answers["/en"] = rss(third, second, first, headers={})
    with serve(world.answers, port=urlsplit(web.url).port):
        world.clock.move_to(utc(27, 16))
        assert world.pull() == "1 feeds, 0 failed, 2 new, 0 changed"
    assert [title for _, title, _, _ in world.news()] == ["title 1", "title 2", "title 3"]
    assert world.status().feeds[0].failures == 0


def test_problems_of_checks_are_counted(world, web):
    world.answers["/en"] = rss(item("", "1"), item("two", "2"), headers={})
    world.subscribe(web, "en")
    world.pull()
    world.pull()
    world.answers["/en"] = Answer(status=500)
    world.pull()
    with world.app.store.reading() as tx:
        assert check_problems(tx) == [
            ("en", "item 1 (1): neither title nor summary, skipped", 2),
            ("en", "HTTP 500 Internal Server Error", 1),
        ]


def test_a_wire_story_counts_once(world, web):
    story = "Nvidia sheds 17 percent as DeepSeek rattles chip shares"
    world.answers |= {
        "/a": rss(item(story, "a1", link="https://a.example/1")),
        "/b": rss(
            item(story, "b1", link="https://b.example/9"),
            item("Another headline for it", "b2", link="https://a.example/1"),
        ),
    }
    world.subscribe(web, "a", "b")
    assert world.pull() == "2 feeds, 0 failed, 1 new, 0 changed"
    assert [(feed, title) for feed, title, _, _ in world.news()] == [("a", story)]
    assert world.rows("articles") == 3


# What ingest decides and storage keeps, document by document

ONE, TWO = item("one", "1"), item("two", "2")


@pytest.mark.parametrize(
    ("documents", "expected", "versions"),
    [
        pytest.param([[ONE], [ONE]], [("one", 1)], 1, id="the same again"),
        pytest.param([[ONE], [TWO, ONE]], [("one", 1), ("two", 1)], 2, id="one more"),
        pytest.param([[TWO, ONE], [TWO]], [("one", 1), ("two", 1)], 2, id="one fewer"),
        pytest.param([[item("one", "1"), item("one", "2")]], [("one", 1)], 1, id="a text twice"),
        pytest.param(
            [[item("one", "1"), item("one", "2")]] * 3, [("one", 1)], 2, id="a text twice, again"
        ),
        pytest.param([[ONE, ONE]] * 2, [("one", 1)], 1, id="an item twice"),
        pytest.param(
            [[item("corrected", "1"), ONE]] * 2, [("corrected", 2)], 2, id="both versions at once"
        ),
        pytest.param(
            [[item("third", "1"), item("second", "1"), ONE]] * 2, [("third", 3)], 3, id="three"
        ),
        pytest.param(
            [[ONE], [item("third", "1"), item("second", "1"), ONE]],
            [("third", 3)],
            3,
            id="two corrections of a known one",
        ),
        pytest.param(
            [[item("corrected", "1")], [item("corrected", "1"), ONE]],
            [("corrected", 1)],
            1,
            id="an older version that comes late",
        ),
        pytest.param(
            [[ONE], [item("corrected", "1")], [ONE]], [("one", 3)], 3, id="a correction taken back"
        ),
        pytest.param(
            [[item("one"), item("two")]] * 2, [("one", 1), ("two", 1)], 2, id="no guid, no link"
        ),
        pytest.param(
            [[item("two", "x", link="https://x.example/2"), item("one", "x")]] * 2,
            [("one", 1), ("two", 1)],
            2,
            id="a guid that all share",
        ),
        pytest.param(
            [
                [item("one", "1", link="https://x.example/a?token=1")],
                [item("one", "1", link="https://x.example/a?token=2")],
            ],
            [("one", 1)],
            1,
            id="a link with a token",
        ),
        pytest.param(
            [
                [item("one", "1", link="https://x.example/a")],
                [item("one", "new guid", link="https://x.example/a")],
            ],
            [("one", 1)],
            1,
            id="a guid that changes",
        ),
    ],
)
def test_documents_of_one_feed(world, web, documents, expected, versions):
    world.subscribe(web, "en")
    for document in documents:
        world.answers["/en"] = rss(*document, headers={})
        assert " 0 failed" in world.pull()
    assert sorted((title, version) for _, title, version, _ in world.news()) == expected
    assert world.rows("article_versions") == versions


def test_copies_of_one_poll_point_at_the_first(world, web):
    copy = item("one and the same headline")
    world.answers |= {f"/{name}": rss(copy, headers={}) for name in "abc"}
    world.subscribe(web, "a", "b", "c")
    world.pull()
    world.pull()
    assert [feed for feed, _, _, _ in world.news()] == ["a"]
    assert world.rows("articles") == 3


def test_a_failed_job_is_recorded_and_the_next_goes_on(world, store):
    def job():
        with store.transaction() as tx:
            put_feed(tx, feed_spec("a"))
            put_feed(tx, feed_spec("b", url=feed_spec("a").url))
        return "never said"

    outcomes = [run_job(world.app, "job", job), run_job(world.app, "other", lambda: "done")]
    assert outcomes == [False, True]
    [failed, other] = world.status().runs
    assert (failed.outcome, other.outcome, other.detail) == ("failed", "ok", "done")
    assert failed.detail == "b: feed a has the same URL; remove one of them"
    with store.reading() as tx:
        assert due(tx, world.clock()) == []
