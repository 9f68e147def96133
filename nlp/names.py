"""Other names in the place of those in a labelled text. No I/O but reading the tables.

A model must not learn who usually fares well, and an invented event must not stand beside
a real name; both need the same text about somebody else.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from core.errors import InputError
from core.signals import Span
from nlp.data import CORPUS, LabelledText
from nlp.elision import before_vowel, is_acronym, plain_letters, sound, word_before
from nlp.entities import PLAIN

NAMES_FILE = CORPUS / "names.csv"
INVENTED_FILE = CORPUS / "invented.csv"

#: Kinds that get another name. Commodities, currencies, bonds and public bodies keep
#: theirs: they are common nouns or belong to everybody.
SWAPPED = frozenset({"company", "brand", "agency", "fund", "token", "index", "ticker", "person"})

_WORD = re.compile(r"\w+")

#: First words of a company's name that make it feminine in French.
_FEMININE = frozenset({"Banque", "Caisse", "Compagnie", "Maison", "Manufacture", "Société"})
_MASCULINE = frozenset({"le", "du", "au"})

#: Fewest letters of a name that may be written in capitals though the table doesn't do so.
_CAPITALS = 4
_ARTICLE_LENGTH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as it is written, with what it names."""

    surface: str
    kind: str
    #: Also a common word (Orange, Target): counts only where the text lists it as an entity.
    is_word: bool = False


#: Names to draw from, by kind.
Pool = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a text writes a name; `owner` is equal for all forms of one name."""

    start: int
    end: int
    surface: str
    kind: str
    owner: str


class NameTable:
    """Known names, ready to be found in texts."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._kinds: dict[str, str] = {}
        #: First word -> (form, where the word begins in it, kind).
        self._by_word: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
        self._in_capitals: dict[str, str] = {}
        names = tuple(names)
        spelled = {name.surface.translate(PLAIN) for name in names}
        for name in names:
            plain = name.surface.translate(PLAIN)
            self._in_capitals[plain.upper()] = plain
            self._kinds[plain] = name.kind
            if not name.is_word and (word := _WORD.search(plain)):
                for form in (plain, *_in_capitals(plain, spelled)):
                    entry = (form, word.start(), name.kind)
                    self._by_word[form[word.start() : word.end()]].append(entry)

    def kind(self, surface: str) -> str:
        """What a surface names; "" if it isn't known."""
        plain = surface.translate(PLAIN)
        forms = (plain, self._in_capitals.get(plain, ""), plain.removeprefix("$"))
        return next((self._kinds[form] for form in forms if form in self._kinds), "")

    def find(self, text: str) -> Iterator[Place]:
        """Every place where a name stands as whole words, overlapping ones included.

        A name counts as it is spelled in the table, or wholly in capitals.
        """
        plain = text.translate(PLAIN)
        for word in _WORD.finditer(plain):
            for form, lead, kind in self._by_word.get(word[0], ()):
                start = word.start() - lead
                if start >= 0 and plain.startswith(form, start):
                    place = _place(text, start, start + len(form), kind)
                    if _is_whole(text, place.start, place.end):
                        yield place


def read_names(path: Path = NAMES_FILE) -> list[Name]:
    """Read a table with the columns `surface`, `kind` and, if need be, `rule` ("word" or "").

    Raises:
        InputError: if the file is missing or lacks a column.
    """
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return [
                Name(surface=row["surface"], kind=row["kind"], is_word=row.get("rule") == "word")
                for row in csv.DictReader(lines)
            ]
    except FileNotFoundError as e:
        raise InputError(path, "no such file", remedy="give a CSV file of names") from e
    except KeyError as e:
        raise InputError(path, f"has no column {e}") from e


def make_pool(names: Iterable[Name]) -> Pool:
    """Names to draw from; common words are left out, since they can't be told in a text."""
    pool: dict[str, dict[str, None]] = defaultdict(dict)
    for name in names:
        if not name.is_word:
            pool[name.kind][name.surface] = None
    return {kind: tuple(surfaces) for kind, surfaces in pool.items()}


