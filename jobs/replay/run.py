"""The replay itself: the daemon's jobs in simulated time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import pairwise

from core.clock import SimulatedClock
from core.errors import InputError
from core.prices import Bar, Instrument
from core.settings import Settings
from jobs.app import App, make_reader
from jobs.pull import make_client, pull
from jobs.replay.case import Case
from jobs.replay.server import serve
from jobs.runner import run_job
from jobs.schedule import PULL, fire_times
from jobs.scoring import score_pending
from jobs.sessions import compute_signals
from market.calendar import sessions
from market.prices import PriceTable, read_instruments, read_prices
from nlp.entities import Linker, aliases_for, read_aliases
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Something to do once, when the clock has reached a moment and the news is read."""

    at: datetime
    act: Callable[[Store], None]


def set_the_stage(case: Case, settings: Settings, url: str) -> Stage:
    """Check the case's files, load the model and prepare the store.

    Raises:
        InputError: if a file of the case can't be used or the store already holds feeds.
        ModelError: if the model can't be loaded.
        StoreError: if the database can't be used.
    """
    instruments = read_instruments(case.instruments)
    prices = read_prices(case.prices, instruments)
    aliases = aliases_for(instruments, read_aliases())
    reader = make_reader(settings.model, linker=Linker(aliases))
    upgrade(url)
    store = open_store(url)
    clock = SimulatedClock(case.starts_at)
    with store.transaction() as tx:
        if status(tx, clock()).feeds:
            raise InputError("--db", "the database already holds feeds", remedy="give an empty one")
        put_instruments(tx, instruments)
        put_aliases(tx, aliases)
    app = App(settings=settings, store=store, clock=clock, reader=reader)
    return Stage(case=case, app=app, clock=clock, instruments=instruments, prices=prices)


def play(stage: Stage, appointments: Sequence[Appointment], *, tell: Tell) -> int:
    """Poll the case's feeds hour by hour; after each poll score, and close sessions.

    Returns:
        How many polls were made.
    """
    app, case = stage.app, stage.case
    moments = list(fire_times(PULL, first=case.starts_at, before=case.ends_at))
    market = _Tape(stage)
    with (
        serve(case.feeds, stage.clock) as base,
        make_client(app.settings.feeds) as client,
    ):
        with app.store.transaction() as tx:
            for feed in case.feeds:
                put_feed(tx, replace(feed.spec, url=f"{base}/{feed.spec.name}"))
        market.run(until=case.starts_at)
        for n, (before, now) in enumerate(pairwise([case.starts_at, *moments]), start=1):
            stage.clock.move_to(now)
            run_job(app, "pull", lambda: pull(app, client))
            run_job(app, "score", lambda: f"{score_pending(app)} texts")
            market.run(until=now)
            run_job(app, "signals", partial(_signals, stage, after=before, until=now))
            for appointment in appointments:
                if before < appointment.at <= now:
                    appointment.act(app.store)
            tell(n, len(moments), now)
    return len(moments)


def _signals(stage: Stage, *, after: datetime, until: datetime) -> str:
    return f"{compute_signals(stage.app, stage.instruments, after=after, until=until)} signals"


class _Tape:
    """Gives the store each closing price once its session has closed."""

    def __init__(self, stage: Stage) -> None:
        self._store = stage.app.store
        self._rest = sorted(_closing(stage), key=lambda pair: pair[0], reverse=True)

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
