"""The encoder on bytes, run by OpenVINO; converted once, then kept in a cache folder.

Conversion observes the float network on texts of our corpus, chooses the scales
(`nlp.quantise`) and writes the graph under a name made of the revision of the weights, the
version of OpenVINO and of this recipe.
"""

import hashlib
import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov  # type: ignore[import-untyped]
import platformdirs

from nlp.data import labelled_files, read_labelled
from nlp.encoding import TextEncoder
from nlp.folder import Affine, Array, EncoderWeights, ModelFolder
from nlp.graph import Place, int8_graph, observing_graph, product_graph
from nlp.network import Batch, length_buckets, pad
from nlp.quantise import GROUP, Observed, Quantised, Split, quantise, split, without

#: To be raised when the conversion changes.
RECIPE = 3
#: Texts that are observed.
TEXTS = 256
#: In one pass: few, for the inputs of all linear maps are held at once.
OBSERVED_AT_ONCE = 2

#: The linear maps whose input has one scale for all tokens: the fastest. The inner layer's
#: inputs are too uneven for that.
FIXED = ("attend", "join")

_GRAPH, _BYTES, _SUM = "encoder.xml", "encoder.bin", "sha256"
#: Scores must not depend on what else the processor could compute in.
_FLOAT32 = {"INFERENCE_PRECISION_HINT": "f32"}
_BY_TOKEN = {"DYNAMIC_QUANTIZATION_GROUP_SIZE": GROUP}


class Int8Encoder:
    """See `nlp.network.Encoder`."""

    step = 8

    def __init__(self, model: ov.Model, *, threads: int) -> None:
        """Compile a graph for this processor.

        Args:
            model: From ids and mask to hidden states.
            threads: Each runs a batch of its own; 0 for one per core.
        """
        threads = threads or os.cpu_count() or 1
        options = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": threads}
        compiled = ov.Core().compile_model(model, "CPU", _FLOAT32 | _BY_TOKEN | options)
        self._requests = [compiled.create_infer_request() for _ in range(threads + 1)]

    def encode(self, batches: Iterable[Batch]) -> Iterator[Array]:
        """See `nlp.network.Encoder.encode`."""
        free, running = deque(self._requests), deque[Any]()
        for batch in batches:
            if not free:
                free.append(running.popleft())
                yield _result(free[-1])
            running.append(free.popleft())
            running[-1].start_async([batch.ids, batch.mask])
        yield from map(_result, running)


def load_encoder(folder: ModelFolder, *, cache: Path | None, threads: int) -> Int8Encoder:
    """The encoder of a folder, from the cache folder if it was converted before.

    Raises:
        ModelError: if the weights can't be used.
    """
    home = cache or platformdirs.user_cache_path("remous")
    place = home / f"int8-{folder.revision}-{ov.__version__.split('-')[0]}-{RECIPE}"
    if (kept := _kept(place)) is not None:
        return Int8Encoder(kept, threads=threads)
    model = convert(folder)
    # A cache that can't be written costs time, not the score.
    with suppress(OSError):
        _keep(model, place)
    return Int8Encoder(model, threads=threads)


def convert(folder: ModelFolder) -> ov.Model:
    """The encoder of a folder as a graph on bytes."""
    weights = folder.encoder()
    observed = _observe(folder, weights)
    layers = [split(layer, observed[i, "narrow"]) for i, layer in enumerate(weights.layers)]
    maps = {
        place: _quantised(layers[place[0]], place[1], found) for place, found in observed.items()
    }
    return int8_graph(replace(weights, layers=tuple(s.layer for s in layers)), layers, maps)


def _quantised(of: Split, name: str, observed: Observed) -> Quantised:
    linear: Affine = getattr(of.layer, name)
    given = without(observed, linear.weight) if name == "narrow" else observed
    return quantise(linear, given, fixed=name in FIXED)


def _observe(folder: ModelFolder, weights: EncoderWeights) -> Mapping[Place, Observed]:
    """What each linear map of the float network is given on the sample texts."""
    graph, places = observing_graph(weights)
    compiled = ov.Core().compile_model(graph, "CPU", _FLOAT32)
    found: dict[Place, Observed] = {}
    for batch in _sample_batches(folder):
        inputs = compiled([batch.ids, batch.mask]).values()
        for place, values in zip(places, inputs, strict=True):
            new = Observed.of(values[batch.mask.astype(bool)])
            found[place] = found[place].joined(new) if place in found else new
    return found


def _sample_batches(folder: ModelFolder) -> list[Batch]:
    """Texts from everywhere in the corpus, shortest first."""
    texts = [item.text for path in labelled_files() for item in read_labelled(path)]
    chosen = texts[:: max(len(texts) // TEXTS, 1)]
    limit = folder.config.max_position_embeddings
    encoded = TextEncoder(folder.path).encode(chosen, limit=limit)
    pad_id = folder.config.pad_token_id
    buckets = length_buckets([len(text.ids) for text in encoded], count=OBSERVED_AT_ONCE)
    return [pad([encoded[i] for i in bucket], pad_id=pad_id) for bucket in buckets]


def _kept(place: Path) -> ov.Model | None:
    """The graph in a folder of the cache, unless it is missing or damaged."""
    return ov.Core().read_model(place / _GRAPH) if _sound(place) else None


def _sound(place: Path) -> bool:
    try:
        return (place / _SUM).read_text(encoding="ascii") == _sum(place)
    except (OSError, ValueError):
        return False


def _keep(model: ov.Model, place: Path) -> None:
    """Put a graph into the cache; another process may be doing the same."""
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=place.parent, prefix=".partial-"))
    try:
        ov.save_model(model, made / _GRAPH, compress_to_fp16=False)
        (made / _SUM).write_text(_sum(made), encoding="ascii")
        if place.exists() and not _sound(place):
            shutil.rmtree(place)
        made.rename(place)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _sum(place: Path) -> str:
    digest = hashlib.sha256()
    for name in (_GRAPH, _BYTES):
        with (place / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _result(request: Any) -> Array:  # noqa: ANN401 - the library has no such type
    """The hidden states, once they are there."""
    request.wait()
    return np.array(request.get_output_tensor(0).data)


def product(side: int) -> Callable[[], object]:
    """A product of matrices of bytes, to see what the machine does at most."""
    compiled = ov.Core().compile_model(product_graph(side), "CPU", _FLOAT32)
    request = compiled.create_infer_request()
    given = np.ones((1, side, side), np.float32)
    return lambda: request.infer([given])
