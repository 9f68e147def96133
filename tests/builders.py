"""Values with everything filled in; a case names only what it is about."""

from datetime import UTC, date, datetime, timedelta

from core.digest import DigestMail
from core.feeds import FeedSpec, FetchRecord
from core.news import Article, Decision, TimeQuality, Verdict
from core.prices import Association, Effect, Horizon, Instrument, Study, TestResult
from core.signals import (
    Event,
    Mention,
    MentionScore,
    ModelIdentity,
    Probabilities,
    Score,
    Signal,
)

MODEL = ModelIdentity(name="remous", revision="0123456789ab", licence="MIT")


def utc(day, hour=12, minute=0):
    """A moment of January 2025."""
    return datetime(2025, 1, day, hour, minute, tzinfo=UTC)


def jan(day):
    return date(2025, 1, day)


def feed_spec(name="en", **changes):
    values = {
        "name": name,
        "url": f"https://news.example/{name}.xml",
        "lang": "en",
        "default_zone": "Europe/Paris",
        "interval": timedelta(hours=1),
    }
    return FeedSpec(**values | changes)


def fetch_record(feed_id, **changes):
    values = {
        "feed_id": feed_id,
        "fetched_at": utc(27),
        "outcome": "ok",
        "failed": False,
        "status": 200,
        "next_check_at": utc(27, 13),
    }
    return FetchRecord(**values | changes)


def article(title="Nvidia falls", **changes):
    values = {
        "feed": "en",
        "guid": None,
        "url": "https://news.example/1",
        "title": title,
        "summary": "",
        "lang": "en",
        "published_raw": "Mon, 27 Jan 2025 12:00:00 GMT",
        "published_at": utc(27),
        "time_quality": TimeQuality.EXPLICIT_ZONE,
        "updated_at": None,
        "first_seen_at": utc(27, 13),
    }
    return Article(**values | changes)


def decision(item=None, verdict=Verdict.NEW, *, known=None, known_at=None):
    item = item or article()
    known_at = known_at or item.known_at
    return Decision(article=item, verdict=verdict, reason="because", known=known, known_at=known_at)


def probabilities(score):
    """Probabilities whose score is `score`."""
    return Probabilities(
        negative=max(-score, 0.0), neutral=1 - abs(score), positive=max(score, 0.0)
    )


def mention(ticker="NVDA", relevance=1.0):
    surface = ticker or "DeepSeek"
    return Mention(
        surface=surface,
        start=0,
        end=len(surface),
        ticker=ticker,
        alias=surface,
        relevance=relevance,
    )


def score(value=-0.5, *mentions):
    """A score of a text and (mention, score) of whom it names."""
    return Score(
        lang="en",
        p=probabilities(value),
        event=Event.MARKET,
        mentions=tuple(MentionScore(mention=m, p=probabilities(v)) for m, v in mentions),
        model=MODEL,
    )


def instrument(symbol="NVDA", **changes):
    values = {
        "symbol": symbol,
        "name": symbol.title(),
        "kind": "equity",
        "venue": "XNYS",
        "currency": "USD",
        "benchmark": "^GSPC",
    }
    return Instrument(**values | changes)


def signal(ticker="NVDA", **changes):
    values = {
        "ticker": ticker,
        "session": jan(27),
        "window_start": utc(24, 21),
        "as_of": utc(27, 21),
        "articles": 3,
        "sentiment": -0.5,
        "standard_error": 0.1,
        "share_positive": 0.0,
        "share_negative": 1.0,
    }
    return Signal(**values | changes)


def study():
    effect = Effect(
        symbol="NVDA",
        event_session=jan(27),
        first=0,
        last=1,
        model="market",
        benchmark="^GSPC",
        n=120,
        alpha=0.001,
        beta=1.9,
        sigma=0.025,
        event_return=-0.1697,
        ar=-0.14,
        car=-0.06,
        low=-0.13,
        high=0.01,
        statistic=-1.7,
        p=0.09,
    )
    test = TestResult(name="BMP", null="mean is zero", n=1, statistic=None, p=None)
    skipped = (("^SOX", "no prices"), ("BTC", "41 sessions"))
    return Study(event_session=jan(27), effects=(effect,), tests=(test,), skipped=skipped)


def association(**changes):
    values = {
        "horizon": Horizon.PREDICTIVE,
        "over": "instruments on 2025-01-27",
        "n": 30,
        "rho": 0.1,
        "low": -0.2,
        "high": 0.4,
        "p": 0.6,
        "null": "rho is zero",
        "reading": "inconclusive",
    }
    return Association(**values | changes)


def digest_mail(**changes):
    values = {
        "day": jan(28),
        "lang": "fr",
        "message_id": "2025-01-28.fr@remous",
        "message": b"Subject: remous",
        "built_at": utc(28, 6),
    }
    return DigestMail(**values | changes)
