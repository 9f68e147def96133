"""Where settings come from, and what is said of those that can't be used."""

import pytest
from pydantic import ValidationError

from core.errors import ConfigError
from core.settings import Settings, load_settings


@pytest.fixture
def given(tmp_path, monkeypatch):
    """Write the settings file and set variables."""
    monkeypatch.chdir(tmp_path)

    def give(toml=None, **variables):
        if toml is not None:
            (tmp_path / "remous.toml").write_text(toml, encoding="utf-8")
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return give


FILE = '[store]\nurl = "sqlite:///file.db"\nsql_rows = 5\n'


@pytest.mark.parametrize(
    ("toml", "variables", "expected"),
    [
        pytest.param(None, {}, ("sqlite:///remous.db", 10_000), id="defaults"),
        pytest.param(FILE, {}, ("sqlite:///file.db", 5), id="file over defaults"),
        pytest.param(
            FILE,
            {"REMOUS_STORE__URL": "sqlite:///env.db"},
            ("sqlite:///env.db", 5),
            id="variable over file, key by key",
        ),
        pytest.param(
            None, {"remous_store__sql_rows": "7"}, ("sqlite:///remous.db", 7), id="in lower case"
        ),
    ],
)
def test_precedence(given, toml, variables, expected):
    given(toml, **variables)
    store = load_settings().store
    assert (store.url, store.sql_rows) == expected


@pytest.mark.parametrize(
    ("toml", "variables", "message"),
    [
        pytest.param(
            "[store]\nuri = 1\n",
            {},
            "remous.toml: store.uri: Extra inputs are not permitted; see docs/settings.md",
            id="unknown key",
        ),
        pytest.param("[stores]\n", {}, "remous.toml: stores: Extra inputs", id="unknown table"),
        pytest.param(
            "[study]\nminimum = 90\nestimation = 60\n",
            {},
            "remous.toml: study: .*minimum 90 is above estimation 60",
            id="values that contradict each other",
        ),
        pytest.param("store = \n", {}, r"remous.toml: .*line 1", id="no TOML"),
        pytest.param(
            "[feeds]\ntimeout = 0\n", {}, "remous.toml: feeds.timeout: .*greater than 0", id="range"
        ),
        pytest.param(
            '[digest]\nzone = "Mars/Phobos"\n',
            {},
            "remous.toml: digest.zone: there is no time zone 'Mars/Phobos'; see",
            id="unknown zone",
        ),
        pytest.param(
            "[study]\nminimum = 50\nestimation = 40\n",
            {},
            "remous.toml: study: minimum 50 is above estimation 40; see",
            id="no room to estimate",
        ),
        pytest.param(
            '[digest]\nzone = "../etc"\n', {}, "digest.zone: there is no time zone", id="a path"
        ),
        pytest.param(
            FILE,
            {"REMOUS_STORE__SQL_ROWS": "many"},
            "REMOUS_STORE__SQL_ROWS: store.sql_rows: .* integer",
            id="a variable is named",
        ),
        pytest.param(None, {"REMOUS_STORE": "x"}, 'parsing value for field "store"', id="a table"),
    ],
)
def test_unusable(given, toml, variables, message):
    given(toml, **variables)
    with pytest.raises(ConfigError, match=message):
        load_settings()


def test_settings_are_frozen():
    with pytest.raises(ValidationError):
        Settings().store = None
