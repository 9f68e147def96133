"""Articles and their versions: what is known of them, what is decided, what awaits a score.

A duplicate is kept as an article of its own that points at the original, so that it is
recognised when it comes again and can be looked at; it is never scored, and no count,
signal or list of news includes it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from core.errors import StoreError
from core.news import Article, Decision, KnownArticle, NewsItem, StoredArticle, Verdict
from storage.database import Transaction
from storage.schema import ArticleRow, FeedRow, ScoreRow, VersionRow
from storage.scores import UNDETERMINED, listed_mentions
from storage.writing import Values, in_chunks, insert_new, insert_returning

#: What tells one article of the store from another: its feed's id and its item key.
Key = tuple[int, str]


def known(tx: Transaction, incoming: Sequence[Article]) -> list[KnownArticle]:
    """Stored articles that incoming ones may be: same feed and guid, same URL or same text."""
    found: dict[int, KnownArticle] = {}
    for chunk in in_chunks(incoming):
        for row in tx.execute(_candidates(chunk)):
            found[row.article_id] = KnownArticle(**row._mapping)
    return sorted(found.values(), key=lambda article: article.article_id)


def apply(tx: Transaction, decisions: Sequence[Decision]) -> dict[Verdict, int]:
    """Write what was decided; applying the same decisions again writes nothing.

    A new item that comes twice in `decisions` with different texts gets two versions.

    Returns:
        For each verdict, how many of the decisions took effect (UNCHANGED writes nothing).

    Raises:
        StoreError: if an article's feed isn't in the store.
    """
    counts = dict.fromkeys(Verdict, 0)
    by_verdict: dict[Verdict, list[Decision]] = defaultdict(list)
    for decision in decisions:
        by_verdict[decision.verdict].append(decision)
    counts[Verdict.UNCHANGED] = len(by_verdict[Verdict.UNCHANGED])
    counts[Verdict.CHANGED] = _add_versions(tx, by_verdict[Verdict.CHANGED])
    for verdict in (Verdict.NEW, Verdict.DUPLICATE):
        counts[verdict] = _add_articles(tx, by_verdict[verdict])
    return counts


def unscored(
    tx: Transaction, revision: str, limit: int, *, since: datetime | None = None
) -> list[StoredArticle]:
    """Versions of which a model revision has made nothing yet; the earliest known first.

    Args:
        tx: A transaction.
        revision: Of the model.
        limit: How many to give at most.
        since: Only versions known from this moment, UTC; None for all.
    """
    columns = (
        VersionRow.article_id,
        VersionRow.id.label("version_id"),
        VersionRow.title,
        VersionRow.summary,
        VersionRow.lang,
        VersionRow.known_at,
    )
    statement = (
        _to_score(select(*columns), revision, since)
        .where(ScoreRow.id.is_(None))
        .order_by(VersionRow.known_at, VersionRow.id)
        .limit(limit)
    )
    return [StoredArticle(**row._mapping) for row in tx.execute(statement)]


def count_unscored(
    tx: Transaction, revision: str, *, since: datetime | None = None
) -> tuple[int, int]:
    """How many versions a model revision has made nothing of, and of how many something."""
    counts = select(func.count() - func.count(ScoreRow.id), func.count(ScoreRow.id))
    statement = _to_score(counts.select_from(VersionRow), revision, since)
    waiting, done = tx.execute(statement).one()
    return waiting, done


def news(tx: Transaction, *, after: datetime, before: datetime, as_of: datetime) -> list[NewsItem]:
    """Articles that became known or changed in [after, before), oldest first.

    Each as it stood at `as_of`: its latest version known before, with that version's latest
    score. Duplicates aren't news.
    """
    rows = tx.execute(_latest_versions(after, before, as_of)).all()
    score_ids = [row.score_id for row in rows if row.score_id is not None]
    mentions = listed_mentions(tx, score_ids)
    return [
        NewsItem(
            article_id=row.article_id,
            feed=row.feed,
            title=row.title,
            url=row.url,
            lang=row.lang,
            known_at=row.known_at,
            first_seen_at=row.first_seen_at,
            version=row.version,
            score=row.score,
            event=row.event,
            mentions=tuple(
                (m.ticker, m.score, m.relevance) for m in mentions.get(row.score_id, ())
            ),
        )
        for row in rows
    ]


def _to_score(
    statement: Select[*tuple[Any, ...]], revision: str, since: datetime | None
) -> Select[*tuple[Any, ...]]:
    """Over versions of articles that aren't duplicates, beside a model revision's scores."""
    of_model = and_(ScoreRow.version_id == VersionRow.id, ScoreRow.revision == revision)
    joined = (
        statement.join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .outerjoin(ScoreRow, of_model)
        .where(ArticleRow.duplicate_of.is_(None))
    )
    return joined if since is None else joined.where(VersionRow.known_at >= since)


def _candidates(incoming: Sequence[Article]) -> Select[*tuple[Any, ...]]:
    feeds = {article.feed for article in incoming}
    guids = {article.guid for article in incoming if article.guid}
    urls = {article.url for article in incoming if article.url}
    texts = {article.fingerprint for article in incoming}
    # Three searches, each by its index: one condition over two tables would use none.
    same_guid = (
        select(ArticleRow.id)
        .join(FeedRow, FeedRow.id == ArticleRow.feed_id)
        .where(FeedRow.name.in_(feeds), ArticleRow.guid.in_(guids))
    )
    same_url = select(ArticleRow.id).where(ArticleRow.url.in_(urls))
    same_text = select(VersionRow.article_id).where(VersionRow.fingerprint.in_(texts))
    latest = select(func.max(VersionRow.version)).where(VersionRow.article_id == ArticleRow.id)
    return (
        select(
            ArticleRow.id.label("article_id"),
            FeedRow.name.label("feed"),
            ArticleRow.guid,
            ArticleRow.url,
            VersionRow.fingerprint,
            VersionRow.version,
            VersionRow.known_at,
        )
        .join(FeedRow, FeedRow.id == ArticleRow.feed_id)
        .join(VersionRow, VersionRow.article_id == ArticleRow.id)
        .where(ArticleRow.id.in_(same_guid.union(same_url, same_text)))
        .where(VersionRow.version == latest.correlate(ArticleRow).scalar_subquery())
    )


def _latest_versions(
    after: datetime, before: datetime, as_of: datetime
) -> Select[*tuple[Any, ...]]:
    in_window = select(VersionRow.article_id).where(
        VersionRow.known_at >= after, VersionRow.known_at < min(before, as_of)
    )
    latest = (
        select(VersionRow.article_id, func.max(VersionRow.version).label("version"))
        .where(VersionRow.known_at < as_of, VersionRow.article_id.in_(in_window))
        .group_by(VersionRow.article_id)
        .subquery()
    )
    # Not by the greatest id: PostgreSQL would search all scores for it, backwards.
    later = aliased(ScoreRow)
    is_latest = ~exists().where(
        later.version_id == ScoreRow.version_id,
        later.id > ScoreRow.id,
        later.scored_at <= as_of,
    )
    was_known = ScoreRow.scored_at <= as_of
    return (
        select(
            VersionRow.article_id,
            FeedRow.name.label("feed"),
            VersionRow.title,
            ArticleRow.url,
            func.coalesce(ScoreRow.lang, VersionRow.lang, FeedRow.lang, UNDETERMINED).label("lang"),
            VersionRow.known_at,
            VersionRow.first_seen_at,
            VersionRow.version,
            ScoreRow.id.label("score_id"),
            ScoreRow.score,
            ScoreRow.event,
        )
        .join(
            latest,
            and_(
                VersionRow.article_id == latest.c.article_id, VersionRow.version == latest.c.version
            ),
        )
        .join(ArticleRow, ArticleRow.id == VersionRow.article_id)
        .join(FeedRow, FeedRow.id == ArticleRow.feed_id)
        .outerjoin(ScoreRow, and_(ScoreRow.version_id == VersionRow.id, was_known, is_latest))
        .where(ArticleRow.duplicate_of.is_(None))
        .order_by(VersionRow.known_at, VersionRow.id)
    )


def _add_versions(tx: Transaction, decisions: Sequence[Decision]) -> int:
    """Next versions of stored articles, numbered in the order of the decisions."""
    latest: dict[int, int] = {}
    rows: list[Values] = []
    for decision in decisions:
        known = _known(decision)
        version = latest.get(known.article_id, known.version) + 1
        latest[known.article_id] = version
        rows.append(_version(decision, known.article_id, version))
    return insert_new(tx, VersionRow, rows)


def _add_articles(tx: Transaction, decisions: Sequence[Decision]) -> int:
    """New articles, or duplicates of stored ones, with their first versions."""
    if not decisions:
        return 0
    feeds = _feed_ids(tx, decisions)
    originals = _originals(tx, decisions)
    groups: dict[Key, list[Decision]] = defaultdict(list)
    for decision in decisions:
        article = decision.article
        group = groups[feeds[article.feed], _item_key(article)]
        if not group or group[-1].article.fingerprint != article.fingerprint:
            group.append(decision)
    rows = [_article(key, group[0], originals) for key, group in groups.items()]
    added = insert_returning(tx, ArticleRow, rows, ("id", "feed_id", "item_key"))
    versions = [
        _version(decision, article_id, number)
        for article_id, feed_id, item_key in added
        for number, decision in enumerate(groups[feed_id, item_key], start=1)
    ]
    return insert_new(tx, VersionRow, versions)


def _feed_ids(tx: Transaction, decisions: Sequence[Decision]) -> dict[str, int]:
    names = {decision.article.feed for decision in decisions}
    statement = select(FeedRow.name, FeedRow.id).where(FeedRow.name.in_(names))
    ids = {row.name: row.id for row in tx.execute(statement)}
    if unknown := sorted(names - set(ids)):
        raise StoreError(unknown[0], "no such feed", remedy="add the feed before its articles")
    return ids


def _originals(tx: Transaction, decisions: Sequence[Decision]) -> dict[int, int]:
    """By stored article: the article that it is, or that it duplicates."""
    ids = sorted({decision.known.article_id for decision in decisions if decision.known})
    original = func.coalesce(ArticleRow.duplicate_of, ArticleRow.id)
    return {
        article_id: original_id
        for chunk in in_chunks(ids)
        for article_id, original_id in tx.execute(
            select(ArticleRow.id, original).where(ArticleRow.id.in_(chunk))
        )
    }


def _item_key(article: Article) -> str:
    if not article.guid and not article.url:
        return article.fingerprint
    parts = f"{article.guid or ''}\x1f{article.url or ''}"
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _known(decision: Decision) -> KnownArticle:
    if decision.known is None:
        raise ValueError(f"{decision.verdict} names no stored article: {decision.article.title}")
    return decision.known


def _article(key: Key, decision: Decision, originals: Mapping[int, int]) -> Values:
    duplicate = decision.verdict is Verdict.DUPLICATE
    return {
        "feed_id": key[0],
        "item_key": key[1],
        "guid": decision.article.guid,
        "url": decision.article.url,
        "duplicate_of": originals[_known(decision).article_id] if duplicate else None,
    }


def _version(decision: Decision, article_id: int, version: int) -> Values:
    article = decision.article
    return {
        "article_id": article_id,
        "version": version,
        "title": article.title,
        "summary": article.summary,
        "lang": article.lang,
        "published_raw": article.published_raw,
        "published_at": article.published_at,
        "time_quality": article.time_quality.value,
        "updated_at": article.updated_at,
        "first_seen_at": article.first_seen_at,
        "known_at": decision.known_at,
        "fingerprint": article.fingerprint,
        "reason": decision.reason,
    }
