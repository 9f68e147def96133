"""What story vectors are learnt from."""

import json
from itertools import groupby, islice

import numpy as np
import pytest
import torch

from core.errors import InputError
from nlp.pairs import Pair, draw_pairs, read_pairs
from nlp.story import pair_loss


def angles(*degrees):
    return torch.tensor([[np.cos(np.radians(d)), np.sin(np.radians(d))] for d in degrees])


def test_the_pair_loss_is_least_where_each_finds_its_own():
    french = angles(0, 90)
    right, swapped = pair_loss(french, angles(5, 85)), pair_loss(french, angles(85, 5))
    assert right < 0.01 < 10 < swapped


def test_indifferent_vectors_cost_what_guessing_costs():
    assert float(pair_loss(angles(0, 0, 0, 0), angles(0, 0, 0, 0))) == pytest.approx(np.log(4))


def test_a_group_is_drawn_together():
    groups = [0, 0, 0, 1, 2, 2, 2, 3]
    drawn = draw_pairs(groups, np.random.default_rng(1), size=8)
    first, second = islice(drawn, 2)
    for order in (first, second):
        assert sorted(order) == list(range(8))
        met = [groups[i] for i in order]
        assert [k for k, _ in groupby(met)] == list(dict.fromkeys(met))
    assert list(first) != list(second)


def test_no_pairs_no_batches():
    assert list(draw_pairs([], np.random.default_rng(1), size=8)) == []


def test_pairs_are_read(tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text(
        json.dumps({"group": 1, "fr": "hausse", "en": "rise"}) + "\n\n", encoding="utf-8"
    )
    assert read_pairs(path) == [Pair(fr="hausse", en="rise", group=1)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(None, "No such file", id="missing"),
        pytest.param('{"fr": "hausse"}', "not a file of pairs", id="one language"),
        pytest.param("hausse;rise", "not a file of pairs", id="not JSON"),
        pytest.param("[1]", "not a file of pairs", id="not an object"),
    ],
)
def test_a_bad_file_of_pairs_is_named(tmp_path, content, message):
    path = tmp_path / "pairs.jsonl"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_pairs(path)
