"""What of a replay is shown: the instrument in front, its sessions, the pairs, the news."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from core.news import NewsItem
from core.prices import Association, Effect, Horizon, Instrument
from core.signals import Signal
from jobs.report.chart_price import SessionNews
from jobs.results import ReplayResults, SignalReturn

#: Fewest points and sessions that make a chart.
LEAST_PAIRS = 3
LEAST_SESSIONS = 2
#: Kinds whose moves are named in words; an index or a rate isn't a winner or loser.
_NAMED_KINDS = frozenset({"equity", "crypto"})


def instrument(results: ReplayResults, symbol: str) -> Instrument:
    """The instrument of a symbol; a nameless one if it isn't listed."""
    unknown = Instrument(
        symbol=symbol, name=symbol, kind="", venue="", currency="", benchmark=None
    )  # fmt: skip
    return next((i for i in results.instruments if i.symbol == symbol), unknown)


def leader(results: ReplayResults) -> str | None:
    """The symbol named in most articles among those with prices in these days."""
    named = Counter(t for item in results.news for t, _, _ in item.mentions)
    for symbol, _ in sorted(named.items(), key=lambda pair: (-pair[1], pair[0])):
        if len(sessions(results, symbol)) >= LEAST_SESSIONS:
            return symbol
    return None


def sessions(results: ReplayResults, symbol: str) -> tuple[SessionNews, ...]:
    """The sessions of an instrument within the replay, oldest first."""
    bars = results.bars.get(symbol, ())
    changes = {b.session: b.close / a.close - 1 for a, b in pairwise(bars)}
    signals = {s.session: s for s in results.signals if s.ticker == symbol}
    return tuple(
        SessionNews(
            session=bar.session,
            close=bar.close,
            change=changes.get(bar.session),
            sentiment=signal.sentiment if (signal := signals.get(bar.session)) else None,
            standard_error=signal.standard_error if signal else None,
            articles=signal.articles if signal else 0,
        )
        for bar in bars
        if results.first <= bar.session <= results.last
    )


def event_signals(results: ReplayResults) -> tuple[Signal, ...]:
    """The signals of the event session that have news."""
    return tuple(
        s for s in results.signals
        if s.session == results.event_session and s.sentiment is not None
    )  # fmt: skip


def pairs(results: ReplayResults) -> tuple[SignalReturn, ...]:
    """The pairs of the event session; all of them when there is no event."""
    day = results.event_session
    return tuple(p for p in results.pairs if day is None or p.session == day)


def association_of(results: ReplayResults, n: int) -> Association | None:
    """The contemporaneous association over the `n` pairs that are drawn."""
    found = [a for a in results.associations if a.horizon is Horizon.CONTEMPORANEOUS]
    day = results.event_session.isoformat() if results.event_session else ""
    named = [a for a in found if day and day in a.over]
    return next(iter(named or [a for a in found if a.n == n]), None)


def extremes(results: ReplayResults) -> tuple[list[Effect], list[Effect]]:
    """The shares and tokens with the lowest and the highest abnormal returns, extreme first."""
    effects = results.study.effects if results.study else ()
    named = [e for e in effects if instrument(results, e.symbol).kind in _NAMED_KINDS]
    rising = sorted(named, key=lambda e: e.ar)
    falls = [e for e in rising if e.ar < 0]
    rises = [e for e in reversed(rising) if e.ar > 0]
    return falls, rises


def telling(news: Iterable[NewsItem], most: int) -> list[NewsItem]:
    """The articles whose score is farthest from zero, in the order they became known."""
    scored = [item for item in news if item.score is not None]
    scored.sort(key=lambda item: (not item.mentions, -abs(item.score or 0.0), item.article_id))
    return sorted(scored[:most], key=lambda item: (item.known_at, item.article_id))
