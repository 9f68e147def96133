"""Sessions against what the exchanges published."""

from datetime import UTC, date, datetime

import pytest

from core.errors import InputError
from core.prices import Session
from market.calendar import (
    VENUES,
    next_session,
    previous_session,
    reacting_session,
    session_dates,
    sessions,
    window_start,
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def session(venue: str, day: str) -> Session:
    [only] = sessions(venue, date.fromisoformat(day), date.fromisoformat(day))
    return only


@pytest.mark.parametrize(
    ("venue", "day", "is_open"),
    [
        pytest.param("XNYS", "2025-01-09", False, id="New York mourns Carter"),
        pytest.param("XPAR", "2025-01-09", True, id="Paris doesn't"),
        pytest.param("XNYS", "2025-01-20", False, id="Martin Luther King day"),
        pytest.param("XPAR", "2024-12-26", False, id="Paris on Boxing Day"),
        pytest.param("XETR", "2024-12-24", False, id="Frankfurt on Christmas Eve"),
        pytest.param("XAMS", "2024-12-24", True, id="Amsterdam on Christmas Eve"),
        pytest.param("XTKS", "2025-01-03", False, id="Tokyo after New Year"),
        pytest.param("XSHG", "2025-01-27", True, id="Shanghai before the Spring Festival"),
        pytest.param("XSHG", "2025-01-28", False, id="Spring Festival begins"),
        pytest.param("XSHG", "2025-02-04", False, id="Spring Festival ends"),
        pytest.param("XSHG", "2025-02-05", True, id="Shanghai after the Spring Festival"),
        pytest.param("24/7", "2025-01-26", True, id="crypto on a Sunday"),
        pytest.param("24/5", "2025-01-26", False, id="currencies on a Sunday"),
        pytest.param("24/5", "2025-01-27", True, id="currencies on a Monday"),
    ],
)
def test_open_days(venue, day, is_open):
    day = date.fromisoformat(day)
    assert session_dates(venue, day, day) == ((day,) if is_open else ())


@pytest.mark.parametrize(
    ("venue", "day", "opens", "closes"),
    [
        pytest.param("XNYS", "2025-01-27", "14:30", "21:00", id="New York in winter"),
        pytest.param("XNYS", "2024-07-01", "13:30", "20:00", id="New York in summer"),
        pytest.param("XNYS", "2024-12-24", "14:30", "18:00", id="New York half day"),
        pytest.param("XPAR", "2024-12-24", "08:00", "13:05", id="Paris half day, Christmas"),
        pytest.param("XPAR", "2024-12-31", "08:00", "13:05", id="Paris half day, New Year"),
        pytest.param("XPAR", "2025-01-27", "08:00", "16:30", id="Paris in winter"),
        pytest.param("XPAR", "2025-03-17", "08:00", "16:30", id="only New York has summer time"),
        pytest.param("XNYS", "2025-03-17", "13:30", "20:00", id="New York, five hours from Paris"),
        pytest.param("XPAR", "2025-03-31", "07:00", "15:30", id="Paris in summer"),
        pytest.param("XTKS", "2024-10-31", "00:00", "06:00", id="Tokyo before its longer day"),
        pytest.param("XTKS", "2025-01-27", "00:00", "06:30", id="Tokyo since November 2024"),
        pytest.param("XSHG", "2025-01-27", "01:30", "07:00", id="Shanghai"),
    ],
)
def test_hours(venue, day, opens, closes):
    found = session(venue, day)
    assert (found.opens_at, found.closes_at) == (utc(f"{day}T{opens}"), utc(f"{day}T{closes}"))


@pytest.mark.parametrize(
    ("venue", "moment", "label"),
    [
        pytest.param("XNYS", "2025-01-25T14:00", "2025-01-27", id="Saturday, New York"),
        pytest.param("XPAR", "2025-01-25T14:00", "2025-01-27", id="Saturday, Paris"),
        pytest.param("24/7", "2025-01-25T14:00", "2025-01-25", id="Saturday, crypto"),
        pytest.param("24/5", "2025-01-25T14:00", "2025-01-27", id="Saturday, currencies"),
        pytest.param("XNYS", "2025-01-27T09:00", "2025-01-27", id="before the open"),
        pytest.param("XNYS", "2025-01-27T17:00", "2025-01-27", id="while it trades"),
        pytest.param("XNYS", "2025-01-27T20:59:59", "2025-01-27", id="one second before the close"),
        pytest.param("XNYS", "2025-01-27T21:00", "2025-01-28", id="exactly at the close"),
        pytest.param("XNYS", "2025-01-31T22:00", "2025-02-03", id="Friday after the close"),
        pytest.param("XNYS", "2025-01-08T22:00", "2025-01-10", id="before a holiday"),
        pytest.param("XNYS", "2024-12-24T18:30", "2024-12-26", id="after a half day's close"),
        pytest.param("XPAR", "2024-12-24T13:05", "2024-12-27", id="Paris half day's close"),
        pytest.param("XNYS", "2025-03-17T20:00", "2025-03-18", id="close in a summer-time week"),
        pytest.param("XSHG", "2025-01-27T08:00", "2025-02-05", id="Spring Festival"),
        pytest.param("24/7", "2025-01-26T23:59:59", "2025-01-26", id="last second of a UTC day"),
        pytest.param("24/7", "2025-01-27T00:00", "2025-01-27", id="midnight is the next day"),
    ],
)
def test_reacting_session(venue, moment, label):
    assert reacting_session(venue, utc(moment)).label == date.fromisoformat(label)


def test_moment_in_another_zone():
    moment = datetime.fromisoformat("2025-01-27T22:00:00+01:00")
    assert reacting_session("XNYS", moment).label == date(2025, 1, 28)


def test_naive_moment():
    with pytest.raises(ValueError, match="no time zone"):
        reacting_session("XNYS", datetime.fromisoformat("2025-01-27T22:00:00"))


@pytest.mark.parametrize(
    ("venue", "day", "start"),
    [
        pytest.param("XNYS", "2025-01-27", "2025-01-24T21:00", id="over a weekend"),
        pytest.param("XNYS", "2025-01-10", "2025-01-08T21:00", id="over a holiday"),
        pytest.param("XSHG", "2025-02-05", "2025-01-27T07:00", id="over the Spring Festival"),
        pytest.param("24/7", "2025-01-27", "2025-01-27T00:00", id="crypto"),
        pytest.param("24/5", "2025-01-27", "2025-01-25T00:00", id="currencies over a weekend"),
    ],
)
def test_window_start(venue, day, start):
    assert window_start(session(venue, day)) == utc(start)


def test_neighbours_are_inverse():
    monday = session("XNYS", "2025-01-27")
    assert previous_session(next_session(monday)) == monday


def test_every_session_ends_its_own_window():
    for venue in VENUES:
        for found in sessions(venue, date(2024, 6, 1), date(2025, 3, 31)):
            assert reacting_session(venue, window_start(found)) == found


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda: sessions("XXXX", date(2025, 1, 1), date(2025, 1, 2)),
            r"XXXX: unknown venue; known: XNYS, XPAR, .*24/5",
            id="unknown venue",
        ),
        pytest.param(
            lambda: reacting_session("XNYS", utc("1999-12-31T00:00")),
            r"XNYS: its calendar knows 2015-01-02 to .*, no 1999-12-31",
            id="too early",
        ),
        pytest.param(
            lambda: session_dates("XNYS", date(2025, 1, 1), date(2199, 1, 1)),
            r"no 2199-01-01; check the date, or update",
            id="too late",
        ),
        pytest.param(
            lambda: window_start(session("XNYS", "2015-01-02")),
            r"no session before them",
            id="before the first session",
        ),
    ],
)
def test_outside(call, message):
    with pytest.raises(InputError, match=message):
        call()