def swap_names(
    item: LabelledText, table: NameTable, pool: Pool, rng: np.random.Generator
) -> LabelledText:
    """The same text about others: each name becomes another of its kind, everywhere alike.

    Entities of unknown kind keep their names, and so do kinds outside `SWAPPED`; a text
    whose listed entities overlap stays as it is.

    Args:
        item: A labelled text; its own `kinds` win over the table's.
        table: Names to look for, those of persons and sources included.
        pool: What to draw from; it needs every kind that is swapped.
        rng: Source of the draws.

    Raises:
        InputError: if the pool has no fitting name left.
    """
    spans = sorted((span.start, span.end) for span, _ in item.entities)
    if any(end > start for (_, end), (start, _) in pairwise(spans)):
        return item
    places = [p for p in find_places(item, table) if p.kind in SWAPPED]
    drawn = _draw_all(item, places, pool, rng)
    edits = [_edit(item, place, drawn[place.owner]) for place in places]
    return _apply(replace(item, kinds=kinds_of(item, table)), edits)


def kinds_of(item: LabelledText, table: NameTable) -> tuple[str, ...]:
    """The kind of each entity: as the item says, or the table; "" if neither knows."""
    given = item.kinds or ("",) * len(item.entities)
    return tuple(
        kind or table.kind(span.surface)
        for kind, (span, _) in zip(given, item.entities, strict=True)
    )


def find_places(item: LabelledText, table: NameTable) -> list[Place]:
    """Every place of a text that names somebody or something, in order, without overlap.

    What the item lists comes first, with its further occurrences; then the longest name.
    """
    listed = [
        _place(item.text, span.start, span.end, kind)
        for (span, _), kind in zip(item.entities, kinds_of(item, table), strict=True)
    ]
    again = NameTable(Name(surface=p.surface, kind=p.kind) for p in listed)
    others = sorted([*again.find(item.text), *table.find(item.text)], key=lambda p: p.start - p.end)
    places: list[Place] = []
    for place in [*listed, *others]:
        if all(place.end <= p.start or p.end <= place.start for p in places):
            places.append(place)
    owners = _owners(places, {p.owner for p in listed})
    return sorted(
        (replace(p, owner=owners[p.owner]) for p in places),
        key=lambda p: p.start,
    )


def _in_capitals(surface: str, others: Set[str]) -> tuple[str, ...]:
    """The name in capitals, unless it is too short to be told or another name."""
    letters = sum(c.isalpha() for c in surface)
    form = surface.upper()
    return (form,) if letters >= _CAPITALS and form not in others else ()


def _place(text: str, start: int, end: int, kind: str) -> Place:
    surface = text[start:end]
    word = surface.split()[-1] if kind == "person" else surface
    key = re.sub(r"[^a-z0-9]", "", plain_letters(word)) or word
    owner = f"{kind}:{key.removesuffix('s') if kind == 'token' else key}"
    return Place(start=start, end=end, surface=surface, kind=kind, owner=owner)


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())


def _owners(places: Sequence[Place], listed: Set[str]) -> dict[str, str]:
    """Whose name each owner's is: a short or long form belongs to the listed one it extends."""
    first = {p.owner: p for p in reversed(places)}
    return {
        owner: owner
        if owner in listed
        else next((o for o in first if o in listed and _extends(place, first[o])), owner)
        for owner, place in first.items()
    }


def _extends(a: Place, b: Place) -> bool:
    short, long = sorted((f"{plain_letters(a.surface)} ", f"{plain_letters(b.surface)} "), key=len)
    return a.kind == b.kind and long.startswith(short)


