"""Numbers and dates by hand, as a newspaper of each language prints them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from jobs.wording.formats import Formats

NNBSP, NBSP = "\u202f", "\u00a0"
DAY, FIRST = date(2025, 1, 27), date(2025, 2, 1)


@pytest.mark.parametrize(
    ("lang", "value", "options", "written"),
    [
        pytest.param("en", -0.618, {}, "−0.62", id="minus sign"),
        pytest.param("fr", -0.618, {}, "−0,62", id="decimal comma"),
        pytest.param("en", 0.5, {"signed": True}, "+0.50", id="plus if asked"),
        pytest.param("en", 1234567.0, {"digits": 0}, "1,234,567", id="English thousands"),
        pytest.param("fr", 1234567.8, {"digits": 1}, f"1{NNBSP}234{NNBSP}567,8", id="French ones"),
        pytest.param("en", -0.001, {"signed": True}, "0.00", id="no sign on what rounds to zero"),
        pytest.param("en", None, {}, "n/a", id="missing"),
        pytest.param("fr", None, {}, f"n.{NBSP}d.", id="missing in French"),
    ],
)
def test_number(lang, value, options, written):
    assert Formats(lang).number(value, **options) == written


@pytest.mark.parametrize(
    ("call", "english", "french"),
    [
        pytest.param(lambda f: f.percent(-0.1697), "−17.0%", f"−17,0{NNBSP}%", id="return"),
        pytest.param(
            lambda f: f.percent(0.05, 0, signed=False), "5%", f"5{NNBSP}%", id="plain percentage"
        ),
        pytest.param(lambda f: f.percent(None), "n/a", f"n.{NBSP}d.", id="missing percentage"),
        pytest.param(lambda f: f.p_value(0.0004), f"<{NBSP}0.001", f"<{NBSP}0,001", id="tiny p"),
        pytest.param(lambda f: f.p_value(0.0634), "0.063", "0,063", id="p"),
        pytest.param(lambda f: f.p_value(None), "n/a", f"n.{NBSP}d.", id="missing p"),
        pytest.param(
            lambda f: f.interval(-0.1, 0.2, f.percent),
            "−10.0% to +20.0%",
            f"−10,0{NNBSP}% à +20,0{NNBSP}%",
            id="interval",
        ),
        pytest.param(
            lambda f: f.interval(None, 0.2, f.percent), "n/a", f"n.{NBSP}d.", id="half an interval"
        ),
        pytest.param(
            lambda f: f.weekday(DAY),
            f"Monday 27{NBSP}January 2025",
            f"lundi 27{NBSP}janvier 2025",
            id="weekday",
        ),
        pytest.param(
            lambda f: f.day(FIRST),
            f"1{NBSP}February 2025",
            f"1er{NBSP}février 2025",
            id="first of the month",
        ),
        pytest.param(lambda f: f.short_day(DAY), f"27{NBSP}Jan", f"27{NBSP}janv.", id="short day"),
        pytest.param(
            lambda f: f.days(DAY, FIRST),
            f"27{NBSP}January to 1{NBSP}February 2025",
            f"27{NBSP}janvier au 1er{NBSP}février 2025",
            id="days of a year",
        ),
        pytest.param(
            lambda f: f.days(date(2024, 12, 30), DAY),
            f"30{NBSP}December 2024 to 27{NBSP}January 2025",
            f"30{NBSP}décembre 2024 au 27{NBSP}janvier 2025",
            id="days over New Year",
        ),
        pytest.param(
            lambda f: f.moment(datetime(2025, 1, 27, 9, 5, tzinfo=timezone(timedelta(hours=-5)))),
            f"27{NBSP}Jan 14:05",
            f"27{NBSP}janv. 14{NBSP}h{NBSP}05",
            id="moment, in UTC",
        ),
    ],
)
def test_both_languages(call, english, french):
    assert (call(Formats("en")), call(Formats("fr"))) == (english, french)


def test_a_naive_moment_is_refused():
    naive = datetime(2025, 1, 27, 9, 5, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        Formats("en").moment(naive)
