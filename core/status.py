"""How the store and its feeds are doing, as values for people."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How the checks of one feed go."""

    name: str
    url: str
    #: In a row; 0 after a success.
    failures: int
    #: Of the last check; None if it succeeded or there was none.
    last_error: str | None
    last_success_at: datetime | None
    #: None: due at once.
    next_check_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHealth:
    """How a job went the last time."""

    job: str
    started_at: datetime
    #: None: under way, or died.
    finished_at: datetime | None
    outcome: str | None
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """What is in the store, and what needs attention."""

    #: When the question was asked.
    at: datetime
    #: (table, rows), by table.
    tables: tuple[tuple[str, int], ...]
    #: By name.
    feeds: tuple[FeedHealth, ...]
    #: The last run of each job, by job.
    runs: tuple[RunHealth, ...]
    #: From when the latest article version counts as known; None without any.
    latest_article: datetime | None
    #: Versions that no model has looked at.
    waiting: int
    #: (reason, versions), the commonest first.
    unscored: tuple[tuple[str, int], ...]
