"""From encoded texts to probabilities: batches, an encoder, and heads on what it gives.

Every backend is an `Encoder`; batching and heads are the same for all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.encoding import EncodedText
from nlp.folder import Affine, Array, HeadWeights, ModelConfig
from nlp.vectors import unit

Floats = NDArray[np.float64]

#: Tokens of a batch, padding included: what keeps the processor busy and its cache warm.
BATCH_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class Batch:
    """B texts, padded to L tokens."""

    texts: tuple[EncodedText, ...]
    #: (B, L).
    ids: NDArray[np.int64]
    #: (B, L): 1 on tokens, 0 on padding.
    mask: Array


class Encoder(Protocol):
    """A way to run the encoder."""

    @property
    def step(self) -> int:
        """Of which multiple the length of a batch must be; 0 for any.

        Where values are rounded coarsely, another length of padding, though it only changes
        the order of sums, is enough to round some of them the other way. With a step, a
        text is padded to the same length in every batch.
        """
        ...

    def encode(self, batches: Iterable[Batch]) -> Iterator[Array]:
        """Yield the last hidden states (B, L, H) of each batch, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Output:
    """Of one text: probabilities, (3,), (13,) and (spans, 3), and the story vector, (H,)."""

    sentence: Floats
    event: Floats
    spans: Floats
    #: Of length 1.
    story: Array


class Network:
    """An encoder with the heads of a folder."""

    def __init__(
        self, encoder: Encoder, heads: HeadWeights, config: ModelConfig, *, batch: int
    ) -> None:
        """Put it together, to be run over `batch` texts at most at a time."""
        self._encoder, self._heads, self._config, self._batch = encoder, heads, config, batch

    @property
    def limit(self) -> int:
        """Tokens of a text at most: with padding, it has no more than there are positions."""
        positions = self._config.max_position_embeddings
        return positions - positions % (self._encoder.step or 1)

    def run(self, texts: Sequence[EncodedText]) -> list[Output]:
        """One output per text, in the order given."""
        if not texts:
            return []
        step, pad_id = self._encoder.step, self._config.pad_token_id
        chosen = length_buckets([len(t.ids) for t in texts], count=self._batch, step=step)
        batches = [pad([texts[i] for i in b], pad_id=pad_id, step=step) for b in chosen]
        hidden = self._encoder.encode(batches)
        means = [_means(batch, states) for batch, states in zip(batches, hidden, strict=True)]
        order = np.argsort(np.concatenate(chosen))
        pooled = np.concatenate([mean for mean, _ in means])[order]
        spans = [spans for _, of_batch in means for spans in of_batch]
        return self._read(pooled, [spans[i] for i in order])

    def _read(self, pooled: Array, spans: Sequence[Array]) -> list[Output]:
        """Everything that is read off the means of the hidden states.

        For all texts at once: numpy's threads and those of the encoder, both at work, would
        take each other's time.
        """
        heads, config = self._heads, self._config
        counts = [len(of_text) for of_text in spans]
        pairs = np.hstack([np.concatenate(spans), np.repeat(pooled, counts, axis=0)])
        inner, outer = heads.entity
        entity = _affine(_gelu(_affine(pairs, inner)), outer)
        columns = (
            _probabilities(_affine(pooled, heads.sentence), config.sentence_temperature),
            _probabilities(_affine(pooled, heads.event), 1.0),
            np.split(_probabilities(entity, config.entity_temperature), np.cumsum(counts)[:-1]),
            unit(_affine(pooled, heads.story)),
        )
        return [Output(*row) for row in zip(*columns, strict=True)]


def length_buckets(lengths: Sequence[int], *, count: int, step: int = 0) -> list[list[int]]:
    """Numbers of texts by batch, shortest first: at most `count` and `BATCH_TOKENS` in each.

    With a step, a batch holds only lengths with the same multiple of it above them.
    """
    buckets: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        length = padded(lengths[i], step)
        if (
            not buckets
            or len(buckets[-1]) == count
            or (len(buckets[-1]) + 1) * length > BATCH_TOKENS
            or (step and padded(lengths[buckets[-1][0]], step) != length)
        ):
            buckets.append([])
        buckets[-1].append(i)
    return buckets


def padded(length: int, step: int) -> int:
    """The next multiple of a step, or the length itself without one."""
    return -(-length // step) * step if step else length


def pad(texts: Sequence[EncodedText], *, pad_id: int, step: int = 0) -> Batch:
    """Stack texts, padded to the longest, and on to a multiple of the step."""
    shape = len(texts), padded(max(len(t.ids) for t in texts), step)
    ids, mask = np.full(shape, pad_id, np.int64), np.zeros(shape, np.float32)
    for row, text in enumerate(texts):
        ids[row, : len(text.ids)] = text.ids
        mask[row, : len(text.ids)] = 1
    return Batch(tuple(texts), ids, mask)


def _means(batch: Batch, hidden: Array) -> tuple[Array, list[Array]]:
    """Means of (B, L, H) over the tokens of each text, (B, H), and of its spans, (spans, H)."""
    total = np.einsum("blh,bl->bh", hidden, batch.mask)
    pooled: Array = total / batch.mask.sum(1, keepdims=True)
    spans = [
        np.array([states[list(tokens)].mean(0) for tokens in text.spans], np.float32)
        for text, states in zip(batch.texts, hidden, strict=True)
    ]
    return pooled, [found.reshape(-1, hidden.shape[-1]) for found in spans]


def _affine(x: Array, by: Affine) -> Array:
    return x @ by.weight.T + by.bias


def _gelu(x: Array) -> Array:
    return np.asarray(x * 0.5 * (1 + _erf(x / np.sqrt(2))), dtype=np.float32)


def _erf(x: Array) -> Array:
    """The error function to 1.5e-7 (Abramowitz and Stegun 1964, formula 7.1.26).

    scipy's takes longer to import than a text takes to score.
    """
    t = 1 / (1 + 0.3275911 * np.abs(x))
    factors = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592, 0.0)
    return np.asarray(np.sign(x) * (1 - np.polyval(factors, t) * np.exp(-x * x)))


def _probabilities(logits: Array, temperature: float) -> Floats:
    scaled = logits.astype(np.float64) / temperature
    weights = np.exp(scaled - scaled.max(-1, keepdims=True))
    return np.asarray(weights / weights.sum(-1, keepdims=True))
