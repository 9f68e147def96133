"""What story vectors are learnt from: the base encoder's own vectors, and pairs of texts.

The base encoder (multilingual-e5-small) was trained to put a text and its translation close
together, in a narrow cone: any two texts have a cosine of 0.8. Without the mean of all
vectors the cosines of unrelated texts lie around 0 (Mu and Viswanath 2018, "All-but-the-top").
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import BertModel

from core.errors import ModelError
from nlp.encoding import TextEncoder, collate
from nlp.model import mean_of
from nlp.vectors import Vectors, unit

#: Sharpness of the softmax over a batch's candidates (as in SimCSE, Gao et al. 2021).
CONTRAST = 0.05


def load_encoder(folder: Path) -> BertModel:
    """The base encoder of a folder, in float32.

    Raises:
        ModelError: if there is none.
    """
    try:
        return BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32)
    except (OSError, ValueError) as e:
        problem = f"no encoder ({str(e).splitlines()[0]})"
        raise ModelError(folder, problem, remedy="give a BERT folder in the training file") from e


def base_vectors(
    base: BertModel, texts: Sequence[str], encoder: TextEncoder, *, limit: int
) -> Vectors:
    """(N, H) vectors of unit norm: mean of the last hidden states, less the mean of all texts.

    Of each text the first `limit` tokens are read.
    """
    encoded = encoder.encode(texts, [()] * len(texts), limit=limit)
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    vectors = np.empty((len(texts), base.config.hidden_size), dtype=np.float32)
    for at in range(0, len(order), 32):
        chosen = order[at : at + 32]
        batch = collate([encoded[i] for i in chosen], pad_id=base.config.pad_token_id or 0)
        with torch.inference_mode():
            hidden = base.eval()(
                input_ids=batch.input_ids, attention_mask=batch.attention_mask
            ).last_hidden_state
            vectors[chosen] = mean_of(hidden, batch.attention_mask.to(hidden.dtype)).numpy()
    vectors = unit(vectors)
    return unit(vectors - vectors.mean(axis=0))


def pair_loss(first: Tensor, second: Tensor) -> Tensor:
    """How badly (B, H) vectors find their counterparts among the B of the other side."""
    cosines = first @ second.T / CONTRAST
    own = torch.arange(len(first))
    return (cross_entropy(cosines, own) + cross_entropy(cosines.T, own)) / 2
