"""Which bytes stand for which values: int8 weights and activations of a linear map.

Activations get one scale for all tokens of all texts, fixed beforehand, so that a score
depends neither on the batch nor on its order. A few channels are far larger than others;
they are dealt with in two ways: part of a channel's size is moved into the weights that
read it (SmoothQuant, Xiao et al. 2023, equation 4), as much as leaves the least error on
sample texts; and the largest of the inner channels are left out, to be run in float.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from nlp.folder import Affine, Array, LayerWeights

#: Shares of a channel's size that may be moved into the weights.
SHARES = (0.0, 0.5, 0.65, 0.75, 0.85, 0.95)
#: Inner channels of a layer that are run in float.
ASIDE = 8
#: One token in so many is a sample to compare candidates on.
EVERY = 16

_TINY = 1e-6


@dataclass(slots=True)
class Observed:
    """What a linear map is given on sample texts: ranges by channel, and some tokens."""

    low: Array
    high: Array
    #: (N, in).
    sample: Array

    @classmethod
    def of(cls, tokens: Array) -> "Observed":
        """From all tokens, (N, in)."""
        return cls(tokens.min(0), tokens.max(0), tokens[::EVERY])

    def joined(self, other: "Observed") -> "Observed":
        """What both saw."""
        return Observed(
            np.minimum(self.low, other.low),
            np.maximum(self.high, other.high),
            np.concatenate([self.sample, other.sample]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantised:
    """A linear map on bytes.

    An activation x of channel c, divided by smooth[c], lies in [low, high], of which there
    are 256 levels; a weight is `weight` times the scale of its row.
    """

    smooth: Array
    low: float
    high: float
    #: (out, in) of -127 to 127.
    weight: "np.ndarray[tuple[int, int], np.dtype[np.int8]]"
    #: (out, 1).
    scale: Array
    bias: Array


@dataclass(frozen=True, slots=True)
class Split:
    """A layer without its largest inner channels, and these: widen, then narrow."""

    layer: LayerWeights
    aside: tuple[Affine, Affine]


def split(layer: LayerWeights, inner: Observed) -> Split:
    """Leave out the inner channels that were largest."""
    count = min(ASIDE, len(inner.low) // 4)
    chosen = np.argsort(-_size(inner))[:count]
    widen, narrow = layer.widen, layer.narrow
    kept = np.ones(len(widen.bias), np.float32)
    kept[chosen] = 0
    rest = replace(
        layer,
        # Channels of zeros, so that the sizes stay those for which processors are made.
        widen=Affine(widen.weight * kept[:, None], widen.bias * kept),
        narrow=Affine(narrow.weight * kept, narrow.bias),
    )
    none = np.zeros_like(narrow.bias)
    large = (
        Affine(widen.weight[chosen], widen.bias[chosen]),
        Affine(narrow.weight[:, chosen], none),
    )
    return Split(rest, large)


def without(observed: Observed, weight: Array) -> Observed:
    """What was observed, less the channels that a weight doesn't read."""
    read = weight.any(0)
    return Observed(observed.low * read, observed.high * read, observed.sample * read)


def quantise(linear: Affine, observed: Observed) -> Quantised:
    """The candidate whose output is nearest on the sample; its mean error goes into the bias."""
    wanted = observed.sample @ linear.weight.T

    def error(candidate: Quantised) -> Array:
        return wanted - _output(candidate, observed.sample)

    measured = [(c, error(c)) for c in _candidates(linear, observed)]
    best, left = min(measured, key=lambda pair: float(pair[1].var(0).sum()))
    return replace(best, bias=best.bias + left.mean(0))


def _candidates(linear: Affine, observed: Observed) -> Iterator[Quantised]:
    for share in SHARES:
        smooth = _smoothing(linear.weight, observed, share)
        weight = linear.weight * smooth
        scale = np.maximum(np.abs(weight).max(1, keepdims=True), _TINY) / 127
        yield Quantised(
            smooth=smooth,
            low=min(float((observed.low / smooth).min()), -_TINY),
            high=max(float((observed.high / smooth).max()), _TINY),
            weight=np.round(weight / scale).astype(np.int8),
            scale=scale,
            bias=linear.bias,
        )


def _smoothing(weight: Array, observed: Observed, share: float) -> Array:
    """By which each channel is divided; channels that are never used are left alone."""
    activation, read = _size(observed), np.abs(weight).max(0)
    used = (activation > _TINY) & (read > _TINY)
    if share == 0 or not used.any():
        return np.ones_like(activation)
    log = np.zeros_like(activation)
    log[used] = share * np.log(activation[used]) - (1 - share) * np.log(read[used])
    log[used] -= log[used].mean()
    return np.exp(log)


def _output(candidate: Quantised, tokens: Array) -> Array:
    """(N, out), without bias."""
    step = (candidate.high - candidate.low) / 255
    # As the network's library does: zero is exactly one of the levels.
    zero = np.round(-candidate.low / step)
    levels = np.clip(np.round(tokens / candidate.smooth / step) + zero, 0, 255) - zero
    return np.asarray((levels * step) @ (candidate.weight * candidate.scale).T)


def _size(observed: Observed) -> Array:
    return np.maximum(np.abs(observed.low), np.abs(observed.high))
