"""Fine-tune the encoder on the labelled sets of a training file; write a model folder."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from scipy.special import softmax
from torch import nn
from transformers import BertModel

from core.errors import InputError
from nlp.descent import Descent, run
from nlp.examples import IGNORED, Example
from nlp.folder import ModelFolder
from nlp.material import Material, gather
from nlp.metrics import Quality, fit_temperature, quality
from nlp.model import EntitySentimentConfig, EntitySentimentModel
from nlp.plan import TrainingPlan
from nlp.resume import fingerprint, forget_state, load_state, save_state
from nlp.story import fit_head, load_encoder

_HEADER = ("epoch", "loss", "set", "labels", "n", "accuracy", "macro_f1", "ece")

#: Gold indices (N,) and logits (N, 3).
_Judged = tuple[NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochReport:
    """What an epoch cost and how good the model was after it."""

    epoch: int
    loss: float
    #: By development file and kind of label, "sentence" or "entity", as far as it has such.
    sets: Mapping[str, Mapping[str, Quality]]

    @property
    def choice(self) -> float:
        """Mean macro-F1 over the development files and kinds of label."""
        return float(np.mean([q.macro_f1 for kinds in self.sets.values() for q in kinds.values()]))


def train(
    plan: TrainingPlan,
    *,
    tell: Callable[[EpochReport], None],
    watch: Callable[[int, int], None] = lambda done, steps: None,
) -> Path:
    """Train by the plan; keep the epoch with the best `choice`; return the model folder.

    A run that was interrupted goes on after the last epoch it finished, and comes to the
    same weights as one that wasn't.

    Args:
        plan: What is learnt, and how.
        tell: Called after each epoch.
        watch: Called after each step with the number of steps done and of all steps.

    Raises:
        InputError: if a file can't be used, or `out` holds the state of another run.
        ModelError: if there is no encoder to begin with.
    """
    base, made_from = load_encoder(plan.encoder), fingerprint(plan)
    state = load_state(plan.out, made_from=made_from) or {"epoch": 0, "best": -1.0, "rows": []}
    torch.manual_seed(plan.seed)
    model = _trained(plan.start) if plan.start else _with_heads(base, plan)
    model.config.release, model.config.licence = plan.release, plan.licence
    material = gather(plan)
    counts = [material.epochs.steps(epoch) for epoch in range(1, plan.epochs + 1)]
    descent = Descent(model, plan, steps=sum(counts))
    if "descent" in state:
        descent.restore(state["descent"])
    best, rows = state["best"], state["rows"]
    plan.out.mkdir(parents=True, exist_ok=True)
    for epoch in range(state["epoch"] + 1, plan.epochs + 1):
        losses: list[float] = []
        for loss in _epoch(descent, material, plan, epoch):
            losses.append(loss)
            watch(sum(counts[: epoch - 1]) + len(losses), sum(counts))
        judged = {
            name: _judge(descent.averaged, examples)
            for name, examples in material.chosen_by.items()
        }
        report = _report(judged, epoch, losses)
        if report.choice > best:
            best = report.choice
            finished = deepcopy(descent.averaged)
            fit_head(finished, material.pairs, material.groups, seed=plan.seed)
            _save(finished, plan, judged)
        rows = [*rows, *_rows(report)]
        _log(plan.out, rows)
        found = {"epoch": epoch, "best": best, "rows": rows, "descent": descent.state()}
        save_state(plan.out, found, made_from=made_from)
        tell(report)
    forget_state(plan.out)
    return plan.out


def _epoch(descent: Descent, material: Material, plan: TrainingPlan, epoch: int) -> Iterator[float]:
    """Go through one epoch, whose chance depends on nothing but the plan and its number."""
    rng = np.random.default_rng([plan.seed, epoch])
    torch.manual_seed(int(rng.integers(2**31)))
    for batch, pairs in material.steps(epoch, plan, rng):
        yield descent.step(batch, pairs)


def _trained(folder: Path) -> EntitySentimentModel:
    """The network of a model folder, to be trained further."""
    ModelFolder(folder)  # says what is missing
    config = EntitySentimentConfig.from_pretrained(folder)
    model: EntitySentimentModel = EntitySentimentModel.from_pretrained(
        folder, config=config, dtype=torch.float32
    )
    return model


def _with_heads(base: BertModel, plan: TrainingPlan) -> EntitySentimentModel:
    """The base encoder's first layers under fresh heads."""
    kept = base.encoder.layer[: plan.layers]
    if plan.layers and len(kept) < plan.layers:
        raise InputError("layers", f"the encoder has {len(kept)}", remedy="keep fewer")
    settings = {
        k: v
        for k, v in base.config.to_dict().items()
        if k not in ("model_type", "architectures", "dtype")
    }
    settings["num_hidden_layers"] = len(kept)
    # Dropout of attention weights costs a quarter of the time and hides the fast kernel.
    settings["attention_probs_dropout_prob"] = 0.0
    model = EntitySentimentModel(EntitySentimentConfig(**settings))
    model.encoder.embeddings.load_state_dict(base.embeddings.state_dict())
    model.encoder.encoder.layer.load_state_dict(kept.state_dict())
    # The base encoder's own vectors are where story vectors begin.
    nn.init.eye_(model.story_head.weight)
    return model


