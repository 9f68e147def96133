"""Checkpoints of the ecosystem: real files, loaded by the real code, small enough for a test."""

import hashlib
import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from core.errors import ModelError
from core.signals import Label, Span
from nlp.checkpoint import labels_of, load_checkpoint
from nlp.scorer import load_scorer
from tests.tiny import tiny_checkpoint, tiny_encoder

GOOD = "Profit rose."
BAD = "Losses widened."
NEG, NEU, POS = Label


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_checkpoint(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture(scope="module")
def scorer(folder):
    return load_checkpoint(str(folder), batch=4)


def span(text, surface):
    start = text.index(surface)
    return Span(surface=surface, start=start, end=start + len(surface))


def named(*names):
    return dict(enumerate(names))


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        pytest.param(["positive", "negative", "neutral"], [POS, NEG, NEU], id="another order"),
        pytest.param(["Bearish", "Neutral", "Bullish"], [NEG, NEU, POS], id="market words"),
        pytest.param(["POS", "NEU", "NEG"], [POS, NEU, NEG], id="short"),
        pytest.param(["NÉGATIF", "neutre", "Positif"], [NEG, NEU, POS], id="French"),
        pytest.param(["ne\u0301gatif", "neutre", "positif "], [NEG, NEU, POS], id="two characters"),
        pytest.param(["baissier", "neutre", "haussier"], [NEG, NEU, POS], id="French market"),
    ],
)
def test_labels_are_known_by_name(names, labels):
    assert labels_of(named(*names), "x") == labels


def test_labels_are_in_the_order_of_their_numbers():
    assert labels_of({2: "positive", 0: "negative", 1: "neutral"}, "x") == [NEG, NEU, POS]


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        pytest.param(["POSITIVE", "NEGATIVE"], r"tells 2 .+ \(POSITIVE, NEGATIVE\)", id="two"),
        pytest.param(["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], "tells 5", id="stars"),
        pytest.param(["LABEL_0"], "tells 1", id="a number"),
        pytest.param(
            ["LABEL_0", "LABEL_1", "LABEL_2"],
            r"can't tell which of its labels \(LABEL_0, LABEL_1, LABEL_2\)",
            id="unnamed",
        ),
        pytest.param(["negative", "neutral", "neg"], "can't tell", id="one twice"),
        pytest.param(["entailment", "neutral", "contradiction"], "can't tell", id="inference"),
    ],
)
def test_other_labels_are_refused(names, problem):
    with pytest.raises(ModelError, match=f"^x: {problem}"):
        labels_of(named(*names), "x")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="as usual"),
        pytest.param({"names": ("pos", "neg", "neu"), "rows": (2, 0, 1)}, id="another order"),
        pytest.param({"languages": ("en",)}, id="English alone"),
        pytest.param({"languages": ("fr",)}, id="French alone"),
    ],
)
def test_a_checkpoint_scores(tmp_path, changes):
    folder = tiny_checkpoint(tmp_path, **changes)
    scorer = load_scorer(folder, backend="auto", batch=4, threads=1)
    texts = [GOOD, BAD] if "en" in changes.get("languages", ["en"]) else ["Bénéfice", "Pertes"]
    assert [p.p.label for p in scorer.predict(texts, [[], []])] == [POS, NEG]


def test_weights_as_pickle_are_loaded_without_running_them(tmp_path):
    folder = tiny_checkpoint(tmp_path)
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    [found] = load_checkpoint(str(folder), batch=4).predict([GOOD], [[]])
    assert found.p.label is POS


class Harmful:
    def __reduce__(self):
        return exit, ("ran",)


def test_a_pickle_that_holds_code_is_refused(tmp_path):
    folder = tiny_checkpoint(tmp_path)
    torch.save({"bert": Harmful()}, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="the weights hold code; choose"):
        load_checkpoint(str(folder), batch=4)


def test_a_checkpoint_that_says_something_else_is_refused(tmp_path):
    folder = tiny_checkpoint(tmp_path, rows=(2, 1, 0))
    with pytest.raises(
        ModelError,
        match="plainly negative, neutral and positive news positive, neutral, negative in English "
        "and positive, neutral, negative in French; check id2label",
    ):
        load_checkpoint(str(folder), batch=4)


