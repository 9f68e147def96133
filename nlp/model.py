"""The network: one encoder pass, then sentence, entity, event and story heads.

Tensors in, logits out. Tokens and spans are made in `nlp.encoding`; probabilities
in `nlp.scorer`.
"""

from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize
from transformers import BertConfig, BertModel, PreTrainedModel

from core.signals import Event, Label


class EntitySentimentConfig(BertConfig):
    """An encoder's configuration, the calibration of the heads, and whose weights they are."""

    model_type = "remous-entity-sentiment"

    sentence_temperature: float = 1.0
    entity_temperature: float = 1.0
    release: str = "unnamed"
    licence: str = "unknown"


@dataclass(frozen=True, slots=True)
class EncodedBatch:
    """B texts of at most L tokens, with E entity spans among them."""

    input_ids: Tensor
    """(B, L) int64."""
    attention_mask: Tensor
    """(B, L) int64, 1 on tokens, 0 on padding."""
    span_text: Tensor
    """(E,) int64: the row in which the span lies."""
    span_mask: Tensor
    """(E, L) float32: 1 on the span's tokens."""


@dataclass(frozen=True, slots=True)
class Logits:
    """Raw outputs: (B, 3) sentence, (E, 3) entity, (B, 13) event, (B, H) story.

    A row of `story` has length 1; two texts that tell the same story, be it in two
    languages, have a large scalar product.
    """

    sentence: Tensor
    entity: Tensor
    event: Tensor
    story: Tensor


class EntitySentimentModel(PreTrainedModel):
    """Sentiment of a text, and of the same text toward each entity it names."""

    config_class = EntitySentimentConfig
    config: EntitySentimentConfig
    base_model_prefix = "encoder"
    _supports_sdpa = True

    def __init__(self, config: EntitySentimentConfig) -> None:
        super().__init__(config)
        size = config.hidden_size
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(0.1)
        self.sentence_head = nn.Linear(size, len(Label))
        self.event_head = nn.Linear(size, len(Event))
        self.story_head = nn.Linear(size, size)
        self.entity_head = nn.Sequential(
            nn.Linear(2 * size, size), nn.GELU(), nn.Dropout(0.1), nn.Linear(size, len(Label))
        )
        self.post_init()  # type: ignore[no-untyped-call]

    def forward(self, batch: EncodedBatch) -> Logits:
        """Run the encoder once and read the heads off it."""
        hidden = self.encoder(
            input_ids=batch.input_ids, attention_mask=batch.attention_mask
        ).last_hidden_state
        mask = batch.attention_mask.to(hidden.dtype)
        mean = mean_of(hidden, mask)
        pooled = self.dropout(mean)
        spans = mean_of(hidden[batch.span_text], batch.span_mask.to(hidden.dtype))
        return Logits(
            sentence=self.sentence_head(pooled),
            entity=self.entity_head(
                torch.cat([self.dropout(spans), pooled[batch.span_text]], dim=-1)
            ),
            event=self.event_head(pooled),
            story=normalize(self.story_head(mean), dim=-1),
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Logits:  # noqa: ANN401, D102
        return cast(Logits, super().__call__(*args, **kwargs))


def mean_of(hidden: Tensor, mask: Tensor) -> Tensor:
    """Mean of (N, L, H) over the tokens that the (N, L) mask marks: (N, H)."""
    total = torch.bmm(mask.unsqueeze(1), hidden).squeeze(1)
    return total / mask.sum(1, keepdim=True).clamp(min=1)
