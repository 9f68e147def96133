"""Every command through `main`, as the shell calls it."""

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.prices import Alias
from core.signals import Unscored
from jobs.cli import main
from storage.articles import apply, unscored
from storage.database import open_store
from storage.feeds import put_feed, record_check
from storage.instruments import put_aliases
from storage.runs import finish, start
from storage.scores import put_scores
from tests.archive import INSTRUMENTS, csv_of_prices, write_archive
from tests.builders import MODEL, article, decision, feed_spec, fetch_record, utc
from tests.tiny import tiny_checkpoint

ROOT = Path(__file__).parents[2]
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>x</title><language>fr</language>
<item><title>Nvidia [/b] recule</title><link>/a?utm_source=x</link>
<pubDate>Mon, 27 Jan 2025 09:00:00</pubDate></item>
<item><description></description></item>
</channel></rss>
"""


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Run `remous ARGS` in an empty folder; gives exit code, stdout and stderr."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*args, stdin=""):
        monkeypatch.setattr("sys.argv", ["remous", *map(str, args)])
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return end.value.code or 0, said.out, said.err

    return run


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


# Help


@pytest.mark.parametrize(
    "command", ["replay", "score", "evaluate", "parse", "sql", "status", "train", "db upgrade"]
)
def test_help_shows_examples(run, command):
    code, out, _ = run(*command.split(), "--help")
    assert (code, "Example" in out, f"remous {command}" in out) == (0, True, True)


def test_help_lists_the_commands(run):
    code, out, _ = run("-h")
    assert code == 0
    assert all(name in out for name in ("replay", "score", "evaluate", "parse", "sql", "status"))


def test_no_command_is_a_question(run):
    code, out, _ = run()
    assert (code, "Usage: remous" in out) == (2, True)


@pytest.mark.parametrize("args", [["scoer"], ["sql"], ["sql", "select 1", "--format", "xml"]])
def test_misuse_is_told_with_the_usage(run, args):
    code, out, err = run(*args)
    assert (code, out, "Usage: remous" in err) == (2, "", True)


def test_commands_that_need_no_network_do_not_load_one():
    code = "import sys, jobs.cli, jobs.pull, jobs.texts; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


# parse


def test_parse(run, tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(RSS)
    zone = ("--default-zone", "Europe/Paris", "--base-url", "https://news.example/")
    code, out, err = run("parse", path, *zone)
    assert code == 0
    assert objects(out) == [
        {
            "guid": None,
            "url": "https://news.example/a",
            "title": "Nvidia [/b] recule",
            "summary": "",
            "lang": "fr",
            "published_raw": "Mon, 27 Jan 2025 09:00:00",
            "published_at": "2025-01-27T08:00:00+00:00",
            "time_quality": "assumed_zone",
            "updated_at": None,
        }
    ]
    assert err == f"{path}: item 2 (no id): neither title nor summary, skipped\n"


@pytest.mark.parametrize(
    ("content", "args", "message"),
    [
        pytest.param("<html></html>", [], "not a feed: it seems to be", id="a page"),
        pytest.param("", [], "not a feed: it seems to be", id="empty"),
        pytest.param(None, [], "No such file or directory; check the path", id="missing"),
        pytest.param(RSS, ["--default-zone", "Mars"], "Mars: no such time zone; use", id="zone"),
    ],
)
def test_parse_refuses(run, tmp_path, content, args, message):
    path = tmp_path / "feed.xml"
    if content is not None:
        path.write_text(content)
    assert_error(run("parse", path, *args), 2, message)


def assert_error(result, code, *messages):
    """One line on stderr, nothing on stdout."""
    assert (result[0], result[1], result[2].count("\n")) == (code, "", 1), result[2]
    assert result[2].startswith("remous: ")
    assert [m for m in messages if m not in result[2]] == []


# score


def score(run, model, *rows, args=()):
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    options = ("--model", model, "--backend", "torch", "--in", "-")
    code, out, err = run("score", *options, *args, stdin=lines)
    assert (code, err) == (0, "")
    return objects(out)


def test_score_lines(run, model_folder):
    answers = score(
        run,
        model_folder,
        {"id": 1, "text": "Nvidia shares fall and Apple shares rise"},
        {"id": "b", "text": "DAX schließt fester, Siemens Energy legt deutlich zu"},
        {"text": "Schneider Electric recule de 3 %", "lang": "fr"},
        {"id": 4, "text": "Nvidia falls", "lang": "de"},
        {"id": 5, "text": ""},
    )
    assert [(a.get("id"), a.get("lang"), a.get("unscored")) for a in answers] == [
        (1, "en", None),
        ("b", None, "language:de"),
        (None, "fr", None),
        (4, None, "language:de"),
        (5, None, "empty"),
    ]
    assert [(e["surface"], e["ticker"]) for e in answers[0]["entities"]] == [
        ("Nvidia", "NVDA"),
        ("Apple", "AAPL"),
    ]
    assert set(answers[0]) == {"id", "lang", "label", "score", "p", "event", "entities"}
    assert sum(answers[0]["p"].values()) == pytest.approx(1, abs=2e-4)


def test_score_given_entities_alone(run, model_folder):
    text = "Apple profit warning, Apple shares fall"
    [answer] = score(
        run,
        model_folder,
        {"text": text, "entities": [{"surface": "shares"}, {"surface": "Apple", "start": 22}]},
        args=["--gold-entities"],
    )
    spans = [(e["surface"], e["start"], e["end"], e["ticker"]) for e in answer["entities"]]
    assert spans == [("shares", 28, 34, None), ("Apple", 22, 27, "AAPL")]


def test_score_given_entities_that_stand_twice(run, model_folder):
    rows = [{"text": "Apple falls, Apple rises", "entities": [{"surface": "Apple"}]}]
    [answer] = score(run, model_folder, *rows, args=["--gold-entities"])
    assert [(e["start"], e["end"]) for e in answer["entities"]] == [(0, 5)]


def test_score_files(run, model_folder, tmp_path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [f'{{"id": {n}, "text": "Nvidia falls", "lang": "en"}}\n' for n in range(600)]
    source.write_text("\ufeff" + "".join(rows))
    code, said, err = run("score", "--model", model_folder, "--in", source, "--out", out)
    assert (code, said, err) == (0, "", "")
    assert [answer["id"] for answer in objects(out.read_text())] == list(range(600))


def test_score_nothing(run):
    assert run("score", "--model", "no/such/folder", stdin="\n\n") == (0, "", "")


def test_score_a_text(run, model_folder):
    code, out, _ = run("score", "--model", model_folder, "Nvidia s'effondre, Apple grimpe")
    rows = [[cell.strip() for cell in line.split("│")] for line in out.splitlines()]
    assert (code, [row[1:3] for row in rows if len(row) > 2]) == (
        0,
        [["the text as a whole", ""], ["Nvidia", "NVDA"], ["Apple", "AAPL"]],
    )
    assert "language fr, event " in out


def test_score_a_text_in_another_language(run, model_folder):
    german = "DAX schließt fester, Siemens Energy legt deutlich zu"
    assert run("score", "--model", model_folder, german)[:2] == (0, "unscored: language:de\n")


@pytest.mark.parametrize(
    ("args", "code", "messages"),
    [
        pytest.param(["--in", "gone"], 2, ["gone: No such file", "check the path"], id="missing"),
        pytest.param(["--in", "bad"], 2, ["bad:2: not a text to score", "give lines"], id="line"),
        pytest.param(["--in", "latin"], 2, ["latin: isn't UTF-8; convert"], id="no UTF-8"),
        pytest.param(["--in", "bad", "a text"], 2, ["a text goes with neither --in"], id="both"),
        pytest.param(["--out", "x", "a text"], 2, ["a text goes with neither"], id="out"),
        pytest.param(["a text", "--model", "gone"], 1, ["gone: no model folder"], id="no model"),
        pytest.param(
            ["a text", "--rescore"], 2, ["--rescore reads the store"], id="rescore a text"
        ),
        pytest.param(["--rescore", "--in", "good"], 2, ["leave out the text"], id="rescore lines"),
        pytest.param(["--db", "sqlite:///x.db"], 2, ["give --rescore"], id="lines of a store"),
        pytest.param(["--rescore", "--db", "sqlite:///x.db"], 1, ["no such database"], id="gone"),
        pytest.param(
            ["a text", "--model", "."], 1, ["config.json is missing; give"], id="no weights"
        ),
        pytest.param(
            ["--in", "good", "--out", "gone/out"], 2, ["out: No such file"], id="no folder"
        ),
    ],
)
def test_score_refuses(run, args, code, messages):
    Path("bad").write_text('{"text": "Nvidia falls"}\nNvidia falls\n')
    Path("good").write_text('{"text": "Nvidia falls"}\n')
    Path("latin").write_bytes('{"text": "été"}'.encode("latin-1"))
    assert_error(run("score", *args), code, *messages)
    assert sorted(path.name for path in Path().iterdir()) == ["bad", "good", "latin"]


def test_score_by_a_checkpoint_without_events(run, tmp_path):
    folder = tiny_checkpoint(tmp_path / "tiny-finance")
    text = "Nvidia: profit rose. Apple: losses widened."
    [answer] = score(run, folder, {"text": text, "lang": "en"})
    labels = [(e["ticker"], e["label"]) for e in answer["entities"]]
    assert (answer["event"], labels) == (None, [("NVDA", "positive"), ("AAPL", "negative")])
    code, out, _ = run("score", "--model", folder, text)
    assert (code, out.splitlines()[-1][:33]) == (0, "language en, model tiny-finance (")


def test_score_by_a_model_that_cannot_be_used(run, tmp_path):
    folder = tiny_checkpoint(tmp_path / "stars", names=("1 star", "2 stars", "3 stars"))
    message = "can't tell which of its labels (1 star, 2 stars, 3 stars) is"
    assert_error(run("score", "--model", folder, "a text"), 1, f"{folder}: {message}")


def test_rescore(run, url, model_folder, tmp_path):
    store = open_store(url)
    with store.transaction() as tx:
        put_feed(tx, feed_spec())
        apply(tx, [decision(article("Nvidia shares fall, Apple shares rise"))])
        put_aliases(tx, [Alias(alias="shares", entity="Shares", ticker="SHR", rule="any")])
    store.close()
    other = tiny_checkpoint(tmp_path / "other")
    said = [
        run("score", "--rescore", "--db", url, "--model", folder)[1].splitlines()[1:]
        for folder in (model_folder, model_folder, other)
    ]
    one = ["versions to score: 1; skipped, scored by it before: 0", "scores appended: 1"]
    none = ["versions to score: 0; skipped, scored by it before: 1", "scores appended: 0"]
    assert said == [one, none, one]
    rows = run("sql", "--db", url, "--format", "csv", "select model, licence from scores")[1]
    assert rows.splitlines() == ["model,licence", "tiny,MIT", "other,unknown"]
    named = run("sql", "--db", url, "--format", "csv", "select distinct ticker from mentions")[1]
    assert named.splitlines() == ["ticker", "SHR"]


def test_rescore_since_a_day(run, url, model_folder):
    store = open_store(url)
    with store.transaction() as tx:
        put_feed(tx, feed_spec())
        apply(tx, [decision(known_at=utc(27, 0))])
    store.close()
    said = [
        run("score", "--rescore", "--db", url, "--model", model_folder, "--since", day)[1]
        for day in ("2025-01-28", "2025-01-27")
    ]
    assert [text.splitlines()[-1] for text in said] == ["scores appended: 0", "scores appended: 1"]


def test_score_leaves_no_half_output(run, model_folder):
    Path("in").write_text('{"text": "Nvidia falls", "lang": "en"}\n' * 513 + "{}\n")
    Path("out").write_text("before")
    result = run("score", "--model", model_folder, "--in", "in", "--out", "out")
    assert_error(result, 2, "in:514: not a text to score")
    assert (Path("out").read_text(), len(list(Path().iterdir()))) == ("before", 2)


def test_ctrl_c_is_silent(run, monkeypatch):
    class Interrupted(io.StringIO):
        def __next__(self):
            raise KeyboardInterrupt

    monkeypatch.setattr("io.StringIO", lambda _: Interrupted())
    assert run("score") == (130, "", "")


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("parse feed.xml | true", id="nobody reads"),
        pytest.param("parse feed.xml | head -1", id="somebody reads one line"),
    ],
)
def test_a_reader_who_leaves_is_no_error(tmp_path, command):
    items = "".join(f"<item><title>{'x' * 99} {n}</title></item>" for n in range(1500))
    (tmp_path / "feed.xml").write_text(f'<rss version="2.0"><channel>{items}</channel></rss>')
    remous = f"{sys.executable} -c 'from jobs.cli import main; main()'"
    done = subprocess.run(
        ["bash", "-c", f"{remous} {command} >/dev/null; echo ${{PIPESTATUS[0]}}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


# evaluate


#: Labels of the test file by row of the table; both entities of the second text differ.
COUNTS = {"sentence": "2", "entity": "3", "- of texts whose entities differ": "2", "event": "1"}


def test_evaluate(run, model_folder):
    rows = [
        {
            "text": "Nvidia falls",
            "label": "negative",
            "event": "market",
            "entities": [{"surface": "Nvidia", "label": "negative"}],
        },
        {
            "text": "Apple rises",
            "label": "positive",
            "entities": [
                {"surface": "Apple", "label": "positive"},
                {"surface": "rises", "label": "neutral"},
            ],
        },
    ]
    Path("in").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    code, out, _ = run("evaluate", "--model", model_folder, "in")
    rows = [[cell.strip() for cell in line.split("│")][1:-1] for line in out.splitlines()]
    counts = {row[0]: row[1] for row in rows if len(row) == 5}
    assert (code, counts) == (0, COUNTS)
    said = [sum(map(int, row[1:])) for row in rows if len(row) == 4]
    assert said == [1, 0, 1, 1, 1, 1]
    assert out.startswith("in: 2 texts (no language given), model ")


def test_evaluate_the_tenth_of_several_files_by_language(run, model_folder):
    for lang in ("fr", "en"):
        rows = [
            {"id": f"{lang}{n}", "text": f"Nvidia {n}", "lang": lang, "label": "neutral"}
            for n in range(60)
        ]
        Path(lang).write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    tenth = {
        lang: sum(hashlib.sha256(f"{lang}{n}".encode()).digest()[0] % 10 == 0 for n in range(60))
        for lang in ("en", "fr")
    }
    code, out, _ = run("evaluate", "--held-out", "--model", model_folder, "fr", "en")
    heads = [line.split(", model")[0] for line in out.splitlines() if line.startswith("fr, en: ")]
    assert (code, heads) == (0, [f"fr, en: {n} texts ({lang})" for lang, n in tenth.items()])
    assert all(tenth.values())


def test_evaluate_a_checkpoint_without_events(run, tmp_path):
    Path("in").write_text('{"text": "Profit rose.", "label": "positive", "event": "earnings"}\n')
    code, out, _ = run("evaluate", "--model", tiny_checkpoint(tmp_path / "tiny"), "in")
    rows = [[cell.strip() for cell in line.split("│")][1:-1] for line in out.splitlines()]
    measured = [(row[0], row[2]) for row in rows if len(row) == 5]
    assert (code, measured) == (0, [("sentence", "1.000 (1.000-1.000)")])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "in: no such file; give", id="missing"),
        pytest.param(b"\n", "in: holds no labelled text", id="empty"),
        pytest.param(b'{"text": "a", "label": "good"}', "in:1: not a labelled text", id="label"),
        pytest.param(b'{"text": "\xe9"}', "in: isn't UTF-8", id="no UTF-8"),
    ],
)
def test_evaluate_refuses(run, content, message):
    if content is not None:
        Path("in").write_bytes(content)
    assert_error(run("evaluate", "in"), 2, message)


def test_evaluate_behaviour(run, model_folder):
    code, out, _ = run("evaluate", "--behaviour", "--model", model_folder)
    first, *lines = out.splitlines()
    passed, cases = int(first.split()[0]), int(first.split()[2])
    assert (code, cases - passed) == (0, sum(line.startswith("failed: ") for line in lines))
    counts = [line.split("│")[2].split() for line in lines if line.startswith("│ all ")]
    assert [(count[1], int(count[2]) * 2) for count in counts] == [("of", cases)]


@pytest.mark.parametrize("args", [[], ["--behaviour", "in"]], ids=["nothing", "both"])
def test_evaluate_takes_one_of_two(run, args):
    assert_error(run("evaluate", *args), 2, "takes labelled files or --behaviour; give one")


# sql, status, db


@pytest.fixture
def filled(url):
    """A store with two feeds, one of which fails, and an article in German."""
    store = open_store(url)
    with store.transaction() as tx:
        finish(tx, start(tx, "pull", utc(27)), utc(27), "ok", "2 feeds")
        put_feed(tx, feed_spec("fr"))
        failing = put_feed(tx, feed_spec("[/en]"))
        record_check(
            tx, fetch_record(failing, outcome="[Errno 111] :cry: [/b]", failed=True, status=None)
        )
        apply(tx, [decision(article(feed="fr"))])
        [version] = unscored(tx, MODEL.revision, 1)
        result = (version.version_id, Unscored(reason="language:de"))
        put_scores(tx, [result], model=MODEL, scored_at=utc(27, 14))
    store.close()
    return url


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        pytest.param("csv", "name,failures,etag\n[/en],1,\nfr,0,\n", id="csv"),
        pytest.param(
            "json",
            json.dumps(
                [
                    {"name": "[/en]", "failures": 1, "etag": None},
                    {"name": "fr", "failures": 0, "etag": None},
                ],
                indent=1,
            )
            + "\n",
            id="json",
        ),
    ],
)
def test_sql(run, filled, form, expected):
    question = "select name, failures, etag from feeds order by name"
    assert run("sql", "--db", filled, "--format", form, question) == (0, expected, "")


def test_sql_table_shows_text_as_it_is(run, filled):
    code, out, _ = run("sql", "--db", filled, "select name, last_error from feeds order by name")
    assert (code, "│ [/en] │ [Errno 111] :cry: [/b] │" in out) == (0, True)


def test_sql_says_when_there_is_more(run, filled, monkeypatch):
    monkeypatch.setenv("REMOUS_STORE__SQL_ROWS", "1")
    monkeypatch.setenv("REMOUS_STORE__URL", filled)
    assert run("sql", "--format", "csv", "select name from feeds order by name") == (
        0,
        "name\n[/en]\n",
        "only the first 1 rows (store.sql_rows)\n",
    )


@pytest.mark.parametrize(
    ("question", "messages"),
    [
        pytest.param("delete from feeds", ["not authorized; ask with one select"], id="a change"),
        pytest.param("drop table feeds", ["not"], id="a removal"),
        pytest.param("select 1; delete from feeds", ["one statement"], id="two statements"),
        pytest.param("select * from articels", ["no such table", "articles"], id="table"),
        pytest.param("select nme from feeds", ["no such column: nme"], id="column"),
        pytest.param("selct 1", ["syntax error"], id="syntax"),
    ],
)
def test_sql_refuses(run, filled, question, messages):
    result = run("sql", "--db", filled, question)
    assert_error((*result[:2], result[2].lower()), 2, *messages)
    assert run("sql", "--db", filled, "--format", "csv", "select count(*) from feeds")[1] == (
        "count(*)\n2\n"
    )


def test_status(run, filled):
    code, out, _ = run("status", "--db", filled)
    assert code == 0
    assert (
        "│ [/en] │ -            │ 2025-01-27 13:00 UTC │ 1        │ [Errno 111] :cry: [/b] │" in out
    )
    assert "│ pull │ 2025-01-27 12:00 UTC │ ok      │ 2 feeds │" in out
    assert out.endswith(
        "latest article known at 2025-01-27 12:00 UTC\n"
        "waiting for a score: 0\n"
        "unscored, language:de: 1\n"
    )


def test_status_of_a_job_that_died(run, url):
    store = open_store(url)
    with store.transaction() as tx:
        start(tx, "pull", utc(27))
    store.close()
    code, out, _ = run("status", "--db", url)
    assert (code, "│ under way │" in out, "latest article known at -\n" in out) == (0, True, True)


def test_status_as_json(run, filled):
    code, out, _ = run("status", "--db", filled, "--json")
    status = json.loads(out)
    assert (code, dict(status["tables"])["feeds"]) == (0, 2)
    assert [(f["name"], f["failures"], f["next_check_at"]) for f in status["feeds"]] == [
        ("[/en]", 1, "2025-01-27T13:00:00+00:00"),
        ("fr", 0, None),
    ]


def test_db_upgrade_and_again(run):
    for _ in range(2):
        assert run("db", "upgrade") == (0, "the database is up to date\n", "")
    assert run("status")[0] == 0


@pytest.mark.parametrize("command", ["status", "sql 'select 1'", "db upgrade"])
def test_a_database_that_cannot_be(run, command):
    name, *rest = command.split(" ", 1)
    args = [rest[0].strip("'")] if rest else []
    result = run(name, *args, "--db", "sqlite:////no/such/folder/remous.db")
    assert_error(result, 1, "sqlite:////no/such/folder/remous.db: ")


@pytest.fixture
def newer(url):
    """A database that a later version has upgraded."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    with connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    return url


