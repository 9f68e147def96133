"""Labelled texts as training examples, and an epoch's batches of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import InputError
from core.signals import Event, Label
from nlp.data import LabelledText, in_dev_tenth, read_labelled
from nlp.encoding import EncodedText, TextEncoder
from nlp.plan import TrainingPlan

LABELS, EVENTS = list(Label), list(Event)

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


def read_sets(
    plan: TrainingPlan, encoder: TextEncoder
) -> tuple[list[list[Example]], list[Example]]:
    """Training examples by set, and the held-out tenth of the first set (ours).

    Raises:
        InputError: if a pattern of the plan matches no file.
    """
    sets, held_out = [], []
    for source, spec in enumerate(plan.sets):
        paths = sorted(p for pattern in spec.files for p in plan.data.glob(pattern))
        if not paths:
            raise InputError(spec.name, f"no file matches {', '.join(spec.files)} in {plan.data}")
        items = [item for path in paths for item in read_labelled(path)]
        kept = [item for item in items if not in_dev_tenth(item)]
        sets.append(make_examples(kept, encoder, source=source, limit=plan.max_tokens))
        if source == 0:
            tenth = [item for item in items if in_dev_tenth(item)]
            held_out = make_examples(tenth, encoder, source=0, limit=plan.max_tokens)
    return sets, held_out


def make_examples(
    items: Sequence[LabelledText], encoder: TextEncoder, *, source: int, limit: int
) -> list[Example]:
    """Encode labelled texts, of which only the first `limit` tokens are read."""
    cut = encoder.windows(
        [item.text for item in items],
        [[span for span, _ in item.entities] for item in items],
        limit=limit,
    )
    return [
        Example(
            text=windows[0],
            source=source,
            label=LABELS.index(item.label) if item.label else IGNORED,
            event=EVENTS.index(item.event) if item.event else IGNORED,
            entities=tuple(LABELS.index(item.entities[n][1]) for n in windows[0].order),
        )
        for windows, item in zip(cut, items, strict=True)
    ]


def epoch_batches(
    sets: Sequence[Sequence[Example]], plan: TrainingPlan, rng: np.random.Generator
) -> Iterator[list[Example]]:
    """A fresh draw from each set, in batches of texts of similar length, shuffled."""
    drawn = [
        examples[i]
        for examples, spec in zip(sets, plan.sets, strict=True)
        for i in rng.permutation(len(examples))[: round(spec.share * len(examples))]
    ]
    noise = rng.uniform(0.9, 1.1, len(drawn))
    order = sorted(range(len(drawn)), key=lambda i: len(drawn[i].text.ids) * noise[i])
    starts = np.arange(0, len(order), plan.batch_size)
    for start in rng.permutation(starts):
        yield [drawn[i] for i in order[start : start + plan.batch_size]]
