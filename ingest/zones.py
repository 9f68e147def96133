"""Zone words of feeds (`+0100`, `CET`, `America/New_York`) to moments in UTC."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from core.errors import InputError
from core.news import TimeQuality

_OFFSET = re.compile(r"(?:gmt|utc|ut|z)? ?([+-]) ?([0-9]{1,2}):?([0-9]{2})?(?: ?[\[(a-z].*)?")
_SHORT_WORD = re.compile(r"[a-z]{1,6}")
_UTC_WORDS = frozenset({"z", "ut", "utc", "gmt"})

#: No inhabited place is further from UTC.
_WIDEST = timedelta(hours=14)

#: Abbreviations with one meaning in financial news, in hours from UTC. Left out on purpose:
#: CST (Chicago, Shanghai), IST (India, Israel, Ireland), BST, AST; the feed's zone may tell.
_ABBREVIATIONS: dict[str, float] = {
    "wet": 0, "west": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1, "mesz": 2,
    "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "jst": 9, "kst": 9, "hkt": 8,
    "sgt": 8, "aest": 10, "aedt": 11, "acst": 9.5, "acdt": 10.5, "awst": 8, "nzst": 12,
    "nzdt": 13,
}  # fmt: skip

#: Words for a place's clock, summer and winter.
_CLOCKS = {"et": "America/New_York", "pt": "America/Los_Angeles"}


def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name.

    Raises:
        InputError: if there is no such zone.
    """
    zone = _known_zone(name)
    if zone is None:
        raise InputError(name, "no such time zone", remedy="use a name such as Europe/Paris")
    return zone


def to_utc(wall: datetime, word: str, default: tzinfo) -> tuple[datetime, TimeQuality] | None:
    """The moment at which clocks showed `wall` in the zone that `word` names.

    Where clocks showed it twice, the later moment: nothing is known too early.

    Args:
        wall: Naive local time.
        word: Zone as written, lower case; empty if none was.
        default: Zone of dates that name none, or one that can't be told.

    Returns:
        The moment in UTC and how well it is known; None if `word` can't be a zone.
    """
    if word in _UTC_WORDS:
        return wall.replace(tzinfo=UTC), TimeQuality.EXPLICIT_ZONE
    if match := _OFFSET.fullmatch(word):
        offset = _offset(*match.groups(default="0"))
        if abs(offset) <= _WIDEST:
            return _moment(wall, timezone(offset)), TimeQuality.EXPLICIT_ZONE
        return _moment(wall, default), TimeQuality.ASSUMED_ZONE
    name = word.strip("()[] ")
    if zone := _zone_of_word(name, wall, default):
        return _moment(wall, zone), TimeQuality.NAMED_ZONE
    if not name or _SHORT_WORD.fullmatch(name):
        return _moment(wall, default), TimeQuality.ASSUMED_ZONE
    return None


def _offset(sign: str, hours: str, minutes: str) -> timedelta:
    size = timedelta(hours=int(hours), minutes=int(minutes))
    return -size if sign == "-" else size


def _zone_of_word(name: str, wall: datetime, default: tzinfo) -> tzinfo | None:
    if name in _ABBREVIATIONS:
        return timezone(timedelta(hours=_ABBREVIATIONS[name]))
    if name in _CLOCKS:
        return zone_named(_CLOCKS[name])
    if "/" in name:
        return _known_zone(name)
    local = (default.tzname(wall) or "").casefold()
    return default if name and name == local else None


def _moment(wall: datetime, zone: tzinfo) -> datetime:
    return max(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def _known_zone(name: str) -> ZoneInfo | None:
    key = _zone_names().get(name.casefold())
    return ZoneInfo(key) if key else None


@lru_cache(maxsize=1)
def _zone_names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}
