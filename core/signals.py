"""What a text says about whom: labels, mentions, scores and signals."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Label(StrEnum):
    """Direction of a text for the holder of an entity; the order is the model's."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Event(StrEnum):
    """What kind of event a text reports; the order is the model's."""

    EARNINGS = "earnings"
    GUIDANCE = "guidance"
    ANALYST = "analyst"
    DEAL = "deal"
    CONTRACT = "contract"
    PRODUCT = "product"
    LEGAL = "legal"
    MANAGEMENT = "management"
    CAPITAL = "capital"
    OPERATIONS = "operations"
    MARKET = "market"
    MACRO = "macro"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probabilities:
    """Calibrated probabilities of the three labels; they sum to one."""

    negative: float
    neutral: float
    positive: float

    @property
    def label(self) -> Label:
        """The most probable label; a tie goes to the earlier one in `Label`."""
        return max(Label, key=lambda label: float(getattr(self, label.value)))

    @property
    def score(self) -> float:
        """p(positive) - p(negative), in [-1, 1]."""
        return self.positive - self.negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a text that names an entity, before or without linking."""

    surface: str
    #: Character offsets into the text: text[start:end] == surface.
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An entity that a text names: where, by which alias, how central."""

    surface: str
    #: Character offsets of the first occurrence: text[start:end] == surface.
    start: int
    end: int
    #: Symbol of the instrument; None for an entity that isn't listed.
    ticker: str | None
    #: The alias of the table that matched.
    alias: str
    #: How central the entity is to the text, in [0, 1].
    relevance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionScore:
    """The sentiment of a text toward one mention."""

    mention: Mention
    p: Probabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelIdentity:
    """Which weights made a score."""

    name: str
    #: First 12 hex digits of the SHA-256 of the weights file.
    revision: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the model makes of one text."""

    lang: str
    p: Probabilities
    #: None if the model doesn't tell events apart.
    event: Event | None
    mentions: tuple[MentionScore, ...]
    model: ModelIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscored:
    """A text that wasn't scored, and why: an answer, never a neutral."""

    #: Cause and detail, such as "language:de" or "empty".
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMention:
    """The stored sentiment of one article version toward one ticker."""

    ticker: str
    #: p(positive) - p(negative), in [-1, 1].
    score: float
    #: In [0, 1].
    relevance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredVersion:
    """One version of an article with its scores, as signals are computed from it."""

    article_id: int
    version: int
    #: Moment from which this version counts as known, UTC.
    known_at: datetime
    lang: str
    mentions: tuple[StoredMention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """News sentiment of one instrument over one session's news window."""

    ticker: str
    #: Session of the instrument's venue whose close ends the window.
    session: date
    #: Window of `known_at`: from `window_start`, before `as_of`. UTC.
    window_start: datetime
    as_of: datetime
    #: Articles that name the instrument in the window.
    articles: int
    #: Relevance-weighted mean of the scores, in [-1, 1]; None without news.
    sentiment: float | None
    #: Standard error of the mean; None with fewer than two articles.
    standard_error: float | None
    #: Shares of articles whose score leans positive or negative; None without news.
    share_positive: float | None
    share_negative: float | None
