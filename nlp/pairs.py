"""Texts that tell the same in French and in English: read, and drawn for training."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One story in two languages."""

    fr: str
    en: str
    #: Number shared with stories that are like it: its opposite, its double at another company.
    group: int


def read_pairs(path: Path) -> list[Pair]:
    """Read JSON lines of `{"group", "fr", "en"}`.

    Raises:
        InputError: if the file is missing or a row isn't such a pair.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return [Pair(fr=row["fr"], en=row["en"], group=row["group"]) for row in rows]
    except OSError as e:
        raise InputError(path, e.strerror or "can't be read", remedy="give a file of pairs") from e
    except (ValueError, KeyError, TypeError) as e:
        raise InputError(path, f"not a file of pairs ({e})", remedy="see nlp/pairs.py") from e


def draw_pairs(
    groups: Sequence[int], rng: np.random.Generator, *, size: int
) -> Iterator[NDArray[np.int64]]:
    """Batches of the numbers of `size` pairs, without end, each pass shuffled anew.

    A group is drawn as a whole, since telling its stories apart is what has to be learnt; it
    is parted only where a batch is full.

    Args:
        groups: The group of each pair.
        rng: Source of the draws.
        size: Pairs in a batch.
    """
    numbers = np.asarray(groups)
    while len(numbers):
        place = rng.permutation(numbers.max() + 1)
        order = np.argsort(place[numbers], kind="stable")
        for at in range(0, len(order), size):
            yield order[at : at + size]
