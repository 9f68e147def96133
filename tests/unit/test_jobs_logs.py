"""Logs on stderr, for people or for machines."""

import json

import pytest
import structlog

from core.settings import LogSettings
from jobs.logs import set_up_logs


@pytest.fixture(autouse=True)
def own_logs():
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("json_lines", [pytest.param(True, id="set"), pytest.param(None, id="no")])
def test_json_lines_where_nobody_watches(json_lines, capsys):
    set_up_logs(LogSettings(json_lines=json_lines))
    structlog.get_logger().warning("feed failed", feed="été")
    written = capsys.readouterr()
    line = json.loads(written.err)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "feed failed", "feed": "été", "level": "warning"}
    assert written.out == ""


def test_readable_on_a_terminal(capsys):
    set_up_logs(LogSettings(json_lines=False))
    structlog.get_logger().error("feed failed", feed="en")
    assert "feed failed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        pytest.param("debug", ["debug", "info", "warning", "error"], id="all"),
        pytest.param("warning", ["warning", "error"], id="default"),
        pytest.param("error", ["error"], id="errors alone"),
    ],
)
def test_least_level(level, shown, capsys):
    set_up_logs(LogSettings(level=level, json_lines=True))
    for name in ("debug", "info", "warning", "error"):
        getattr(structlog.get_logger(), name)("x")
    assert [json.loads(line)["level"] for line in capsys.readouterr().err.splitlines()] == shown
