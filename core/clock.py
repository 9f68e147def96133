"""The only clock. Code that needs the time takes a `Clock` as a parameter."""

from collections.abc import Callable
from datetime import UTC, datetime

#: Gives the current moment, aware, in UTC.
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


class SimulatedClock:
    """A clock that stands still until it is told to move; never backwards."""

    def __init__(self, start: datetime) -> None:
        self._now = as_utc(start)

    def __call__(self) -> datetime:
        """The simulated moment."""
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Set the time.

        Raises:
            ValueError: if `moment` is before the current time.
        """
        if as_utc(moment) < self._now:
            raise ValueError(f"the clock stands at {self._now}, after {moment}")
        self._now = as_utc(moment)


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: if it is naive.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC)
