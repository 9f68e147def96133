"""Which bytes stand for which values: int8 weights and activations of a linear map.

A score may depend neither on the batch nor on its order. So the scale of the activations
is either one for all tokens of all texts, fixed beforehand, or each token's own, taken
when it runs. A few channels are far larger than others; they are dealt with in two ways:
part of a channel's size is moved into the weights that read it (SmoothQuant, Xiao et al.
2023, equation 4), as much as leaves the least error on sample texts; and the largest of
the inner channels are left out, to be run in float.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from nlp.folder import Affine, Array, LayerWeights

#: Shares of a channel's size that may be moved into the weights.
SHARES = (0.0, 0.3, 0.5, 0.65, 0.8)
#: Inner channels of a layer that are run in float.
ASIDE = 8
#: One token in so many is a sample to compare candidates on.
EVERY = 32
#: Channels of a token that have a scale of their own, where it isn't fixed.
GROUP = 384

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

    An activation of channel c is divided by smooth[c] before it becomes a byte; a weight
    is `weight` times the scale of its row.
    """

    smooth: Array
    #: Least and greatest activation, of 256 levels; None if each token has its own.
    levels: tuple[float, float] | None
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


def quantise(linear: Affine, observed: Observed, *, fixed: bool) -> Quantised:
    """The candidate whose output is nearest on the sample; its mean error goes into the bias.

    Args:
        linear: In float.
        observed: What it is given.
        fixed: Whether all tokens share one scale.
    """
    wanted = observed.sample @ linear.weight.T
    measured = [
        (candidate, wanted - _output(candidate, observed.sample))
        for candidate in _candidates(linear, observed, fixed=fixed)
    ]
    best, left = min(measured, key=lambda pair: float(pair[1].var(0).sum()))
    return replace(best, bias=best.bias + left.mean(0))


def _candidates(linear: Affine, observed: Observed, *, fixed: bool) -> Iterator[Quantised]:
    for share in SHARES:
        smooth = _smoothing(linear.weight, observed, share)
        weight = linear.weight * smooth
        scale = np.maximum(np.abs(weight).max(1, keepdims=True), _TINY) / 127
        low, high = float((observed.low / smooth).min()), float((observed.high / smooth).max())
        yield Quantised(
            smooth=smooth,
            levels=(min(low, -_TINY), max(high, _TINY)) if fixed else None,
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
    even = tokens / candidate.smooth
    seen = _rounded(even, *candidate.levels) if candidate.levels else _rounded_by_token(even)
    return np.asarray(seen @ (candidate.weight * candidate.scale).T)


def _rounded(x: Array, low: float, high: float) -> Array:
    """To the nearest of 256 levels, of which zero is one."""
    step = (high - low) / 255
    zero = np.round(-low / step)
    return np.asarray((np.clip(np.round(x / step) + zero, 0, 255) - zero) * step)


def _rounded_by_token(x: Array) -> Array:
    """To the nearest of 255 levels around zero, by token and group of channels."""
    groups = [x[:, at : at + GROUP] for at in range(0, x.shape[1], GROUP)]
    steps = [np.maximum(np.abs(g).max(1, keepdims=True), _TINY) / 127 for g in groups]
    return np.hstack([np.round(g / step) * step for g, step in zip(groups, steps, strict=True)])


def _size(observed: Observed) -> Array:
    return np.maximum(np.abs(observed.low), np.abs(observed.high))
