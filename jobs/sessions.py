"""Signals of the sessions that have closed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from core.prices import Instrument, Session
from core.signals import Signal
from jobs.app import App
from market.calendar import sessions, window_start
from nlp.signals import compute_signal, window_mentions
from storage.signals import put_signals, scored_versions


def closed_sessions(venues: Iterable[str], *, after: datetime, until: datetime) -> list[Session]:
    """Sessions of the venues whose close lies in (after, until], earliest close first."""
    day = timedelta(days=1)
    found = [
        session
        for venue in sorted(set(venues))
        for session in sessions(venue, (after - day).date(), (until + day).date())
        if after < session.closes_at <= until
    ]
    return sorted(found, key=lambda s: s.closes_at)


def compute_signals(
    app: App, instruments: Sequence[Instrument], *, after: datetime, until: datetime
) -> int:
    """Store the signals of every session that closed in (after, until]; gives how many."""
    count = 0
    for session in closed_sessions({i.venue for i in instruments}, after=after, until=until):
        signals = _signals_of(app, instruments, session)
        with app.store.transaction() as tx:
            put_signals(tx, signals, computed_at=app.clock(), revision=app.reader.model.revision)
        count += len(signals)
    return count


def _signals_of(app: App, instruments: Sequence[Instrument], session: Session) -> list[Signal]:
    start = window_start(session)
    with app.store.reading() as tx:
        versions = scored_versions(
            tx, after=start, before=session.closes_at, revision=app.reader.model.revision
        )
    mentions = window_mentions(versions, start=start, as_of=session.closes_at)
    return [
        compute_signal(i.symbol, mentions.get(i.symbol, ()), session, window_start=start)
        for i in instruments
        if i.venue == session.venue
    ]
