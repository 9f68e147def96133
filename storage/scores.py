"""What the model made of each version of an article."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select

from core.signals import ModelIdentity, Probabilities, Score, StoredMention, Unscored
from storage.database import Transaction
from storage.schema import MentionRow, ScoreRow
from storage.writing import Values, in_chunks, insert_new, insert_returning

#: ISO 639 code for a language that nobody declared or found.
UNDETERMINED = "und"

_NO_SCORE: Values = dict.fromkeys(
    ("p_negative", "p_neutral", "p_positive", "score", "lang", "event")
)


def put_scores(
    tx: Transaction,
    results: Sequence[tuple[int, Score | Unscored]],
    *,
    model: ModelIdentity,
    scored_at: datetime,
) -> int:
    """Keep scores, or the reasons for none, of versions by id.

    A version that this revision of the model has scored before keeps its first score.

    Returns:
        How many were new.
    """
    by_version = dict(results)
    rows = [
        {
            "version_id": version_id,
            "model": model.name,
            "revision": model.revision,
            "licence": model.licence,
            "scored_at": scored_at,
            **_outcome(result),
        }
        for version_id, result in by_version.items()
    ]
    added = insert_returning(tx, ScoreRow, rows, ("id", "version_id"))
    mentions = [
        mention
        for score_id, version_id in added
        for mention in _mentions(score_id, by_version[version_id])
    ]
    insert_new(tx, MentionRow, mentions)
    return len(added)


def unscored_reasons(tx: Transaction) -> dict[str, int]:
    """How many versions have no score, by the reason given last; the commonest first."""
    latest = select(func.max(ScoreRow.id)).group_by(ScoreRow.version_id)
    count = func.count()
    statement = (
        select(ScoreRow.unscored_reason, count)
        .where(ScoreRow.id.in_(latest), ScoreRow.unscored_reason.is_not(None))
        .group_by(ScoreRow.unscored_reason)
        .order_by(count.desc(), ScoreRow.unscored_reason)
    )
    return {reason: n for reason, n in tx.execute(statement) if reason is not None}


def listed_mentions(tx: Transaction, score_ids: Sequence[int]) -> dict[int, list[StoredMention]]:
    """By score id, its mentions of instruments in the order of the text; none, no entry."""
    mentions: dict[int, list[StoredMention]] = defaultdict(list)
    for chunk in in_chunks(score_ids):
        statement = (
            select(MentionRow.score_id, MentionRow.ticker, MentionRow.score, MentionRow.relevance)
            .where(MentionRow.score_id.in_(chunk), MentionRow.ticker.is_not(None))
            .order_by(MentionRow.score_id, MentionRow.position)
        )
        for row in tx.execute(statement):
            mention = StoredMention(ticker=row.ticker, score=row.score, relevance=row.relevance)
            mentions[row.score_id].append(mention)
    return mentions


def _outcome(result: Score | Unscored) -> Values:
    if isinstance(result, Unscored):
        return {**_NO_SCORE, "unscored_reason": result.reason}
    return {
        **_probabilities(result.p),
        "lang": result.lang,
        "event": result.event.value if result.event else None,
        "unscored_reason": None,
    }


def _probabilities(p: Probabilities) -> Values:
    return {
        "p_negative": p.negative,
        "p_neutral": p.neutral,
        "p_positive": p.positive,
        "score": p.score,
    }


def _mentions(score_id: int, result: Score | Unscored) -> Iterator[Values]:
    if isinstance(result, Unscored):
        return
    for position, scored in enumerate(result.mentions):
        mention = scored.mention
        yield {
            "score_id": score_id,
            "position": position,
            "surface": mention.surface,
            "start_char": mention.start,
            "end_char": mention.end,
            "ticker": mention.ticker,
            "alias": mention.alias,
            "relevance": mention.relevance,
            **_probabilities(scored.p),
        }
