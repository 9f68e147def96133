"""Event study of one day: each instrument's abnormal return, and tests over all of them.

Returns of instruments on different venues lie side by side on one axis of days, so that
correlations and ranks compare the same days.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
from scipy import stats

from core.prices import Bar, Effect, Instrument, Study, TestResult
from market import group_tests
from market.models import (
    STANDARD,
    Convention,
    EstimationWindow,
    Fit,
    abnormal_returns,
    fit_models,
    forecast_factor,
)
from market.returns import FloatArray, ReturnSeries, return_series

#: Residual standard deviation below which a series only repeats its market or a constant.
NO_VARIANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyPlan:
    """The event, its window and the past that the models are estimated on."""

    event_session: date
    #: Window that the cumulative abnormal return sums, in sessions around the event.
    first: int = 0
    last: int = 0
    estimation: EstimationWindow = field(default_factory=EstimationWindow)

    def __post_init__(self) -> None:
        if not -self.estimation.gap <= self.first <= 0 <= self.last:
            raise ValueError(f"window {self.first}..{self.last}: must hold the event, not the past")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """k instruments on T days, with the days that each uses."""

    #: k x T returns of the instruments and of their markets; NaN where unknown.
    own: FloatArray
    market: FloatArray
    #: k x T: the day is in the estimation window.
    estimation: npt.NDArray[np.bool_]
    #: k x W: columns of the event window, oldest first.
    window: npt.NDArray[np.int64]

    def fit(self, convention: Convention = STANDARD) -> Fit:
        """The models of the k instruments."""
        return fit_models(
            np.where(self.estimation, self.own, np.nan),
            np.where(self.estimation, self.market, np.nan),
            convention,
        )

    def at_window(self, values: FloatArray) -> FloatArray:
        """The k x W part of k x T values."""
        return np.take_along_axis(values, self.window, axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """An instrument that can be studied."""

    instrument: Instrument
    series: ReturnSeries
    #: Position of the event session.
    event: int


def study_event(
    instruments: Iterable[Instrument],
    bars: Mapping[str, Sequence[Bar]],
    plan: StudyPlan,
    convention: Convention = STANDARD,
) -> Study:
    """Study one event day over the instruments, in their order.

    Each is compared with its benchmark by the market model, or with its own mean without one.

    Args:
        instruments: Those that enter the tests; the caller chooses.
        bars: Closing prices by symbol, oldest first, benchmarks among them.
        plan: The event and the windows, in sessions of each instrument's venue.
        convention: Choices in which programs differ.

    Returns:
        Effects and tests; instruments that can't be studied stand in `skipped` with why.
    """
    cases, skipped = [], []
    for instrument in instruments:
        case = _case(instrument, return_series(instrument, bars), plan)
        if isinstance(case, str):
            skipped.append((instrument.symbol, case))
        else:
            cases.append(case)
    effects: tuple[Effect, ...] = ()
    tests: tuple[TestResult, ...] = ()
    if cases:
        panel = _panel(cases, plan)
        fit = panel.fit(convention)
        effects = _effects(cases, panel, fit, plan)
        tests = study_tests(panel, fit, int(panel.window[0, -plan.first]), convention)
    return Study(
        event_session=plan.event_session, effects=effects, tests=tests, skipped=tuple(skipped)
    )


def study_tests(
    panel: Panel, fit: Fit, day: int, convention: Convention = STANDARD
) -> tuple[TestResult, ...]:
    """The tests over one day: t, Patell, BMP, Kolari-Pynnonen, Corrado.

    Args:
        panel: The instruments.
        fit: Their models.
        day: Column of the day; every instrument has its returns on it.
        convention: Choices in which programs differ.
    """
    abnormal = abnormal_returns(fit, panel.own, panel.market)
    ar = abnormal[:, day]
    sar = ar / (fit.sigma * np.sqrt(forecast_factor(fit, panel.market[:, [day]])))
    used = panel.estimation.copy()
    np.put_along_axis(used, panel.window, values=True, axis=1)
    return (
        group_tests.cross_sectional(ar),
        group_tests.patell(sar, fit),
        group_tests.bmp(sar),
        group_tests.kolari_pynnonen(sar, fit.residuals),
        group_tests.corrado(np.where(used, abnormal, np.nan), day, convention),
    )


def _case(instrument: Instrument, series: ReturnSeries, plan: StudyPlan) -> _Case | str:
    """The instrument ready for study, or why it can't be."""
    day, minimum = plan.event_session, plan.estimation.minimum
    if not series.sessions:
        return "no prices"
    if day not in series.sessions:
        return f"no session or price of {instrument.venue} on {day}"
    event = series.sessions.index(day)
    both = np.isfinite(series.own) & np.isfinite(series.market)
    window = slice(event + plan.first, event + plan.last + 1)
    if window.start < 0 or both[window].sum() < plan.last - plan.first + 1:
        return f"no return or benchmark return on every session of {_window(plan)}"
    past = plan.estimation.before(event)
    if (n := int(both[past].sum())) < minimum:
        return f"{n} sessions to estimate on, {minimum} needed"
    if fit_models(series.own[None, past], series.market[None, past]).sigma[0] < NO_VARIANCE:
        return "no variance of its own in the estimation window"
    return _Case(instrument=instrument, series=series, event=event)