def test_an_entity_is_judged_as_its_sentence(scorer):
    text = f"Acme: {GOOD} Bolt: {BAD}"
    [found] = scorer.predict([text], [[span(text, "Bolt"), span(text, "Acme")]])
    assert [p.label for p in found.spans] == [NEG, POS]


def test_it_names_no_event(scorer):
    [found] = scorer.predict([GOOD], [[]])
    assert found.event is None


def test_no_text_is_no_prediction(scorer):
    assert scorer.predict([], []) == []


def test_a_text_that_does_not_fit_is_judged_by_its_beginning(scorer):
    [found] = scorer.predict([GOOD + " something else" * 40 + BAD * 30], [[]])
    assert found.p.label is POS


def test_neither_batch_nor_order_matters(folder, scorer):
    texts = [GOOD, BAD, "Annual meeting", f"{GOOD} {BAD}" * 9, "", "Profit", "rose and cut " * 12]
    together = scorer.predict(texts, [[]] * len(texts))
    single = load_checkpoint(str(folder), batch=1)
    alone = [single.predict([text], [[]])[0] for text in texts[::-1]][::-1]
    np.testing.assert_allclose([p.p.score for p in together], [p.p.score for p in alone], atol=1e-6)


def test_identity(folder, scorer):
    weights = (folder / "model.safetensors").read_bytes()
    assert scorer.identity.revision == hashlib.sha256(weights).hexdigest()[:12]
    assert scorer.identity.name == folder.name


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        pytest.param(None, "unknown", id="no card"),
        pytest.param("# A model\nlicense: mit\n", "unknown", id="not at the head"),
        pytest.param("---\nlanguage: fr\nlicense: apache-2.0\n---\n# x\n", "apache-2.0", id="head"),
        pytest.param("---\nlanguage: fr\n---\nlicense: mit\n", "unknown", id="below the head"),
        pytest.param("---\nlicense: 'cc-by-4.0' # x\n---\n", "cc-by-4.0", id="quoted"),
    ],
)
def test_licence_of_the_model_card(tmp_path, card, licence):
    folder = tiny_checkpoint(tmp_path)
    if card:
        (folder / "README.md").write_text(card)
    assert load_checkpoint(str(folder), batch=4).identity.licence == licence


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        pytest.param("config.json", b"nonsense", "can't be loaded", id="configuration"),
        pytest.param("model.safetensors", b"nonsense", "can't be loaded", id="weights"),
        pytest.param("tokenizer.json", b"nonsense", "can't be loaded", id="tokenizer"),
        pytest.param("config.json", None, "config.json is missing; give", id="no configuration"),
        pytest.param("model.safetensors", None, "can't be loaded", id="no weights"),
    ],
)
def test_a_broken_folder_is_refused(tmp_path, name, content, problem):
    path = tiny_checkpoint(tmp_path) / name
    path.unlink()
    if content:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=problem) as error:
        load_checkpoint(str(tmp_path), batch=4)
    assert "\n" not in str(error.value)


def test_an_encoder_without_classifier_is_refused(tmp_path):
    folder = tiny_encoder(tmp_path)
    config = json.loads((folder / "config.json").read_text())
    names = {"id2label": {"0": "negative", "1": "neutral", "2": "positive"}}
    (folder / "config.json").write_text(json.dumps(config | names))
    with pytest.raises(ModelError, match="the weights don't fit the configuration"):
        load_checkpoint(str(folder), batch=4)


def test_code_in_a_checkpoint_is_refused(tmp_path):
    path = tiny_checkpoint(tmp_path) / "config.json"
    config = json.loads(path.read_text())
    own = {"model_type": "own", "auto_map": {"AutoConfig": "own.Config"}}
    path.write_text(json.dumps(config | own))
    (tmp_path / "own.py").write_text("raise SystemExit('ran')\n")
    with pytest.raises(ModelError, match="can't be loaded"):
        load_checkpoint(str(tmp_path), batch=4)
