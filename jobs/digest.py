"""Build the digest of a morning from what the store knew at its hour."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.digest import Digest, Mover
from core.news import NewsItem
from core.prices import Bar, Instrument
from core.signals import Signal
from market.abnormal import abnormal_by_session
from market.models import EstimationWindow
from market.returns import return_series
from storage.articles import news
from storage.bars import bars
from storage.database import Store
from storage.instruments import instruments
from storage.signals import signals
from storage.status import status

#: What a digest looks back on.
PERIOD = timedelta(days=1)
#: Days of earlier signals that a change is measured against.
HISTORY = timedelta(days=30)
MOVERS, NEWS = 12, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the store knew at the digest's hour."""

    instruments: Sequence[Instrument]
    news: Sequence[NewsItem]
    #: Those with news, by ticker, oldest session first.
    signals: Mapping[str, Sequence[Signal]]
    bars: Mapping[str, Sequence[Bar]]
    warnings: tuple[str, ...]


def build_digest(store: Store, *, day: date, as_of: datetime, window: EstimationWindow) -> Digest:
    """The digest of `day`: nothing in it became known at `as_of` or later.

    Args:
        store: Where news, signals and prices are.
        day: The reader's calendar day.
        as_of: Its hour, UTC.
        window: What abnormal returns are estimated on.
    """
    known = _read(store, as_of)
    scored = [item for item in known.news if item.score is not None]
    movers = [
        _mover(instrument, known, window)
        for instrument in known.instruments
        if any(s.as_of > as_of - PERIOD for s in known.signals[instrument.symbol])
    ]
    return Digest(
        day=day,
        as_of=as_of,
        articles=len(known.news),
        unscored=len(known.news) - len(scored),
        movers=tuple(sorted(movers, key=_strength, reverse=True)[:MOVERS]),
        news=tuple(sorted(scored, key=_weight, reverse=True)[:NEWS]),
        warnings=known.warnings,
    )


def _read(store: Store, as_of: datetime) -> _Known:
    first, last = (as_of - HISTORY).date(), as_of.date()
    with store.reading() as tx:
        every = instruments(tx)
        symbols = [i.symbol for i in every]
        return _Known(
            instruments=every,
            news=news(tx, after=as_of - PERIOD, before=as_of, as_of=as_of),
            signals=_with_news(signals(tx, symbols, first=first, last=last, as_of=as_of)),
            bars=bars(tx, symbols, first=date.min, last=last, as_of=as_of),
            warnings=tuple(
                f"{feed.name}: {feed.last_error}"
                for feed in status(tx, as_of).feeds
                if feed.last_error
            ),
        )


def _with_news(found: Iterable[Signal]) -> Mapping[str, Sequence[Signal]]:
    by_ticker: defaultdict[str, list[Signal]] = defaultdict(list)
    for signal in found:
        if signal.sentiment is not None:
            by_ticker[signal.ticker].append(signal)
    return by_ticker


def _mover(instrument: Instrument, known: _Known, window: EstimationWindow) -> Mover:
    *earlier, latest = known.signals[instrument.symbol]
    sentiment = latest.sentiment or 0.0
    before = [s.sentiment for s in earlier if s.sentiment is not None]
    series = return_series(instrument, known.bars)
    returns = {
        day: value
        for day, value in zip(series.sessions, series.own.tolist(), strict=True)
        if math.isfinite(value)
    }
    abnormal = abnormal_by_session(instrument, known.bars, window)
    return Mover(
        symbol=instrument.symbol,
        name=instrument.name,
        session=latest.session,
        sentiment=sentiment,
        change=sentiment - sum(before) / len(before) if before else None,
        articles=latest.articles,
        event=_main_event(instrument.symbol, known.news),
        price_return=returns.get(latest.session),
        abnormal_return=abnormal.get(latest.session),
    )


def _main_event(symbol: str, items: Iterable[NewsItem]) -> str | None:
    named = [i.event for i in items if i.event and any(m[0] == symbol for m in i.mentions)]
    return Counter(named).most_common(1)[0][0] if named else None


def _strength(mover: Mover) -> float:
    """The change, or the sentiment without history, times the root of the article count.

    The standard error of a mean falls with that root: sixteen articles that agree weigh
    four times as much as one.
    """
    change = mover.sentiment if mover.change is None else mover.change
    return abs(change) * math.sqrt(mover.articles)


def _weight(item: NewsItem) -> tuple[float, datetime]:
    """How telling an article is: its strongest sentiment toward a listed instrument."""
    return max((abs(score) * relevance for _, score, relevance in item.mentions), default=0), (
        item.known_at
    )