def _window(plan: StudyPlan) -> str:
    if plan.first == plan.last:
        return str(plan.event_session)
    return f"{plan.first:+d}..{plan.last:+d} around {plan.event_session}"


def _panel(cases: Sequence[_Case], plan: StudyPlan) -> Panel:
    days = sorted(set().union(*(case.series.sessions for case in cases)))
    column = {day: i for i, day in enumerate(days)}
    shape = len(cases), len(days)
    own, market = np.full(shape, np.nan), np.full(shape, np.nan)
    estimation = np.zeros(shape, dtype=np.bool_)
    window = np.empty((len(cases), plan.last - plan.first + 1), dtype=np.int64)
    for row, case in enumerate(cases):
        at = np.array([column[day] for day in case.series.sessions])
        own[row, at], market[row, at] = case.series.own, case.series.market
        estimation[row, at[plan.estimation.before(case.event)]] = True
        window[row] = at[case.event + plan.first : case.event + plan.last + 1]
    return Panel(own=own, market=market, estimation=estimation, window=window)


def _effects(cases: Sequence[_Case], panel: Panel, fit: Fit, plan: StudyPlan) -> tuple[Effect, ...]:
    own, market = panel.at_window(panel.own), panel.at_window(panel.market)
    abnormal = abnormal_returns(fit, own, market)
    car = abnormal.sum(axis=1)
    error = fit.sigma * np.sqrt(forecast_factor(fit, market))
    degrees = fit.n - fit.parameters
    reach = stats.t.ppf(0.975, degrees) * error
    t = car / error
    p = np.asarray(2 * stats.t.sf(np.abs(t), degrees))
    event = -plan.first
    return tuple(
        Effect(
            symbol=case.instrument.symbol,
            event_session=plan.event_session,
            first=plan.first,
            last=plan.last,
            model="market" if fit.parameters[i] == 2 else "mean",
            benchmark=case.instrument.benchmark,
            n=int(fit.n[i]),
            alpha=float(fit.alpha[i]),
            beta=float(fit.beta[i]) if fit.parameters[i] == 2 else None,
            sigma=float(fit.sigma[i]),
            event_return=float(own[i, event]),
            ar=float(abnormal[i, event]),
            car=float(car[i]),
            low=float(car[i] - reach[i]),
            high=float(car[i] + reach[i]),
            statistic=float(t[i]),
            p=float(p[i]),
        )
        for i, case in enumerate(cases)
    )
