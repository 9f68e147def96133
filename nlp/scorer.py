"""Run a model folder over texts and spans: probabilities out.

A text longer than the encoder reads at once is cut into windows at sentence ends; each
span is judged in its own window, the text as a whole by the mean over its windows,
weighted by their lengths. A span that covers no token is judged as the text is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from safetensors import SafetensorError

from core.errors import ModelError
from core.signals import Event, ModelIdentity, Probabilities, Span
from nlp.backends import Engine, make_encoder
from nlp.encoding import EncodedText, TextEncoder
from nlp.folder import ModelFolder, is_ours
from nlp.network import Floats, Network, Output

if TYPE_CHECKING:
    from nlp.model import EntitySentimentModel

BUNDLED = Path(__file__).with_name("weights")


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


class FolderScorer:
    """A model folder run by a network."""

    def __init__(self, folder: ModelFolder, network: Network) -> None:
        """Read the folder's tokenizer.

        Raises:
            ModelError: if it can't be used.
        """
        self.identity = folder.identity
        self._encoder = TextEncoder(folder.path)
        self._network = network

    def predict(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Prediction]:
        """See `Scorer.predict`."""
        cut = self._encoder.windows(texts, spans, limit=self._network.limit)
        outputs = iter(self._network.run([window for windows in cut for window in windows]))
        return [
            _combine(windows, [next(outputs) for _ in windows], count=len(of_text))
            for windows, of_text in zip(cut, spans, strict=True)
        ]


def load_scorer(
    folder: Path | None,
    *,
    backend: str,
    batch: int,
    threads: int,
    cache: Path | None = None,
) -> Scorer:
    """The scorer of a folder, the bundled weights if None.

    What isn't a folder of `remous train` is taken for a checkpoint of the ecosystem, which
    only torch runs.

    Args:
        folder: Folder, or name of a checkpoint.
        backend: A name of `nlp.backends.BACKENDS`, or "auto" for the fastest there is.
        batch: Windows in one pass at most.
        threads: Threads of the network; 0 for one per core.
        cache: Folder for converted weights; the user's cache folder if None.

    Raises:
        ModelError: if the model can't be loaded, or not on that backend.
    """
    path = folder or BUNDLED
    if not is_ours(path):
        if backend not in ("auto", "torch"):
            raise ModelError(path, f"doesn't run on {backend}", remedy="choose the backend torch")
        from nlp.checkpoint import load_checkpoint

        return load_checkpoint(str(path), batch=batch, threads=threads)
    found = ModelFolder(path)
    encoder = make_encoder(found, Engine(backend=backend, threads=threads, cache=cache))
    return FolderScorer(found, Network(encoder, found.heads(), found.config, batch=batch))


def _combine(
    windows: Sequence[EncodedText], outputs: Sequence[Output], *, count: int
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


def load_model(folder: Path) -> "EntitySentimentModel":
    """The network of a model folder in torch, in float32, ready to train on.

    Raises:
        ModelError: if the weights can't be read or don't fit the configuration.
    """
    import torch
    from transformers.utils import logging

    from nlp.model import EntitySentimentConfig, EntitySentimentModel

    ModelFolder(folder)
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
