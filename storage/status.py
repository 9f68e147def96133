"""How the store and its feeds are doing."""

from datetime import datetime

from sqlalchemy import func, literal, select, union_all

from core.status import FeedHealth, RunHealth, StoreStatus
from storage.base import Base
from storage.database import Transaction
from storage.schema import ArticleRow, FeedRow, RunRow, ScoreRow, VersionRow
from storage.scores import unscored_reasons


def status(tx: Transaction, now: datetime) -> StoreStatus:
    """The state of the store at `now`."""
    return StoreStatus(
        at=now,
        tables=_table_sizes(tx),
        feeds=_feeds(tx),
        runs=_last_runs(tx),
        latest_article=tx.scalar(select(func.max(VersionRow.known_at))),
        waiting=_waiting(tx),
        unscored=tuple(unscored_reasons(tx).items()),
    )


def _table_sizes(tx: Transaction) -> tuple[tuple[str, int], ...]:
    counts = [
        select(literal(name).label("name"), func.count().label("rows")).select_from(table)
        for name, table in Base.metadata.tables.items()
    ]
    sizes = union_all(*counts).subquery()
    rows = tx.execute(select(sizes.c.name, sizes.c.rows))
    return tuple(sorted((row.name, row.rows) for row in rows))


def _feeds(tx: Transaction) -> tuple[FeedHealth, ...]:
    columns = (
        FeedRow.name,
        FeedRow.url,
        FeedRow.failures,
        FeedRow.last_error,
        FeedRow.last_success_at,
        FeedRow.next_check_at,
    )
    rows = tx.execute(select(*columns).order_by(FeedRow.name))
    return tuple(FeedHealth(**row._mapping) for row in rows)


def _last_runs(tx: Transaction) -> tuple[RunHealth, ...]:
    last = select(func.max(RunRow.id)).group_by(RunRow.job)
    columns = (
        RunRow.job,
        RunRow.started_at,
        RunRow.finished_at,
        RunRow.outcome,
        RunRow.detail,
    )
    rows = tx.execute(select(*columns).where(RunRow.id.in_(last)).order_by(RunRow.job))
    return tuple(RunHealth(**row._mapping) for row in rows)


def _waiting(tx: Transaction) -> int:
    statement = (
        select(func.count())
        .select_from(VersionRow)
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .outerjoin(ScoreRow, ScoreRow.version_id == VersionRow.id)
        .where(ArticleRow.duplicate_of.is_(None), ScoreRow.id.is_(None))
    )
    return tx.scalars(statement).one()
