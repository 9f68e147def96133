"""Gate: a story vector finds the same news in the other language, among near neighbours.

parallel.jsonl holds pairs written for this test: invented companies, each with several events,
often one beside its opposite; no sentence is a word-for-word translation.
"""

import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from nlp.metrics import retrieval_accuracy
from nlp.scorer import BUNDLED, load_scorer

HERE = Path(__file__).parent
BASELINE = json.loads((HERE / "baseline.json").read_text(encoding="utf-8"))["stories"]
PAIRS = HERE / "parallel.jsonl"


@pytest.fixture(scope="module")
def pairs():
    return [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def vectors(pairs):
    """The (pairs, H) story vectors of each language."""
    scorer = load_scorer(BUNDLED, backend="torch", batch=32, threads=0)

    def stories(lang):
        texts = [pair[lang] for pair in pairs]
        return np.stack([p.story for p in scorer.predict(texts, [[]] * len(texts))])

    return {lang: stories(lang) for lang in ("fr", "en")}


def test_the_floors_were_measured_on_these_pairs():
    assert hashlib.sha256(PAIRS.read_bytes()).hexdigest() == BASELINE["sha256"]


def test_no_sentence_occurs_twice(pairs):
    count = Counter(text for pair in pairs for text in pair.values())
    assert [text for text, n in count.items() if n > 1] == []
    assert len(pairs) >= 300


def test_vectors_have_unit_norm(vectors):
    for of_lang in vectors.values():
        np.testing.assert_allclose(np.linalg.norm(of_lang, axis=1), 1, atol=1e-3)


@pytest.mark.parametrize(("asked", "among"), [("fr", "en"), ("en", "fr")])
def test_the_counterpart_is_nearest(vectors, asked, among):
    found = retrieval_accuracy(vectors[asked], vectors[among])
    assert found >= BASELINE["floors"][f"{asked} to {among}"]
