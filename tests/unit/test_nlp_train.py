"""Data in, model folder out: a training run of two epochs on a tiny encoder."""

import csv
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError, ModelError
from core.signals import Event, Label
from nlp.data import find_span, in_dev_tenth, read_labelled
from nlp.descent import Descent, run
from nlp.encoding import TextEncoder
from nlp.evaluate import evaluate
from nlp.examples import make_examples, read_set
from nlp.metrics import retrieval_accuracy
from nlp.plan import TrainingSet, read_plan
from nlp.resume import fingerprint, save_state
from nlp.scorer import load_scorer
from nlp.story import fit_head, pair_loss
from nlp.train import train
from tests.tiny import load_model, tiny_encoder, tiny_model

PLAN = """
encoder = "../data/encoder"
out = "../out"
release = "mine"
licence = "CC0-1.0"
seed = 7
epochs = {epochs}
batch_size = 8
max_tokens = 32
encoder_rate = 3e-3
head_rate = 1e-2
layer_decay = 0.9
average = 0.9
choose_by = ["../data/dev.jsonl"]

[[sets]]
name = "ours"
files = ["../data/ours*.jsonl"]
shares = [1.0]
rename = 0.5

[[sets]]
name = "plain"
files = ["../data/plain.jsonl"]
shares = [0.5, 0.25]
"""


def row(n, name, verb, label):
    text = f"{name} {verb} , {n}"
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
    assert [found.entity.quality.accuracy, found.sentence.quality.accuracy, found.event.value] == [
        1
    ] * 3
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


def test_an_interrupted_run_comes_to_the_same_weights(config, tmp_path):
    whole = train(read_plan(config), tell=lambda report: None)
    expected = (whole / "model.safetensors").read_bytes()
    config.write_text(config.read_text().replace("../out", "../again"), encoding="utf-8")

    def interrupt(report):
        raise KeyboardInterrupt

    def interrupt_within(done, steps):
        if done == steps - 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(read_plan(config), tell=interrupt)
    with pytest.raises(KeyboardInterrupt):
        train(read_plan(config), tell=lambda report: None, watch=interrupt_within)
    reports = []
    again = train(read_plan(config), tell=reports.append)
    assert [r.epoch for r in reports] == [2]
    assert (again / "model.safetensors").read_bytes() == expected
    assert not (again / "resume.pt").exists()
    assert (again / "training.csv").read_bytes() == (whole / "training.csv").read_bytes()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(lambda path: path.write_bytes(b"x"), "can't be read", id="damaged"),
        pytest.param(lambda path: path.write_bytes(b""), "can't be read", id="empty"),
    ],
)
def test_a_damaged_state_is_named(config, spoil, message):
    plan = read_plan(config)
    plan.out.mkdir()
    spoil(plan.out / "resume.pt")
    with pytest.raises(InputError, match=message):
        train(plan, tell=lambda report: None)


def test_the_state_of_another_plan_is_named(config):
    plan = read_plan(config)
    plan.out.mkdir()
    save_state(plan.out, {}, made_from=fingerprint(replace(plan, seed=8)))
    with pytest.raises(InputError, match="by another plan or on other files"):
        train(plan, tell=lambda report: None)


def test_a_fingerprint_is_that_of_plan_and_contents_wherever_they_lie(config, tmp_path):
    plan = read_plan(config)
    before = fingerprint(plan)
    moved = tmp_path / "elsewhere"
    shutil.copytree(tmp_path, moved, ignore=shutil.ignore_patterns("elsewhere"))
    assert fingerprint(read_plan(moved / "nlp" / "train.toml")) == before
    write(tmp_path / "data" / "ours.jsonl", rows(199))
    assert fingerprint(plan) != before


def test_the_steps_are_told(config):
    seen = []
    train(
        read_plan(config),
        tell=lambda report: None,
        watch=lambda done, steps: seen.append((done, steps)),
    )
    steps = len(seen)
    assert seen == [(n, steps) for n in range(1, steps + 1)]


def test_a_plan_may_keep_the_first_layers_only(config):
    folder = train(replace(read_plan(config), layers=1), tell=lambda report: None)
    assert load_model(folder).config.num_hidden_layers == 1


@pytest.mark.parametrize("taught", [False, True], ids=["without pairs", "with pairs"])
def test_pairs_bring_the_story_vectors_of_two_languages_together(config, taught):
    plan = read_plan(config)
    model = load_model(tiny_model(config.parent / "model"))
    encoder = TextEncoder(plan.encoder)
    french, english = ("apple grimpe", "apple recule"), ("shares fall", "shares rise")
    sides = [encoder.encode(side, [(), ()], limit=16) for side in (french, english)]
    labelled = make_examples(
        read_set(plan.sets[0], plan.home)[:8], encoder, source=0, limit=plan.max_tokens
    )
    descent = Descent(model, plan, steps=40)
    for _ in range(40):
        descent.step(labelled, list(zip(*sides, strict=True)) if taught else [])
    vectors = [run(descent.averaged.eval(), side).story.detach().numpy() for side in sides]
    distances = 1 - np.sum(vectors[0] * vectors[1], axis=1)
    assert bool(max(distances) < 0.1 and retrieval_accuracy(*vectors) == 1) is taught