@pytest.mark.parametrize("args", [["status"], ["db", "upgrade"]])
def test_a_newer_database_is_left_alone(run, newer, args):
    result = run(*args, "--db", newer)
    assert_error(result, 1, f"{newer}: the database is newer than this remous; upgrade remous")


# train


@pytest.mark.parametrize("content", [None, "data = 1", "[[["])
def test_train_refuses(run, content):
    if content:
        Path("train.toml").write_text(content)
    result = run("train", "--config", "train.toml")
    assert_error(result, 2, "train.toml: no usable training file", "see nlp/train.toml")


PLAN = """
encoder = "data/encoder"
out = "out"
release = "mine"
licence = "MIT"
seed = 7
epochs = 1
batch_size = 4
max_tokens = 16
encoder_rate = 1e-3
head_rate = 1e-3
layer_decay = 0.9
average = 0.9
choose_by = ["data/dev.jsonl"]
sets = [{ name = "ours", files = ["data/ours.jsonl"], shares = [1.0] }]
"""


def test_train(run):
    from tests.tiny import tiny_encoder

    entity = {"surface": "Apple", "label": "positive"}
    row = {"lang": "fr", "label": "positive", "entities": [entity]}
    tiny_encoder(Path("data/encoder"))
    for name, count in (("ours", 12), ("dev", 2)):
        texts = [f"Apple grimpe {n} fois" for n in range(count)]
        lines = [
            json.dumps({"id": f"{name}{n}", "text": text, **row}) for n, text in enumerate(texts)
        ]
        Path(f"data/{name}.jsonl").write_text("\n".join(lines))
    Path("train.toml").write_text(PLAN)
    code, out, _ = run("train", "--config", "train.toml")
    assert code == 0
    assert "epoch 1 of 1: loss " in out
    assert "macro-F1 sentence " in out
    assert out.endswith(f"wrote {Path('out').resolve()}\n")
    assert "<svg" in Path("out/training.svg").read_text()
    assert run("score", "--model", "out", "Apple grimpe")[0] == 0


