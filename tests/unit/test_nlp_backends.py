"""Backends give the same answers, near enough, from the same weights."""

import numpy as np
import pytest

from nlp.scorer import BACKENDS, load_scorer
from tests.tiny import tiny_model

TEXTS = ["Nvidia recule . Apple grimpe", "profit warning", "hausse de 17 %"]


@pytest.mark.parametrize("backend", ["auto", *BACKENDS])
def test_backends_agree(tmp_path, backend):
    folder = tiny_model(tmp_path)
    exact = load_scorer(folder, backend="torch", batch=2, threads=1)
    other = load_scorer(folder, backend=backend, batch=2, threads=1)
    scores = [[p.p.score for p in s.predict(TEXTS, [[]] * 3)] for s in (exact, other)]
    np.testing.assert_allclose(*scores, atol=0.02)
