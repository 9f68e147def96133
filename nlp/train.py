"""Fine-tune the encoder on the labelled sets of a training file; write a model folder."""

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from scipy.special import softmax
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import BertModel

from core.errors import ModelError
from nlp.data import read_labelled
from nlp.encoding import TextEncoder, collate
from nlp.examples import IGNORED, LABELS, Example, epoch_batches, make_examples, read_sets
from nlp.metrics import Quality, fit_temperature, quality
from nlp.model import EntitySentimentConfig, EntitySentimentModel, Logits
from nlp.plan import TrainingPlan
from nlp.scorer import load_model

#: Weight of the sentence and event losses beside the entity loss.
SENTENCE_WEIGHT, EVENT_WEIGHT = 0.7, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochReport:
    """What an epoch cost and how good the model was after it."""

    epoch: int
    loss: float
    #: By development file: quality of the sentence and of the entity labels.
    sets: Mapping[str, tuple[Quality, Quality]]

    @property
    def choice(self) -> float:
        """Mean macro-F1 over the development files and both kinds of label."""
        return float(np.mean([q.macro_f1 for pair in self.sets.values() for q in pair]))


def train(plan: TrainingPlan, *, tell: Callable[[EpochReport], None]) -> Path:
    """Train by the plan; keep the epoch with the best `choice`; return the model folder."""
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    encoder = TextEncoder(plan.encoder)
    sets, held_out = read_sets(plan, encoder)
    chosen_by = {
        name: make_examples(
            read_labelled(plan.data / name), encoder, source=0, limit=plan.max_tokens
        )
        for name in plan.choose_by
    }
    model = load_model(plan.start) if plan.start else _bare_model(plan.encoder)
    bias = SourceBias(len(plan.sets))
    steps = plan.epochs * len(list(epoch_batches(sets, plan, np.random.default_rng(0))))
    optimizer, schedule = _optimizer(model, bias, plan, steps)
    descent = _Descent(model, bias, optimizer, schedule, plan.bfloat16)
    best = -1.0
    for epoch in range(1, plan.epochs + 1):
        losses = [descent.step(batch) for batch in epoch_batches(sets, plan, rng)]
        report = EpochReport(
            epoch=epoch,
            loss=float(np.mean(losses)),
            sets={name: _qualities(model, examples) for name, examples in chosen_by.items()},
        )
        tell(report)
        _log(plan.out, report)
        if report.choice > best:
            best = report.choice
            _save(model, plan, held_out)
    return plan.out


class SourceBias(nn.Module):
    """What a set's own labelling convention adds to the logits; dropped after training."""

    def __init__(self, sources: int) -> None:
        super().__init__()
        self.sentence = nn.Embedding(sources, len(LABELS))
        self.entity = nn.Embedding(sources, len(LABELS))
        nn.init.zeros_(self.sentence.weight)
        nn.init.zeros_(self.entity.weight)


def _bare_model(folder: Path) -> EntitySentimentModel:
    try:
        base = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32)
    except (OSError, ValueError) as e:
        problem = f"no encoder ({str(e).splitlines()[0]})"
        raise ModelError(folder, problem, remedy="give a BERT folder in the training file") from e
    settings = {
        k: v
        for k, v in base.config.to_dict().items()
        if k not in ("model_type", "architectures", "dtype")
    }
    model = EntitySentimentModel(EntitySentimentConfig(**settings))
    model.encoder.load_state_dict(base.state_dict())
    return model


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
    heads = [model.sentence_head, model.event_head, model.entity_head, bias]
    groups += [{"params": head.parameters(), "lr": plan.head_rate} for head in heads]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    warm = max(1, steps // 16)

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


@dataclass(frozen=True, slots=True)
class _Descent:
    """What one step down the gradient changes, and how it computes."""

    model: EntitySentimentModel
    bias: SourceBias
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    bfloat16: bool

    def step(self, batch: Sequence[Example]) -> float:
        """Learn from one batch; gives its loss."""
        self.model.train()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bfloat16):
            logits = _run(self.model, batch)
        loss = _loss(logits, self.bias, batch)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        return float(loss.detach())


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


def _run(model: EntitySentimentModel, batch: Sequence[Example]) -> Logits:
    return model(collate([e.text for e in batch], pad_id=model.config.pad_token_id or 0))


@dataclass(frozen=True, slots=True)
class _Outputs:
    """Gold indices and logits of a set: sentence and entity."""

    sentence: tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]
    entity: tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]


def _outputs(model: EntitySentimentModel, examples: Sequence[Example]) -> _Outputs:
    model.eval()  # type: ignore[no-untyped-call]
    ordered = sorted(examples, key=lambda e: len(e.text.ids))
    with torch.inference_mode():
        parts = [_run(model, ordered[i : i + 64]) for i in range(0, len(ordered), 64)]
    sentence = torch.cat([p.sentence for p in parts]).double().numpy()
    entity = torch.cat([p.entity for p in parts]).double().numpy()
    labels = np.array([e.label for e in ordered])
    entities = np.array([label for e in ordered for label in e.entities], dtype=np.int64)
    return _Outputs(
        sentence=(labels[labels != IGNORED], sentence[labels != IGNORED]),
        entity=(entities, entity),
    )


def _qualities(model: EntitySentimentModel, examples: Sequence[Example]) -> tuple[Quality, Quality]:
    out = _outputs(model, examples)
    sentence, entity = (
        quality(gold, softmax(logits, axis=1)) for gold, logits in (out.sentence, out.entity)
    )
    return sentence, entity


def _save(model: EntitySentimentModel, plan: TrainingPlan, held_out: Sequence[Example]) -> None:
    """Write config with fitted temperatures, float16 weights and the tokenizer."""
    out = _outputs(model, held_out)
    model.config.sentence_temperature = fit_temperature(*out.sentence)
    model.config.entity_temperature = fit_temperature(*out.entity)
    plan.out.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(plan.out)
    state = {name: t.detach().half().contiguous() for name, t in model.state_dict().items()}
    save_file(state, plan.out / "model.safetensors", metadata={"format": "pt"})
    tokenizer = (plan.encoder / "tokenizer.json").read_bytes()
    (plan.out / "tokenizer.json").write_bytes(tokenizer)


def _log(folder: Path, report: EpochReport) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "training.csv"
    fresh = report.epoch == 1
    with path.open("w" if fresh else "a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(["epoch", "loss", "set", "labels", "n", "accuracy", "macro_f1", "ece"])
        for name, pair in report.sets.items():
            for kind, q in zip(("sentence", "entity"), pair, strict=True):
                figures = [f"{v:.4f}" for v in (q.accuracy, q.macro_f1, q.calibration_error)]
                writer.writerow([report.epoch, f"{report.loss:.4f}", name, kind, q.n, *figures])
