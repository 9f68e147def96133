"""What story vectors are learnt from: the base encoder to begin with, and pairs of texts.

The base encoder (multilingual-e5-small) was trained to put a text and its translation close
together. Training for sentiment alone would lose that.
"""

from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import BertModel

from core.errors import ModelError

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


def pair_loss(first: Tensor, second: Tensor) -> Tensor:
    """How badly (B, H) vectors find their counterparts among the B of the other side."""
    cosines = first @ second.T / CONTRAST
    own = torch.arange(len(first))
    return (cross_entropy(cosines, own) + cross_entropy(cosines.T, own)) / 2
