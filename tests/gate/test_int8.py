"""Gate: the bytes say what the floats say, on real headlines and whatever the batch."""

import json
from pathlib import Path

import numpy as np
import pytest

from nlp.data import labelled_files, read_labelled
from nlp.scorer import BUNDLED, load_scorer

pytest.importorskip("openvino", reason="the extra `fast` isn't installed")

DEV = Path(__file__).parents[2].parent / "shared" / "dev"
BASELINE = json.loads(Path(__file__).with_name("baseline.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scorers():
    return {b: load_scorer(BUNDLED, backend=b, batch=32, threads=0) for b in ("torch", "int8")}


def predict(scorer, items):
    spans = [[span for span, _ in item.entities] for item in items]
    found = scorer.predict([item.text for item in items], spans)
    return [p for f in found for p in (f.p, *f.spans)]


@pytest.fixture(scope="module")
def items():
    """Texts of our corpus that the conversion doesn't observe, and all real headlines at hand."""
    ours = [item for path in labelled_files() for item in read_labelled(path)[7::40]]
    return ours + [item for path in sorted(DEV.glob("*.jsonl")) for item in read_labelled(path)]


def test_bytes_agree_with_floats(scorers, items):
    said = (predict(scorers[backend], items) for backend in ("torch", "int8"))
    pairs = list(zip(*said, strict=True))
    assert np.mean([a.label is b.label for a, b in pairs]) >= BASELINE["int8"]["labels"]
    assert np.mean([abs(a.score - b.score) for a, b in pairs]) <= BASELINE["int8"]["difference"]


def test_batch_and_order_do_not_matter(scorers, items):
    few = items[::40]
    together = [p.score for p in predict(scorers["int8"], few)]
    alone = [p.score for item in few for p in predict(scorers["int8"], [item])]
    np.testing.assert_allclose(alone, together, atol=1e-4)
