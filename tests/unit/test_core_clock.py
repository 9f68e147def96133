"""Clocks, and moments in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.clock import SimulatedClock, as_utc, system_clock
from tests.builders import utc


def test_system_clock_is_in_utc():
    before = datetime.now(UTC)
    assert before <= system_clock() <= datetime.now(UTC)
    assert system_clock().utcoffset() == timedelta(0)


def test_simulated_clock_stands_still_until_moved():
    clock = SimulatedClock(utc(27, 13).astimezone(timezone(timedelta(hours=-5))))
    assert (clock(), clock(), clock().tzinfo) == (utc(27, 13), utc(27, 13), UTC)
    clock.move_to(utc(27, 14))
    clock.move_to(utc(27, 14))
    assert clock() == utc(27, 14)


def test_simulated_clock_never_goes_back():
    with pytest.raises(ValueError, match="the clock stands at 2025-01-27 13:00"):
        SimulatedClock(utc(27, 13)).move_to(utc(27, 12))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param("2025-01-27T15:30:00+01:00", utc(27, 14, 30), id="Paris"),
        pytest.param("2025-01-26T22:00:00-05:00", utc(27, 3), id="New York, the next day"),
        pytest.param("2025-01-27T14:30:00Z", utc(27, 14, 30), id="UTC"),
    ],
)
def test_as_utc(moment, expected):
    converted = as_utc(datetime.fromisoformat(moment))
    assert (converted, converted.tzinfo) == (expected, UTC)


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="2025-01-27 12:00:00 has no time zone"):
        as_utc(datetime.fromisoformat("2025-01-27T12:00:00"))
