"""Conversations with a real server on loopback."""

import gzip
import socket
from datetime import UTC, datetime, timedelta

import pytest

from core.feeds import FeedSpec, FeedState, Fetched, FetchFailed, NotModified
from ingest.fetch import FetchLimits, fetch, new_client, next_check
from tests.web import Answer, serve

NOW = datetime(2025, 1, 27, 14, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIMITS = FetchLimits(body=100_000, seconds=5)


def state(url, **validators):
    spec = FeedSpec(name="t", url=url, lang=None, default_zone="UTC", interval=HOUR)
    named = {"etag": None, "last_modified": None} | validators
    return FeedState(feed_id=1, spec=spec, failures=0, **named)


def get(url, *, limits=LIMITS, timeout=5.0, **validators):
    with new_client(user_agent="remous-test/1 (me@example.org)", timeout=timeout) as client:
        return fetch(state(url, **validators), client, now=NOW, limits=limits)


def test_a_new_body_comes_with_its_validators():
    headers = {
        "ETag": 'W/"caf\xe9"',
        "Last-Modified": "yesterday",
        "Content-Type": "application/rss+xml; charset=utf-8",
    }
    with serve({"/feed": Answer(headers=headers, body=b"<rss/>")}) as web:
        assert get(f"{web.url}/feed") == Fetched(
            body=b"<rss/>",
            url=f"{web.url}/feed",
            etag='W/"caf\xe9"',
            last_modified="yesterday",
            content_type="application/rss+xml; charset=utf-8",
            fetched_at=NOW,
        )


def test_validators_go_back_as_they_came():
    with serve({"/feed": Answer(status=304)}) as web:
        result = get(f"{web.url}/feed", etag='W/"caf\xe9"', last_modified="yesterday")
        [(_, headers)] = web.requests
        sent = headers["if-none-match"], headers["if-modified-since"], result
        assert sent == ('W/"caf\xe9"', "yesterday", NotModified(fetched_at=NOW))


def test_we_say_who_we_are():
    with serve({"/feed": Answer()}) as web:
        get(f"{web.url}/feed")
        [(_, headers)] = web.requests
        assert headers["user-agent"] == "remous-test/1 (me@example.org)"


def test_no_cookie_is_sent_back():
    with (
        serve({"/feed": Answer(headers={"Set-Cookie": "id=1; Path=/"})}) as web,
        new_client(user_agent="t", timeout=5) as client,
    ):
        for _ in range(2):
            fetch(state(f"{web.url}/feed"), client, now=NOW)
        assert ["cookie" in headers for _, headers in web.requests] == [False, False]


@pytest.mark.parametrize(
    ("status", "retry_after", "expected"),
    [
        pytest.param(429, "120", timedelta(seconds=120), id="seconds"),
        pytest.param(503, "Mon, 27 Jan 2025 15:30:00 GMT", HOUR, id="date"),
        pytest.param(503, "Monday, 27-Jan-25 15:30:00 GMT", HOUR, id="date in the old form"),
        pytest.param(503, "Mon, 27 Jan 2025 13:30:00 GMT", timedelta(0), id="date gone by"),
        pytest.param(503, "Sun, 27 Jan 2041 14:30:00 GMT", timedelta(days=5844), id="far date"),
        pytest.param(503, "soon", None, id="words"),
        pytest.param(503, "9" * 50, None, id="absurd number"),
        pytest.param(503, None, None, id="silent"),
    ],
)
def test_retry_after(status, retry_after, expected):
    headers = {"Retry-After": retry_after} if retry_after else {}
    with serve({"/feed": Answer(status=status, headers=headers)}) as web:
        assert get(f"{web.url}/feed").retry_after == expected


BOMB = gzip.compress(bytes(5_000_000))


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        pytest.param(Answer(status=404), 404, "HTTP 404 Not Found", id="not found"),
        pytest.param(Answer(status=410), 410, "HTTP 410 Gone", id="gone"),
        pytest.param(Answer(status=500), 500, "HTTP 500 Internal Server Error", id="broken"),
        pytest.param(Answer(status=304), 304, "HTTP 304 Not Modified", id="304 unasked"),
        pytest.param(Answer(status=302), 302, "HTTP 302 Found", id="redirect to nowhere"),
        pytest.param(Answer(body=b"x" * 100_001), None, "more than 100000 bytes", id="large body"),
        pytest.param(
            Answer(body=b"x" * 100_001, sized=False), None, "more than 100000 bytes", id="no length"
        ),
        pytest.param(
            Answer(body=BOMB, headers={"Content-Encoding": "gzip"}),
            None,
            "more than 100000 bytes",
            id="compressed bomb",
        ),
        pytest.param(
            Answer(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
            None,
            "compressed data that can't be read",
            id="not what it says",
        ),
        pytest.param(
            Answer(status=301, headers={"Location": "/feed"}),
            None,
            "more than 5 redirects",
            id="redirect loop",
        ),
        pytest.param(
            Answer(status=301, headers={"Location": "file:///etc/hostname"}),
            None,
            "not an http or https address",
            id="redirect to a file",
        ),
        pytest.param(
            Answer(status=301, headers={"Location": "http://host:x/"}),
            None,
            "broken connection (Invalid URL in location header: Invalid port: 'x'.)",
            id="redirect to no address",
        ),
    ],
)
def test_a_failure_has_its_reason(answer, status, reason):
    with serve({"/feed": answer}) as web:
        assert get(f"{web.url}/feed") == FetchFailed(
            reason=reason, status=status, retry_after=None, fetched_at=NOW
        )