def test_the_story_head_is_fitted_at_the_end_and_nothing_else(config):
    plan = read_plan(config)
    model = load_model(tiny_model(config.parent / "model"))
    encoder = TextEncoder(plan.encoder)
    french, english = ("apple grimpe", "apple recule"), ("shares fall", "shares rise")
    pairs = list(zip(*(encoder.encode(side, limit=16) for side in (french, english)), strict=True))
    before = {name: value.clone() for name, value in model.state_dict().items()}

    def loss():
        first, second = (run(model, side).story for side in zip(*pairs, strict=True))
        return pair_loss(first, second).item()

    at_first = loss()
    fit_head(model, pairs, [0, 0], seed=1)
    after = model.state_dict()
    changed = {name for name in after if not after[name].equal(before[name])}
    assert (changed, loss() < at_first) == ({"story_head.weight", "story_head.bias"}, True)


def test_a_text_of_the_development_tenth_is_not_learnt_under_another_id(tmp_path):
    spec = TrainingSet(name="ours", files=("*.jsonl",), shares=(1.0,))
    found = rows(400)
    write(
        tmp_path / "x.jsonl",
        [r | {"text": f"{r['text'][:7]} {n // 2}"} for n, r in enumerate(found)],
    )
    items = read_labelled(tmp_path / "x.jsonl")
    held_out = {item.text for item in items if in_dev_tenth(item)}
    kept = read_set(spec, tmp_path)
    assert held_out
    assert {item.text for item in kept}.isdisjoint(held_out)
    assert {item.text for item in kept} | held_out == {item.text for item in items}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(("seed = 7", "sede = 7"), "no usable training file", id="unknown key"),
        pytest.param(("seed = 7", ""), "no usable training file", id="missing key"),
        pytest.param(("seed = 7", "seed ="), "no usable training file", id="not TOML"),
        pytest.param(("seed = 7", 'seed = "x"'), "no usable training file", id="not a number"),
        pytest.param(("[1.0]", "[]"), "no usable training file", id="no share"),
        pytest.param(("[1.0]", "[1.5]"), "no usable training file", id="more than all"),
        pytest.param(("epochs = 2", "epochs = 0"), "no usable training file", id="no epoch"),
        pytest.param(('["../data/dev.jsonl"]', "[]"), "no usable training file", id="no choice"),
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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"layers": 3}, "layers: the encoder has 2", id="more layers than there are"),
        pytest.param(
            {"choose_by": ("../data/dev.jsonl", "../dev.jsonl")}, "one name", id="names alike"
        ),
        pytest.param({"choose_by": ("../data/bare.jsonl",)}, "bare: has no label", id="no labels"),
    ],
)
def test_a_plan_that_does_not_fit_its_files_is_named(config, tmp_path, change, message):
    write(tmp_path / "dev.jsonl", rows(2))
    write(tmp_path / "data" / "bare.jsonl", [{"text": "apple grimpe"}])
    with pytest.raises(InputError, match=message):
        train(replace(read_plan(config), **change), tell=lambda report: None)


def test_a_set_of_nothing_but_the_tenth_is_named(tmp_path):
    alike = [{"id": f"r{n}", "text": "the same", "label": "neutral"} for n in range(40)]
    write(tmp_path / "x.jsonl", alike)
    spec = TrainingSet(name="ours", files=("*.jsonl",), shares=(1.0,))
    with pytest.raises(InputError, match="ours: holds nothing to train on"):
        read_set(spec, tmp_path)


def test_a_run_goes_on_from_a_folder(config):
    train(read_plan(config), tell=lambda report: None)
    text = config.read_text().replace('out = "../out"', 'start = "../out"\nout = "../more"')
    config.write_text(text.replace("epochs = 2", "epochs = 1"), encoding="utf-8")
    reports = []
    train(read_plan(config), tell=reports.append)
    # A fresh start needs two epochs to get there.
    assert [q.accuracy for q in reports[0].sets["dev"].values()] == [1, 1]
    assert reports[0].loss < 1


def test_an_epoch_may_be_chosen_by_one_kind_of_label(config, tmp_path):
    bare = [{"text": "apple grimpe", "label": "positive"}] * 2
    write(tmp_path / "data" / "dev.jsonl", bare)
    reports = []
    folder = train(read_plan(config), tell=reports.append)
    assert list(reports[0].sets["dev"]) == ["sentence"]
    assert load_model(folder).config.release == "mine"


def test_a_set_without_files_is_named(config):
    config.write_text(config.read_text().replace("ours*", "theirs*"), encoding="utf-8")
    with pytest.raises(InputError, match=r"ours: no file matches ../data/theirs\*\.jsonl"):
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
    assert (found.entity, found.event, found.sentence.quality.n) == (None, None, 1)
