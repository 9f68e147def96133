"""What decides the weights: the training file, read and checked."""

import tomllib
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from core.errors import InputError

#: A key that isn't known is an error.
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class TrainingSet:
    """A set of labelled files, and the part of it that one epoch draws."""

    name: str
    files: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class TrainingPlan:
    """Everything that decides what the weights become."""

    data: Path
    encoder: Path
    #: A model folder to go on from, heads included; None to begin with the bare encoder.
    start: Path | None = None
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
    #: Autocast to bfloat16: faster on processors with AMX, slower without.
    bfloat16: bool = False


def read_plan(path: Path) -> TrainingPlan:
    """Read a training file.

    `data`, `start` and `out` are relative to the file's folder, `encoder`, `choose_by` and
    the files of the sets to `data`.

    Raises:
        InputError: if it can't be read, lacks a key, has an unknown one or one of a wrong type.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        home = path.resolve().parent
        data = (home / raw["data"]).resolve()
        places = {"data": data, "encoder": data / raw["encoder"], "out": home / raw["out"]}
        if "start" in raw:
            places["start"] = home / raw["start"]
        return TypeAdapter(TrainingPlan).validate_python(raw | places)
    except (OSError, ValueError, KeyError, TypeError) as e:
        problem = f"no usable training file ({' '.join(str(e).split())})"
        raise InputError(path, problem, remedy="see nlp/train.toml") from e