# replay


@pytest.fixture
def mine(run, monkeypatch, model_folder, tmp_path):
    """Replay an archive on disk, after a change to it; gives code, stdout and stderr."""
    monkeypatch.setenv("REMOUS_MODEL__FOLDER", str(model_folder))
    monkeypatch.setenv("REMOUS_STUDY__MINIMUM", "10")

    def replay(*args, **changes):
        files = write_archive(tmp_path / "archive", **changes).files
        given = {"--news": files.news, "--prices": files.prices, "--instruments": files.instruments}
        days = ("--from", "2025-01-28", "--to", "2025-01-28")
        return run("replay", *(x for pair in given.items() for x in pair), *days, *args)

    return replay


def test_replay_an_archive(run, mine):
    code, out, err = mine("--out", "my results", "--event", "2025-01-28")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("25 polls, 3 articles, ")
    told = [Path(line.split("  ", 1)[1].strip()) for line in lines[1:4]]
    assert [path.exists() for path in told] == [True] * 3
    assert lines[4] == "database  sqlite:///my results/remous.db"
    asked = [line for line in lines if line.startswith("  remous sql")]
    assert len(asked) == 3
    assert asked[0].startswith("  remous sql --db 'sqlite:///my results/remous.db' \"select")


@pytest.mark.parametrize(
    "args",
    [
        pytest.param([], id="nothing"),
        pytest.param(["--from", "2025-01-28"], id="half an archive"),
        pytest.param(["deepseek", "--from", "2025-01-28"], id="a case and a day"),
        pytest.param(["deepseek", "--event", "2025-01-28"], id="a case and an event"),
    ],
)
def test_replay_needs_a_case_or_an_archive(run, args):
    assert_error(run("replay", *args), 2, "needs either a case or an archive", "name a case")


