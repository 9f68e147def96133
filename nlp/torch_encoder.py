"""The encoder run by torch, in float32 or bfloat16."""

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, scaled_dot_product_attention

from nlp.folder import Affine, Array, EncoderWeights, LayerWeights
from nlp.network import Batch

_Pair = tuple[Tensor, Tensor]


class TorchEncoder:
    """See `nlp.network.Encoder`."""

    def __init__(self, weights: EncoderWeights, *, dtype: torch.dtype, threads: int) -> None:
        """Take the weights over.

        Args:
            weights: Of the encoder.
            dtype: In which it computes.
            threads: Of torch, for the whole process; 0 to leave them as they are.
        """
        if threads:
            torch.set_num_threads(threads)
        self._dtype = dtype
        self.step = 0 if dtype == torch.float32 else 8
        self._heads, self._eps = weights.heads, weights.eps
        self._words = torch.from_numpy(weights.words).to(dtype)
        self._positions = torch.from_numpy(weights.positions).to(dtype)
        self._norm = self._pair(weights.norm)
        self._layers = [self._layer(layer) for layer in weights.layers]

    def encode(self, batches: Iterable[Batch]) -> Iterator[Array]:
        """See `nlp.network.Encoder.encode`."""
        for batch in batches:
            with torch.inference_mode():
                hidden = self._run(batch).float().numpy()
            yield hidden

    def _pair(self, part: Affine) -> _Pair:
        return (
            torch.from_numpy(part.weight).to(self._dtype),
            torch.from_numpy(part.bias).to(self._dtype),
        )

    def _layer(self, layer: LayerWeights) -> tuple[_Pair, ...]:
        parts = (
            layer.attend,
            layer.join,
            layer.join_norm,
            layer.widen,
            layer.narrow,
            layer.narrow_norm,
        )
        return tuple(map(self._pair, parts))

    def _run(self, batch: Batch) -> Tensor:
        ids = torch.from_numpy(batch.ids)
        mask = _additive(batch.mask, self._dtype)
        x = self._normed(self._words[ids] + self._positions[: ids.shape[1]], self._norm)
        for attend, join, join_norm, widen, narrow, narrow_norm in self._layers:
            heard = self._attention(linear(x, *attend), mask)
            x = self._normed(x + linear(heard, *join), join_norm)
            x = self._normed(x + linear(gelu(linear(x, *widen)), *narrow), narrow_norm)
        return x

    def _attention(self, qkv: Tensor, mask: Tensor | None) -> Tensor:
        rows, length, _ = qkv.shape
        q, k, v = qkv.view(rows, length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        heard = scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return heard.transpose(1, 2).reshape(rows, length, -1)

    def _normed(self, x: Tensor, norm: _Pair) -> Tensor:
        return layer_norm(x, x.shape[-1:], *norm, eps=self._eps)


def _additive(mask: Array, dtype: torch.dtype) -> Tensor | None:
    """(B, 1, 1, L), to be added to the attention's scores; None where nothing is padded."""
    if mask.all():
        return None
    return torch.from_numpy(np.where(mask, 0.0, -1e9)).to(dtype)[:, None, None, :]
