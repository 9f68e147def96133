"""The documents say what the code does: commands, settings, questions, links."""

import re
import shlex
import subprocess
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
import typer

from core.settings import Settings
from jobs.cli import app
from jobs.commands.replaying import questions
from jobs.replay.case import reference_case
from storage.migrate import upgrade
from storage.query import run_query

ROOT = Path(__file__).parents[2]
MARKDOWN = sorted(
    p for folder in (".", "docs/**", "jobs/**", "nlp/**") for p in ROOT.glob(f"{folder}/*.md")
)
DECISIONS = sorted((ROOT / "docs" / "decisions").iterdir())

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_OPERATORS = "|&;<>"
_TYPES = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}
_BOUNDS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def name_of(path):
    return str(path.relative_to(ROOT))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text, language):
    return [body for found, body in _BLOCK.findall(text) if found == language]


# Commands


def leaves(command, words=()):
    """Every command that does something, by its full name."""
    below = getattr(command, "commands", None)
    if below is None:
        return {" ".join(words): command}
    found = {}
    for name, one in below.items():
        found |= leaves(one, (*words, name))
    return found


COMMANDS = leaves(typer.main.get_command(app))


def typed(block):
    """The command lines of a block, without prompts and what follows in a pipe."""
    for line in block.replace("\\\n", " ").splitlines():
        if line.removeprefix("$ ").startswith("remous "):
            lexer = shlex.shlex(line.removeprefix("$ "), posix=True, punctuation_chars=_OPERATORS)
            lexer.whitespace_split = True
            words = list(lexer)
            stop = (i for i, word in enumerate(words) if set(word) <= set(_OPERATORS))
            yield shlex.join(words[: next(stop, None)])


def examples(command):
    return [" ".join(e.split()) for e in re.findall(r"`(remous [^`]+)`", command.epilog or "")]


LINES = sorted(
    {line for p in MARKDOWN for _, body in _BLOCK.findall(read(p)) for line in typed(body)}
    | {example for command in COMMANDS.values() for example in examples(command)}
)


def parsed(line):
    """The command of a line and its parameters; fails as the command line would."""
    words = shlex.split(line)[1:]
    name = words.pop(0)
    while name not in COMMANDS:
        name = f"{name} {words.pop(0)}"
    return name, COMMANDS[name].make_context(name, words).params


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help_and_examples(name):
    command = COMMANDS[name]
    assert command.help
    assert any(example.startswith(f"remous {name}") for example in examples(command))


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_in_the_readme(name):
    assert f"remous {name}" in read("README.md")


@pytest.mark.parametrize("line", LINES)
def test_command_line_parses(line):
    assert parsed(line)


# Questions to the store


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('docs') / 'remous.db'}"
    upgrade(url)
    return url


def documented_questions():
    text = read("docs/sql.md")
    asked = re.findall(r"^\*\*(.+?)\*\*", text, re.MULTILINE)
    return [
        pytest.param(sql, id=question)
        for question, sql in zip(asked, blocks(text, "sql"), strict=True)
    ]


SQL_LINES = [line for line in LINES if line.startswith("remous sql ")]


@pytest.mark.parametrize("sql", documented_questions())
def test_question_can_be_asked(url, sql):
    assert run_query(url, sql, max_rows=10, seconds=10).columns


@pytest.mark.parametrize("line", SQL_LINES)
def test_question_of_a_command_line_can_be_asked(url, line):
    _, parameters = parsed(line)
    assert run_query(url, parameters["statement"], max_rows=10, seconds=10).columns


@pytest.mark.parametrize("event", [pytest.param(date(2025, 1, 27), id="event"), None])
def test_questions_of_a_replay_can_be_asked(url, event):
    case = replace(reference_case("deepseek"), event=event)
    answers = [run_query(url, sql, max_rows=10, seconds=10) for sql in questions(case)]
    assert all(answer.columns for answer in answers)


def test_every_table_and_view_is_documented(url):
    sql = "select name from sqlite_master where type in ('table', 'view')"
    there = {name for (name,) in run_query(url, sql, max_rows=100, seconds=10).rows}
    documented = set(re.findall(r"^\| `(\w+)` \|", read("docs/sql.md"), re.MULTILINE))
    assert documented == there - {"alembic_version"}


# Settings


def settings_rows():
    """The rows of the settings table, as they must stand in docs/settings.md."""
    return [
        f"| `{table}.{key}` | {values(field)} | {shown(field.default)} | {field.description} |"
        for table, part in Settings.model_fields.items()
        for key, field in part.annotation.model_fields.items()
    ]


def values(field):
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(field.annotation))
    kind = next(iter(get_args(field.annotation)), field.annotation)
    bounds = [
        f"{sign} {getattr(limit, name)}"
        for limit in field.metadata
        for name, sign in _BOUNDS.items()
        if hasattr(limit, name)
    ]
    return f"{_TYPES[kind]} {', '.join(bounds)}".strip()


def shown(default):
    return "unset" if default is None else f"`{default}`"


def test_settings_table_is_complete():
    rows = [line for line in read("docs/settings.md").splitlines() if line.startswith("| `")]
    assert rows == settings_rows()


# Habits


@pytest.mark.parametrize("path", DECISIONS, ids=name_of)
def test_decision_has_its_parts(path):
    text = read(path)
    assert re.match(rf"# {path.name[:4]}: \S.*\n\nDate: \d{{4}}-\d\d-\d\d\n", text)
    assert _HEADING.findall(text)[1:] == ["Context", "Decision", "Consequences"]


def test_decisions_are_numbered_without_gap():
    assert [int(p.name[:4]) for p in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_changelog_knows_the_version():
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert f"\n## [{version}]" in read("CHANGELOG.md")


def anchors(path):
    """What the headings of a file can be linked by."""
    headings = (re.sub(r"[^\w\- ]", "", h.lower()) for h in _HEADING.findall(read(path)))
    return {h.replace(" ", "-") for h in headings}


def leads_nowhere(link, path):
    name, _, anchor = link.partition("#")
    target = path.parent / name if name else path
    return not target.exists() or (anchor != "" and anchor not in anchors(target))


@pytest.mark.parametrize("path", MARKDOWN, ids=name_of)
def test_links_resolve(path):
    links = [link for link in _LINK.findall(_BLOCK.sub("", read(path))) if ":" not in link]
    assert [link for link in links if leads_nowhere(link, path)] == []


@pytest.mark.parametrize("path", MARKDOWN, ids=name_of)
def test_nothing_is_left_to_fill_in(path):
    assert re.findall(r"@[A-Z]+@|TODO|FIXME", read(path)) == []


def test_no_trace_of_a_machine():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not in a git repository")
    trace = re.compile(rb"/(?:work|farm)/|[.]library\b")
    tracked = (ROOT / name for name in listed.stdout.split("\0") if name)
    assert [p for p in tracked if p.is_file() and trace.search(p.read_bytes())] == []
