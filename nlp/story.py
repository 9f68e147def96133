"""What story vectors are learnt from: the base encoder to begin with, and pairs of texts.

The base encoder (multilingual-e5-small) was trained to put a text and its translation close
together. Training for sentiment alone would lose that.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize
from transformers import BertModel

from core.errors import ModelError
from nlp.encoding import EncodedText
from nlp.model import EntitySentimentModel, mean_of
from nlp.network import length_buckets, pad
from nlp.pairs import draw_pairs

#: Sharpness of the softmax over a batch's candidates (as in SimCSE, Gao et al. 2021).
CONTRAST = 0.05

#: How the head is fitted at the end: pairs in a batch, passes over all of them, first rate.
_AT_ONCE, _PASSES, _RATE = 256, 20, 3e-4


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


def fit_head(
    model: EntitySentimentModel,
    pairs: Sequence[tuple[EncodedText, EncodedText]],
    groups: Sequence[int],
    *,
    seed: int,
) -> None:
    """Fit the story head alone to pairs, the encoder as it stands.

    Each pair is told apart from many more than a step of the training has room for, since
    the encoder's means are taken once.

    Args:
        model: Whose head is changed.
        pairs: Texts that tell the same.
        groups: Of each pair, as in `nlp.pairs.draw_pairs`.
        seed: Of the draws.
    """
    if not pairs:
        return
    model.eval()  # type: ignore[no-untyped-call]
    first, second = (_means(model, side) for side in zip(*pairs, strict=True))
    steps = _PASSES * max(1, len(pairs) // _AT_ONCE)
    optimizer = torch.optim.AdamW(model.story_head.parameters(), lr=_RATE, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    drawn = draw_pairs(groups, np.random.default_rng(seed), size=_AT_ONCE)
    for _ in range(steps):
        numbers = torch.from_numpy(next(drawn))
        sides = (normalize(model.story_head(side[numbers]), dim=-1) for side in (first, second))
        optimizer.zero_grad()
        pair_loss(*sides).backward()
        optimizer.step()
        schedule.step()


def _means(model: EntitySentimentModel, texts: Sequence[EncodedText]) -> Tensor:
    """(N, H) means of the last hidden states."""
    means = torch.empty((len(texts), model.config.hidden_size))
    for numbers in length_buckets([len(text.ids) for text in texts], count=32):
        batch = pad([texts[i] for i in numbers], pad_id=model.config.pad_token_id or 0)
        mask = torch.from_numpy(batch.mask)
        with torch.no_grad():
            hidden = model.encoder(
                input_ids=torch.from_numpy(batch.ids), attention_mask=mask.long()
            ).last_hidden_state
            means[numbers] = mean_of(hidden, mask)
    return means
