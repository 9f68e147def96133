"""Dates as feeds write them. The expected moments were worked out by hand."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.news import TimeQuality
from ingest.dates import Dated, read_date

SEEN = datetime(2025, 2, 15, tzinfo=UTC)

EXPLICIT, NAMED = TimeQuality.EXPLICIT_ZONE, TimeQuality.NAMED_ZONE
ASSUMED, DATE_ONLY = TimeQuality.ASSUMED_ZONE, TimeQuality.DATE_ONLY
MISSING, IMPLAUSIBLE = TimeQuality.MISSING, TimeQuality.IMPLAUSIBLE


def paris(raw, lang="fr"):
    return read_date(raw, default_zone="Europe/Paris", seen_at=SEEN, lang=lang)


@pytest.mark.parametrize(
    ("raw", "utc", "quality"),
    [
        # RFC 822 and its relatives
        ("Mon, 27 Jan 2025 15:30:00 +0100", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon, 27 Jan 2025 09:30:00 -0500", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon, 27 Jan 2025 14:30:00 GMT", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon, 27 Jan 2025 14:30 UT", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon, 27 Jan 2025 14:30:00 Z", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon, 27 Jan 2025 14:30:00 -0000", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon, 27 Jan 2025 15:30:00 +01:00", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon, 27 Jan 2025 15:30:00 GMT+1", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon, 27 Jan 2025 15:30:00 UTC+01:00", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon, 27 Jan 2025 09:30:00 −0500", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon, 27 Jan 2025 20:00:00 +0530", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon, 27 Jan 2025 15:30:00 +0100 (CET)", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon,27 Jan 2025 15:30:00 +0100", "2025-01-27T14:30:00", EXPLICIT),
        ("27 Jan 2025 15:30:00 +0100", "2025-01-27T14:30:00", EXPLICIT),
        ("27 Jan 25 15:30:00 +0100", "2025-01-27T14:30:00", EXPLICIT),
        ("27 Jan 99 15:30:00 +0100", "1999-01-27T14:30:00", EXPLICIT),
        ("Monday, 27-Jan-25 14:30:00 GMT", "2025-01-27T14:30:00", EXPLICIT),
        ("Monday, January 27, 2025 14:30:00 GMT", "2025-01-27T14:30:00", EXPLICIT),
        ("Mon Jan 27 14:30:00 +0000 2025", "2025-01-27T14:30:00", EXPLICIT),
        (
            "Mon Jan 27 2025 15:30:00 GMT+0100 (Central European Standard Time)",
            "2025-01-27T14:30:00",
            EXPLICIT,
        ),
        ("Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00", EXPLICIT),
        # names of zones
        ("Mon, 27 Jan 2025 09:30:00 America/New_York", "2025-01-27T14:30:00", NAMED),
        ("Mon, 27 Jan 2025 09:30:00 america/new_york", "2025-01-27T14:30:00", NAMED),
        ("Mon, 05 Aug 2024 09:30:00 America/New_York", "2024-08-05T13:30:00", NAMED),
        ("Mon, 27 Jan 2025 09:30:00 CET", "2025-01-27T08:30:00", NAMED),
        ("Mon, 05 Aug 2024 09:30:00 CEST", "2024-08-05T07:30:00", NAMED),
        ("Mon, 27 Jan 2025 09:30:00 EST", "2025-01-27T14:30:00", NAMED),
        ("Mon, 05 Aug 2024 09:30:00 EDT", "2024-08-05T13:30:00", NAMED),
        ("Mon, 05 Aug 2024 09:30:00 ET", "2024-08-05T13:30:00", NAMED),
        ("Mon, 27 Jan 2025 06:30:00 PST", "2025-01-27T14:30:00", NAMED),
        ("Mon, 27 Jan 2025 23:30:00 JST", "2025-01-27T14:30:00", NAMED),
        ("Mon Jan 27 09:30:00 EST 2025", "2025-01-27T14:30:00", NAMED),
        ("January 27th, 2025 at 3:30 p.m. ET", "2025-01-27T20:30:00", NAMED),
        ("Jan 27, 2025 12:15 AM EST", "2025-01-27T05:15:00", NAMED),
        ("Jan 27, 2025 12:15 PM EST", "2025-01-27T17:15:00", NAMED),
        # the night in which clocks showed 02:30 twice: the later moment
        ("Sun, 27 Oct 2024 02:30:00 Europe/Paris", "2024-10-27T01:30:00", NAMED),
        # words of several zones, and of none
        ("Mon, 27 Jan 2025 15:30:00 IST", "2025-01-27T14:30:00", ASSUMED),
        ("Mon, 27 Jan 2025 15:30:00 CST", "2025-01-27T14:30:00", ASSUMED),
        ("Mon, 27 Jan 2025 15:30:00 XYZ", "2025-01-27T14:30:00", ASSUMED),
        ("Mon, 27 Jan 2025 15:30:00 +9900", "2025-01-27T14:30:00", ASSUMED),
        ("Mon, 27 Jan 2025 15:30:00", "2025-01-27T14:30:00", ASSUMED),
        ("Mon Jan 27 15:30:00 2025", "2025-01-27T14:30:00", ASSUMED),
        # French
        ("lun., 27 janv. 2025 15:30:00 +0100", "2025-01-27T14:30:00", EXPLICIT),
        ("mar., 28 janv. 2025 14:10:00 +0100", "2025-01-28T13:10:00", EXPLICIT),
        ("jeu. 15 août 2024 09:00 +0200", "2024-08-15T07:00:00", EXPLICIT),
        ("sam. 1er févr. 2025 08:00 CET", "2025-02-01T07:00:00", NAMED),
        ("Mercredi 25 Décembre 2024 10:00", "2024-12-25T09:00:00", ASSUMED),
        ("27 janvier 2025 à 15h30", "2025-01-27T14:30:00", ASSUMED),
        ("le lundi 27 janvier 2025", "2025-01-27T22:59:59", DATE_ONLY),
        ("27/01/2025 - 15:30", "2025-01-27T14:30:00", ASSUMED),
        ("03/02/2025 08:00", "2025-02-03T07:00:00", ASSUMED),
        # ISO 8601 and RFC 3339
        ("2025-01-27T14:30:00Z", "2025-01-27T14:30:00", EXPLICIT),
        ("2025-01-27t14:30:00z", "2025-01-27T14:30:00", EXPLICIT),
        ("2025-01-27T14:30:00.250Z", "2025-01-27T14:30:00.250000", EXPLICIT),
        ("2025-01-27T14:30:00,123456789Z", "2025-01-27T14:30:00.123456", EXPLICIT),
        ("2025-01-27T15:30:00+01:00", "2025-01-27T14:30:00", EXPLICIT),
        ("2025-01-27T15:30:00+01", "2025-01-27T14:30:00", EXPLICIT),
        ("2025-01-27T15:30+0100", "2025-01-27T14:30:00", EXPLICIT),
        ("2025-01-27 15:30:00 +0100", "2025-01-27T14:30:00", EXPLICIT),
        ("2025-01-27 14:30:00 UTC", "2025-01-27T14:30:00", EXPLICIT),
        ("2025-01-27T15:30:00+01:00[Europe/Paris]", "2025-01-27T14:30:00", EXPLICIT),
        ("20250127T143000Z", "2025-01-27T14:30:00", EXPLICIT),
        ("2025-01-27T24:00:00Z", "2025-01-28T00:00:00", EXPLICIT),
        ("2025-01-27T09:30:00[America/New_York]", "2025-01-27T14:30:00", NAMED),
        ("2025-01-27T15:30:00", "2025-01-27T14:30:00", ASSUMED),
        ("2024-08-05 15:30", "2024-08-05T13:30:00", ASSUMED),
        ("20250127153000", "2025-01-27T14:30:00", ASSUMED),
        ("2025-01-27", "2025-01-27T22:59:59", DATE_ONLY),
        ("2025/01/27", "2025-01-27T22:59:59", DATE_ONLY),
        ("20250127", "2025-01-27T22:59:59", DATE_ONLY),
        ("2025-01-27Z", "2025-01-27T23:59:59", DATE_ONLY),
        ("2025-01-27-05:00", "2025-01-28T04:59:59", DATE_ONLY),
        ("27 Jan 2025", "2025-01-27T22:59:59", DATE_ONLY),
        # epoch
        ("1737988200", "2025-01-27T14:30:00", EXPLICIT),
        ("1737988200000", "2025-01-27T14:30:00", EXPLICIT),
        ("1737988200.5", "2025-01-27T14:30:00", EXPLICIT),
        # no moment that can be believed
        ("2041-01-27T15:30:00Z", None, IMPLAUSIBLE),
        ("2025-02-16T00:00:01Z", None, IMPLAUSIBLE),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None, IMPLAUSIBLE),
        ("31 Dec 1989 23:59:59 GMT", None, IMPLAUSIBLE),
        ("0001-01-01T00:00:00Z", None, IMPLAUSIBLE),
        ("9999-12-31T23:59:59-12:00", None, IMPLAUSIBLE),
        # no date
        (None, None, MISSING),
        (" \u00a0 ", None, MISSING),
        ("yesterday", None, MISSING),
        ("2025", None, MISSING),
        ("0000-00-00 00:00:00", None, MISSING),
        ("2025-02-30T10:00:00Z", None, MISSING),
        ("2025-01-27T25:00:00Z", None, MISSING),
        ("2025-01-27T10:61:00Z", None, MISSING),
        ("27 Foo 2025 10:00 GMT", None, MISSING),
        ("27 Jan 10:00 GMT", None, MISSING),
        ("27 Jan 2025 10:00 of all days the worst", None, MISSING),
        ("27 Jan 2025 10:00 Europe/Atlantis", None, MISSING),
        ("2" * 101, None, MISSING),
    ],
)
def test_date(raw, utc, quality):
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC) if utc else None
    assert paris(raw) == Dated(published_at=moment, quality=quality)


@pytest.mark.parametrize(
    ("raw", "lang", "day"),
    [
        pytest.param("03/02/2025", "fr-FR", "2025-02-03", id="French"),
        pytest.param("03/02/2025", "en-GB", "2025-02-03", id="British"),
        pytest.param("01/02/2025", "en-US", "2025-01-02", id="American"),
        pytest.param("01/27/2025", "en", "2025-01-27", id="only one way round"),
        pytest.param("27/01/2025", None, "2025-01-27", id="only the other way round"),
        pytest.param("02/02/2025", None, "2025-02-02", id="the same either way"),
        pytest.param("27.01.25", "de", "2025-01-27", id="German with dots"),
        pytest.param("01/02/2025", "en", None, id="can't be told"),
    ],
)
def test_order_of_day_and_month(raw, lang, day):
    read = read_date(raw, default_zone="UTC", seen_at=SEEN, lang=lang).published_at
    assert (read and read.date().isoformat()) == day


@pytest.mark.parametrize(
    ("raw", "zone", "utc"),
    [
        pytest.param("27 Jan 2025 15:30 CST", "Asia/Shanghai", "07:30", id="China"),
        pytest.param("27 Jan 2025 15:30 CST", "America/Chicago", "21:30", id="Chicago"),
        pytest.param("27 Jan 2025 15:30 IST", "Asia/Kolkata", "10:00", id="India"),
    ],
)
def test_the_feeds_zone_settles_an_ambiguous_word(raw, zone, utc):
    moment = datetime.fromisoformat(f"2025-01-27T{utc}:00+00:00")
    read = read_date(raw, default_zone=zone, seen_at=SEEN)
    assert read == Dated(published_at=moment, quality=NAMED)


def test_todays_date_is_plausible_though_the_day_is_not_over():
    seen = datetime(2025, 1, 27, 6, tzinfo=UTC)
    read = read_date("2025-01-27", default_zone="America/Los_Angeles", seen_at=seen)
    assert read.quality is DATE_ONLY


def test_the_last_moment_that_python_knows_is_no_obstacle():
    end = datetime.max.replace(tzinfo=UTC)
    assert read_date("2041-01-27T15:30Z", default_zone="UTC", seen_at=end).quality is EXPLICIT


def test_an_unknown_default_zone_is_the_users_error():
    with pytest.raises(InputError, match="Europe/Pari: no such time zone"):
        read_date("2025-01-27", default_zone="Europe/Pari", seen_at=SEEN)


PIECES = st.sampled_from(
    [
        "27",
        "1",
        "31",
        "2025",
        "25",
        "99999",
        "Jan",
        "janv.",
        "août",
        "Mon,",
        "lun.",
        "15:30",
        "15:30:00",
        "24:00",
        "9:99",
        "T",
        "Z",
        "+01:00",
        "-0500",
        "+9999",
        "CET",
        "IST",
        "Europe/Paris",
        "AM",
        "pm",
        "/",
        "-",
        ".",
        ",",
        ":",
        "2025-01-27",
        "1737988200",
        "20250127",
        "at",
        "00",
        "é",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
def test_any_text_gives_a_time_exactly_when_the_quality_says_so(raw):
    read = paris(raw)
    assert (read.published_at is None) == (read.quality in (MISSING, IMPLAUSIBLE))


@given(
    st.datetimes(SEEN.replace(year=1991, tzinfo=None), SEEN.replace(tzinfo=None)),
    st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_isoformat_is_read_back(wall, zone):
    moment = wall.replace(tzinfo=zone)
    assert paris(moment.isoformat()).published_at == moment