def test_replay_of_an_unknown_case(run):
    assert_error(run("replay", "enron"), 2, "enron: no such reference case; use one of: deepseek")


def prices(old, new):
    return {"prices": csv_of_prices().replace(old, new, 1)}


def instruments(old, new):
    return {"instruments": INSTRUMENTS.replace(old, new, 1)}


PRICE_LINE = "NVDA,2024-11-01,"


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        pytest.param(
            {"news": [("2025-01-28T12:00Z", "", {})]},
            ["news.jsonl:1: has no title", "a line is"],
            id="news line without title",
        ),
        pytest.param(
            prices(PRICE_LINE, f"{PRICE_LINE}-"),
            ["prices.csv:2: NVDA on 2024-11-01 has the close -", "correct the line"],
            id="negative price",
        ),
        pytest.param(
            prices(PRICE_LINE, f"{PRICE_LINE}x"), ["prices.csv:2: close 'x", "not a number"], id="x"
        ),
        pytest.param(prices("close,", "last,"), ["prices.csv:1: no column close"], id="column"),
        pytest.param({"prices": ""}, ["prices.csv:1: no column symbol"], id="no prices"),
        pytest.param(
            instruments("XNYS", "XLON"),
            ["instruments.csv:2: NVDA has the unknown venue 'XLON'; known: XNYS"],
            id="unknown venue",
        ),
        pytest.param(
            instruments("^GSPC", "^FTSE"), ["unknown benchmark '^FTSE'"], id="unknown benchmark"
        ),
    ],
)
def test_replay_refuses(mine, changes, messages):
    assert_error(mine("--out", "deep/out", **changes), 2, *messages)
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("args", "message"),
    [
        pytest.param(["--news", "gone"], "gone: No such file or directory", id="no news"),
        pytest.param(["--prices", "gone"], "gone: No such file or directory", id="no prices"),
        pytest.param(["--instruments", "gone"], "gone: No such file", id="no instruments"),
        pytest.param(["--to", "2025-01-27"], "--to: 2025-01-27 is before", id="backwards"),
        pytest.param(["--event", "2025-02-01"], "--event: 2025-02-01 isn't replayed", id="event"),
        pytest.param(
            ["--from", "2014-01-01", "--to", "2014-01-02"], "its calendar knows 2015", id="long ago"
        ),
        pytest.param(["--out", "/dev/null"], "/dev/null: isn't a folder", id="out is no folder"),
    ],
)
def test_replay_refuses_its_arguments(mine, args, message):
    assert_error(mine(*args), 2, message)
    assert list(Path().iterdir()) == []


def test_replay_with_a_model_folder_without_weights(mine, monkeypatch, model_folder, tmp_path):
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("REMOUS_MODEL__FOLDER", str(tmp_path / "empty"))
    assert_error(mine(), 1, "empty: no model folder, config.json is missing; give a folder")
    assert list(Path().iterdir()) == []


def test_replay_into_a_newer_database(mine, newer):
    assert_error(mine("--db", newer), 1, "the database is newer than this remous")
    assert list(Path().iterdir()) == []


# Settings


def test_unknown_setting(run):
    Path("remous.toml").write_text("[store]\nuri = 1\n")
    assert_error(run("status"), 2, "remous.toml: store.uri: Extra inputs are not permitted; see")
