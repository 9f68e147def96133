"""News as values: an article, how well its time is known, what to do with it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TimeQuality(StrEnum):
    """How well a publication time is known."""

    EXPLICIT_ZONE = "explicit_zone"
    NAMED_ZONE = "named_zone"
    ASSUMED_ZONE = "assumed_zone"
    DATE_ONLY = "date_only"
    MISSING = "missing"
    IMPLAUSIBLE = "implausible"

    @property
    def is_good(self) -> bool:
        """Whether the time may stand for the moment the news became known."""
        return self in (TimeQuality.EXPLICIT_ZONE, TimeQuality.NAMED_ZONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One item of a feed as it stood when it was fetched."""

    #: Name of the feed it came in.
    feed: str
    #: The item's own identifier; None if it has none.
    guid: str | None
    #: Canonical link, without tracking parameters; None if it has none.
    url: str | None
    #: Plain text.
    title: str
    summary: str
    #: Language that the item or feed declares ("fr", "en", ...); None if silent.
    lang: str | None
    #: The date string as given; None if there is none.
    published_raw: str | None
    #: Publication time, UTC; None unless `time_quality` says when.
    published_at: datetime | None
    time_quality: TimeQuality
    #: Time of the last revision that the item itself states, UTC.
    updated_at: datetime | None
    #: When our fetcher first had this version, UTC.
    first_seen_at: datetime

    @property
    def fingerprint(self) -> str:
        """16 hex digits over title and summary: equal when the text is equal."""
        text = f"{self.title}\x1f{self.summary}".casefold()
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def text(self) -> str:
        """Title and summary as one text, for the model."""
        return join_text(self.title, self.summary)

    @property
    def known_at(self) -> datetime:
        """From when the article counts as known: its publication if that is trustworthy."""
        if self.published_at and self.time_quality.is_good:
            return min(self.published_at, self.first_seen_at)
        return self.first_seen_at


def join_text(title: str, summary: str) -> str:
    """Title and summary as one text, with a full stop between them if need be."""
    if not summary:
        return title
    stop = "" if title.rstrip().endswith((".", "!", "?", "…", ":")) else "."
    return f"{title}{stop} {summary}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """What the store knows of an article that an incoming one may be."""

    article_id: int
    feed: str
    guid: str | None
    url: str | None
    #: Of the latest version.
    fingerprint: str
    #: Number of the latest version; the first is 1.
    version: int
    #: Of the latest version.
    known_at: datetime


class Verdict(StrEnum):
    """What to do with an incoming article."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An incoming article, what to do with it and why."""

    article: Article
    verdict: Verdict
    #: In words, such as "same guid, new text".
    reason: str
    #: From when this version counts as known, UTC.
    known_at: datetime
    #: The stored article it is, or duplicates; None when new.
    known: KnownArticle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """One stored version of an article, as the scorer needs it."""

    article_id: int
    version_id: int
    title: str
    summary: str
    #: As declared by the feed; None if silent.
    lang: str | None
    known_at: datetime

    @property
    def text(self) -> str:
        """Title and summary as one text, for the model."""
        return join_text(self.title, self.summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsItem:
    """A stored article with its latest score, for people: digest, report, tables."""

    article_id: int
    feed: str
    title: str
    url: str | None
    lang: str
    known_at: datetime
    first_seen_at: datetime
    version: int
    #: Of the whole text, in [-1, 1]; None if unscored.
    score: float | None
    event: str | None
    #: (ticker, score in [-1, 1], relevance) for each listed instrument it names.
    mentions: tuple[tuple[str, float, float], ...]
