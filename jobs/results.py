"""What a replay found, as one value: report, tables and digest are made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.news import NewsItem
from core.prices import Association, Bar, ClaimCheck, Instrument, Study
from core.signals import ModelIdentity, Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalReturn:
    """A session's signal of an instrument beside the abnormal returns it is compared with."""

    symbol: str
    session: date
    sentiment: float
    articles: int
    #: Of the same session; None if it can't be computed.
    same: float | None
    #: Of the next session; None if it can't be computed.
    following: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResults:
    """A replayed stretch of news with everything computed from it."""

    #: Such as "deepseek".
    name: str
    first: date
    last: date
    #: Session of the event study; None if none was asked for.
    event_session: date | None
    instruments: tuple[Instrument, ...]
    #: Closing values by symbol, oldest first.
    bars: Mapping[str, tuple[Bar, ...]]
    #: Latest version of each article, oldest first.
    news: tuple[NewsItem, ...]
    #: Unscored articles by reason.
    unscored: Mapping[str, int]
    signals: tuple[Signal, ...]
    pairs: tuple[SignalReturn, ...]
    study: Study | None
    associations: tuple[Association, ...]
    claims: tuple[ClaimCheck, ...]
    model: ModelIdentity
    polls: int
    #: Feed and data problems met on the way, in words.
    warnings: tuple[str, ...]
    #: Whether the texts were written after the fact (the reference case).
    after_the_fact: bool
