"""The training file: what is learnt from, and how."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from core.errors import InputError

#: A key that isn't known is an error.
_STRICT = ConfigDict(extra="forbid")

Part = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(gt=0)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class TrainingSet:
    """A set of labelled files, and how an epoch draws from it."""

    name: str
    files: tuple[str, ...]
    #: The part of the set that the first, second... epoch draws; the last goes on.
    shares: Annotated[tuple[Part, ...], Field(min_length=1)]
    #: The chance that a drawn text gets other names, of the same kinds, for the entities in it.
    rename: Part = 0.0

    def share(self, epoch: int) -> float:
        """The part that an epoch, counted from 1, draws."""
        return self.shares[min(epoch, len(self.shares)) - 1]


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class TrainingPlan:
    """Everything that decides what the weights become."""

    #: The training file's folder; the names of all files are relative to it.
    home: Path
    encoder: Path
    #: A model folder to go on from, heads included; None to begin with the bare encoder.
    start: Path | None = None
    out: Path
    #: What the weights will be called, and under which licence they stand.
    release: str
    licence: str
    sets: Annotated[tuple[TrainingSet, ...], Field(min_length=1)]
    #: Files of texts in two languages, for the story vector (`nlp.pairs`).
    pairs: tuple[str, ...] = ()
    #: Files that decide which epoch is kept and how it is calibrated; never trained on.
    choose_by: Annotated[tuple[str, ...], Field(min_length=1)]
    seed: Annotated[int, Field(ge=0)]
    epochs: Count
    batch_size: Count
    max_tokens: Count
    #: How many of the encoder's layers are kept, from the input on; None for all.
    layers: Count | None = None
    encoder_rate: Rate
    head_rate: Rate
    layer_decay: Rate
    #: Decay by step of the moving average of the weights, which is what is evaluated and kept.
    average: Part
    #: Autocast to bfloat16: faster on processors with AMX, slower without.
    bfloat16: bool = False


def read_plan(path: Path) -> TrainingPlan:
    """Read a training file, in which all paths are relative to its folder.

    Raises:
        InputError: if it can't be read, lacks a key, has an unknown one or one of a wrong type.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        home = path.resolve().parent
        places = {
            key: (home / raw[key]).resolve() for key in ("encoder", "start", "out") if key in raw
        }
        return TypeAdapter(TrainingPlan).validate_python(raw | places | {"home": home})
    except (OSError, ValueError, KeyError, TypeError) as e:
        problem = f"no usable training file ({' '.join(str(e).split())})"
        raise InputError(path, problem, remedy="see nlp/train.toml") from e
