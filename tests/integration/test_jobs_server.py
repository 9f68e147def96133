"""The publisher inside a replay, asked over HTTP."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from core.clock import SimulatedClock
from jobs.replay.served import ServedFeed, ServedItem
from jobs.replay.server import feed_url, serve
from tests.builders import feed_spec, utc


def served(name):
    return ServedFeed(
        spec=feed_spec(name),
        content_type="application/feed+json",
        header=name.encode(),
        separator=b",",
        footer=b".",
        items=tuple(ServedItem(id=str(n), visible_at=utc(n), body=b"%d" % n) for n in (20, 21)),
    )


def ask(url, etag=""):
    """Status, ETag and body."""
    try:
        with urlopen(Request(url, headers={"If-None-Match": etag})) as answer:
            assert answer.headers["Content-Type"] == "application/feed+json"
            return answer.status, answer.headers["ETag"], answer.read()
    except HTTPError as e:
        with e:
            return e.code, e.headers["ETag"], e.read()


@pytest.mark.parametrize("name", ["en-tech", "Les Échos", "a/b?c=d#e", "100 %", "每日"])
def test_a_feed_of_any_name(name):
    with serve([served("other"), served(name)], SimulatedClock(utc(20))) as base:
        assert ask(feed_url(base, name))[::2] == (200, f"{name}20.".encode())


def test_no_such_feed():
    with serve([served("en")], SimulatedClock(utc(20))) as base:
        assert ask(feed_url(base, "fr")) == (404, None, b"")


def test_the_document_changes_with_the_clock_and_its_etag_with_it():
    clock = SimulatedClock(utc(20))
    with serve([served("en")], clock) as base:
        url = feed_url(base, "en")
        _, etag, _ = ask(url)
        assert ask(url, etag) == (304, etag, b"")
        clock.move_to(utc(21))
        status, later, body = ask(url, etag)
    assert (status, later == etag, body) == (200, False, b"en21,20.")
