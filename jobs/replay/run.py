"""The replay itself: the daemon's jobs in simulated time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from core.clock import SimulatedClock
from core.errors import InputError
from core.prices import Bar, Claim, Instrument
from core.settings import Settings
from jobs.app import App, make_reader
from jobs.cycle import cycle
from jobs.pull import make_client
from jobs.replay.case import Case
from jobs.replay.server import feed_url, serve
from jobs.runner import run_job
from jobs.schedule import PULL, fire_times
from jobs.sessions import closed_sessions
from market.calendar import sessions
from market.claims import read_claims
from market.prices import PriceTable, read_instruments, read_prices
from nlp.entities import Linker, aliases_for, read_aliases, unreachable
from storage.bars import put_bars
from storage.database import Store, open_store
from storage.feeds import put_feed
from storage.instruments import put_aliases, put_instruments
from storage.migrate import upgrade
from storage.status import status

#: Told after each poll: polls done, polls in all, simulated time.
Tell = Callable[[int, int, datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A case ready to be played: an empty store with its instruments, a clock at its start."""

    case: Case
    app: App
    clock: SimulatedClock
    instruments: tuple[Instrument, ...]
    prices: PriceTable
    claims: tuple[Claim, ...]
    #: Symbols that no alias leads to.
    unreachable: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How the polls of a case went."""

    polls: int
    #: Moments of the polls whose round of work failed; the log says why.
    failed: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Something to do once, when the clock has reached a moment and the news is read."""

    at: datetime
    act: Callable[[Store], None]


def set_the_stage(case: Case, settings: Settings, url: str) -> Stage:
    """Check the case's files, load the model and prepare the store.

    Raises:
        InputError: if a file or a day of the case can't be used, or the store already holds
            feeds.
        ModelError: if the model can't be loaded.
        StoreError: if the database can't be used.
    """
    instruments = read_instruments(case.instruments)
    prices = read_prices(case.prices, instruments)
    claims = read_claims(case.claims) if case.claims else ()
    # Now rather than in every round: the days may be outside a venue's calendar.
    closed_sessions({i.venue for i in instruments}, after=case.starts_at, until=case.ends_at)
    aliases = aliases_for(instruments, read_aliases())
    reader = make_reader(settings.model, linker=Linker(aliases))
    clock = SimulatedClock(case.starts_at)
    app = App(settings=settings, store=_empty_store(url, clock()), clock=clock, reader=reader)
    with app.store.transaction() as tx:
        put_instruments(tx, instruments)
        put_aliases(tx, aliases)
    return Stage(
        case=case,
        app=app,
        clock=clock,
        instruments=instruments,
        prices=prices,
        claims=claims,
        unreachable=tuple(unreachable(instruments, aliases)),
    )


def _empty_store(url: str, now: datetime) -> Store:
    upgrade(url)
    store = open_store(url)
    with store.reading() as tx:
        if not status(tx, now).feeds:
            return store
    store.close()
    raise InputError("--db", "the database already holds feeds", remedy="give an empty one")


def play(stage: Stage, appointments: Sequence[Appointment], *, tell: Tell) -> Played:
    """Poll the case's feeds hour by hour; after each poll score, and close sessions.

    Afterwards the clock stands at the close of the last price, if that is later.

    Args:
        stage: The case, not played yet.
        appointments: The earliest first; those beyond the case are kept at its end.
        tell: Told after each poll.
    """
    app, case = stage.app, stage.case
    # The last poll is for the sessions that close with the last day.
    moments = [*fire_times(PULL, first=case.starts_at, before=case.ends_at), case.ends_at]
    failed, ahead = [], list(appointments)
    market = _Tape(stage)
    with (
        serve(case.feeds, stage.clock) as base,
        make_client(app.settings.feeds) as client,
    ):
        with app.store.transaction() as tx:
            for feed in case.feeds:
                put_feed(tx, replace(feed.spec, url=feed_url(base, feed.spec.name)))
        done = case.starts_at
        for n, now in enumerate(moments, start=1):
            stage.clock.move_to(now)
            market.run(until=now)
            # What a failed round left undone is for the next.
            if run_job(app, "cycle", partial(cycle, app, client, stage.instruments, after=done)):
                done = now
            else:
                failed.append(now)
            while ahead and (ahead[0].at <= now or now == case.ends_at):
                ahead.pop(0).act(app.store)
            tell(n, len(moments), now)
    stage.clock.move_to(max(case.ends_at, market.ends_at))
    market.run(until=stage.clock())
    return Played(polls=len(moments), failed=tuple(failed))


class _Tape:
    """Gives the store each closing price once its session has closed."""

    def __init__(self, stage: Stage) -> None:
        self._store = stage.app.store
        self._rest = sorted(_closing(stage), key=lambda pair: pair[0], reverse=True)
        #: The last close.
        self.ends_at = self._rest[0][0] if self._rest else stage.case.ends_at

    def run(self, *, until: datetime) -> None:
        """Store the bars of sessions closed by `until`."""
        closed: list[Bar] = []
        while self._rest and self._rest[-1][0] <= until:
            closed.append(self._rest.pop()[1])
        if closed:
            with self._store.transaction() as tx:
                put_bars(tx, closed, source="replay", as_of=until)


def _closing(stage: Stage) -> list[tuple[datetime, Bar]]:
    pairs = []
    for instrument in stage.instruments:
        bars = stage.prices.bars[instrument.symbol]
        if bars:
            closes = _closes(instrument.venue, bars[0].session, bars[-1].session)
            pairs += [(closes[bar.session], bar) for bar in bars]
    return pairs


def _closes(venue: str, first: date, last: date) -> dict[date, datetime]:
    return {s.label: s.closes_at for s in sessions(venue, first, last)}