@pytest.mark.parametrize(
    ("hops", "arrives"),
    [pytest.param(5, True, id="five hops"), pytest.param(6, False, id="six hops")],
)
def test_redirects_are_followed_five_times(hops, arrives):
    answers = {f"/{n}": Answer(status=302, headers={"Location": f"/{n + 1}"}) for n in range(hops)}
    with serve(answers | {f"/{hops}": Answer(body=b"<rss/>")}) as web:
        result = get(f"{web.url}/0")
        assert (isinstance(result, Fetched) and result.url == f"{web.url}/{hops}") is arrives


def test_a_drip_ends_at_the_deadline():
    with serve({"/feed": Answer(body=b"x" * 1_000, drip=0.02)}) as web:
        result = get(f"{web.url}/feed", limits=FetchLimits(seconds=0.2))
        assert result.reason == "not finished after 0.2 seconds"


def test_silence_ends_at_the_timeout():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        result = get(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=0.2)
        assert result.reason == "no answer in time"


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert get(f"http://127.0.0.1:{port}/").reason.startswith("can't connect")


def test_a_body_that_breaks_off():
    with serve(
        {"/feed": Answer(headers={"Content-Length": "9"}, body=b"<rss", sized=False)}
    ) as web:
        assert get(f"{web.url}/feed").reason.startswith("broken connection")


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/feed", "file:///etc/hostname", "feed.xml", "http://host:x/"]
)
def test_only_http(url):
    assert get(url).reason == "not an http or https address"


def failed(retry_after=None):
    return FetchFailed(reason="HTTP 503", status=503, retry_after=retry_after, fetched_at=NOW)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("result", "failures", "interval", "wait"),
    [
        pytest.param(NotModified(fetched_at=NOW), 0, HOUR, HOUR, id="all is well"),
        pytest.param(failed(), 1, HOUR, HOUR, id="first failure"),
        pytest.param(failed(), 2, HOUR, 2 * HOUR, id="second failure"),
        pytest.param(failed(), 4, HOUR, 8 * HOUR, id="fourth failure"),
        pytest.param(failed(), 6, HOUR, DAY, id="a day at most"),
        pytest.param(failed(), 10**6, HOUR, DAY, id="never given up"),
        pytest.param(failed(3 * HOUR), 1, HOUR, 3 * HOUR, id="the server asks for more"),
        pytest.param(failed(timedelta(0)), 3, HOUR, 4 * HOUR, id="the server asks for less"),
        pytest.param(failed(400 * DAY), 1, HOUR, DAY, id="the server asks for too much"),
        pytest.param(failed(), 9, 7 * DAY, 7 * DAY, id="a weekly feed stays weekly"),
    ],
)
def test_next_check(result, failures, interval, wait):
    assert next_check(result, interval=interval, failures=failures) == NOW + wait
