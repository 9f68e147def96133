"""The tables, as typed models. Names here are what people meet when they query.

Moments are UTC. Derived rows (scores, signals, studies, associations) are appended, never
overwritten; `as_of` says up to which moment news and prices were used, `computed_at` when.
Each table has a natural key, so that writing the same thing twice changes nothing.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class FeedRow(Base):
    """A feed that the user subscribes to, with the state of its checks."""

    __tablename__ = "feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str] = mapped_column(unique=True)
    lang: Mapped[str | None]
    default_zone: Mapped[str]
    interval_seconds: Mapped[float]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    #: In a row; 0 after a success.
    failures: Mapped[int]
    #: Of the last check; null if it succeeded.
    last_error: Mapped[str | None]
    last_success_at: Mapped[datetime | None]
    #: Null: due at once.
    next_check_at: Mapped[datetime | None] = mapped_column(index=True)


class FetchRow(Base):
    """One check of a feed; the counts are articles by verdict."""

    __tablename__ = "fetches"
    __table_args__ = (UniqueConstraint("feed_id", "fetched_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id"))
    fetched_at: Mapped[datetime]
    outcome: Mapped[str]
    failed: Mapped[bool]
    #: HTTP status.
    status: Mapped[int | None]
    new: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    duplicate: Mapped[int]
    #: One per line.
    warnings: Mapped[str]


class ArticleRow(Base):
    """An article, apart from its text. A duplicate is kept and points at the original."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("feed_id", "item_key"),
        Index(None, "feed_id", "guid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feeds.id"))
    #: Hash of guid and url, or of the first text of an item that has neither.
    item_key: Mapped[str]
    guid: Mapped[str | None]
    url: Mapped[str | None] = mapped_column(index=True)
    #: Never itself a duplicate.
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("articles.id"), index=True)


