"""Which way a score leans, in one word, by the threshold that the signals use."""

from typing import Literal

from nlp.signals import LEANS


def leaning(score: float) -> Literal["negative", "mixed", "positive"]:
    """The lean of a score or signal in [-1, 1]."""
    if abs(score) <= LEANS:
        return "mixed"
    return "negative" if score < 0 else "positive"
