"""What a model says of a text, and what every model must be able to say."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.signals import Event, ModelIdentity, Probabilities, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the model makes of one text and its spans."""

    p: Probabilities
    #: None if the model doesn't tell events apart.
    event: Event | None
    #: One per span, in the order given.
    spans: tuple[Probabilities, ...]
    #: (H,) of length 1: near to the vectors of texts that tell the same story, in either
    #: language; None if the model has no such vector.
    story: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)


class Scorer(Protocol):
    """Anything that scores texts and spans in them."""

    @property
    def identity(self) -> ModelIdentity:
        """Which weights it runs."""
        ...

    def predict(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Prediction]:
        """One prediction per text, in order; `spans` has one sequence per text."""
        ...
