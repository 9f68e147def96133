"""Gate: how fast the shipped weights are read, beside a BERT-base on the same machine.

Ratios, for they hold on any machine; the passes take turns, so that other work on it meets
both. Floors stand in baseline.json.
"""

import json
from pathlib import Path

import pytest

from nlp.backends import chosen
from nlp.bench import Trial, run, texts
from nlp.scorer import BUNDLED

BASELINE = json.loads(Path(__file__).with_name("baseline.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def costs():
    best = chosen("auto")
    trial = Trial(
        folder=BUNDLED,
        subjects=tuple({"torch", best}),
        items=texts(200),
        batch=32,
        threads=0,
        cache=None,
    )
    found = {cost.subject: cost for cost in run(trial).costs}
    return {"torch": found["torch"], "best": found[best]}


@pytest.mark.parametrize("which", ["torch", "best"])
def test_times_as_fast_as_bert_base(costs, which):
    if which == "best" and costs["best"].subject == "torch":
        pytest.skip("neither the processor nor what is installed offers more than torch")
    assert costs[which].ratio >= BASELINE["speed"][which]


@pytest.mark.parametrize("which", ["torch", "best"])
def test_memory(costs, which):
    assert costs[which].peak_bytes <= BASELINE["speed"]["megabytes"] * 1e6
