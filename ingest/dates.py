"""Dates as feeds write them, to moments in UTC with their quality.

A wrong zone is a look-ahead error, so nothing is guessed in silence: what had to be assumed
is flagged, and what can't be told stays without a time.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from core.news import TimeQuality
from ingest.zones import to_utc, zone_named

#: A date later than this after it was seen isn't believed.
TOLERANCE = timedelta(days=1)
#: Nor is one before there were feeds.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

_LONGEST = 100
_LAST_SECOND = timedelta(hours=23, minutes=59, seconds=59)
_YEARS = range(1980, 2200)
#: Digits of an epoch number -> its ticks per second.
_EPOCH_TICKS = {9: 1, 10: 1, 13: 1_000, 16: 1_000_000}

_EPOCH = re.compile(r"([0-9]{9,10}|[0-9]{13}|[0-9]{16})(?:\.[0-9]*)?")
_RUN_TOGETHER = re.compile(r"([0-9]{8})([0-9]{4}(?:[0-9]{2})?)")
_WORDS = r"(?:[a-z]+[., ]+){0,2}"
_ISO = re.compile(_WORDS + r"([0-9]{4})([-/.]?)([0-9]{2})\2([0-9]{2})(?![0-9])(.*)")
_DAY_FIRST = re.compile(
    _WORDS + r"([0-9]{1,2})(?:er|st|nd|rd|th)?[ .-]*([a-z]+)[ .,-]*([0-9]{4}|[0-9]{2})\b(.*)"
)
_MONTH_FIRST = re.compile(
    _WORDS + r"([a-z]+)\.? *([0-9]{1,2})(?:st|nd|rd|th)?,? +(?:([0-9]{4})\b)?(.*)"
)
_NUMERIC = re.compile(_WORDS + r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?![0-9])(.*)")
_LAST_YEAR = re.compile(r"(.*) ([0-9]{4})")
_CLOCK = re.compile(
    r"[t ,_]*(?:(?:a|at|@|-) +)?([0-9]{1,2}) ?[:h.] ?([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r"(?![0-9:])(?: ?([ap])\.?m\b\.?)?(.*)"
)
_COMPACT_CLOCK = re.compile(r"t([0-9]{2})([0-9]{2})(?:([0-9]{2})(?:[.,]([0-9]+))?)?(?![0-9])()(.*)")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv",
            "february feb fevrier fevr fev",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juil",
            "august aug aout",
            "september sep sept septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec decembre",
        ),
        start=1,
    )
    for name in names.split()
}

#: Languages that write the day before the month, and countries of English that do.
_DAY_FIRST_LANGUAGES = frozenset({"fr", "de", "es", "it", "nl", "pt"})
_DAY_FIRST_TAGS = frozenset({"en-gb", "en-ie", "en-au", "en-nz", "en-in", "en-sg"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A moment that a feed states, and how well it is known."""

    #: UTC; None if the quality is missing or implausible.
    published_at: datetime | None
    quality: TimeQuality


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wall:
    """What a calendar and a clock on the wall showed."""

    day: date
    #: Since midnight; None for a date without time.
    clock: timedelta | None
    #: As written, lower case.
    zone: str


def read_date(
    raw: str | None, *, default_zone: str, seen_at: datetime, lang: str | None = None
) -> Dated:
    """Read a date as it stands in a feed.

    A date without time is the last second of that day, so that nothing is known too early.

    Args:
        raw: The date as given; None if there is none.
        default_zone: IANA zone of dates that name none.
        seen_at: When it was fetched, UTC: a date well after it is implausible.
        lang: Language tag of the feed; it settles whether 03/04 is in March or in April.

    Raises:
        InputError: if `default_zone` is no zone. No date raises anything.
    """
    zone = zone_named(default_zone)
    text = _normalise(raw or "")
    if epoch := _EPOCH.fullmatch(text):
        return _read_epoch(epoch[1], seen_at)
    wall = _read_wall(text, (lang or "").casefold()) if len(text) <= _LONGEST else None
    if wall is None:
        return Dated(published_at=None, quality=TimeQuality.MISSING)
    if wall.day.year not in _YEARS:
        return _implausible()
    return _placed(wall, zone, seen_at)


