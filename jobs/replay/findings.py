"""What a replayed stretch of news and the prices beside it say together."""

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from core.prices import Association, Horizon, Instrument, Study
from core.signals import Signal
from jobs.replay.run import Played, Stage
from jobs.results import ReplayResults, SignalReturn
from market.abnormal import abnormal_by_session
from market.association import Pairs, associate
from market.calendar import reacting_session
from market.claims import check_claim
from market.event_study import StudyPlan, study_event
from market.models import EstimationWindow
from storage.articles import news
from storage.effects import put_associations, put_study
from storage.feeds import check_problems
from storage.scores import unscored_reasons
from storage.signals import signals

#: Kinds of instrument that news is about; indices and funds follow their members.
STUDIED = ("equity", "crypto")

#: Sessions that the cumulative abnormal return sums, the event's included.
CAR_SESSIONS = 5

#: Problems of feeds that are told one by one.
PROBLEMS = 20


def estimation_window(stage: Stage) -> EstimationWindow:
    """The estimation window of the settings."""
    study = stage.app.settings.study
    return EstimationWindow(length=study.estimation, gap=study.gap, minimum=study.minimum)


def find(stage: Stage, played: Played) -> ReplayResults:
    """Compare the stored signals with the prices, and store what comes out."""
    app, case = stage.app, stage.case
    symbols = [i.symbol for i in stage.instruments]
    with app.store.reading() as tx:
        found = signals(tx, symbols, first=case.first, last=case.last, as_of=case.ends_at)
        items = news(tx, after=case.starts_at, before=case.ends_at, as_of=case.ends_at)
        unscored = unscored_reasons(tx)
        of_feeds = check_problems(tx)
    study = _study(stage)
    pairs = _pairs(stage, found)
    associations = _associations(stage, pairs)
    with app.store.transaction() as tx:
        if study:
            put_study(tx, study, as_of=app.clock(), computed_at=app.clock())
        put_associations(tx, associations, as_of=app.clock(), computed_at=app.clock())
    return ReplayResults(
        name=case.name,
        first=case.first,
        last=case.last,
        event_session=case.event,
        instruments=stage.instruments,
        bars=stage.prices.bars,
        news=tuple(items),
        unscored=unscored,
        signals=tuple(found),
        pairs=tuple(pairs),
        study=study,
        associations=tuple(associations),
        claims=tuple(
            check_claim(claim, stage.instruments, stage.prices.bars, case.shares)
            for claim in stage.claims
        ),
        model=app.reader.model,
        polls=played.polls,
        warnings=(*stage.prices.problems, *_unreached(stage), *_problems(played, of_feeds)),
        after_the_fact=case.after_the_fact,
    )


def _unreached(stage: Stage) -> list[str]:
    return [f"{symbol}: no alias leads to it, its news isn't found" for symbol in stage.unreachable]


def _problems(played: Played, of_feeds: Sequence[tuple[str, str, int]]) -> Iterator[str]:
    """What went wrong on the way: rounds of work, then feeds."""
    if played.failed:
        first = f"{played.failed[0]:%Y-%m-%d %H:%M} UTC"
        yield f"{len(played.failed)} of {played.polls} rounds failed, the first at {first}"
    for feed, problem, n in of_feeds[:PROBLEMS]:
        yield f"{feed}: {problem}" + (f" ({n} times)" if n > 1 else "")
    if (more := len(of_feeds) - PROBLEMS) > 0:
        yield f"{more} more problems of feeds; see the table fetches"


def _study(stage: Stage) -> Study | None:
    if stage.case.event is None:
        return None
    plan = StudyPlan(
        event_session=stage.case.event,
        last=CAR_SESSIONS - 1,
        estimation=estimation_window(stage),
    )
    return study_event(_studied(stage.instruments), stage.prices.bars, plan)


def _studied(instruments: Sequence[Instrument]) -> list[Instrument]:
    return [i for i in instruments if i.kind in STUDIED]


def _pairs(stage: Stage, found: Sequence[Signal]) -> list[SignalReturn]:
    """Each signal with news beside the abnormal returns of its session and of the next."""
    studied = {i.symbol: i for i in _studied(stage.instruments)}
    window = estimation_window(stage)
    abnormal = {
        symbol: abnormal_by_session(instrument, stage.prices.bars, window)
        for symbol, instrument in studied.items()
    }
    return [
        SignalReturn(
            symbol=signal.ticker,
            session=signal.session,
            sentiment=signal.sentiment,
            articles=signal.articles,
            same=abnormal[signal.ticker].get(signal.session),
            following=abnormal[signal.ticker].get(_following(studied[signal.ticker], signal)),
        )
        for signal in found
        if signal.sentiment is not None and signal.ticker in studied
    ]


def _following(instrument: Instrument, signal: Signal) -> date:
    """The session after the one whose close ended the signal's window."""
    return reacting_session(instrument.venue, signal.as_of).label


def _associations(stage: Stage, pairs: Sequence[SignalReturn]) -> list[Association]:
    """Signal against the same and the next session: on the event's day, and over all sessions."""
    rng = np.random.default_rng(stage.app.settings.study.seed)
    case = stage.case
    samples: list[tuple[str, list[SignalReturn], bool]] = [
        (f"instruments and sessions, {case.first} to {case.last}", list(pairs), True)
    ]
    if case.event:
        on_the_day = [p for p in pairs if p.session == case.event]
        samples.insert(0, (f"instruments on {case.event}", on_the_day, False))
    return [
        associate(_columns(sample, horizon, clustered=clustered), horizon, over, rng)
        for over, sample, clustered in samples
        for horizon in Horizon
    ]


def _columns(sample: Sequence[SignalReturn], horizon: Horizon, *, clustered: bool) -> Pairs:
    returns = [p.same if horizon is Horizon.CONTEMPORANEOUS else p.following for p in sample]
    return Pairs(
        signal=np.array([p.sentiment for p in sample], dtype=np.float64),
        response=np.array([np.nan if r is None else r for r in returns], dtype=np.float64),
        cluster=np.array([p.session.toordinal() for p in sample]) if clustered else None,
    )
