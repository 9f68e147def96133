"""A small replay by hand: four instruments, three sessions, four articles."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from core.news import NewsItem
from core.prices import (
    Association,
    Bar,
    Claim,
    ClaimCheck,
    ClaimReading,
    Effect,
    Horizon,
    Instrument,
    Study,
    TestResult,
)
from core.signals import ModelIdentity, Signal
from jobs.results import ReplayResults, SignalReturn

EVENT = date(2025, 1, 27)
BEFORE, AFTER = date(2025, 1, 24), date(2025, 1, 28)
NAMES = {"NVDA": "Nvidia", "VST": "Vistra", "AAPL": "Apple", "^VIX": "Cboe VIX"}
#: Closes of the three sessions; Nvidia's are the real ones of January 2025.
CLOSES = {
    "NVDA": (142.62, 118.42, 128.99),
    "VST": (190.0, 136.3, 148.0),
    "AAPL": (222.8, 229.9, 238.3),
    "^VIX": (14.9, 17.9, 16.4),
}
SIGNALS = {"NVDA": -0.62, "VST": -0.8, "AAPL": 0.45}
ABNORMAL = {"NVDA": -0.155, "VST": -0.27, "AAPL": 0.043, "^VIX": 0.19}


def item(article_id: int = 1, **changes: object) -> NewsItem:
    moment = datetime(2025, 1, 27, 14, 30, tzinfo=UTC)
    first = NewsItem(
        article_id=article_id,
        feed="en-markets",
        title="Nvidia slumps",
        url="https://news.example/1",
        lang="en",
        known_at=moment,
        first_seen_at=moment,
        version=1,
        score=-0.7,
        event="market",
        mentions=(("NVDA", -0.7, 0.9),),
    )
    return replace(first, **changes)


def instrument(symbol: str, **changes: object) -> Instrument:
    kind = "index" if symbol.startswith("^") else "equity"
    first = Instrument(
        symbol=symbol,
        name=NAMES.get(symbol, symbol),
        kind=kind,
        venue="XNYS",
        currency="USD",
        benchmark="^GSPC",
    )
    return replace(first, **changes)


def signal(symbol: str, session: date = EVENT, **changes: object) -> Signal:
    close = datetime(session.year, session.month, session.day, 21, tzinfo=UTC)
    first = Signal(
        ticker=symbol,
        session=session,
        window_start=close - timedelta(days=1),
        as_of=close,
        articles=2,
        sentiment=SIGNALS.get(symbol),
        standard_error=0.1,
        share_positive=0.0,
        share_negative=1.0,
    )
    return replace(first, **changes)


def pair(symbol: str, session: date = EVENT, **changes: object) -> SignalReturn:
    first = SignalReturn(
        symbol=symbol,
        session=session,
        sentiment=SIGNALS.get(symbol, 0.0),
        articles=2,
        same=ABNORMAL.get(symbol),
        following=0.01,
    )
    return replace(first, **changes)


def effect(symbol: str, **changes: object) -> Effect:
    before, event, _ = CLOSES.get(symbol, (1.0, 1.0, 1.0))
    ar = ABNORMAL.get(symbol, 0.0)
    first = Effect(
        symbol=symbol,
        event_session=EVENT,
        first=0,
        last=4,
        model="market",
        benchmark="^GSPC",
        n=120,
        alpha=0.0,
        beta=1.5,
        sigma=0.02,
        event_return=event / before - 1,
        ar=ar,
        car=ar,
        low=ar - 0.09,
        high=ar + 0.09,
        statistic=ar / 0.045,
        p=0.02,
    )
    return replace(first, **changes)


def association(**changes: object) -> Association:
    first = Association(
        horizon=Horizon.CONTEMPORANEOUS,
        over="instruments on 2025-01-27",
        n=3,
        rho=0.5,
        low=0.1,
        high=0.8,
        p=0.0004,
        null="no rank correlation, pairs independent",
        reading="positive",
    )
    return replace(first, **changes)


def check(**changes: object) -> ClaimCheck:
    claim = Claim(
        id="c01",
        document="000",
        claim="Nvidia lost 17 % in one day",
        symbols=("NVDA",),
        measure="return",
        stated="-17",
        unit="percent",
        first=EVENT,
        last=EVENT,
    )
    own = {key: changes.pop(key) for key in ("id", "claim", "stated", "unit") if key in changes}
    first = ClaimCheck(
        claim=replace(claim, **own),
        reading=ClaimReading.CONFIRMED,
        measured="-16.97 %",
        rule="within rounding",
    )
    return replace(first, **changes)


def study(**changes: object) -> Study:
    first = Study(
        event_session=EVENT,
        effects=tuple(effect(symbol) for symbol in NAMES),
        tests=(
            TestResult(
                name="BMP",
                null="the mean standardised abnormal return is zero",
                n=4,
                statistic=-2.4,
                p=0.019,
            ),
            TestResult(name="Sign", null="the median is zero", n=4, statistic=None, p=None),
        ),
        skipped=(("MC.PA", "no prices"),),
    )
    return replace(first, **changes)


def results(**changes: object) -> ReplayResults:
    days = (BEFORE, EVENT, AFTER)
    first = ReplayResults(
        name="deepseek",
        first=BEFORE,
        last=AFTER,
        event_session=EVENT,
        instruments=tuple(instrument(symbol) for symbol in NAMES),
        bars={
            symbol: tuple(
                Bar(symbol=symbol, session=day, close=close, volume=None)
                for day, close in zip(days, closes, strict=True)
            )
            for symbol, closes in CLOSES.items()
        },
        news=(
            item(1),
            item(2, lang="fr", title="Nvidia s’effondre", score=-0.9),
            item(3, title="Apple gains", score=0.5, mentions=(("AAPL", 0.5, 1.0),)),
            item(4, title="Weather", score=None, event=None, mentions=()),
        ),
        unscored={"language:de": 1},
        signals=tuple(signal(symbol) for symbol in SIGNALS),
        pairs=tuple(pair(symbol) for symbol in SIGNALS),
        study=study(),
        associations=(
            association(),
            association(
                horizon=Horizon.PREDICTIVE, rho=-0.1, low=-0.4, high=0.2, reading="inconclusive"
            ),
        ),
        claims=(check(),),
        model=ModelIdentity(name="remous-entity", revision="3fa9c02b71de", licence="MIT"),
        polls=60,
        warnings=("en-markets: an item has no date",),
        after_the_fact=True,
    )
    return replace(first, **changes)
