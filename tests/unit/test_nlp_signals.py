"""Signals by hand, and what must hold whatever the scores."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.prices import Session
from core.signals import ScoredVersion, StoredMention
from nlp.signals import compute_signal, window_mentions

CLOSE = datetime(2025, 1, 27, 21, tzinfo=UTC)
START = datetime(2025, 1, 24, 21, tzinfo=UTC)
SESSION = Session(
    venue="XNYS",
    label=date(2025, 1, 27),
    opens_at=datetime(2025, 1, 27, 14, 30, tzinfo=UTC),
    closes_at=CLOSE,
)


def mention(score=0.5, relevance=1.0, ticker="NVDA"):
    return StoredMention(ticker=ticker, score=score, relevance=relevance)


def version(hours=-1.0, *mentions, article=1, number=1):
    return ScoredVersion(
        article_id=article,
        version=number,
        known_at=CLOSE + timedelta(hours=hours),
        lang="fr",
        mentions=mentions or (mention(),),
    )


def signal(*mentions):
    return compute_signal("NVDA", mentions, SESSION, window_start=START)


def counted(*versions):
    found = window_mentions(versions, start=START, as_of=CLOSE)
    return {ticker: [m.score for m in mentions] for ticker, mentions in found.items()}


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([version(-1)], {"NVDA": [0.5]}, id="within the window"),
        pytest.param([version(-72)], {"NVDA": [0.5]}, id="at the previous close"),
        pytest.param([version(-73)], {}, id="before the previous close"),
        pytest.param([version(0)], {}, id="at the close: the next session's"),
        pytest.param(
            [version(-2), version(-1, mention(-0.9), number=2)],
            {"NVDA": [-0.9]},
            id="a correction replaces",
        ),
        pytest.param(
            [version(-2), version(1, mention(-0.9), number=2)],
            {"NVDA": [0.5]},
            id="a later correction isn't known yet",
        ),
        pytest.param(
            [version(-80), version(-1, mention(-0.9), number=2)],
            {},
            id="a correction of old news isn't news",
        ),
        pytest.param(
            [version(-80), version(-1, mention(-0.9, ticker="AMD"), number=2)],
            {"AMD": [-0.9]},
            id="but whom it names for the first time is",
        ),
        pytest.param(
            [version(-2, article=2), version(-1, mention(0.1), article=1)],
            {"NVDA": [0.1, 0.5]},
            id="by article",
        ),
    ],
)
def test_what_counts(versions, expected):
    assert counted(*versions) == expected


def test_no_news_is_no_value():
    empty = signal()
    assert (empty.articles, empty.sentiment, empty.standard_error, empty.share_positive) == (
        0,
        None,
        None,
        None,
    )


def test_one_article_has_no_standard_error():
    assert signal(mention(0.4)).standard_error is None


def test_by_hand():
    # m = (0.9 * 1 + 0.3 * 0.5) / 1.5 = 0.7
    # se = sqrt((1 * 0.2)^2 + (0.5 * -0.4)^2) / 1.5 * sqrt(2 / 1) = 0.4 / 1.5
    found = signal(mention(0.9, 1.0), mention(0.3, 0.5))
    assert (found.sentiment, found.standard_error, found.share_positive) == pytest.approx(
        (0.7, 0.4 / 1.5, 1.0)
    )


def test_weak_scores_lean_neither_way():
    found = signal(mention(0.1), mention(-0.6))
    assert (found.share_positive, found.share_negative) == (0.0, 0.5)


mentions = st.lists(
    st.builds(mention, st.floats(-1, 1, allow_subnormal=False), st.floats(0.01, 1)),
    min_size=1,
    max_size=20,
)


@given(mentions)
def test_bounded(found):
    sentiment = signal(*found).sentiment
    assert -1 - 1e-9 <= sentiment <= 1 + 1e-9


@given(mentions)
def test_order_does_not_matter(found):
    assert math.isclose(signal(*found).sentiment, signal(*reversed(found)).sentiment, abs_tol=1e-12)


@given(mentions, st.floats(0, 1))
def test_better_news_is_never_worse(found, rise):
    better = [mention(min(1.0, m.score + rise), m.relevance) for m in found]
    assert signal(*better).sentiment >= signal(*found).sentiment - 1e-12
