"""Run a model folder over texts and spans: probabilities out.

A text longer than the encoder reads at once is cut into windows at sentence ends; each
span is judged in its own window, the text as a whole by the mean over its windows,
weighted by their lengths. A span that covers no token is judged as the text is.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError

from core.errors import ModelError
from core.signals import Event, ModelIdentity, Probabilities, Span
from nlp.encoding import EncodedText, TextEncoder, collate
from nlp.model import EntitySentimentConfig, EntitySentimentModel

BUNDLED = Path(__file__).with_name("weights")
MODEL_TYPE = EntitySentimentConfig.model_type
FILES = ("config.json", "model.safetensors", "tokenizer.json")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the model makes of one text and its spans."""

    p: Probabilities
    #: None if the model doesn't tell events apart.
    event: Event | None
    #: One per span, in the order given.
    spans: tuple[Probabilities, ...]


class Scorer(Protocol):
    """Anything that scores texts and spans in them."""

    @property
    def identity(self) -> ModelIdentity:
        """Which weights it runs."""
        ...

    def predict(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Prediction]:
        """One prediction per text, in order; `spans` has one sequence per text."""
        ...


class TorchScorer:
    """A model folder run by torch in float32."""

    def __init__(self, folder: Path, *, batch: int = 32) -> None:
        """Load a folder, to be run over `batch` windows at a time.

        Raises:
            ModelError: if it lacks a file or the weights don't fit the configuration.
        """
        _check(folder)
        self._encoder = TextEncoder(folder)
        self._model = load_model(folder)
        self._batch = batch
        config = self._model.config
        self.identity = ModelIdentity(
            name=config.release, revision=revision_of(folder), licence=config.licence
        )

    def predict(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Prediction]:
        """See `Scorer.predict`."""
        limit = self._model.config.max_position_embeddings
        cut = self._encoder.windows(texts, spans, limit=limit)
        flat = [window for windows in cut for window in windows]
        outputs = iter(self._run(flat))
        return [
            _combine(windows, [next(outputs) for _ in windows], count=len(of_text))
            for windows, of_text in zip(cut, spans, strict=True)
        ]

    def _run(self, texts: Sequence[EncodedText]) -> list["_Output"]:
        """Score windows in batches of similar length; results in the order given."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i].ids))
        done: dict[int, _Output] = {}
        for at in range(0, len(order), self._batch):
            chosen = order[at : at + self._batch]
            outputs = self._run_batch([texts[i] for i in chosen])
            done.update(zip(chosen, outputs, strict=True))
        return [done[i] for i in range(len(texts))]

    def _run_batch(self, texts: Sequence[EncodedText]) -> list["_Output"]:
        config = self._model.config
        with torch.inference_mode():
            logits = self._model(collate(texts, pad_id=config.pad_token_id or 0))
        sentence = _softmax(logits.sentence / config.sentence_temperature)
        event = _softmax(logits.event)
        ends = np.cumsum([len(t.spans) for t in texts])[:-1]
        entity = np.split(_softmax(logits.entity / config.entity_temperature), ends)
        return [_Output(*row) for row in zip(sentence, event, entity, strict=True)]


@dataclass(frozen=True, slots=True)
class _Output:
    """Probabilities of one window: (3,), (13,) and (spans, 3)."""

    sentence: Floats
    event: Floats
    spans: Floats


def load_scorer(folder: Path | None, *, backend: str, batch: int, threads: int) -> Scorer:
    """The scorer of a folder (the bundled weights if None) on a backend of `BACKENDS`.

    What isn't a folder of `remous train` is taken for a checkpoint of the ecosystem.

    Raises:
        ModelError: if the model can't be loaded.
    """
    folder = folder or BUNDLED
    if not _is_ours(folder):
        from nlp.checkpoint import load_checkpoint

        return load_checkpoint(str(folder), batch=batch, threads=threads)
    if threads:
        torch.set_num_threads(threads)
    return BACKENDS[backend](folder, batch=batch)


#: Ways to run a model folder; "auto" is the fastest that is installed.
BACKENDS: dict[str, Callable[..., Scorer]] = {"auto": TorchScorer, "torch": TorchScorer}


def revision_of(folder: Path) -> str:
    """First 12 hex digits of the SHA-256 of a folder's weights file."""
    with (folder / "model.safetensors").open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def _combine(
    windows: Sequence[EncodedText], outputs: Sequence[_Output], *, count: int
) -> Prediction:
    weights = np.array([len(w.ids) for w in windows], dtype=np.float64)
    sentence = np.average([o.sentence for o in outputs], axis=0, weights=weights)
    event = np.average([o.event for o in outputs], axis=0, weights=weights)
    spans: dict[int, Floats] = {}
    for window, output in zip(windows, outputs, strict=True):
        spans.update(zip(window.order, output.spans, strict=True))
    return Prediction(
        p=_probabilities(sentence),
        event=list(Event)[int(event.argmax())],
        spans=tuple(_probabilities(spans.get(i, sentence)) for i in range(count)),
    )


def _probabilities(p: Floats) -> Probabilities:
    return Probabilities(negative=float(p[0]), neutral=float(p[1]), positive=float(p[2]))


def _softmax(logits: torch.Tensor) -> Floats:
    return np.asarray(torch.softmax(logits.double(), dim=-1).numpy())


def _is_ours(folder: Path) -> bool:
    """Whether a folder is one of `remous train`, or was one before it was damaged."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return folder.is_dir()
    return isinstance(config, dict) and config.get("model_type") == MODEL_TYPE


def _check(folder: Path) -> None:
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            folder,
            f"no model folder, {missing[0]} is missing",
            remedy="give a folder written by `remous train`, or leave model.folder unset",
        )


def load_model(folder: Path) -> EntitySentimentModel:
    """The network of a model folder, in float32, ready to score.

    Raises:
        ModelError: if the weights can't be read or don't fit the configuration.
    """
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        config = EntitySentimentConfig.from_pretrained(folder)
        loaded: Any = EntitySentimentModel.from_pretrained(
            folder,
            config=config,
            dtype=torch.float32,
            output_loading_info=True,
            ignore_mismatched_sizes=True,
        )
    except (OSError, ValueError, RuntimeError, SafetensorError) as e:
        raise ModelError(folder, f"can't be loaded ({str(e).splitlines()[0]})") from e
    model: EntitySentimentModel = loaded[0]
    report = loaded[1]
    if report["missing_keys"] or report["mismatched_keys"]:
        raise ModelError(
            folder, "the weights don't fit the configuration", remedy="train or copy it again"
        )
    model.eval()  # type: ignore[no-untyped-call]
    return model
