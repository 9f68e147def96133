"""Signals: what the news of one session's window says about one instrument. Pure.

For an instrument and a window of known_at, [start, as_of): every article counts that
first names the instrument in the window, with the latest of its versions known before
`as_of`. With scores s and relevances r over n articles, at one each:

    sentiment        m = sum(r s) / sum(r)
    standard error   sqrt(sum(r^2 (s - m)^2)) / sum(r) * sqrt(n / (n - 1))     (n >= 2)

the ratio estimator of a weighted mean (Cochran, Sampling Techniques, 1977, 6.4).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from core.prices import Session
from core.signals import ScoredVersion, Signal, StoredMention

Floats = NDArray[np.float64]

#: Scores nearer to zero than this lean neither way.
LEANS = 0.2


def window_mentions(
    versions: Iterable[ScoredVersion], *, start: datetime, as_of: datetime
) -> dict[str, list[StoredMention]]:
    """The mentions that count in [start, as_of), by ticker, in the order of articles.

    Args:
        versions: Every version known before `as_of` of the articles concerned.
        start: Beginning of the window of known_at, UTC, included.
        as_of: End of the window, UTC, excluded.
    """
    by_article: dict[int, list[ScoredVersion]] = defaultdict(list)
    for version in versions:
        if version.known_at < as_of:
            by_article[version.article_id].append(version)
    counted: dict[str, list[StoredMention]] = defaultdict(list)
    for article in sorted(by_article):
        first_named = _first_named(by_article[article])
        latest = max(by_article[article], key=lambda v: v.version)
        for mention in latest.mentions:
            if first_named[mention.ticker] >= start:
                counted[mention.ticker].append(mention)
    return dict(counted)


def _first_named(versions: Iterable[ScoredVersion]) -> dict[str, datetime]:
    """By ticker, the moment from which a version of the article names it."""
    named: dict[str, datetime] = {}
    for version in versions:
        for mention in version.mentions:
            earlier = named.get(mention.ticker, version.known_at)
            named[mention.ticker] = min(earlier, version.known_at)
    return named


def compute_signal(
    ticker: str, mentions: Sequence[StoredMention], session: Session, *, window_start: datetime
) -> Signal:
    """The signal of one instrument as of a session's close.

    Args:
        ticker: The instrument's symbol.
        mentions: The mentions that count, at most one per article.
        session: The session whose close ends the window.
        window_start: Close of the session before, UTC.
    """
    scores = np.array([m.score for m in mentions])
    weights = np.array([m.relevance for m in mentions])
    mean = float(np.average(scores, weights=weights)) if mentions else None
    return Signal(
        ticker=ticker,
        session=session.label,
        window_start=window_start,
        as_of=session.closes_at,
        articles=len(mentions),
        sentiment=mean,
        standard_error=None if mean is None else _standard_error(scores, weights, mean),
        share_positive=float((scores > LEANS).mean()) if mentions else None,
        share_negative=float((scores < -LEANS).mean()) if mentions else None,
    )


def _standard_error(scores: Floats, weights: Floats, mean: float) -> float | None:
    n = len(scores)
    if n < 2:
        return None
    spread = math.sqrt(float(np.sum((weights * (scores - mean)) ** 2)))
    return spread / float(weights.sum()) * math.sqrt(n / (n - 1))
