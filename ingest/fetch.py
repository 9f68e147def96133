"""Fetch feeds over HTTP, politely and within limits. httpx's errors end here.

A failure is an ordinary outcome: a value with its reason.
"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from core.feeds import FeedState, Fetched, FetchFailed, FetchResult, NotModified
from ingest.dates import read_date

MAX_REDIRECTS = 5
#: Neither back-off nor a server's wish makes a feed wait longer, unless its interval does.
LONGEST_WAIT = timedelta(days=1)

#: What `new_client` makes and `fetch` asks with.
Client = httpx.Client

_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5"
_SECONDS = re.compile(r"[0-9]{1,9}")
_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What one request may cost."""

    #: Bytes of the body, decompressed.
    body: int = 10 * 2**20
    #: From the request to the last byte of the body; looked at as the bytes come in.
    seconds: float = 20.0


class _BeyondLimitError(Exception):
    """The answer costs too much; the message says in what way."""


def new_client(*, user_agent: str, timeout: float) -> Client:
    """A client that follows few redirects, keeps no cookies and reads no environment.

    Args:
        user_agent: How we introduce ourselves.
        timeout: Seconds to wait for a connection or the next bytes.
    """
    return httpx.Client(
        headers={"User-Agent": user_agent, "Accept": _ACCEPT},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=timeout,
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        trust_env=False,
    )


def fetch(
    state: FeedState, client: Client, *, now: datetime, limits: FetchLimits | None = None
) -> FetchResult:
    """Ask for a feed's document, unless it is still the one that the validators name.

    Args:
        state: The feed, with the validators of its last answer.
        client: From `new_client`.
        now: Recorded as the time of the answer, UTC.
        limits: The defaults if None.
    """
    limits = limits or FetchLimits()
    deadline = time.monotonic() + limits.seconds
    validators = _validators(state)
    try:
        with client.stream("GET", state.spec.url, headers=validators) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED and validators:
                # To its end, which follows: what isn't read closes the connection.
                answer.read()
                return NotModified(fetched_at=now)
            if not answer.is_success:
                return _refused(answer, now)
            return Fetched(
                body=_body(answer, limits, deadline),
                url=str(answer.url),
                etag=_header(answer, b"etag"),
                last_modified=_header(answer, b"last-modified"),
                content_type=_header(answer, b"content-type"),
                fetched_at=now,
            )
    except (httpx.HTTPError, httpx.InvalidURL, _BeyondLimitError) as e:
        return FetchFailed(reason=_in_words(e), status=None, retry_after=None, fetched_at=now)


def next_check(result: FetchResult, *, interval: timedelta, failures: int) -> datetime:
    """When to ask again.

    After n failures in a row the wait is the interval times 2^(n-1), up to a day, and at
    least what the server asked for, up to a day. A feed is never given up.

    Args:
        result: How the check went.
        interval: Time between two checks when all is well.
        failures: In a row, this one included.
    """
    longest = max(LONGEST_WAIT, interval)
    if not isinstance(result, FetchFailed):
        return result.fetched_at + interval
    doublings = min(max(failures - 1, 0), 20)
    wait = max(interval * (1 << doublings), result.retry_after or timedelta(0))
    return result.fetched_at + min(wait, longest)


def _validators(state: FeedState) -> dict[bytes, bytes]:
    """Sent back byte for byte as they came."""
    values = {b"If-None-Match": state.etag, b"If-Modified-Since": state.last_modified}
    return {name: value.encode("latin-1", "replace") for name, value in values.items() if value}


def _header(answer: httpx.Response, name: bytes) -> str | None:
    """A header's bytes, each as one character: nothing is decoded that we only keep."""
    values = (value for key, value in answer.headers.raw if key.lower() == name)
    return next((value.decode("latin-1") for value in values), None)


def _body(answer: httpx.Response, limits: FetchLimits, deadline: float) -> bytes:
    body = bytearray()
    # No chunk size: httpx would wait until it is reached, and a drip would never end.
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > limits.body:
            raise _BeyondLimitError(f"more than {limits.body} bytes")
        if time.monotonic() > deadline:
            raise _BeyondLimitError(f"not finished after {limits.seconds:g} seconds")
    return bytes(body)


def _refused(answer: httpx.Response, now: datetime) -> FetchFailed:
    return FetchFailed(
        reason=f"HTTP {answer.status_code} {answer.reason_phrase}".strip(),
        status=answer.status_code,
        retry_after=_retry_after(answer.headers.get("retry-after", "").strip(), now),
        fetched_at=now,
    )


def _retry_after(value: str, now: datetime) -> timedelta | None:
    if _SECONDS.fullmatch(value):
        return timedelta(seconds=int(value))
    moment = read_date(value, default_zone="UTC", seen_at=_FAR).published_at
    return max(moment - now, timedelta(0)) if moment else None


def _in_words(error: Exception) -> str:
    match error:
        case httpx.TimeoutException():
            return "no answer in time"
        case httpx.TooManyRedirects():
            return f"more than {MAX_REDIRECTS} redirects"
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            return "not an http or https address"
        case httpx.ConnectError():
            return f"can't connect ({error})"
        case httpx.DecodingError():
            return "compressed data that can't be read"
        case _BeyondLimitError():
            return str(error)
        case _:
            return f"broken connection ({error})"
