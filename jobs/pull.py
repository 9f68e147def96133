"""Fetch the feeds that are due and store what is new; one feed's failure is its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from core.errors import FeedError, InputError
from core.feeds import FeedState, Fetched, FetchFailed, FetchRecord, FetchResult
from core.news import Verdict
from core.settings import FeedSettings
from ingest.decide import decide
from ingest.fetch import Client, FetchLimits, fetch, new_client, next_check
from ingest.parse import ParsedFeed, parse_fetched
from jobs.app import App
from storage.articles import apply, known
from storage.database import Transaction
from storage.feeds import NOT_MODIFIED, due, record_check

log = structlog.get_logger()


def make_client(settings: FeedSettings) -> Client:
    """The HTTP client of the settings; to be closed."""
    return new_client(user_agent=settings.user_agent, timeout=settings.timeout)


def pull(app: App, client: Client) -> str:
    """Check every feed that is due; tells in words how it went."""
    with app.store.reading() as tx:
        states = due(tx, app.clock())
    records = [_check(app, client, state) for state in states]
    failed = [r for r in records if r.failed]
    new, changed = sum(r.new for r in records), sum(r.changed for r in records)
    return f"{len(records)} feeds, {len(failed)} failed, {new} new, {changed} changed"


def _check(app: App, client: Client, state: FeedState) -> FetchRecord:
    """One feed: fetched and parsed outside the transaction that stores everything about it."""
    limits = FetchLimits(body=app.settings.feeds.body_limit, seconds=app.settings.feeds.timeout)
    result = fetch(state, client, now=app.clock(), limits=limits)
    parsed = ParsedFeed(title="", lang=None, articles=(), warnings=())
    if isinstance(result, Fetched):
        try:
            parsed = parse_fetched(result, state.spec, entry_limit=app.settings.feeds.entry_limit)
        except FeedError as e:
            result = _unusable(result, e.problem)
        except InputError as e:
            result = _unusable(result, f"{e.subject}: {e.problem}")
    with app.store.transaction() as tx:
        counts = _store(tx, parsed) if parsed.articles else dict.fromkeys(Verdict, 0)
        record = _record(state, result, parsed.warnings, counts)
        record_check(tx, record)
    if record.failed:
        log.warning("feed failed", feed=state.spec.name, reason=record.outcome)
    return record


def _unusable(result: Fetched, reason: str) -> FetchFailed:
    return FetchFailed(reason=reason, status=200, retry_after=None, fetched_at=result.fetched_at)


def _store(tx: Transaction, parsed: ParsedFeed) -> Mapping[Verdict, int]:
    decisions = list(decide(parsed.articles, known(tx, parsed.articles)))
    return apply(tx, decisions)


def _record(
    state: FeedState, result: FetchResult, warnings: Sequence[str], counts: Mapping[Verdict, int]
) -> FetchRecord:
    failures = state.failures + 1 if isinstance(result, FetchFailed) else 0
    record = FetchRecord(
        feed_id=state.feed_id,
        fetched_at=result.fetched_at,
        outcome=NOT_MODIFIED,
        failed=False,
        status=304,
        next_check_at=next_check(result, interval=state.spec.interval, failures=failures),
        etag=state.etag,
        last_modified=state.last_modified,
        warnings=tuple(warnings),
    )
    match result:
        case FetchFailed():
            return replace(record, outcome=result.reason, failed=True, status=result.status)
        case Fetched():
            return replace(
                record,
                outcome="ok",
                status=200,
                etag=result.etag,
                last_modified=result.last_modified,
                new=counts[Verdict.NEW],
                changed=counts[Verdict.CHANGED],
                unchanged=counts[Verdict.UNCHANGED],
                duplicate=counts[Verdict.DUPLICATE],
            )
    return record