class VersionRow(Base):
    """An article as it stood from `known_at` until its next version."""

    __tablename__ = "article_versions"
    __table_args__ = (UniqueConstraint("article_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    #: The first is 1.
    version: Mapped[int]
    title: Mapped[str]
    summary: Mapped[str]
    #: As declared by the feed.
    lang: Mapped[str | None]
    published_raw: Mapped[str | None]
    published_at: Mapped[datetime | None]
    time_quality: Mapped[str]
    updated_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    known_at: Mapped[datetime] = mapped_column(index=True)
    fingerprint: Mapped[str] = mapped_column(index=True)
    #: Why it was stored.
    reason: Mapped[str]


class ScoreRow(Base):
    """What one revision of a model makes of one version, or why it makes nothing of it."""

    __tablename__ = "scores"
    __table_args__ = (
        UniqueConstraint("version_id", "revision"),
        CheckConstraint("(score IS NULL) <> (unscored_reason IS NULL)", name="scored_or_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("article_versions.id"))
    model: Mapped[str]
    revision: Mapped[str]
    licence: Mapped[str]
    #: As found by the scorer.
    lang: Mapped[str | None]
    p_negative: Mapped[float | None]
    p_neutral: Mapped[float | None]
    p_positive: Mapped[float | None]
    #: p_positive - p_negative.
    score: Mapped[float | None]
    event: Mapped[str | None]
    unscored_reason: Mapped[str | None]
    scored_at: Mapped[datetime]


class MentionRow(Base):
    """The sentiment of a scored version toward one entity that it names."""

    __tablename__ = "mentions"
    __table_args__ = (UniqueConstraint("score_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    score_id: Mapped[int] = mapped_column(ForeignKey("scores.id"))
    #: 0 for the first mention of the text.
    position: Mapped[int]
    surface: Mapped[str]
    #: Character offsets into title and summary as one text.
    start_char: Mapped[int]
    end_char: Mapped[int]
    #: Null for an entity that isn't listed.
    ticker: Mapped[str | None] = mapped_column(index=True)
    alias: Mapped[str]
    relevance: Mapped[float]
    p_negative: Mapped[float]
    p_neutral: Mapped[float]
    p_positive: Mapped[float]
    #: p_positive - p_negative.
    score: Mapped[float]


class InstrumentRow(Base):
    """A share, index, fund, token or currency pair."""

    __tablename__ = "instruments"

    symbol: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    venue: Mapped[str]
    currency: Mapped[str]
    benchmark: Mapped[str | None]


class AliasRow(Base):
    """A way in which texts name an entity."""

    __tablename__ = "aliases"

    id: Mapped[int] = mapped_column(primary_key=True)
    alias: Mapped[str] = mapped_column(index=True)
    entity: Mapped[str]
    ticker: Mapped[str | None]
    rule: Mapped[str]


class BarRow(Base):
    """An adjusted closing value as a source gave it at `as_of`."""

    __tablename__ = "bars"

    symbol: Mapped[str] = mapped_column(ForeignKey("instruments.symbol"), primary_key=True)
    session: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[datetime] = mapped_column(primary_key=True)
    close: Mapped[float]
    volume: Mapped[float | None]


class SignalRow(Base):
    """News sentiment of an instrument over one session's news window."""

    __tablename__ = "signals"
    __table_args__ = (UniqueConstraint("ticker", "session", "as_of", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticker: Mapped[str] = mapped_column(ForeignKey("instruments.symbol"))
    session: Mapped[date] = mapped_column(index=True)
    window_start: Mapped[datetime]
    as_of: Mapped[datetime]
    articles: Mapped[int]
    sentiment: Mapped[float | None]
    standard_error: Mapped[float | None]
    share_positive: Mapped[float | None]
    share_negative: Mapped[float | None]
    #: Of the model whose scores were used.
    revision: Mapped[str]
    computed_at: Mapped[datetime]


class StudyRow(Base):
    """An event study."""

    __tablename__ = "studies"
    __table_args__ = (UniqueConstraint("event_session", "as_of", "computed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_session: Mapped[date]
    #: Instruments left out, one `symbol: reason` per line.
    skipped: Mapped[str]
    as_of: Mapped[datetime]
    computed_at: Mapped[datetime]


class EffectRow(Base):
    """The abnormal return of one instrument around a study's event session."""

    __tablename__ = "effects"
    __table_args__ = (
        UniqueConstraint("study_id", "symbol", "window_first", "window_last", "model"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    symbol: Mapped[str] = mapped_column(ForeignKey("instruments.symbol"), index=True)
    event_session: Mapped[date]
    #: Sessions relative to the event that `car` sums.
    window_first: Mapped[int]
    window_last: Mapped[int]
    model: Mapped[str]
    benchmark: Mapped[str | None]
    n: Mapped[int]
    alpha: Mapped[float]
    beta: Mapped[float | None]
    sigma: Mapped[float]
    event_return: Mapped[float]
    ar: Mapped[float]
    car: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    statistic: Mapped[float]
    p: Mapped[float]


class StudyTestRow(Base):
    """A test over all instruments of a study."""

    __tablename__ = "study_tests"
    __table_args__ = (UniqueConstraint("study_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    name: Mapped[str]
    null_hypothesis: Mapped[str]
    n: Mapped[int]
    statistic: Mapped[float | None]
    p: Mapped[float | None]


class AssociationRow(Base):
    """Rank correlation of signal and abnormal return."""

    __tablename__ = "associations"
    __table_args__ = (UniqueConstraint("horizon", "pairs", "as_of", "computed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    horizon: Mapped[str]
    #: What the pairs are, in words.
    pairs: Mapped[str]
    n: Mapped[int]
    rho: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    p: Mapped[float | None]
    null_hypothesis: Mapped[str]
    reading: Mapped[str]
    as_of: Mapped[datetime]
    computed_at: Mapped[datetime]


class DigestRow(Base):
    """A digest in the outbox."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("day", "lang"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    lang: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    #: The e-mail, as RFC 5322 bytes.
    message: Mapped[bytes]
    built_at: Mapped[datetime]


class RunRow(Base):
    """One run of a job; without `finished_at` it is under way or died."""

    __tablename__ = "runs"
    __table_args__ = (Index(None, "job", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    detail: Mapped[str | None]