def _normalise(raw: str) -> str:
    plain = unicodedata.normalize("NFKD", raw.replace("−", "-"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split()).casefold()


def _read_epoch(digits: str, seen_at: datetime) -> Dated:
    moment = datetime.fromtimestamp(int(digits) // _EPOCH_TICKS[len(digits)], UTC)
    return _believed(moment, TimeQuality.EXPLICIT_ZONE, moment, seen_at)


def _placed(wall: _Wall, zone: tzinfo, seen_at: datetime) -> Dated:
    midnight = datetime.combine(wall.day, time())
    clock = _LAST_SECOND if wall.clock is None else wall.clock
    if not (placed := to_utc(midnight + clock, wall.zone, zone)):
        return Dated(published_at=None, quality=TimeQuality.MISSING)
    moment, quality = placed
    if wall.clock is None:
        return _believed(moment, TimeQuality.DATE_ONLY, moment - clock, seen_at)
    return _believed(moment, quality, moment, seen_at)


def _believed(
    moment: datetime, quality: TimeQuality, earliest: datetime, seen_at: datetime
) -> Dated:
    if earliest >= EARLIEST and earliest - TOLERANCE <= seen_at:
        return Dated(published_at=moment, quality=quality)
    return _implausible()


def _implausible() -> Dated:
    return Dated(published_at=None, quality=TimeQuality.IMPLAUSIBLE)


def _read_wall(text: str, lang: str) -> _Wall | None:
    text = _RUN_TOGETHER.sub(r"\1t\2", text) if text.isdecimal() else text
    for read in (_iso, _numeric, _day_first, _month_first):
        if found := read(text, lang):
            (year, month, day), rest = found
            return _wall(year, month, day, rest)
    return None


def _wall(year: int, month: int, day: int, rest: str) -> _Wall | None:
    try:
        date_ = date(year, month, day)
    except ValueError:
        return None
    match = _CLOCK.fullmatch(rest) or _COMPACT_CLOCK.fullmatch(rest)
    if match is None:
        return _Wall(day=date_, clock=None, zone=rest.strip())
    *digits, half, zone = match.groups(default="")
    clock = _clock(digits, half)
    return None if clock is None else _Wall(day=date_, clock=clock, zone=zone.strip())


def _clock(digits: list[str], half: str) -> timedelta | None:
    hours, minutes, seconds = (int(d or 0) for d in digits[:3])
    if half and hours <= 12:
        hours = hours % 12 + (12 if half == "p" else 0)
    since_midnight = timedelta(
        hours=hours,
        minutes=minutes,
        seconds=seconds,
        microseconds=int(digits[3][:6].ljust(6, "0")),
    )
    # 24:00 is the next midnight, and second 60 a leap second.
    possible = minutes < 60 and seconds <= 60 and since_midnight <= timedelta(days=1)
    return since_midnight if possible else None


_Found = tuple[tuple[int, int, int], str]


def _iso(text: str, lang: str) -> _Found | None:
    if match := _ISO.fullmatch(text):
        year, _, month, day, rest = match.groups()
        return (int(year), int(month), int(day)), rest
    return None


def _numeric(text: str, lang: str) -> _Found | None:
    match = _NUMERIC.fullmatch(text)
    if match is None:
        return None
    first, _, second, year, rest = match.groups()
    day, month = int(first), int(second)
    if month > 12 or (day <= 12 and lang == "en-us"):
        day, month = month, day
    elif day <= 12 and day != month and not _writes_day_first(lang):
        return None
    return (_full_year(year), month, day), rest


def _writes_day_first(lang: str) -> bool:
    return lang in _DAY_FIRST_TAGS or lang.split("-")[0] in _DAY_FIRST_LANGUAGES


def _day_first(text: str, lang: str) -> _Found | None:
    match = _DAY_FIRST.fullmatch(text)
    if match and (month := _MONTHS.get(match[2])):
        return (_full_year(match[3]), month, int(match[1])), match[4]
    return None


def _month_first(text: str, lang: str) -> _Found | None:
    match = _MONTH_FIRST.fullmatch(text)
    if not match or not (month := _MONTHS.get(match[1])):
        return None
    year, rest = match[3], match[4]
    if not year and (last := _LAST_YEAR.fullmatch(rest)):
        rest, year = last.groups()
    return ((int(year), month, int(match[2])), rest) if year else None


def _full_year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < 69 else 1900)
