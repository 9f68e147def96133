"""Our statistics against those that the R package estudy2 prints for the same returns."""

import csv
from pathlib import Path

import numpy as np
import pytest

from market.event_study import Panel, study_tests
from market.models import ESTUDY2, abnormal_returns

ORACLE = Path(__file__).parents[2].parent / "shared" / "oracles" / "estudy2"
LAST_ESTIMATED = "2020-03-13"
EVENTS = ("2020-03-16", "2020-03-17", "2020-03-18", "2020-03-19", "2020-03-20")

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not ORACLE.is_dir(), reason="the published study is not at hand"),
]

#: From the introduction of estudy2 0.10: alpha, beta, sessions.
COEFFICIENTS = {
    "AMZN": (1.34189147e-04, 0.864635123, 240),
    "ZM": (0.00251654, 0.30638792, 227),
    "UBER": (-0.00254851, 1.13443389, 212),
    "NFLX": (-1.39928669e-04, 0.958199901, 240),
    "SHOP": (0.00295466, 1.22728388, 240),
    "FB": (2.80158807e-04, 1.03407527, 240),
    "UPWK": (-0.00381021, 0.69284195, 240),
}


def read(name: str) -> list[dict[str, str]]:
    with (ORACLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def days() -> list[str]:
    return [row["session"] for row in read("log_returns.csv")]


@pytest.fixture(scope="module")
def panel(days) -> Panel:
    table = read("log_returns.csv")
    own = np.array([[float(row[s] or "nan") for row in table] for s in COEFFICIENTS])
    market = np.array([float(row["GSPC"]) for row in table])
    firms = (len(COEFFICIENTS), 1)
    return Panel(
        own=own,
        market=np.tile(market, firms),
        estimation=np.tile([day <= LAST_ESTIMATED for day in days], firms),
        window=np.tile([days.index(day) for day in EVENTS], firms),
    )


def published(file: str, column: str) -> list[float]:
    rows = {row["session"]: float(row[column]) for row in read(file)}
    return [rows[day] for day in EVENTS]


def test_coefficients(panel):
    fit = panel.fit(ESTUDY2)
    found = np.column_stack([fit.alpha, fit.beta, fit.n])
    np.testing.assert_allclose(found, list(COEFFICIENTS.values()), atol=1e-8)


def test_mean_abnormal_returns(panel):
    abnormal = panel.at_window(abnormal_returns(panel.fit(ESTUDY2), panel.own, panel.market))
    expected = published("expected_parametric.csv", "mean_ar")
    np.testing.assert_allclose(abnormal.mean(axis=0), expected, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "file", "column"),
    [
        pytest.param("cross-sectional t", "expected_parametric.csv", "t_cross_sectional", id="t"),
        pytest.param("Patell", "expected_parametric.csv", "patell", id="Patell"),
        pytest.param("BMP", "expected_parametric.csv", "bmp", id="BMP"),
        pytest.param("Corrado", "expected_nonparametric.csv", "modified_rank", id="Corrado"),
    ],
)
def test_statistic(panel, days, name, file, column):
    fit = panel.fit(ESTUDY2)
    found = [
        next(
            t.statistic for t in study_tests(panel, fit, days.index(day), ESTUDY2) if t.name == name
        )
        for day in EVENTS
    ]
    np.testing.assert_allclose(found, published(file, column), atol=1e-6)
