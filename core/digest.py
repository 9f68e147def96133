"""The daily digest as a value: what a reader is told in the morning."""

from dataclasses import dataclass
from datetime import date, datetime

from core.news import NewsItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """An instrument whose signal stands out, with what its price did."""

    symbol: str
    name: str
    session: date
    #: Signal of the last closed session, in [-1, 1].
    sentiment: float
    #: Against the mean of the earlier sessions with news; None without any.
    change: float | None
    articles: int
    #: Event type named most in the articles; None if none was scored.
    event: str | None
    #: Simple return of the session; None if its price isn't known.
    price_return: float | None
    #: Market-model or mean-adjusted abnormal return; None if it can't be computed.
    abnormal_return: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One morning's digest: everything in it was known at `as_of`."""

    day: date
    #: Moment up to which news and prices were used, UTC.
    as_of: datetime
    #: Since the previous digest.
    articles: int
    unscored: int
    #: What stands out most first: |change|, or |sentiment| without history, by article count.
    movers: tuple[Mover, ...]
    #: Most telling articles since the previous digest first.
    news: tuple[NewsItem, ...]
    #: Feed and data problems a reader should know, in words.
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMail:
    """A digest as an e-mail, ready to be sent."""

    #: The morning it is for.
    day: date
    lang: str
    #: Without angle brackets; the same whenever the day's digest is built.
    message_id: str
    #: RFC 5322.
    message: bytes
    built_at: datetime
