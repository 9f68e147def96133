"""Run a model folder over texts and spans: probabilities out.

Of a text only what the encoder reads at once counts; `nlp.articles` cuts longer ones. A
span that covers no token of it is judged as the text is.
"""

from collections.abc import Sequence
from pathlib import Path

from core.errors import ModelError
from core.signals import Event, Probabilities, Span
from nlp.backends import Engine, make_encoder
from nlp.encoding import EncodedText, TextEncoder
from nlp.folder import ModelFolder, is_ours
from nlp.network import Floats, Network, Output
from nlp.prediction import Prediction, Scorer

BUNDLED = Path(__file__).with_name("weights")


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
        """See `nlp.prediction.Scorer.predict`."""
        encoded = self._encoder.encode(texts, spans, limit=self._network.limit)
        return [
            _prediction(text, output, count=len(of_text))
            for text, output, of_text in zip(
                encoded, self._network.run(encoded), spans, strict=True
            )
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
        batch: Texts in one pass at most.
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


def _prediction(text: EncodedText, output: Output, *, count: int) -> Prediction:
    spans = dict(zip(text.order, output.spans, strict=True))
    return Prediction(
        p=_probabilities(output.sentence),
        event=list(Event)[int(output.event.argmax())],
        spans=tuple(_probabilities(spans.get(i, output.sentence)) for i in range(count)),
        story=output.story,
    )


def _probabilities(p: Floats) -> Probabilities:
    return Probabilities(negative=float(p[0]), neutral=float(p[1]), positive=float(p[2]))
