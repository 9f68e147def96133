"""What decides the weights: the training file, read and checked."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from core.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSet:
    """A set of labelled files, and the part of it that one epoch draws."""

    name: str
    files: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """Everything that decides what the weights become."""

    data: Path
    encoder: Path
    out: Path
    sets: tuple[TrainingSet, ...]
    choose_by: tuple[str, ...]
    seed: int
    epochs: int
    batch_size: int
    max_tokens: int
    encoder_rate: float
    head_rate: float
    layer_decay: float


def read_plan(path: Path) -> TrainingPlan:
    """Read a training file; paths in it are relative to its folder and to `data`.

    Raises:
        InputError: if it can't be read, lacks a key or has an unknown one.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        data = (path.parent.parent / raw.pop("data")).resolve()
        return TrainingPlan(
            data=data,
            encoder=data / raw.pop("encoder"),
            out=(path.parent.parent / raw.pop("out")).resolve(),
            sets=tuple(TrainingSet(**s | {"files": tuple(s["files"])}) for s in raw.pop("sets")),
            choose_by=tuple(raw.pop("choose_by")),
            **raw,
        )
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise InputError(path, f"no usable training file ({e})", remedy="see nlp/train.toml") from e
