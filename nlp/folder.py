"""A model folder as `remous train` writes it, read without the library it was trained with.

Importing that library takes longer than reading the weights and scoring the first text.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass as checked
from safetensors import SafetensorError, safe_open

from core.errors import ModelError
from core.signals import Event, Label, ModelIdentity

FILES = ("config.json", "model.safetensors", "tokenizer.json")
MODEL_TYPE = "remous-entity-sentiment"

Array = NDArray[np.float32]


@checked(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """What config.json says about the network, its calibration and whose weights they are."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    hidden_act: Literal["gelu"]
    layer_norm_eps: float
    pad_token_id: int
    sentence_temperature: float
    entity_temperature: float
    release: str
    licence: str


@dataclass(frozen=True, slots=True)
class Affine:
    """Weight and bias of a linear map, (out, in) and (out,), or of a normalisation."""

    weight: Array
    bias: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerWeights:
    """One transformer layer, normalised after each addition."""

    #: Query, key and value, stacked: (3 H, H).
    attend: Affine
    #: (H, H).
    join: Affine
    join_norm: Affine
    #: (I, H) and (H, I).
    widen: Affine
    narrow: Affine
    narrow_norm: Affine


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderWeights:
    """A BERT encoder: vocabulary V, positions P, hidden size H, inner size I."""

    #: (V, H).
    words: Array
    #: (P, H), the embedding of the only segment included.
    positions: Array
    norm: Affine
    layers: tuple[LayerWeights, ...]
    heads: int
    eps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadWeights:
    """What is read off the hidden states."""

    sentence: Affine
    event: Affine
    #: (H, 2 H), then (3, H).
    entity: tuple[Affine, Affine]
    #: (H, H).
    story: Affine


class ModelFolder:
    """Configuration, revision and weights of a folder, read when asked for."""

    def __init__(self, path: Path) -> None:
        """Read the configuration.

        Raises:
            ModelError: if a file is missing or the configuration can't be used.
        """
        _check(path)
        self.path = path
        self.config = _config(path)
        self.revision = revision_of(path)

    @property
    def identity(self) -> ModelIdentity:
        """Name, revision and licence of the weights."""
        return ModelIdentity(
            name=self.config.release, revision=self.revision, licence=self.config.licence
        )

    def heads(self) -> HeadWeights:
        """The weights of the heads, as float32.

        Raises:
            ModelError: if they can't be read or don't fit the configuration.
        """
        size = self.config.hidden_size
        with _Weights(self.path) as weights:
            return HeadWeights(
                sentence=weights.affine("sentence_head", len(Label), size),
                event=weights.affine("event_head", len(Event), size),
                entity=(
                    weights.affine("entity_head.0", size, 2 * size),
                    weights.affine("entity_head.3", len(Label), size),
                ),
                story=weights.affine("story_head", size, size),
            )

    def encoder(self) -> EncoderWeights:
        """The weights of the encoder, as float32.

        Raises:
            ModelError: if they can't be read or don't fit the configuration.
        """
        config, prefix = self.config, "encoder.embeddings."
        size = config.hidden_size
        with _Weights(self.path) as weights:
            positions = weights.array(
                f"{prefix}position_embeddings.weight", config.max_position_embeddings, size
            )
            segments = weights.array(f"{prefix}token_type_embeddings.weight", None, size)
            return EncoderWeights(
                words=weights.array(f"{prefix}word_embeddings.weight", config.vocab_size, size),
                positions=positions + segments[0],
                norm=weights.affine(f"{prefix}LayerNorm", size),
                layers=tuple(_layer(weights, i, config) for i in range(config.num_hidden_layers)),
                heads=config.num_attention_heads,
                eps=config.layer_norm_eps,
            )


def revision_of(folder: Path) -> str:
    """First 12 hex digits of the SHA-256 of a folder's weights file."""
    with (folder / "model.safetensors").open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def is_ours(folder: Path) -> bool:
    """Whether a folder is one of `remous train`, or was one before it was damaged."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return folder.is_dir()
    return isinstance(config, dict) and config.get("model_type") == MODEL_TYPE


class _Weights:
    """The tensors of a weights file, each read when asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._file: Any = safe_open(folder / "model.safetensors", framework="numpy")
        except (OSError, SafetensorError) as e:
            raise _unusable(folder, e) from e

    def __enter__(self) -> "_Weights":
        self._file.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._file.__exit__(*error)

    def array(self, name: str, *shape: int | None) -> Array:
        """A tensor of a shape, of which None says any length."""
        try:
            found: Array = self._file.get_tensor(name).astype(np.float32)
        except SafetensorError as e:
            raise _unfit(self._folder) from e
        lengths = zip(found.shape, shape, strict=False)
        if found.ndim != len(shape) or any(n is not None and n != has for has, n in lengths):
            raise _unfit(self._folder)
        return found

    def affine(self, name: str, *shape: int) -> Affine:
        return Affine(self.array(f"{name}.weight", *shape), self.array(f"{name}.bias", shape[0]))


def _layer(weights: _Weights, index: int, config: ModelConfig) -> LayerWeights:
    prefix, size, inner = (
        f"encoder.encoder.layer.{index}.",
        config.hidden_size,
        config.intermediate_size,
    )
    parts = [
        weights.affine(f"{prefix}attention.self.{part}", size, size)
        for part in ("query", "key", "value")
    ]
    return LayerWeights(
        attend=Affine(
            np.concatenate([part.weight for part in parts]),
            np.concatenate([part.bias for part in parts]),
        ),
        join=weights.affine(f"{prefix}attention.output.dense", size, size),
        join_norm=weights.affine(f"{prefix}attention.output.LayerNorm", size),
        widen=weights.affine(f"{prefix}intermediate.dense", inner, size),
        narrow=weights.affine(f"{prefix}output.dense", size, inner),
        narrow_norm=weights.affine(f"{prefix}output.LayerNorm", size),
    )


def _config(folder: Path) -> ModelConfig:
    try:
        raw: Mapping[str, Any] = json.loads((folder / "config.json").read_bytes())
        known = {key: raw[key] for key in ModelConfig.__dataclass_fields__}
        return TypeAdapter(ModelConfig).validate_python(known)
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise _unusable(folder, e) from e


def _check(folder: Path) -> None:
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            folder,
            f"no model folder, {missing[0]} is missing",
            remedy="give a folder written by `remous train`, or leave model.folder unset",
        )


def _unusable(folder: Path, error: Exception) -> ModelError:
    return ModelError(folder, f"can't be loaded ({str(error).splitlines()[0]})")


def _unfit(folder: Path) -> ModelError:
    return ModelError(
        folder, "the weights don't fit the configuration", remedy="train or copy it again"
    )
