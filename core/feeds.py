"""Feeds as values: where they are, how their last check went."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed that the user subscribes to."""

    name: str
    url: str
    #: Its language; None if unknown.
    lang: str | None
    #: IANA zone for dates that name none.
    default_zone: str
    #: Time between two checks.
    interval: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """A feed that is due, with what its last answers told."""

    feed_id: int
    spec: FeedSpec
    #: Opaque validators, sent back as they came.
    etag: str | None
    last_modified: str | None
    #: Failures in a row.
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A new body."""

    body: bytes
    #: Where it was found after redirects; the base of relative links.
    url: str
    etag: str | None
    last_modified: str | None
    content_type: str | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server says that nothing changed (304)."""

    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """No body, and why."""

    reason: str
    #: HTTP status; None if the failure came before an answer.
    status: int | None
    #: Earliest time to try again that the server named; None if silent.
    retry_after: timedelta | None
    fetched_at: datetime


FetchResult = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRecord:
    """One check of a feed, as the store keeps it."""

    feed_id: int
    fetched_at: datetime
    #: "ok", "not modified" or the reason of the failure.
    outcome: str
    failed: bool
    status: int | None
    #: Articles by verdict.
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    #: Problems met while parsing, in words.
    warnings: tuple[str, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    next_check_at: datetime
