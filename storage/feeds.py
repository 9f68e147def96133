"""Which feeds are due, and how their checks went."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from core.errors import InputError
from core.feeds import FeedSpec, FeedState, FetchRecord
from storage.database import Transaction
from storage.schema import FeedRow, FetchRow
from storage.writing import Values, insert_new

#: Outcome of a check that brought no body.
NOT_MODIFIED = "not modified"


def put_feed(tx: Transaction, spec: FeedSpec) -> int:
    """Subscribe to a feed or, by its name, change a subscription; gives its id.

    A feed that moves to another URL forgets its validators and is due at once.

    Raises:
        InputError: if another feed has this URL.
    """
    _refuse_second_name(tx, spec)
    _forget_if_moved(tx, spec)
    row = {
        "name": spec.name,
        "url": spec.url,
        "lang": spec.lang,
        "default_zone": spec.default_zone,
        "interval_seconds": spec.interval.total_seconds(),
    }
    insert_new(tx, FeedRow, [{**row, "failures": 0}])
    statement = update(FeedRow).where(FeedRow.name == spec.name).values(row)
    return tx.execute(statement.returning(FeedRow.id)).scalar_one()


def due(tx: Transaction, now: datetime) -> list[FeedState]:
    """Feeds whose next check is not after `now`; the longest overdue first."""
    statement = (
        select(FeedRow)
        .where(or_(FeedRow.next_check_at.is_(None), FeedRow.next_check_at <= now))
        .order_by(FeedRow.next_check_at.asc().nulls_first(), FeedRow.id)
    )
    return [_state(row) for row in tx.scalars(statement)]


def record_check(tx: Transaction, record: FetchRecord) -> None:
    """Keep a check of a feed and plan the next; a second call with the same record does nothing."""
    row = {
        "feed_id": record.feed_id,
        "fetched_at": record.fetched_at,
        "outcome": record.outcome,
        "failed": record.failed,
        "status": record.status,
        "new": record.new,
        "changed": record.changed,
        "unchanged": record.unchanged,
        "duplicate": record.duplicate,
        "warnings": "\n".join(record.warnings),
    }
    if insert_new(tx, FetchRow, [row]):
        changes = _after_failure(record) if record.failed else _after_success(record)
        statement = update(FeedRow).where(FeedRow.id == record.feed_id)
        tx.execute(statement.values(next_check_at=record.next_check_at, **changes))


def check_problems(tx: Transaction) -> list[tuple[str, str, int]]:
    """What went wrong at the checks: feed, failure or warning in words, number of checks.

    In the order in which each was first met.
    """
    statement = (
        select(FeedRow.name, FetchRow.outcome, FetchRow.failed, FetchRow.warnings)
        .join(FetchRow, FetchRow.feed_id == FeedRow.id)
        .where(or_(FetchRow.failed, FetchRow.warnings != ""))
        .order_by(FetchRow.id)
    )
    counts = Counter(
        (row.name, problem)
        for row in tx.execute(statement)
        for problem in ([row.outcome] if row.failed else []) + row.warnings.splitlines()
    )
    return [(feed, problem, n) for (feed, problem), n in counts.items()]


def _refuse_second_name(tx: Transaction, spec: FeedSpec) -> None:
    statement = select(FeedRow.name).where(FeedRow.url == spec.url, FeedRow.name != spec.name)
    if other := tx.scalar(statement):
        raise InputError(spec.name, f"feed {other} has the same URL", remedy="remove one of them")


def _forget_if_moved(tx: Transaction, spec: FeedSpec) -> None:
    statement = update(FeedRow).where(FeedRow.name == spec.name, FeedRow.url != spec.url)
    tx.execute(statement.values(etag=None, last_modified=None, next_check_at=None))


def _after_failure(record: FetchRecord) -> Values:
    return {"failures": FeedRow.failures + 1, "last_error": record.outcome}


def _after_success(record: FetchRecord) -> Values:
    changes: dict[str, object] = {
        "failures": 0,
        "last_error": None,
        "last_success_at": record.fetched_at,
    }
    # Without a body the server's validators are those we sent.
    if record.outcome != NOT_MODIFIED:
        changes |= {"etag": record.etag, "last_modified": record.last_modified}
    return changes


def _state(row: FeedRow) -> FeedState:
    spec = FeedSpec(
        name=row.name,
        url=row.url,
        lang=row.lang,
        default_zone=row.default_zone,
        interval=timedelta(seconds=row.interval_seconds),
    )
    return FeedState(
        feed_id=row.id,
        spec=spec,
        etag=row.etag,
        last_modified=row.last_modified,
        failures=row.failures,
    )
