"""Figures by hand and from scikit-learn's documented definitions."""

import numpy as np
import pytest

from nlp.metrics import calibration_error, fit_temperature, quality, retrieval_accuracy


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
