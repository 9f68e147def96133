"""The benchmark, over a tiny network in processes of their own."""

import json

import pytest
from typer.testing import CliRunner

from core.errors import InputError
from jobs.cli import app
from nlp.bench import PASSES, texts
from tests.tiny import tiny_model


def lines(path, count):
    rows = ({"id": str(i), "text": f"Nvidia recule de {i} %"} for i in range(count))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_texts_are_always_the_same():
    assert [item.id for item in texts(20)] == [item.id for item in texts(20)]


def test_too_few_texts_are_refused(tmp_path):
    with pytest.raises(InputError, match=f"takes {PASSES} texts at least"):
        texts(100, lines(tmp_path / "few.jsonl", PASSES - 1))


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The figures of a run, and what was printed by another."""
    folder = tmp_path_factory.mktemp("bench")
    command = ["bench", "score", "--model", str(tiny_model(folder / "model")), "--backend", "torch"]
    command += ["--in", str(lines(folder / "texts.jsonl", PASSES)), "--json", "-"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_each_subject_is_measured(measured):
    assert [(cost["subject"], cost["texts"]) for cost in measured["costs"]] == [
        ("torch", PASSES),
        ("bert-base", PASSES),
    ]


def test_ratios_are_to_bert_base(measured):
    ours, base = measured["costs"]
    assert base["ratio"] == 1
    assert ours["ratio"] == pytest.approx(ours["texts_per_second"] / base["texts_per_second"])


def test_the_share_of_the_limit_counts_the_linear_maps(measured):
    # "nvidia recule de 3 %": the five words with <s> and </s> are 7 tokens. A layer of the
    # tiny network (H = 16, I = 32) has 4 x 16 x 16 + 2 x 16 x 32 = 2,048 weights; there are 2.
    operations = 7 * 2 * 2 * 2048
    ours = measured["costs"][0]
    expected = ours["texts_per_second"] * operations / measured["limits"]["float32"]
    assert measured["mean_tokens"] == 7
    assert ours["share_of_limit"] == pytest.approx(expected)


def test_a_process_tells_its_memory_and_its_start(measured):
    for cost in measured["costs"]:
        assert cost["peak_bytes"] > 50e6
        assert cost["start_seconds"] > 0
