"""Prices and what is computed from them, as values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A share, index, fund, token or currency pair with a price."""

    symbol: str
    name: str
    #: "equity", "etf", "index", "crypto" or "fx".
    kind: str
    #: ISO 10383 code of the venue, or "24/7", "24/5".
    venue: str
    currency: str
    #: Symbol of the market that its returns are compared with; None for none.
    benchmark: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A way in which texts name an entity."""

    alias: str
    #: The entity's name.
    entity: str
    #: Symbol of its instrument; None for an entity that isn't listed.
    ticker: str | None
    #: How it must be written to count: a name of `nlp.entities.RULES`.
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """An adjusted closing value of one session."""

    symbol: str
    session: date
    #: In the instrument's currency, adjusted for splits and dividends.
    close: float
    #: Units traded; None if unknown.
    volume: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A trading session of a venue. Moments in UTC."""

    venue: str
    label: date
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """A test of a null hypothesis over several instruments."""

    #: Such as "Patell" or "BMP".
    name: str
    #: What is assumed and may be rejected, in words.
    null: str
    #: Instruments in the test.
    n: int
    #: None when it can't be computed (too few instruments, no variance).
    statistic: float | None
    #: Two-sided; None with the statistic.
    p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The abnormal return of one instrument around an event session."""

    symbol: str
    event_session: date
    #: Sessions relative to the event that `car` sums, both included.
    first: int
    last: int
    #: "market" (with a benchmark) or "mean" (without).
    model: str
    benchmark: str | None
    #: Sessions in the estimation window.
    n: int
    alpha: float
    #: None for the mean model.
    beta: float | None
    #: Residual standard deviation over the estimation window.
    sigma: float
    #: Return of the event session, simple.
    event_return: float
    #: Abnormal return of the event session.
    ar: float
    #: Cumulative abnormal return over the window, and its 95 % interval.
    car: float
    low: float
    high: float
    #: Of the null "the cumulative abnormal return is zero"; t with n - parameters.
    statistic: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """An event study: the instruments' effects and the tests over all of them."""

    event_session: date
    effects: tuple[Effect, ...]
    #: Over the mean abnormal return of the event session.
    tests: tuple[TestResult, ...]
    #: Instruments left out: symbol -> reason.
    skipped: tuple[tuple[str, str], ...]


class Horizon(StrEnum):
    """Which return a signal is compared with."""

    #: The session whose close ends the news window: no prediction.
    CONTEMPORANEOUS = "contemporaneous"
    #: The next session, unknown when the signal was: prediction.
    PREDICTIVE = "predictive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """Rank correlation of signal and abnormal return."""

    horizon: Horizon
    #: What the pairs are, in words: "instruments on 2025-01-27".
    over: str
    n: int
    #: Spearman's rho; None below the stated minimum of pairs.
    rho: float | None
    #: 95 % bootstrap interval.
    low: float | None
    high: float | None
    p: float | None
    null: str
    #: "positive", "negative" or "inconclusive".
    reading: str


class ClaimReading(StrEnum):
    """What the prices say about a claim."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    CANNOT_BE_TOLD = "cannot be told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement of the press about prices (one row of claims.csv)."""

    id: str
    document: str
    #: In our words.
    claim: str
    symbols: tuple[str, ...]
    measure: str
    stated: str
    unit: str
    #: First and last session of the window.
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCheck:
    """A claim beside what the prices say."""

    claim: Claim
    reading: ClaimReading
    #: The measured value with its unit, or why there is none.
    measured: str
    #: How the verdict was reached, in words.
    rule: str
