"""Labelled texts as training examples, and an epoch's batches of them."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import InputError
from nlp.data import EVENTS, LABELS, LabelledText, in_dev_tenth, read_labelled
from nlp.encoding import EncodedText, TextEncoder
from nlp.plan import TrainingPlan, TrainingSet

#: Index of a label that a set doesn't give.
IGNORED = -100


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An encoded text with its label indices, IGNORED where a label is missing."""

    text: EncodedText
    source: int
    label: int
    event: int
    #: One per span of `text`.
    entities: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A training set's items."""

    spec: TrainingSet
    items: Sequence[LabelledText]


class Epochs:
    """Draws from the sets, epoch by epoch, what is learnt next."""

    def __init__(
        self,
        plan: TrainingPlan,
        sources: Sequence[Source],
        *,
        encoder: TextEncoder,
        rename: Callable[[LabelledText, np.random.Generator], LabelledText],
    ) -> None:
        self._plan = plan
        self._sources = sources
        self._encoder = encoder
        self._rename = rename

    def steps(self, epoch: int) -> int:
        """How many batches an epoch, counted from 1, has."""
        return math.ceil(sum(self._counts(epoch)) / self._plan.batch_size)

    def batches(self, epoch: int, rng: np.random.Generator) -> Iterator[list[Example]]:
        """A fresh draw from each set, in batches of texts of similar length, shuffled."""
        counts = self._counts(epoch)
        drawn = [e for n, count in enumerate(counts) for e in self._draw(n, count, rng)]
        noise = rng.uniform(0.9, 1.1, len(drawn))
        order = sorted(range(len(drawn)), key=lambda i: len(drawn[i].text.ids) * noise[i])
        size = self._plan.batch_size
        for start in rng.permutation(np.arange(0, len(order), size)):
            yield [drawn[i] for i in order[start : start + size]]

    def _counts(self, epoch: int) -> list[int]:
        return [round(s.spec.share(epoch) * len(s.items)) for s in self._sources]

    def _draw(self, number: int, count: int, rng: np.random.Generator) -> list[Example]:
        source = self._sources[number]
        chosen = rng.permutation(len(source.items))[:count]
        renamed = rng.random(count) < source.spec.rename
        items = [
            self._rename(source.items[i], rng) if new else source.items[i]
            for i, new in zip(chosen, renamed, strict=True)
        ]
        return make_examples(items, self._encoder, source=number, limit=self._plan.max_tokens)


def read_set(spec: TrainingSet, home: Path) -> list[LabelledText]:
    """A set's items to train on: all but those whose text stands in the development tenth.

    Raises:
        InputError: if no file matches, or nothing is left to train on.
    """
    paths = sorted(p for pattern in spec.files for p in home.glob(pattern))
    if not paths:
        raise InputError(spec.name, f"no file matches {', '.join(spec.files)} in {home}")
    items = [item for path in paths for item in read_labelled(path)]
    held_out = {item.text for item in items if in_dev_tenth(item)}
    kept = [item for item in items if item.text not in held_out]
    if not kept:
        raise InputError(spec.name, "holds nothing to train on", remedy="give more texts")
    return kept


def make_examples(
    items: Sequence[LabelledText], encoder: TextEncoder, *, source: int, limit: int
) -> list[Example]:
    """Encode labelled texts, of which only the first `limit` tokens are read."""
    encoded = encoder.encode(
        [item.text for item in items],
        [[span for span, _ in item.entities] for item in items],
        limit=limit,
    )
    return [
        Example(
            text=text,
            source=source,
            label=LABELS.index(item.label) if item.label else IGNORED,
            event=EVENTS.index(item.event) if item.event else IGNORED,
            entities=tuple(LABELS.index(item.entities[n][1]) for n in text.order),
        )
        for text, item in zip(encoded, items, strict=True)
    ]
