"""Windows, batches and spans, with a model that a test can afford."""

import json

import numpy as np
import pytest
import torch

from core.errors import ModelError
from core.signals import Event, Label, MentionScore, Score, Span, Unscored
from nlp.descent import run
from nlp.encoding import TextEncoder
from nlp.entities import Linker, read_aliases
from nlp.folder import revision_of
from nlp.pipeline import Reader, Text
from nlp.scorer import load_scorer
from tests.tiny import load_model, tiny_model

TEXT = "Nvidia recule . Apple grimpe"


def span(text, surface):
    start = text.index(surface)
    return Span(surface=surface, start=start, end=start + len(surface))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module", params=["torch", "bfloat16", "int8"])
def backend(request):
    if request.param == "int8":
        pytest.importorskip("openvino", reason="the extra `fast` isn't installed")
    return request.param


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def scorer(folder):
    return load_scorer(folder, backend="torch", batch=2, threads=1)


def encoded(folder, text, *spans, limit=64):
    [found] = TextEncoder(folder).encode([text], [spans], limit=limit)
    return found


def test_a_span_becomes_its_tokens(folder):
    # <s> nvidia recule . apple grimpe </s>: apple is the token at 4.
    assert encoded(folder, TEXT, span(TEXT, "Apple")).spans == ((4,),)


def test_what_is_beyond_the_limit_is_not_read(folder):
    # <s> nvidia recule . </s>: of five tokens one closes the text.
    found = encoded(folder, TEXT, span(TEXT, "Apple"), span(TEXT, "Nvidia"), limit=5)
    whole = encoded(folder, TEXT)
    assert found.ids == (*whole.ids[:4], whole.ids[-1])
    assert (found.spans, found.order) == (((1,),), (1,))


def test_order_and_batches_do_not_matter(folder, backend, cache):
    texts = [TEXT, "hausse " * 20, "Apple chute", "profit warning", "le la les"]
    spans = [
        [span(TEXT, "Nvidia"), span(TEXT, "Apple")],
        [],
        [span("Apple chute", "Apple")],
        [],
        [],
    ]
    few, many = (
        load_scorer(folder, backend=backend, batch=batch, threads=1, cache=cache)
        for batch in (2, 8)
    )
    forward = few.predict(texts, spans)
    backward = many.predict(texts[::-1], spans[::-1])[::-1]
    flat = [[p.p.score, *(s.score for s in p.spans)] for p in forward]
    again = [[p.p.score, *(s.score for s in p.spans)] for p in backward]
    np.testing.assert_allclose(np.concatenate(flat), np.concatenate(again), atol=1e-4)


def test_backends_agree_with_the_network_that_is_trained(folder, backend, cache):
    texts = [TEXT, "hausse " * 20, "Apple chute"]
    spans = [[span(TEXT, "Nvidia"), span(TEXT, "Apple")], [], [span("Apple chute", "Apple")]]
    found = load_scorer(folder, backend=backend, batch=2, threads=1, cache=cache)
    said = [p.negative for f in found.predict(texts, spans) for p in (f.p, *f.spans)]
    tolerance = {"torch": 1e-5, "bfloat16": 0.01, "int8": 0.01}[backend]
    np.testing.assert_allclose(said, trained(folder, texts, spans), atol=tolerance)


def trained(folder, texts, spans):
    """Of each text and its spans, p(negative) by the network as transformers runs it."""
    model = load_model(folder)
    found = []
    for text, of_text in zip(texts, spans, strict=True):
        with torch.inference_mode():
            logits = run(model, [encoded(folder, text, *of_text)])
        rows = torch.cat([logits.sentence, logits.entity])
        found += torch.softmax(rows, -1)[:, 0].tolist()
    return found


def test_probabilities_sum_to_one(scorer):
    [found] = scorer.predict([TEXT], [[span(TEXT, "Apple")]])
    sums = [p.negative + p.neutral + p.positive for p in (found.p, *found.spans)]
    assert sums == pytest.approx([1, 1])


def test_no_text_is_no_prediction(scorer):
    assert scorer.predict([], []) == []


def test_a_span_without_tokens_is_judged_as_the_text(scorer):
    [found] = scorer.predict(["Apple  chute"], [[Span(surface=" ", start=5, end=6)]])
    assert found.spans == (found.p,)


def test_a_span_beyond_what_is_read_is_judged_as_the_text(scorer):
    long = "hausse " * 80 + "Nvidia"
    [found] = scorer.predict([long], [[span(long, "Nvidia")]])
    assert found.spans == (found.p,)


def test_identity_names_the_weights(folder, scorer):
    assert scorer.identity.revision == revision_of(folder)
    assert scorer.identity.licence == "MIT"


def test_other_weights_have_another_revision(folder, tmp_path):
    assert revision_of(tiny_model(tmp_path, seed=1)) != revision_of(folder)


@pytest.mark.parametrize(
    "missing",
    [
        pytest.param("model.safetensors", id="no weights"),
        pytest.param("config.json", id="no configuration"),
        pytest.param("tokenizer.json", id="no tokenizer"),
    ],
)
def test_an_incomplete_folder_is_named(tmp_path, missing):
    (tiny_model(tmp_path) / missing).unlink()
    with pytest.raises(ModelError, match=f"{missing} is missing; give a folder"):
        load_scorer(tmp_path, backend="torch", batch=2, threads=0)


def test_weights_of_another_shape_are_refused(tmp_path):
    config = json.loads((tiny_model(tmp_path) / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"hidden_size": 32}))
    with pytest.raises(ModelError, match="the weights don't fit"):
        load_scorer(tmp_path, backend="torch", batch=2, threads=0)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("model.safetensors", "can't be loaded", id="weights"),
        pytest.param("config.json", "can't be loaded", id="configuration"),
        pytest.param("tokenizer.json", "no tokenizer", id="tokenizer"),
    ],
)
def test_a_broken_file_is_refused(tmp_path, name, message):
    (tiny_model(tmp_path) / name).write_bytes(b"nonsense")
    with pytest.raises(ModelError, match=message):
        load_scorer(tmp_path, backend="torch", batch=2, threads=0)


def test_a_reader_answers_in_order(scorer):
    reader = Reader(scorer, Linker(read_aliases()))
    texts = ["Nvidia chute de 17 % à Wall Street", "DAX schließt fester, Siemens legt zu", " "]
    [first, *others] = reader.read([Text(text=t) for t in texts])
    assert others == [Unscored(reason="language:de"), Unscored(reason="empty")]
    assert isinstance(first, Score)
    assert first.lang == "fr"
    assert first.event in Event
    assert [m.mention.ticker for m in first.mentions] == ["NVDA"]


def test_a_given_language_and_given_spans_are_believed(scorer):
    reader = Reader(scorer, Linker(read_aliases()))
    text = Text(text="Acme +3%", lang="en", spans=(span("Acme +3%", "Acme"),))
    [found] = reader.read([text])
    [scored] = found.mentions
    assert isinstance(scored, MentionScore)
    assert (found.lang, scored.mention.surface, scored.p.label in Label) == ("en", "Acme", True)


def test_a_given_language_can_be_unsupported(scorer):
    reader = Reader(scorer, Linker(read_aliases()))
    assert reader.read([Text(text="hello", lang="de")]) == [Unscored(reason="language:de")]
