"""Trading sessions of venues: when they open and close, which one can react to news.

The news window of a session runs from the previous session's close, included, to its own
close, excluded. A day of "24/7" (crypto) or "24/5" (currencies) is the UTC day.
"""

import warnings
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from core.clock import as_utc
from core.errors import InputError
from core.prices import Session

#: Venues whose calendars are known: ISO 10383 codes and two that never or rarely close.
VENUES = ("XNYS", "XPAR", "XETR", "XAMS", "XTKS", "XSHG", "24/7", "24/5")

#: Sessions are known from here on.
FIRST_DAY = date(2015, 1, 1)


def sessions(venue: str, first: date, last: date) -> tuple[Session, ...]:
    """The venue's sessions from `first` to `last`, both included, oldest first.

    Raises:
        InputError: if the venue is unknown or a day is outside its calendar.
    """
    table = _timetable(venue)
    table.check(first)
    table.check(last)
    start, stop = bisect_left(table.labels, first), bisect_right(table.labels, last)
    return tuple(table.session(i) for i in range(start, stop))


def session_dates(venue: str, first: date, last: date) -> tuple[date, ...]:
    """The labels of `sessions(venue, first, last)`, for work on arrays.

    Raises:
        InputError: if the venue is unknown or a day is outside its calendar.
    """
    table = _timetable(venue)
    table.check(first)
    table.check(last)
    return table.labels[bisect_left(table.labels, first) : bisect_right(table.labels, last)]


def reacting_session(venue: str, moment: datetime) -> Session:
    """The first session that could react to news known at `moment`.

    It is the first whose close is strictly after the moment: the session itself before its
    open and while it trades, the next one from its close on.

    Raises:
        InputError: if the venue is unknown or the moment is outside its calendar.
    """
    table = _timetable(venue)
    moment = as_utc(moment)
    table.check(moment.date())
    return table.session(bisect_right(table.closes, moment))


def previous_session(session: Session) -> Session:
    """The session of the same venue before this one.

    Raises:
        InputError: if it is outside the calendar.
    """
    return _neighbour(session, -1)


def next_session(session: Session) -> Session:
    """The session of the same venue after this one.

    Raises:
        InputError: if it is outside the calendar.
    """
    return _neighbour(session, 1)


def window_start(session: Session) -> datetime:
    """The start of the session's news window: the previous close, UTC.

    Raises:
        InputError: if the previous session is outside the calendar.
    """
    return previous_session(session).closes_at


def _neighbour(session: Session, step: int) -> Session:
    table = _timetable(session.venue)
    return table.session(bisect_left(table.labels, session.label) + step)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timetable:
    """The sessions of a venue as columns of one length, oldest first."""

    venue: str
    labels: tuple[date, ...]
    opens: tuple[datetime, ...]
    closes: tuple[datetime, ...]

    def session(self, i: int) -> Session:
        if not 0 <= i < len(self.labels):
            raise self._outside(f"session {'before' if i < 0 else 'after'} them")
        return Session(
            venue=self.venue,
            label=self.labels[i],
            opens_at=self.opens[i],
            closes_at=self.closes[i],
        )

    def check(self, day: date) -> None:
        if not FIRST_DAY <= day <= self.labels[-1]:
            raise self._outside(str(day))

    def _outside(self, what: str) -> InputError:
        return InputError(
            self.venue,
            f"its calendar knows {self.labels[0]} to {self.labels[-1]}, no {what}",
            remedy="check the date, or update exchange_calendars and start again",
        )


@cache
def _timetable(venue: str) -> _Timetable:
    """Build the timetable: up to 0.3 s and 2 MB, once per venue and process."""
    if venue not in VENUES:
        raise InputError(venue, "unknown venue", remedy=f"known: {', '.join(VENUES)}")
    import exchange_calendars

    with warnings.catch_warnings():
        # exchange_calendars 4.13 uses what pandas 3.1 deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        # Its end is a year from today, or the last year whose holidays are known.
        schedule = exchange_calendars.get_calendar(venue, start=str(FIRST_DAY)).schedule
    return _Timetable(
        venue=venue,
        labels=tuple(label.date() for label in schedule.index),
        opens=tuple(as_utc(moment.to_pydatetime()) for moment in schedule["open"]),
        closes=tuple(as_utc(moment.to_pydatetime()) for moment in schedule["close"]),
    )
