"""Make the published corpus from the one with real names, and check it.

python -m nlp.publish --from ../shared/corpus
python -m nlp.publish --check
python -m nlp.publish --table
"""

import argparse
import csv
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import RemousError
from core.signals import Event, Label, Span
from nlp.data import CORPUS, LabelledText, labelled_files, read_labelled, write_labelled
from nlp.entities import ALIAS_FILE
from nlp.names import (
    INVENTED_FILE,
    SWAPPED,
    Name,
    NameTable,
    Pool,
    find_places,
    make_pool,
    read_names,
    swap_names,
)
from nlp.pairs import read_pairs

CORRECTIONS_FILE = CORPUS / "corrections.csv"

#: By id of an item, and by "text" or the number of an entity from 0 on.
Corrections = Mapping[str, Mapping[str, Label]]

#: Kinds that the pairs call by their real names: nothing is said there about a company.
KEPT_IN_PAIRS = frozenset({"index", "token"})

#: Words that feeds glue to the name after them ("leCAC 40"), and to the number before.
_GLUED = re.compile(r"(?<=\b[Ll]e)(?=[A-Z])|(?<=\bsur)(?=[A-Z])|(?<=\b40)(?=[a-z])")


def publish(source: Path, target: Path) -> None:
    """Write each labelled file of a folder with invented names in the place of real ones.

    An item's names depend on its id alone.

    Raises:
        InputError: if the folder holds no labelled file, or one can't be used.
    """
    table, pool = real_names(), make_pool(read_names(INVENTED_FILE))
    corrections = read_corrections()
    target.mkdir(parents=True, exist_ok=True)
    for path in labelled_files(source):
        items = [
            _renamed(corrected(item, corrections), table, pool) for item in read_labelled(path)
        ]
        write_labelled(target / path.name, items)


def read_corrections(path: Path = CORRECTIONS_FILE) -> Corrections:
    """Labels that a second reading put right: for each id, by "text" or number of entity."""
    corrections: dict[str, dict[str, Label]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            corrections[row["id"]][row["of"]] = Label(row["label"])
    return corrections


def corrected(item: LabelledText, corrections: Corrections) -> LabelledText:
    """The item with the labels that a second reading gave it."""
    labels = corrections.get(item.id, {})
    entities = tuple(
        (span, labels.get(str(n), label)) for n, (span, label) in enumerate(item.entities)
    )
    return replace(item, label=labels.get("text", item.label), entities=entities)


def real_names() -> NameTable:
    """Every real name that we know: those of the corpus and those of the alias table."""
    names = read_names()
    known = {name.surface for name in names}
    with ALIAS_FILE.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["rule"] != "decoy"]
    aliases = {
        alias: Name(surface=alias, kind="company", is_word=row["rule"] == "word")
        for row in rows
        for alias in row["aliases"].split("|")
    }
    return NameTable([*names, *(n for alias, n in aliases.items() if alias not in known)])


def problems(folder: Path) -> Iterator[str]:
    """What keeps the labelled files of a folder from being published, in words.

    Raises:
        InputError: if a file can't be used.
    """
    table = real_names()
    for path in labelled_files(folder):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for item, line in zip(read_labelled(path), lines, strict=True):
            found = [*_named(item, table, SWAPPED), *_misplaced(json.loads(line))]
            yield from (f"{path.name}: {item.id}: {problem}" for problem in found)
    for path in sorted(folder.glob("pairs/*.jsonl")):
        for n, pair in enumerate(read_pairs(path), start=1):
            for lang, text in (("fr", pair.fr), ("en", pair.en)):
                found = list(_named(_bare(text, lang), table, SWAPPED - KEPT_IN_PAIRS))
                yield from (f"{path.name}:{n}: {problem}" for problem in found)


