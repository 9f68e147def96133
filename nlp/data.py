"""Labelled texts, read from JSON lines and written to them.

A row is `{"id"?, "text", "lang"?, "label"?, "event"?, "entities"?: [{"surface", "label",
"kind"?, "start"?, "end"?}]}`; an entity without offsets means its first occurrence.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.signals import Event, Label, Span

#: Our own labelled texts.
CORPUS = Path(__file__).with_name("corpus")

#: Labels and event types in the order of a model's outputs.
LABELS, EVENTS = list(Label), list(Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """A text with the labels it carries; a set may lack one kind of label."""

    id: str
    text: str
    lang: str
    label: Label | None
    event: Event | None
    entities: tuple[tuple[Span, Label], ...]
    #: What each entity is ("company", "index", ...), "" if unknown; empty if none is known.
    kinds: tuple[str, ...] = ()


def labelled_files(folder: Path = CORPUS) -> list[Path]:
    """The labelled files of a folder, by name.

    Raises:
        InputError: if there are none.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise InputError(folder, "holds no .jsonl file", remedy="give a folder of labelled texts")
    return paths


def read_labelled(path: Path) -> list[LabelledText]:
    """Read a labelled file.

    Raises:
        InputError: if the file is missing, empty or not UTF-8, or a row is malformed.
    """
    if not path.is_file():
        raise InputError(path, "no such file", remedy="give a JSON-lines file of labelled texts")
    try:
        items = [_parse(row, f"{path}:{n}") for n, row in _rows(path)]
    except UnicodeDecodeError as e:
        raise InputError(path, "isn't UTF-8", remedy="convert it to UTF-8") from e
    if not items:
        raise InputError(path, "holds no labelled text")
    return items


def write_labelled(path: Path, items: Iterable[LabelledText]) -> None:
    """Write a labelled file; `read_labelled` gives the items back."""
    rows = (json.dumps(to_row(item), ensure_ascii=False) + "\n" for item in items)
    path.write_text("".join(rows), encoding="utf-8", newline="\n")


def to_row(item: LabelledText) -> dict[str, Any]:
    """An item as a row of a labelled file; labels it lacks are left out."""
    kinds = item.kinds or ("",) * len(item.entities)
    entities = [
        {"surface": span.surface, "label": label.value}
        | ({"kind": kind} if kind else {})
        | {"start": span.start, "end": span.end}
        for (span, label), kind in zip(item.entities, kinds, strict=True)
    ]
    labels = {"lang": item.lang, "label": item.label, "event": item.event}
    return {
        "id": item.id,
        "text": item.text,
        **{key: str(value) for key, value in labels.items() if value},
        "entities": entities,
    }


def in_dev_tenth(item: LabelledText) -> bool:
    """Whether a training set's item belongs to the tenth kept for development."""
    return hashlib.sha256(item.id.encode()).digest()[0] % 10 == 0


def find_span(text: str, entity: Mapping[str, Any]) -> Span:
    """The span of an entity row.

    Without `start` the first occurrence of the surface is meant; with it, the nearest
    (FinEntity's offsets were counted in another encoding and drift by a few characters).

    Raises:
        ValueError: if the surface isn't in the text.
    """
    surface = entity["surface"]
    wanted = entity.get("start") or 0
    starts = [m.start() for m in re.finditer(re.escape(surface), text)]
    if not surface or not starts:
        raise ValueError(f"{surface!r} isn't in the text")
    start = min(starts, key=lambda s: abs(s - wanted))
    return Span(surface=surface, start=start, end=start + len(surface))


def _rows(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8") as lines:
        for n, line in enumerate(lines, start=1):
            if line.strip():
                yield n, line


def _parse(line: str, where: str) -> LabelledText:
    try:
        row = json.loads(line)
        text, entities = row["text"], row.get("entities") or ()
        kinds = tuple(str(e.get("kind") or "") for e in entities)
        return LabelledText(
            id=str(row.get("id", where)),
            text=text,
            lang=row.get("lang", ""),
            label=Label(row["label"]) if row.get("label") else None,
            event=Event(row["event"]) if row.get("event") else None,
            entities=tuple((find_span(text, e), Label(e["label"])) for e in entities),
            kinds=kinds if any(kinds) else (),
        )
    except (ValueError, KeyError, TypeError) as e:
        raise InputError(where, f"not a labelled text ({e})", remedy="see nlp/data.py") from e
