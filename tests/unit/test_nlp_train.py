"""Data in, model folder out: a training run of two epochs on a tiny encoder."""

import csv
import json

import numpy as np
import pytest

from core.errors import InputError, ModelError
from core.signals import Event, Label
from nlp.data import find_span, in_dev_tenth, read_labelled
from nlp.evaluate import evaluate
from nlp.plan import read_plan
from nlp.scorer import load_scorer
from nlp.train import train
from tests.tiny import tiny_encoder

PLAN = """
data = "../data"
encoder = "encoder"
out = "../out"
seed = 7
epochs = {epochs}
batch_size = 8
max_tokens = 32
encoder_rate = 3e-3
head_rate = 1e-2
layer_decay = 0.9
choose_by = ["dev.jsonl"]

[[sets]]
name = "ours"
files = ["ours*.jsonl"]
share = 1.0

[[sets]]
name = "plain"
files = ["plain.jsonl"]
share = 0.5
"""


def row(n, name, verb, label):
    text = f"{name} {verb}"
    entities = [{"surface": name, "label": label}]
    return {
        "id": f"r{n}",
        "text": text,
        "lang": "fr",
        "label": label,
        "event": "market",
        "entities": entities,
    }


def rows(count):
    kinds = [("Apple", "grimpe", "positive"), ("Nvidia", "chute", "negative")]
    return [row(n, *kinds[n % 2]) for n in range(count)]


def write(path, found):
    path.write_text("".join(json.dumps(r) + "\n" for r in found), encoding="utf-8")


@pytest.fixture
def config(tmp_path):
    data = tmp_path / "data"
    tiny_encoder(data / "encoder")
    write(data / "ours.jsonl", rows(200))
    plain = [{k: v for k, v in r.items() if k != "event"} for r in rows(20)]
    write(data / "plain.jsonl", plain)
    write(data / "dev.jsonl", rows(10))
    path = tmp_path / "nlp" / "train.toml"
    path.parent.mkdir()
    path.write_text(PLAN.format(epochs=2), encoding="utf-8")
    return path


def test_a_run_learns_and_writes_a_folder(config):
    reports = []
    folder = train(read_plan(config), tell=reports.append)
    scorer = load_scorer(folder, backend="auto", batch=8, threads=1)
    found = evaluate(scorer, read_labelled(config.parent.parent / "data" / "dev.jsonl"))
    assert [r.epoch for r in reports] == [1, 2]
    assert (found.entity.accuracy, found.sentence.accuracy, found.event_accuracy) == (1, 1, 1)
    logged = list(csv.DictReader((folder / "training.csv").read_text("utf-8").splitlines()))
    assert [(r["epoch"], r["labels"], r["n"]) for r in logged] == [
        ("1", "sentence", "10"),
        ("1", "entity", "10"),
        ("2", "sentence", "10"),
        ("2", "entity", "10"),
    ]


def test_the_same_seed_makes_the_same_weights(config):
    weights = []
    for _ in range(2):
        folder = train(read_plan(config), tell=lambda report: None)
        weights.append((folder / "model.safetensors").read_bytes())
    assert weights[0] == weights[1]


def test_a_run_goes_on_from_a_folder(config):
    train(read_plan(config), tell=lambda report: None)
    text = config.read_text().replace('out = "../out"', 'start = "../out"\nout = "../more"')
    config.write_text(text.replace("epochs = 2", "epochs = 1"), encoding="utf-8")
    reports = []
    train(read_plan(config), tell=reports.append)
    # A fresh start needs two epochs to get there.
    assert [q.accuracy for q in reports[0].sets["dev.jsonl"]] == [1, 1]
    assert reports[0].loss < 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(("seed = 7", "sede = 7"), "no usable training file", id="unknown key"),
        pytest.param(("seed = 7", ""), "no usable training file", id="missing key"),
        pytest.param(("seed = 7", "seed ="), "no usable training file", id="not TOML"),
        pytest.param(("seed = 7", 'seed = "x"'), "no usable training file", id="not a number"),
    ],
)
def test_a_bad_plan_is_named(config, change, message):
    config.write_text(config.read_text().replace(*change), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_plan(config)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("tokenizer.json", "tokenizer.json: No such file", id="tokenizer"),
        pytest.param("model.safetensors", "encoder: no encoder", id="weights"),
    ],
)
def test_an_incomplete_encoder_is_named(config, name, message):
    (config.parent.parent / "data" / "encoder" / name).unlink()
    with pytest.raises(ModelError, match=message):
        train(read_plan(config), tell=lambda report: None)


def test_a_set_without_files_is_named(config):
    config.write_text(config.read_text().replace("ours*", "theirs*"), encoding="utf-8")
    with pytest.raises(InputError, match=r"ours: no file matches theirs\*\.jsonl"):
        train(read_plan(config), tell=lambda report: None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "holds no labelled text", id="empty"),
        pytest.param("nonsense\n", ":1: not a labelled text", id="not JSON"),
        pytest.param('\n{"lang": "fr"}\n', ":2: not a labelled text", id="no text"),
        pytest.param('{"text": "a", "label": "good"}\n', "not a labelled text", id="label"),
        pytest.param(
            '{"text": "a", "entities": [{"surface": "b", "label": "neutral"}]}\n',
            "'b' isn't in the text",
            id="surface elsewhere",
        ),
    ],
)
def test_a_bad_labelled_file_is_named(tmp_path, text, message):
    path = tmp_path / "x.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_labelled(path)


def test_a_missing_labelled_file_is_named(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_labelled(tmp_path / "x.jsonl")


def test_what_a_row_becomes(tmp_path):
    write(tmp_path / "x.jsonl", [row(1, "Apple", "grimpe", "positive")])
    [item] = read_labelled(tmp_path / "x.jsonl")
    [(span, label)] = item.entities
    assert (item.label, item.event, label) == (Label.POSITIVE, Event.MARKET, Label.POSITIVE)
    assert (span.surface, span.start, span.end) == ("Apple", 0, 5)


@pytest.mark.parametrize(
    ("entity", "start"),
    [
        pytest.param({"surface": "BNP"}, 0, id="first occurrence"),
        pytest.param({"surface": "BNP", "start": 8}, 8, id="exact"),
        pytest.param({"surface": "BNP", "start": 6, "end": 9}, 8, id="drifted"),
    ],
)
def test_find_span(entity, start):
    assert find_span("BNP bat BNP", entity).start == start


def test_about_a_tenth_is_kept_for_development(tmp_path):
    write(tmp_path / "x.jsonl", rows(2000))
    kept = np.mean([in_dev_tenth(item) for item in read_labelled(tmp_path / "x.jsonl")])
    assert 0.08 < kept < 0.12


def test_sets_without_some_labels_are_evaluated_on_the_others(tmp_path, config):
    folder = train(read_plan(config), tell=lambda report: None)
    write(tmp_path / "y.jsonl", [{"text": "Apple grimpe", "label": "positive"}])
    found = evaluate(
        load_scorer(folder, backend="auto", batch=8, threads=0), read_labelled(tmp_path / "y.jsonl")
    )
    assert (found.entity, found.event_accuracy, found.sentence.n) == (None, None, 1)