def _report(
    judged: Mapping[str, Mapping[str, _Judged]], epoch: int, losses: Sequence[float]
) -> EpochReport:
    sets = {
        name: {
            kind: quality(gold, softmax(logits, axis=1))
            for kind, (gold, logits) in kinds.items()
            if len(gold)
        }
        for name, kinds in judged.items()
    }
    return EpochReport(epoch=epoch, loss=float(np.mean(losses)), sets=sets)


def _judge(model: EntitySentimentModel, examples: Sequence[Example]) -> dict[str, _Judged]:
    """What the model makes of labelled examples, by kind of label."""
    model.eval()  # type: ignore[no-untyped-call]
    ordered = sorted(examples, key=lambda e: len(e.text.ids))
    with torch.inference_mode():
        parts = [
            run(model, [e.text for e in ordered[i : i + 32]]) for i in range(0, len(ordered), 32)
        ]
    sentence = torch.cat([p.sentence for p in parts]).double().numpy()
    entity = torch.cat([p.entity for p in parts]).double().numpy()
    labels = np.array([e.label for e in ordered])
    entities = np.array([label for e in ordered for label in e.entities], dtype=np.int64)
    known = labels != IGNORED
    return {"sentence": (labels[known], sentence[known]), "entity": (entities, entity)}


def _save(
    model: EntitySentimentModel,
    plan: TrainingPlan,
    judged: Mapping[str, Mapping[str, _Judged]],
) -> None:
    """Write config with fitted temperatures, float16 weights and the tokenizer."""
    fitted = {
        kind: fit_temperature(
            *map(np.concatenate, zip(*(k[kind] for k in judged.values()), strict=True))
        )
        for kind in ("sentence", "entity")
    }
    model.config.sentence_temperature = fitted["sentence"]
    model.config.entity_temperature = fitted["entity"]
    model.config.save_pretrained(plan.out)
    state = {name: t.detach().half().contiguous() for name, t in model.state_dict().items()}
    save_file(state, plan.out / "model.safetensors", metadata={"format": "pt"})
    tokenizer = (plan.encoder / "tokenizer.json").read_bytes()
    (plan.out / "tokenizer.json").write_bytes(tokenizer)


def _rows(report: EpochReport) -> list[list[str]]:
    return [
        [
            str(report.epoch),
            f"{report.loss:.4f}",
            name,
            kind,
            str(q.n),
            *(f"{value:.4f}" for value in (q.accuracy, q.macro_f1, q.calibration_error)),
        ]
        for name, kinds in report.sets.items()
        for kind, q in kinds.items()
    ]


def _log(folder: Path, rows: Sequence[Sequence[str]]) -> None:
    with (folder / "training.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([_HEADER, *rows])