def _draw_all(
    item: LabelledText, places: Sequence[Place], pool: Pool, rng: np.random.Generator
) -> dict[str, str]:
    """A new name for each owner, none of which could be taken for another."""
    by_owner: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        by_owner[place.owner].append(place)
    drawn: dict[str, str] = {}
    taken = {word.casefold() for word in _WORD.findall(item.text)}
    for owner, own in by_owner.items():
        names = pool.get("ticker" if own[0].surface[0] == "$" else own[0].kind, ())
        drawn[owner] = _draw(names, _Wish.of(item, own), taken, rng)
        taken.add(_head(drawn[owner]))
    return drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What the text around a name asks of the name."""

    #: "vowel", "consonant" or "" for any.
    sound: str
    #: Words before the name, in lower case.
    before: frozenset[str]
    is_acronym: bool

    @classmethod
    def of(cls, item: LabelledText, places: Sequence[Place]) -> "_Wish":
        before = [word_before(item.text[: place.start], item.lang) for place in places]
        sounds = {wanted for _, wanted in before}
        return cls(
            sound=next((s for s in ("vowel", "consonant") if s in sounds), ""),
            before=frozenset(word.casefold() for word, _ in before),
            is_acronym=all(is_acronym(p.surface) for p in places),
        )

    def is_met_by(self, name: str) -> bool:
        """In every respect; the sound alone is indispensable."""
        is_feminine = name.split()[0] in _FEMININE
        if "la" in self.before:
            return is_feminine or is_acronym(name)
        if is_feminine and self.before & _MASCULINE:
            return False
        return is_acronym(name) == self.is_acronym


def _draw(names: Sequence[str], wish: _Wish, taken: Set[str], rng: np.random.Generator) -> str:
    order = [names[int(i)] for i in rng.permutation(len(names))]
    fitting = [n for n in order if wish.sound in ("", sound(n)) and _head(n) not in taken]
    if not fitting:
        raise InputError("pool of names", "no fitting name is left", remedy="give a larger pool")
    return next((name for name in fitting if wish.is_met_by(name)), fitting[0])


@cache
def _head(name: str) -> str:
    """The word that tells a name from others; not the article it may begin with."""
    words: list[str] = _WORD.findall(name.casefold())
    return next((word for word in words if len(word) > _ARTICLE_LENGTH), words[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """A stretch of the old text and what takes its place: `lead`, `name` and `tail`."""

    place: Place
    start: int
    end: int
    lead: str
    name: str
    tail: str

    @property
    def growth(self) -> int:
        return len(self.lead + self.name + self.tail) - (self.end - self.start)


def _edit(item: LabelledText, place: Place, new: str) -> _Edit:
    name = _in_style_of(place, new)
    word, wanted = word_before(item.text[: place.start], item.lang)
    start, end, lead, tail = place.start, place.end, "", ""
    if wanted == "consonant" and sound(name) == "vowel":
        start -= len(word) + 1
        lead = before_vowel(word, item.lang)
    if item.lang == "en" and _is_bare_possessive(item.text, place) and name[-1] not in "sS":
        end += 1
        tail = item.text[place.end] + "s"
    return _Edit(place=place, start=start, end=end, lead=lead, name=name, tail=tail)


def _in_style_of(place: Place, new: str) -> str:
    """A name in the capitals of the old one; a person's surname for a surname."""
    old = place.surface
    if place.kind == "person" and " " not in old:
        new = new.split()[-1]
    if old.startswith("$"):
        return f"${new.lstrip('$').upper()}"
    if old.isupper() and (place.kind == "company" or not is_acronym(old)):
        return new.upper()
    if place.kind == "token" and old.islower():
        return new.lower() + ("s" if old.endswith("s") else "")
    return new


def _is_bare_possessive(text: str, place: Place) -> bool:
    """Whether "Airbus' profit" stands there, which a name without s writes with one."""
    return place.surface[-1] in "sS" and bool(re.match(r"['’] \w", text[place.end :]))


def _apply(item: LabelledText, edits: Sequence[_Edit]) -> LabelledText:
    pieces, at = [], 0
    for edit in edits:
        pieces += [item.text[at : edit.start], edit.lead, edit.name, edit.tail]
        at = edit.end
    text = "".join([*pieces, item.text[at:]])
    entities = tuple((_moved(span, edits), label) for span, label in item.entities)
    return replace(item, text=text, entities=entities)


def _moved(span: Span, edits: Sequence[_Edit]) -> Span:
    """Where a span stands after the edits, with its new name if it was renamed."""
    shift = sum(edit.growth for edit in edits if edit.end <= span.start)
    own = next((edit for edit in edits if edit.place.start == span.start), None)
    if own is None:
        return replace(span, start=span.start + shift, end=span.end + shift)
    start = own.start + shift + len(own.lead)
    return Span(surface=own.name, start=start, end=start + len(own.name))
