"""Run any sequence-classification checkpoint of the ecosystem as a scorer.

Its labels are told apart by name and checked with plain sentences. It has neither entity
nor event head: an entity is judged as the sentence that names it, an event is never named.
Weights are read from a folder or fetched from the hub; code in a checkpoint is never run.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError

from core.errors import ModelError
from core.signals import Label, ModelIdentity, Probabilities, Span
from nlp.hub import WEIGHTS, Hub, fetched, first_line
from nlp.prediction import Prediction
from nlp.sentences import sentences

#: How checkpoints spell the labels, without case and accents.
SPELLINGS = {
    **dict.fromkeys(("negative", "negatif", "neg", "bearish", "baissier"), Label.NEGATIVE),
    **dict.fromkeys(("neutral", "neutre", "neu"), Label.NEUTRAL),
    **dict.fromkeys(("positive", "positif", "pos", "bullish", "haussier"), Label.POSITIVE),
}

#: Plainly bad, neutral and good news; a model may know only one of the languages.
PLAIN = {
    "English": (
        "Losses widened sharply and the company cut its forecast.",
        "The annual general meeting will be held in Paris on 12 May.",
        "Profit rose sharply and the company raised its forecast.",
    ),
    "French": (
        "Les pertes se creusent fortement et le groupe abaisse ses prévisions.",
        "L'assemblée générale annuelle se tiendra à Paris le 12 mai.",
        "Le bénéfice progresse fortement et le groupe relève ses prévisions.",
    ),
}

_LICENCE = re.compile(r"\A---\s*\n(?:(?!---).*\n)*?license:[ ]*[\"']?([^\s\"'#]+)")


class CheckpointScorer:
    """A checkpoint with three known labels, run by torch in float32.

    What doesn't fit in one pass of the network is judged by its beginning: longer texts
    come in windows (`nlp.articles`).
    """

    def __init__(self, folder: Path, given: str, *, batch: int) -> None:
        """Load a folder, to be run over `batch` pieces of text at a time.

        Args:
            folder: Of the checkpoint.
            given: How the user named it.
            batch: Pieces of text in one pass.

        Raises:
            ModelError: if it can't be loaded or its labels aren't the three.
        """
        self._tokenizer, self._model, order = _load(folder, given)
        self._order = [order.index(label) for label in Label]
        self._batch = batch if self._tokenizer.pad_token else 1
        # RoBERTa and its kin count positions from 2; some count none, and say 0 or -1.
        positions = getattr(self._model.config, "max_position_embeddings", 0) - 2
        limits = (positions, self._tokenizer.model_max_length, 512)
        self._limit = min(limit for limit in limits if limit > 0)
        # The path of a folder tells about the machine, its name about the model.
        name = folder.resolve().name if Path(given).is_dir() else given
        self.identity = ModelIdentity(
            name=name, revision=_revision(folder), licence=_licence(folder)
        )

    def predict(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Prediction]:
        """See `nlp.prediction.Scorer.predict`."""
        named = [
            [_sentence_of(text, span) for span in of_text]
            for text, of_text in zip(texts, spans, strict=True)
        ]
        p = self._judge({*texts, *(sentence for of_text in named for sentence in of_text)})
        return [
            Prediction(p=p[text], event=None, spans=tuple(p[sentence] for sentence in of_text))
            for text, of_text in zip(texts, named, strict=True)
        ]

    def _judge(self, texts: set[str]) -> Mapping[str, Probabilities]:
        """Judge different texts, in batches of similar length."""
        done: dict[str, Probabilities] = {}
        ordered = sorted(texts, key=lambda text: (len(text), text))
        for at in range(0, len(ordered), self._batch):
            chosen = ordered[at : at + self._batch]
            encoded = self._tokenizer(
                chosen,
                padding=len(chosen) > 1,
                truncation=True,
                max_length=self._limit,
                return_tensors="pt",
            )
            with torch.inference_mode():
                logits = self._model(**encoded).logits
            rows = torch.softmax(logits.double(), dim=-1)[:, self._order].tolist()
            done.update(
                (text, Probabilities(negative=row[0], neutral=row[1], positive=row[2]))
                for text, row in zip(chosen, rows, strict=True)
            )
        return done


def load_checkpoint(name: str, *, batch: int, threads: int = 0) -> CheckpointScorer:
    """The scorer of a checkpoint.

    Args:
        name: Folder, or OWNER/NAME on the hub; fetched from there unless it is in its cache.
        batch: Pieces of text in one pass.
        threads: Threads of torch; 0 to leave them as they are.

    Raises:
        ModelError: if it isn't there, can't be loaded, has other labels than the three or
            misjudges plain sentences.
    """
    if threads:
        torch.set_num_threads(threads)
    folder = Path(name) if Path(name).is_dir() else fetched(name, Hub())
    scorer = CheckpointScorer(folder, name, batch=batch)
    _check(scorer, name)
    return scorer


def labels_of(id2label: Mapping[int, str], subject: str) -> list[Label]:
    """The labels of a checkpoint's outputs, in their order.

    Raises:
        ModelError: if they aren't negative, neutral and positive, each once.
    """
    names = [id2label[i] for i in sorted(id2label)]
    shown = ", ".join(names)
    if len(names) != len(Label):
        raise ModelError(
            subject,
            f"tells {len(names)} labels apart ({shown}), not negative, neutral and positive",
            remedy="choose a checkpoint with these three",
        )
    found = [SPELLINGS[key] for key in map(_plain, names) if key in SPELLINGS]
    if set(found) != set(Label):
        raise ModelError(
            subject,
            f"can't tell which of its labels ({shown}) is negative, neutral or positive",
            remedy="name them so in id2label of its config.json",
        )
    return found


def _plain(name: str) -> str:
    """Without case and accents."""
    decomposed = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _check(scorer: CheckpointScorer, subject: str) -> None:
    said = {
        lang: [p.p.label for p in scorer.predict(texts, [()] * len(texts))]
        for lang, texts in PLAIN.items()
    }
    if list(Label) in said.values():
        return
    wrong = " and ".join(f"{', '.join(labels)} in {lang}" for lang, labels in said.items())
    raise ModelError(
        subject,
        f"calls plainly negative, neutral and positive news {wrong}",
        remedy="check id2label in its config.json, or choose a checkpoint for such news",
    )


def _sentence_of(text: str, span: Span) -> str:
    """The sentence in which a span starts."""
    found = (text[start:end] for start, end in sentences(text) if span.start < end)
    return next(found, text)


def _load(folder: Path, name: str) -> tuple[Any, Any, list[Label]]:
    """Tokenizer, network and its labels in their order."""
    from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    if not (folder / "config.json").is_file():
        raise ModelError(
            name,
            "no model folder, config.json is missing",
            remedy="give a folder written by `remous train`, or of a checkpoint",
        )
    trusted = {"trust_remote_code": False, "local_files_only": True}
    try:
        config = AutoConfig.from_pretrained(folder, **trusted)
        labels = labels_of(config.id2label, name)
        tokenizer = AutoTokenizer.from_pretrained(folder, **trusted)
        model, report = AutoModelForSequenceClassification.from_pretrained(
            folder,
            config=config,
            dtype=torch.float32,
            output_loading_info=True,
            ignore_mismatched_sizes=True,
            **trusted,
        )
    except UnpicklingError as e:
        raise ModelError(
            name, "the weights hold code", remedy="choose a checkpoint with model.safetensors"
        ) from e
    except (OSError, ValueError, RuntimeError, KeyError, ImportError, SafetensorError) as e:
        raise ModelError(name, f"can't be loaded ({first_line(e)})") from e
    if report["missing_keys"] or report["mismatched_keys"]:
        raise ModelError(
            name, "the weights don't fit the configuration", remedy="fetch the checkpoint again"
        )
    model.eval()
    return tokenizer, model, labels


def _revision(folder: Path) -> str:
    """First 12 hex digits of the SHA-256 over the weights, in the order of the files' names."""
    digest = hashlib.sha256()
    for path in sorted(next(filter(None, (list(folder.glob(p)) for p in WEIGHTS)))):
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()[:12]


def _licence(folder: Path) -> str:
    """The licence that the model card states at its head, else "unknown"."""
    card = folder / "README.md"
    found = (
        _LICENCE.match(card.read_text(encoding="utf-8", errors="replace"))
        if card.is_file()
        else None
    )
    return found[1] if found else "unknown"
