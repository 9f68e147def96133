"""The encoder as an OpenVINO graph, in float32 or with linear maps on bytes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import openvino as ov  # type: ignore[import-untyped]
from openvino import opset13 as ops

from nlp.folder import Affine, Array, EncoderWeights, LayerWeights
from nlp.quantise import Quantised, Split

Node = Any
#: Layer and name of a linear map.
Place = tuple[int, str]
#: What a linear map becomes at its place: input, weights, place.
Linear = Callable[[Node, Affine, Place], Node]

#: Added to the attention's scores of padding.
_FAR = 1e4


def observing_graph(weights: EncoderWeights) -> tuple[ov.Model, list[Place]]:
    """A graph that gives the input of each linear map, and their places."""
    inputs: dict[Place, Node] = {}

    def linear(x: Node, by: Affine, place: Place) -> Node:
        inputs[place] = x
        return _affine(x, by)

    parameters, _ = _encoder(weights, linear, ())
    return ov.Model([ops.result(x) for x in inputs.values()], parameters, "observing"), [*inputs]


def int8_graph(
    weights: EncoderWeights, layers: Sequence[Split], maps: Mapping[Place, Quantised]
) -> ov.Model:
    """A graph from ids and mask to hidden states that multiplies bytes."""

    def linear(x: Node, by: Affine, place: Place) -> Node:
        return _quantised(x, maps[place])

    parameters, hidden = _encoder(weights, linear, layers)
    return ov.Model([ops.result(hidden)], parameters, "encoder")


def product_graph(side: int) -> ov.Model:
    """A linear map on bytes of (1, side, side), followed by one of a single output.

    The second keeps the first's result from being written out as floats.
    """
    x = ops.parameter([1, side, side], np.float32)
    wide = _quantised(x, _even(side, side))
    return ov.Model([ops.result(_quantised(wide, _even(1, side)))], [x], "product")


def _even(rows: int, columns: int) -> Quantised:
    return Quantised(
        smooth=np.ones(columns, np.float32),
        levels=(-1.0, 1.0),
        weight=np.ones((rows, columns), np.int8),
        scale=np.ones((rows, 1), np.float32),
        bias=np.zeros(rows, np.float32),
    )


def _encoder(
    weights: EncoderWeights, linear: Linear, splits: Sequence[Split]
) -> tuple[list[Node], Node]:
    ids = ops.parameter([-1, -1], np.int64, name="ids")
    mask = ops.parameter([-1, -1], np.float32, name="mask")
    x = _norm(_embeddings(weights, ids), weights.norm, weights.eps)
    padding = ops.multiply(ops.subtract(mask, _constant(1.0)), _constant(_FAR))
    padding = ops.unsqueeze(padding, _whole([1, 2]))
    for i, layer in enumerate(weights.layers):
        heard = _attention(linear(x, layer.attend, (i, "attend")), padding, weights.heads)
        x = ops.add(x, linear(heard, layer.join, (i, "join")))
        x = _norm(x, layer.join_norm, weights.eps)
        thought = _inner(x, layer, linear, i)
        if splits:
            thought = ops.add(thought, _aside(x, *splits[i].aside))
        x = ops.add(x, thought)
        x = _norm(x, layer.narrow_norm, weights.eps)
    return [ids, mask], x


def _embeddings(weights: EncoderWeights, ids: Node) -> Node:
    length = ops.gather(ops.shape_of(ids), _whole([1]), _whole(0))
    positions = ops.slice(
        _constant(weights.positions), _whole([0]), length, _whole([1]), _whole([0])
    )
    return ops.add(ops.gather(_constant(weights.words), ids, _whole(0)), positions)


def _attention(qkv: Node, padding: Node, heads: int) -> Node:
    """Of (B, L, 3 H) queries, keys and values: (B, L, H)."""
    size = qkv.get_output_partial_shape(0)[2].get_length() // 3
    parts = ops.reshape(qkv, _whole([0, 0, 3, heads, size // heads]), True)
    q, k, v = ops.split(ops.transpose(parts, _whole([2, 0, 3, 1, 4])), _whole(0), 3).outputs()
    q, k, v = (ops.squeeze(part, _whole([0])) for part in (q, k, v))
    scores = ops.matmul(ops.multiply(q, _constant((size // heads) ** -0.5)), k, False, True)
    heard = ops.matmul(ops.softmax(ops.add(scores, padding), -1), v, False, False)
    return ops.reshape(ops.transpose(heard, _whole([0, 2, 1, 3])), _whole([0, 0, size]), True)


def _inner(x: Node, layer: LayerWeights, linear: Linear, index: int) -> Node:
    wide = ops.gelu(linear(x, layer.widen, (index, "widen")), "erf")
    return linear(wide, layer.narrow, (index, "narrow"))


def _aside(x: Node, widen: Affine, narrow: Affine) -> Node:
    """The inner channels that are left out of a layer, in float."""
    return _affine(ops.gelu(_affine(x, widen), "erf"), narrow)


def _quantised(x: Node, by: Quantised) -> Node:
    """A linear map of whose weights, and input if fixed, the library sees that they are bytes.

    Without fixed levels it makes bytes of each token itself, if told to (`nlp.int8`).
    """
    x = ops.divide(x, _constant(by.smooth))
    if by.levels:
        low, high = map(_constant, by.levels)
        x = ops.fake_quantize(x, low, high, low, high, 256)
    weight = ops.multiply(ops.convert(ops.constant(by.weight), np.float32), _constant(by.scale))
    return ops.add(ops.matmul(x, weight, False, True), _constant(by.bias))


def _affine(x: Node, by: Affine) -> Node:
    return ops.add(ops.matmul(x, _constant(by.weight), False, True), _constant(by.bias))


def _norm(x: Node, norm: Affine, eps: float) -> Node:
    even = ops.mvn(x, _whole([-1]), True, eps, "INSIDE_SQRT")
    return ops.add(ops.multiply(even, _constant(norm.weight)), _constant(norm.bias))


def _constant(value: Array | float) -> Node:
    # The graph reads the array itself, which it keeps: weights are large.
    return ops.constant(np.ascontiguousarray(value, np.float32), shared_memory=True)


def _whole(value: Sequence[int] | int) -> Node:
    return ops.constant(np.asarray(value, np.int64))
