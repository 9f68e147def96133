"""Event study: hand-made cases, the bugs of other programs by name, 27 January 2025."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from core.prices import Bar, Effect, Instrument, Study
from market.calendar import session_dates
from market.event_study import StudyPlan, study_event
from market.models import EstimationWindow
from market.prices import read_instruments, read_prices

REFERENCE = Path(__file__).parents[2] / "jobs" / "reference" / "deepseek"
DAYS = session_dates("XNYS", date(2024, 6, 3), date(2024, 12, 31))
EVENT = DAYS[100]
PLAN = StudyPlan(
    event_session=EVENT, first=-1, last=1, estimation=EstimationWindow(length=60, gap=5, minimum=30)
)
LAST_ESTIMATED = 94


def instrument(symbol: str, *, venue: str = "XNYS", benchmark: str | None = "M") -> Instrument:
    return Instrument(
        symbol=symbol, name=symbol, kind="equity", venue=venue, currency="USD", benchmark=benchmark
    )


def returns(seed: int, scale: float = 0.01) -> np.ndarray:
    return np.random.default_rng(seed).normal(scale=scale, size=len(DAYS))


def bars(symbol: str, moves: np.ndarray) -> tuple[Bar, ...]:
    closes = 100 * np.cumprod(1 + moves)
    return tuple(
        Bar(symbol=symbol, session=day, close=float(close), volume=None)
        for day, close in zip(DAYS, closes, strict=True)
    )


MARKET = returns(0)


def firm(seed: int, scale: float = 0.01) -> np.ndarray:
    return 0.001 + 1.2 * MARKET + returns(seed, scale)


def study(moves: dict[str, np.ndarray], plan: StudyPlan = PLAN) -> Study:
    table = {symbol: bars(symbol, values) for symbol, values in moves.items()}
    return study_event([instrument(s) for s in moves], table | {"M": bars("M", MARKET)}, plan)


def effect(moves: np.ndarray, plan: StudyPlan = PLAN) -> Effect:
    [only] = study({"A": moves}, plan).effects
    return only


def moved(moves: np.ndarray, position: int, change: float) -> np.ndarray:
    changed = moves.copy()
    changed[position] += change
    return changed


def test_estimates_are_those_of_the_estimation_window():
    moves = firm(1)
    past = slice(LAST_ESTIMATED - 59, LAST_ESTIMATED + 1)
    beta, alpha = np.polyfit(MARKET[past], moves[past], 1)
    found = effect(moves)
    assert (found.n, found.alpha, found.beta) == (60, pytest.approx(alpha), pytest.approx(beta))


def test_abnormal_return_and_its_window():
    moves, found = firm(1), effect(firm(1))
    abnormal = moves - found.alpha - found.beta * MARKET
    assert [found.event_return, found.ar, found.car] == pytest.approx(
        [moves[100], abnormal[100], abnormal[99:102].sum()]
    )


def test_interval_and_statistic_tell_the_same():
    found = effect(firm(1))
    reach = (found.high - found.low) / 2
    # Student's 97.5 % quantile with 58 degrees, from a printed table: 2.0017.
    assert found.car / found.statistic == pytest.approx(reach / 2.0017, rel=1e-4)


def test_mean_model_without_benchmark():
    moves = firm(1)
    [found] = study_event([instrument("A", benchmark=None)], {"A": bars("A", moves)}, PLAN).effects
    mean = moves[LAST_ESTIMATED - 59 : LAST_ESTIMATED + 1].mean()
    assert (found.model, found.beta, found.benchmark) == ("mean", None, None)
    assert [found.alpha, found.ar] == pytest.approx([mean, moves[100] - mean])


class TestBugsOfOtherPrograms:
    def test_deviation_is_taken_over_the_estimation_window_only(self):
        jump = moved(firm(1), 100, 0.5)
        assert effect(jump).sigma == effect(firm(1)).sigma

    def test_gap_sessions_are_not_estimated_on(self):
        jump = moved(firm(1), LAST_ESTIMATED + 1, 0.5)
        assert effect(jump).alpha == effect(firm(1)).alpha

    def test_last_session_before_the_gap_is_estimated_on(self):
        jump = moved(firm(1), LAST_ESTIMATED, 0.5)
        assert effect(jump).alpha != effect(firm(1)).alpha

    @pytest.mark.parametrize(
        ("position", "counts"),
        [
            pytest.param(98, False, id="-2"),
            pytest.param(99, True, id="-1"),
            pytest.param(101, True, id="+1"),
            pytest.param(102, False, id="+2"),
        ],
    )
    def test_window_has_the_sessions_it_names(self, position, counts):
        change = effect(moved(firm(1), position, 0.1)).car - effect(firm(1)).car
        assert change == pytest.approx(0.1 if counts else 0)

    def test_a_firm_is_not_changed_by_an_unrelated_one(self):
        alone = study({"A": firm(1)}).effects[0]
        assert study({"B": firm(2, 0.2), "A": firm(1)}).effects[1] == alone

    def test_sums_do_not_run_across_firms(self):
        both = study({"A": firm(1), "B": firm(2)}).effects
        assert [e.car for e in both] == [effect(firm(1)).car, effect(firm(2)).car]

    def test_patell_is_not_divided_by_the_root_of_sigma(self):
        # A test statistic has no unit: percent or fractions give the same.
        def patell(unit: float) -> float | None:
            table = {s: unit * firm(i, 0.002) for i, s in enumerate("ABC", start=1)}
            return next(t.statistic for t in study(table).tests if t.name == "Patell")

        assert patell(0.1) == pytest.approx(patell(1))


def test_the_future_changes_nothing():
    later = firm(1)
    later[102:] = 0.3
    assert effect(later) == effect(firm(1))


def closed_on_event(table: dict[str, tuple[Bar, ...]]) -> dict[str, tuple[Bar, ...]]:
    return table | {"A": tuple(b for b in table["A"] if b.session != EVENT)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda t: {"M": t["M"]}, "no prices", id="no prices"),
        pytest.param(
            lambda t: t | {"A": t["A"][:100]}, f"no session or price of XNYS on {EVENT}", id="ended"
        ),
        pytest.param(
            closed_on_event,
            f"no return or benchmark return on every session of -1..+1 around {EVENT}",
            id="gap on the event",
        ),
        pytest.param(
            lambda t: t | {"A": t["A"][:101]},
            f"no return or benchmark return on every session of -1..+1 around {EVENT}",
            id="window not over",
        ),
        pytest.param(
            lambda t: t | {"A": t["A"][100:]},
            f"no return or benchmark return on every session of -1..+1 around {EVENT}",
            id="listed on the event",
        ),
        pytest.param(
            lambda t: {"A": t["A"]},
            f"no return or benchmark return on every session of -1..+1 around {EVENT}",
            id="no prices of the benchmark",
        ),
        pytest.param(
            lambda t: t | {"A": t["A"][66:]}, "28 sessions to estimate on, 30 needed", id="short"
        ),
        pytest.param(
            lambda t: t | {"A": t["M"]},
            "no variance of its own in the estimation window",
            id="copies its benchmark",
        ),
    ],
)
def test_skipped(change, reason):
    table = change({"A": bars("A", firm(1)), "M": bars("M", MARKET)})
    found = study_event([instrument("A")], table, PLAN)
    assert found == Study(event_session=EVENT, effects=(), tests=(), skipped=(("A", reason),))


def test_event_on_a_holiday_of_the_venue():
    plan = replace(PLAN, event_session=date(2024, 11, 28), first=0, last=0)
    assert study({"A": firm(1)}, plan).skipped == (
        ("A", "no session or price of XNYS on 2024-11-28"),
    )


def test_single_session_window_is_named_by_its_day():
    plan = replace(PLAN, first=0, last=0)
    table = {"A": bars("A", firm(1))}
    assert study_event([instrument("A")], table, plan).skipped == (
        ("A", f"no return or benchmark return on every session of {EVENT}"),
    )


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param(1, 2, id="after the event"),
        pytest.param(-2, -1, id="before the event"),
        pytest.param(-11, 0, id="into the estimation window"),
    ],
)
def test_impossible_window(first, last):
    with pytest.raises(ValueError, match=r"must hold the event"):
        StudyPlan(event_session=EVENT, first=first, last=last)


@pytest.fixture(scope="module")
def january() -> Study:
    instruments = read_instruments(REFERENCE / "instruments.csv")
    table = read_prices(REFERENCE / "prices.csv", instruments)
    return study_event(instruments, table.bars, StudyPlan(event_session=date(2025, 1, 27)))


def test_january_leaves_out_who_can_not_be_studied(january):
    assert january.skipped == ()


def test_january_nvidia(january):
    """Against a regression typed in by hand over the raw file."""
    closes: dict[str, dict[str, float]] = {"NVDA": {}, "^GSPC": {}}
    for line in (REFERENCE / "prices.csv").read_text(encoding="utf-8").splitlines()[1:]:
        symbol, day, close, _ = line.split(",")
        if symbol in closes:
            closes[symbol][day] = float(close)
    days = sorted(closes["NVDA"])
    own, market = (
        np.diff([closes[s][d] for d in days]) / [closes[s][d] for d in days[:-1]] for s in closes
    )
    event = days[1:].index("2025-01-27")
    past = slice(event - 130, event - 10)
    beta, alpha = np.polyfit(market[past], own[past], 1)
    found = next(e for e in january.effects if e.symbol == "NVDA")
    assert [found.n, found.alpha, found.beta, found.ar] == pytest.approx(
        [120, alpha, beta, own[event] - alpha - beta * market[event]]
    )


def test_january_tests(january):
    assert [(t.name, t.n) for t in january.tests] == [
        ("cross-sectional t", 65),
        ("Patell", 65),
        ("BMP", 65),
        ("Kolari-Pynnonen", 65),
        ("Corrado", 65),
    ]