def statistics(folder: Path) -> str:
    """The tables of the data card, in Markdown: files, events, kinds of entities."""
    files = {path.name: read_labelled(path) for path in labelled_files(folder)}
    everything = [item for items in files.values() for item in items]
    kinds = Counter(kind for item in everything for kind in item.kinds)
    head = "| file | texts | fr | en | positive | neutral | negative | entities | + | = | − |\n"
    rows = [_counts(f"`{name}`", items) for name, items in files.items()]
    events = Counter(item.event for item in everything)
    return "\n".join(
        [
            head + "|---|" + "---:|" * 10,
            *rows,
            _counts("all", everything),
            "",
            "| event | texts |",
            "|---|---:|",
            *(f"| {event} | {events[event]:,} |" for event in Event),
            "",
            "| kind | entities |",
            "|---|---:|",
            *(f"| {kind} | {n:,} |" for kind, n in kinds.most_common()),
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit code is 0 if the corpus may be published."""
    options = _options().parse_args(arguments)
    say = sys.stdout.write
    try:
        if options.source:
            publish(options.source, options.out)
        if options.table:
            say(f"{statistics(options.out)}\n")
        return _report(list(problems(options.out)), say) if options.check else 0
    except RemousError as e:
        sys.stderr.write(f"{e}\n")
        return e.exit_code


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m nlp.publish",
        description="Make the published corpus from the one with real names, and check it.",
        epilog="example: python -m nlp.publish --from ../shared/corpus --check",
    )
    parser.add_argument(
        "--from", dest="source", type=Path, metavar="FOLDER", help="labelled texts, real names"
    )
    parser.add_argument(
        "--out", type=Path, default=CORPUS, metavar="FOLDER", help="where the corpus is"
    )
    parser.add_argument("--check", action="store_true", help="look for real names, wrong offsets")
    parser.add_argument("--table", action="store_true", help="print the data card's tables")
    return parser


def _report(found: Sequence[str], say: Callable[[str], object]) -> int:
    say("".join(f"{problem}\n" for problem in found) or "nothing stands against it\n")
    return 1 if found else 0


def _renamed(item: LabelledText, table: NameTable, pool: Pool) -> LabelledText:
    seed = int.from_bytes(hashlib.sha256(item.id.encode()).digest()[:8], "big")
    return swap_names(_unglued(item), table, pool, np.random.default_rng(seed))


def _unglued(item: LabelledText) -> LabelledText:
    """The text with a space where a feed lost it, so that every name stands as a word."""
    gaps = [m.start() for m in _GLUED.finditer(item.text)]

    def moved(span: Span) -> Span:
        shift = sum(gap <= span.start for gap in gaps)
        return replace(span, start=span.start + shift, end=span.end + shift)

    entities = tuple((moved(span), label) for span, label in item.entities)
    return replace(item, text=_GLUED.sub(" ", item.text), entities=entities)


def _named(item: LabelledText, table: NameTable, kinds: Set[str]) -> Iterator[str]:
    """Real names in the text, and common words that it lists as the company of that name."""
    for place in find_places(replace(item, entities=(), kinds=()), table):
        if place.kind in kinds:
            yield f"names {place.surface}"
    for span, _ in item.entities:
        if table.kind(span.surface) in kinds:
            yield f"lists {span.surface}"


def _bare(text: str, lang: str) -> LabelledText:
    return LabelledText(id="", text=text, lang=lang, label=None, event=None, entities=())


def _misplaced(row: Mapping[str, Any]) -> Iterator[str]:
    for entity in row["entities"]:
        surface, start, end = entity["surface"], entity.get("start"), entity.get("end")
        if start is None or row["text"][start:end] != surface:
            yield f"{surface} isn't at {start}-{end}"
        if not entity.get("kind"):
            yield f"{surface} has no kind"


def _counts(name: str, items: Sequence[LabelledText]) -> str:
    langs = Counter(item.lang for item in items)
    texts = Counter(item.label for item in items)
    entities = Counter(label for item in items for _, label in item.entities)
    order = (Label.POSITIVE, Label.NEUTRAL, Label.NEGATIVE)
    numbers = [
        len(items),
        langs["fr"],
        langs["en"],
        *(texts[label] for label in order),
        entities.total(),
        *(entities[label] for label in order),
    ]
    return f"| {name} | " + " | ".join(f"{n:,}" for n in numbers) + " |"


if __name__ == "__main__":
    sys.exit(main())
