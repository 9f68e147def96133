"""What a training run learns from and is judged by, read and encoded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import InputError
from nlp.data import LabelledText, read_labelled
from nlp.encoding import EncodedText, TextEncoder
from nlp.examples import Epochs, Example, Source, make_examples, read_set
from nlp.names import INVENTED_FILE, NameTable, make_pool, read_names, swap_names
from nlp.pairs import draw_pairs, read_pairs
from nlp.plan import TrainingPlan

#: One step in so many also learns from pairs of texts in two languages.
PAIRS_EVERY = 4

#: A text of each language.
EncodedPair = tuple[EncodedText, EncodedText]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that is drawn from."""

    epochs: Epochs
    pairs: Sequence[EncodedPair]
    #: By pair.
    groups: Sequence[int]
    #: By name of development file.
    chosen_by: Mapping[str, Sequence[Example]]

    def steps(
        self, epoch: int, plan: TrainingPlan, rng: np.random.Generator
    ) -> Iterator[tuple[list[Example], list[EncodedPair]]]:
        """The batches of an epoch, counted from 1, each with a batch of pairs or none."""
        drawn = draw_pairs(self.groups, rng.spawn(1)[0], size=plan.batch_size)
        for step, batch in enumerate(self.epochs.batches(epoch, rng)):
            numbers = next(drawn, ()) if step % PAIRS_EVERY == 0 else ()
            yield batch, [self.pairs[i] for i in numbers]


def gather(plan: TrainingPlan) -> Material:
    """Read and encode what the plan names.

    Raises:
        InputError: if a file is missing or can't be used.
    """
    encoder = TextEncoder(plan.encoder)
    pairs = [pair for name in plan.pairs for pair in read_pairs(plan.home / name)]
    fr, en = (
        encoder.encode(side, limit=plan.max_tokens)
        for side in ([p.fr for p in pairs], [p.en for p in pairs])
    )
    return Material(
        epochs=_epochs(plan, encoder),
        pairs=list(zip(fr, en, strict=True)),
        groups=[pair.group for pair in pairs],
        chosen_by=_development(plan, encoder),
    )


def _development(plan: TrainingPlan, encoder: TextEncoder) -> dict[str, list[Example]]:
    sets = {Path(name).stem: read_labelled(plan.home / name) for name in plan.choose_by}
    if len(sets) < len(plan.choose_by):
        raise InputError("choose_by", "two files have one name", remedy="rename one")
    for name, items in sets.items():
        if not any(item.label or item.entities for item in items):
            raise InputError(name, "has no label to choose an epoch by", remedy="label it")
    return {
        name: make_examples(items, encoder, source=0, limit=plan.max_tokens)
        for name, items in sets.items()
    }


def _epochs(plan: TrainingPlan, encoder: TextEncoder) -> Epochs:
    sources = [Source(spec=spec, items=read_set(spec, plan.home)) for spec in plan.sets]
    names = [*read_names(), *read_names(INVENTED_FILE)]
    table, pool = NameTable(names), make_pool(names)

    def rename(item: LabelledText, rng: np.random.Generator) -> LabelledText:
        try:
            return swap_names(item, table, pool, rng)
        except InputError:  # no name of the pool fits this text: it is learnt as it stands
            return item

    return Epochs(plan, sources, encoder=encoder, rename=rename)
