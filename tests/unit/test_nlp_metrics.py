"""Figures by hand and from scikit-learn's documented definitions."""

import numpy as np
import pytest

from nlp.metrics import (
    bootstrap,
    bootstrap_share,
    calibration_error,
    fit_temperature,
    quality,
    retrieval_accuracy,
)


def one_hot(labels):
    return np.eye(3)[labels]


def test_by_hand():
    # negative: tp 1, fp 1, fn 0 -> F1 2/3; neutral: tp 1, fp 0, fn 1 -> 2/3; positive: tp 1 -> 1
    found = quality(np.array([0, 1, 1, 2]), one_hot([0, 0, 1, 2]))
    assert (found.n, found.accuracy, found.macro_f1) == pytest.approx((4, 0.75, 7 / 9))
    assert found.confusion == ((1, 0, 0), (1, 1, 0), (0, 0, 1))


def test_a_label_that_never_occurs_is_left_out():
    found = quality(np.array([0, 2]), one_hot([0, 2]))
    assert found.macro_f1 == 1.0


def test_an_interval_is_that_of_the_binomial_where_labels_are_independent():
    # 80 of 100 right: the normal interval is 0.8 +- 1.96 * 0.04.
    gold, predicted = np.zeros(100, dtype=int), np.repeat([0, 1], [80, 20])
    accuracy, _ = bootstrap(gold, predicted, np.arange(100))
    assert (accuracy.low, accuracy.high) == pytest.approx((0.72, 0.88), abs=0.015)
    share = bootstrap_share(predicted == gold)
    assert (share.low, share.high) == pytest.approx((0.72, 0.88), abs=0.015)


def test_labels_of_one_text_count_as_one_draw():
    # Four texts of 25 equal labels each: as uncertain as four draws, not as a hundred.
    gold, predicted = np.zeros(100, dtype=int), np.repeat([0, 0, 0, 1], 25)
    accuracy, _ = bootstrap(gold, predicted, np.repeat(np.arange(4), 25))
    assert (accuracy.low, accuracy.high) == (0.25, 1.0)


def test_the_interval_of_a_perfect_reader_is_a_point():
    labels = np.array([0, 1, 2, 2, 1, 0])
    accuracy, macro_f1 = bootstrap(labels, labels, np.arange(6))
    assert (accuracy.low, accuracy.high, macro_f1.low, macro_f1.high) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("correct", "confidence", "expected"),
    [
        pytest.param([1, 1, 0, 0], [0.5] * 4, 0.0, id="honest"),
        pytest.param([0, 0], [1.0, 1.0], 1.0, id="sure and wrong"),
        # Bins of 1/15: 0.62 and 0.65 share one (mean 0.635, accuracy 0.5), 0.9 has its own.
        pytest.param([1, 0, 1], [0.62, 0.65, 0.9], (2 * 0.135 + 0.1) / 3, id="two bins"),
    ],
)
def test_calibration_error(correct, confidence, expected):
    found = calibration_error(np.array(correct, dtype=bool), np.array(confidence))
    assert found == pytest.approx(expected)


def test_a_temperature_cools_overconfidence():
    # Logits say 0.98, the truth is 3 in 4: the best p is 0.75, at log(3) / 4.
    logits = np.array([[4.0, 0.0]] * 4)
    assert fit_temperature(np.array([0, 0, 0, 1]), logits) == pytest.approx(4 / np.log(3), rel=0.03)


def test_retrieval_by_hand():
    # Degrees: 90 is nearer to 85 than to its own 100, and 85 nearer to 90 than to its own 60.
    def at(*degrees):
        return np.array([[np.cos(np.radians(d)), np.sin(np.radians(d))] for d in degrees])

    queries, documents = at(0, 60, 90), 3 * at(10, 85, 100)
    assert retrieval_accuracy(queries, documents) == pytest.approx(2 / 3)
    assert retrieval_accuracy(documents, queries) == pytest.approx(2 / 3)
