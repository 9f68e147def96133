"""Gate: the checklist of behaviour with the bundled model, with floors on its pass rates.

Single failures are shown, not excused: the floor is on the rate of each language.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from jobs.commands.behaviour import show_behaviour
from jobs.commands.shared import console
from nlp.behaviour import TABLE, read_cases, run_cases, tally
from nlp.scorer import BUNDLED, load_scorer

BASELINE = json.loads(Path(__file__).with_name("baseline.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scorer():
    return load_scorer(BUNDLED, backend="auto", batch=32, threads=0)


@pytest.fixture(scope="module")
def outcomes(scorer):
    return run_cases(scorer, read_cases())


def test_the_floors_were_measured_on_this_table():
    found = hashlib.sha256(TABLE.read_bytes()).hexdigest()
    assert found == BASELINE["behaviour"]["sha256"]


def test_pass_rates(scorer, outcomes, capsys):
    with capsys.disabled():
        show_behaviour(console(), outcomes, model=scorer.identity)
    floors = BASELINE["behaviour"]["floors"]
    rates = tally(outcomes, lambda case: case.lang) | tally(outcomes, lambda _: "all")
    missed = {group: rates[group].rate for group in floors if rates[group].rate < floors[group]}
    assert missed == {}


def test_the_order_of_the_texts_does_not_matter(scorer, outcomes):
    backward = run_cases(scorer, read_cases()[::-1])[::-1]
    scores, again = (
        [found.score for outcome in run for found in outcome.found] for run in (outcomes, backward)
    )
    np.testing.assert_allclose(again, scores, atol=1e-4)
