"""From scored versions to signals: what signals are computed from, and what was computed."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from core.signals import ScoredVersion, Signal
from storage.database import Transaction
from storage.schema import ArticleRow, ScoreRow, SignalRow, VersionRow
from storage.scores import UNDETERMINED, listed_mentions
from storage.writing import in_chunks, insert_new

#: What a signal is made of, in the order of its fields.
_SIGNAL = (
    SignalRow.ticker,
    SignalRow.session,
    SignalRow.window_start,
    SignalRow.as_of,
    SignalRow.articles,
    SignalRow.sentiment,
    SignalRow.standard_error,
    SignalRow.share_positive,
    SignalRow.share_negative,
)


def scored_versions(
    tx: Transaction, *, after: datetime, before: datetime, revision: str
) -> list[ScoredVersion]:
    """Versions known before `before` of every article that has one known in [after, before).

    With the mentions of instruments as `revision` of the model scored them; a version that it
    found no score for has none, and one that it hasn't seen yet is left out. By article and
    version. Duplicates aren't counted.
    """
    rows = tx.execute(_scored_in(after, before, revision)).all()
    mentions = listed_mentions(tx, [row.score_id for row in rows])
    return [
        ScoredVersion(
            article_id=row.article_id,
            version=row.version,
            known_at=row.known_at,
            lang=row.lang,
            mentions=tuple(mentions.get(row.score_id, ())),
        )
        for row in rows
    ]


def put_signals(
    tx: Transaction, signals: Iterable[Signal], *, computed_at: datetime, revision: str
) -> int:
    """Append signals made from the scores of a model's revision.

    A signal of the same ticker, session, moment and revision stands as it was first computed.

    Returns:
        How many were new.
    """
    rows = [
        {**asdict(signal), "computed_at": computed_at, "revision": revision} for signal in signals
    ]
    return insert_new(tx, SignalRow, rows)


def signals(
    tx: Transaction, tickers: Sequence[str], *, first: date, last: date, as_of: datetime
) -> list[Signal]:
    """The signals of sessions `first` to `last` as they were known at `as_of`.

    One for each ticker and session, by ticker and session.
    """
    found = [
        Signal(**row._mapping)
        for chunk in in_chunks(tickers)
        for row in tx.execute(_latest_signals(chunk, first, last, as_of))
    ]
    return sorted(found, key=lambda signal: (signal.ticker, signal.session))


def _scored_in(after: datetime, before: datetime, revision: str) -> Select[*tuple[Any, ...]]:
    in_window = select(VersionRow.article_id).where(
        VersionRow.known_at >= after, VersionRow.known_at < before
    )
    return (
        select(
            VersionRow.article_id,
            VersionRow.version,
            VersionRow.known_at,
            func.coalesce(ScoreRow.lang, VersionRow.lang, UNDETERMINED).label("lang"),
            ScoreRow.id.label("score_id"),
        )
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(ScoreRow, ScoreRow.version_id == VersionRow.id)
        .where(ScoreRow.revision == revision, ArticleRow.duplicate_of.is_(None))
        .where(VersionRow.known_at < before, VersionRow.article_id.in_(in_window))
        .order_by(VersionRow.article_id, VersionRow.version)
    )


def _latest_signals(
    tickers: Sequence[str], first: date, last: date, as_of: datetime
) -> Select[*tuple[Any, ...]]:
    nth = func.row_number().over(
        partition_by=(SignalRow.ticker, SignalRow.session),
        order_by=(SignalRow.as_of.desc(), SignalRow.id.desc()),
    )
    ranked = (
        select(SignalRow.id, nth.label("nth"))
        .where(SignalRow.ticker.in_(tickers), SignalRow.session.between(first, last))
        .where(SignalRow.as_of <= as_of)
        .subquery()
    )
    return select(*_SIGNAL).join(ranked, ranked.c.id == SignalRow.id).where(ranked.c.nth == 1)
