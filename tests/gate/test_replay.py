"""Gate: the whole reference case with the bundled model, in bounds and the same every time."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

BASELINE = json.loads(Path(__file__).with_name("baseline.json").read_text(encoding="utf-8"))
COMMAND = [sys.executable, "-c", "from jobs.cli import main; main()", "replay", "deepseek"]


def replay(folder):
    started = time.monotonic()
    subprocess.run([*COMMAND, "--out", str(folder)], check=True, capture_output=True)
    return time.monotonic() - started


@pytest.fixture(scope="module")
def replays(tmp_path_factory):
    """Two replays, and the seconds of the faster one."""
    folders = [tmp_path_factory.mktemp("replays") / name for name in ("first", "second")]
    return folders, min(replay(folder) for folder in folders)


def test_time_and_memory(replays):
    _, seconds = replays
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assert seconds < BASELINE["replay"]["seconds"]
    assert peak < BASELINE["replay"]["megabytes"]


def test_the_tables_are_the_same_bytes(replays):
    (first, second), _ = replays
    tables = sorted(p.name for p in (first / "tables").iterdir())
    assert "signals.csv" in tables
    assert [(first / "tables" / t).read_bytes() for t in tables] == [
        (second / "tables" / t).read_bytes() for t in tables
    ]


@pytest.mark.parametrize("name", ["report.html", "digest-2025-01-28.eml", "remous.db"])
def test_what_is_written(replays, name):
    (folder, _), _ = replays
    assert (folder / name).stat().st_size > 10_000
