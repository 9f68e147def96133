"""Down the gradient: losses, optimizer, and the moving average of the weights."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from nlp.data import LABELS
from nlp.encoding import EncodedText
from nlp.examples import IGNORED, Example
from nlp.model import EncodedBatch, EntitySentimentModel, Logits
from nlp.network import pad
from nlp.plan import TrainingPlan
from nlp.story import pair_loss

#: Weights of the losses beside the entity loss.
SENTENCE_WEIGHT, EVENT_WEIGHT, STORY_WEIGHT = 0.7, 0.7, 1.0


class Descent:
    """A model under training: what one step changes."""

    def __init__(self, model: EntitySentimentModel, plan: TrainingPlan, *, steps: int) -> None:
        self._model = model
        self._bias = SourceBias(len(plan.sets))
        self._optimizer, self._schedule = _optimizer(model, self._bias, plan, steps)
        self._average = AveragedModel(
            model, multi_avg_fn=get_ema_multi_avg_fn(plan.average), use_buffers=False
        )
        self._bfloat16 = plan.bfloat16

    @property
    def averaged(self) -> EntitySentimentModel:
        """The model with the moving average of the weights."""
        return cast(EntitySentimentModel, self._average.module)

    def step(
        self, batch: Sequence[Example], pairs: Sequence[tuple[EncodedText, EncodedText]]
    ) -> float:
        """Learn from a batch of labelled texts and one of pairs, which may be empty.

        Gives the loss of the labelled texts.
        """
        self._model.train()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16):
            loss = _loss(run(self._model, [e.text for e in batch]), self._bias, batch)
            total = loss + self._pair_loss(pairs) if pairs else loss
        self._optimizer.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._optimizer.step()
        self._schedule.step()
        self._average.update_parameters(self._model)
        return float(loss.detach())

    def state(self) -> dict[str, Any]:
        """All that a later run needs in order to go on."""
        return {name: part.state_dict() for name, part in self._parts().items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` gave."""
        for name, part in self._parts().items():
            part.load_state_dict(state[name])

    def _parts(self) -> dict[str, Any]:
        return {
            "model": self._model,
            "bias": self._bias,
            "average": self._average,
            "optimizer": self._optimizer,
            "schedule": self._schedule,
        }

    def _pair_loss(self, pairs: Sequence[tuple[EncodedText, EncodedText]]) -> Tensor:
        first, second = (run(self._model, side).story for side in zip(*pairs, strict=True))
        return STORY_WEIGHT * pair_loss(first.float(), second.float())


class SourceBias(nn.Module):
    """What a set's own labelling convention adds to the logits; dropped after training."""

    def __init__(self, sources: int) -> None:
        super().__init__()
        self.sentence = nn.Embedding(sources, len(LABELS))
        self.entity = nn.Embedding(sources, len(LABELS))
        nn.init.zeros_(self.sentence.weight)
        nn.init.zeros_(self.entity.weight)


def run(model: EntitySentimentModel, texts: Sequence[EncodedText]) -> Logits:
    """The model's outputs for a batch of texts; spans in the order of their texts."""
    return model(_batch(texts, pad_id=model.config.pad_token_id or 0))


def _batch(texts: Sequence[EncodedText], *, pad_id: int) -> EncodedBatch:
    padded = pad(texts, pad_id=pad_id)
    owners = [(row, span) for row, text in enumerate(texts) for span in text.spans]
    mask = torch.zeros((len(owners), padded.ids.shape[1]))
    for i, (_, span) in enumerate(owners):
        mask[i, list(span)] = 1.0
    return EncodedBatch(
        input_ids=torch.from_numpy(padded.ids),
        attention_mask=torch.from_numpy(padded.mask).long(),
        span_text=torch.tensor([row for row, _ in owners], dtype=torch.long),
        span_mask=mask,
    )


def _optimizer(
    model: EntitySentimentModel, bias: SourceBias, plan: TrainingPlan, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """AdamW with a rate that falls by layer towards the input, linear warm-up, cosine end."""
    layers = model.encoder.encoder.layer
    groups: list[dict[str, Any]] = [
        {
            "params": layer.parameters(),
            "lr": plan.encoder_rate * plan.layer_decay ** (len(layers) - 1 - i),
        }
        for i, layer in enumerate(layers)
    ]
    lowest = plan.encoder_rate * plan.layer_decay ** len(layers)
    groups.append({"params": model.encoder.embeddings.parameters(), "lr": lowest})
    heads = [model.sentence_head, model.event_head, model.entity_head, model.story_head, bias]
    groups += [{"params": head.parameters(), "lr": plan.head_rate} for head in heads]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    warm = max(1, steps // 16)

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def _loss(logits: Logits, bias: SourceBias, batch: Sequence[Example]) -> Tensor:
    source = torch.tensor([e.source for e in batch])
    owner = torch.tensor([e.source for e in batch for _ in e.entities], dtype=torch.long)
    entity = _cross_entropy(
        logits.entity + bias.entity(owner), [label for e in batch for label in e.entities]
    )
    sentence = _cross_entropy(logits.sentence + bias.sentence(source), [e.label for e in batch])
    event = _cross_entropy(logits.event, [e.event for e in batch])
    return entity + SENTENCE_WEIGHT * sentence + EVENT_WEIGHT * event


def _cross_entropy(logits: Tensor, gold: Sequence[int]) -> Tensor:
    """Mean over the labelled rows; 0 where a batch has none."""
    labels = torch.tensor(gold, dtype=torch.long)
    count = max(1, int((labels != IGNORED).sum()))
    return cross_entropy(logits.float(), labels, ignore_index=IGNORED, reduction="sum") / count
