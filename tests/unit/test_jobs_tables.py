"""The results as CSV tables, line by line."""

from datetime import UTC, datetime

import pytest

from jobs.replay.tables import write_tables
from tests import replay_case as made


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "tables"
    write_tables(made.results(), folder)
    return folder


def test_one_file_per_table(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "associations.csv",
        "claims.csv",
        "effects.csv",
        "news.csv",
        "pairs.csv",
        "problems.csv",
        "signals.csv",
        "skipped.csv",
        "tests.csv",
    ]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param(
            "news",
            "2025-01-27T14:30:00Z,2025-01-27T14:30:00Z,en-markets,en,1,Nvidia slumps,"
            "https://news.example/1,-0.7,market,NVDA:-0.700",
            id="news",
        ),
        pytest.param(
            "news",
            "2025-01-27T14:30:00Z,2025-01-27T14:30:00Z,en-markets,en,1,Weather,"
            "https://news.example/1,,,",
            id="unscored news",
        ),
        pytest.param(
            "signals",
            "NVDA,2025-01-27,2025-01-26T21:00:00Z,2025-01-27T21:00:00Z,2,-0.62,0.1,0,1",
            id="signal",
        ),
        pytest.param("pairs", "NVDA,2025-01-27,-0.62,2,-0.155,0.01", id="pair"),
        pytest.param(
            "effects",
            "^VIX,2025-01-27,market,^GSPC,120,0,1.5,0.02,0.201342282,0.19,0,4,0.19,0.1,0.28,"
            "4.22222222,0.02",
            id="effect, with nine digits",
        ),
        pytest.param("tests", "Sign,4,,,the median is zero", id="test without a value"),
        pytest.param("skipped", "MC.PA,no prices", id="skipped"),
        pytest.param(
            "associations",
            "contemporaneous,instruments on 2025-01-27,3,0.5,0.1,0.8,0.0004,positive,"
            '"no rank correlation, pairs independent"',
            id="association",
        ),
        pytest.param(
            "claims",
            "c01,000,Nvidia lost 17 % in one day,NVDA,-17,percent,2025-01-27,2025-01-27,"
            "confirmed,-16.97 %,within rounding",
            id="claim",
        ),
        pytest.param("problems", "en-markets: an item has no date", id="problem"),
    ],
)
def test_row(folder, name, line):
    assert line in (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()


def test_a_replay_without_study_has_headers_alone(tmp_path):
    write_tables(made.results(study=None), tmp_path / "tables")
    effects = (tmp_path / "tables" / "effects.csv").read_text()
    assert effects == (
        "symbol,event_session,model,benchmark,n,alpha,beta,sigma,return,ar,first,last,car,low,"
        "high,t,p\n"
    )


def test_moments_are_written_in_utc(tmp_path):
    moment = datetime(2025, 1, 27, 8, 5, 9, tzinfo=UTC)
    write_tables(made.results(news=(made.item(known_at=moment),)), tmp_path / "tables")
    assert "\n2025-01-27T08:05:09Z," in (tmp_path / "tables" / "news.csv").read_text()
