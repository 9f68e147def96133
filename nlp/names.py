"""Other names in the place of those in a labelled text. No I/O but reading the tables.

A model must not learn who usually fares well, and an invented event must not stand beside
a real name; both need the same text about somebody else.
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from core.errors import InputError
from core.signals import Span
from nlp.data import LabelledText

NAMES_FILE = Path(__file__).parent / "corpus" / "names.csv"
INVENTED_FILE = Path(__file__).parent / "corpus" / "invented.csv"

#: Kinds that get another name. Commodities, currencies, bonds and public bodies keep
#: theirs: they are common nouns or belong to everybody.
SWAPPED = frozenset({"company", "brand", "agency", "fund", "token", "index", "ticker", "person"})

#: Spaces, apostrophes and hyphens are written in many ways; one character for one.
_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2019": "'", "\u2011": "-"})
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
_WORD = re.compile(r"\w+")

#: What stands before a name and must agree with its first sound.
_ELIDED = re.compile(r"\b(?:[dlsncj]|qu|jusqu|lorsqu|puisqu|quoiqu)['’]$", re.IGNORECASE)
_FULL = re.compile(r"\b(de|le|la|que|jusque|lorsque|puisque|se|ne|du|au)[ \u00a0]$", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(an?) $", re.IGNORECASE)

#: First words of a company's name that make it feminine in French.
_FEMININE = frozenset({"Banque", "Caisse", "Compagnie", "Maison", "Manufacture", "Société"})

#: An acronym this short is swapped for an acronym if the pool has one.
_SHORT = 5
_ARTICLE_LENGTH = 3

#: Names that fit by sound, among which one that fits in every respect is looked for.
_CHOICE = 60


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
        self._by_word: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._in_capitals: dict[str, str] = {}
        for name in names:
            plain = name.surface.translate(_PLAIN)
            self._in_capitals[plain.upper()] = plain
            self._kinds[plain] = name.kind
            if not name.is_word and (word := _WORD.search(plain)):
                for form in _forms(plain):
                    self._by_word[form[word.start() : word.end()]].append((form, name.kind))

    def kind(self, surface: str) -> str:
        """What a surface names; "" if it isn't known."""
        plain = surface.translate(_PLAIN)
        forms = (plain, self._in_capitals.get(plain, ""), plain.removeprefix("$"))
        return next((self._kinds[form] for form in forms if form in self._kinds), "")

    def find(self, text: str) -> Iterator[Place]:
        """Every place where a name stands as whole words, overlapping ones included.

        A name counts as it is spelled in the table, or wholly in capitals.
        """
        plain = text.translate(_PLAIN)
        for word in _WORD.finditer(plain):
            for form, kind in self._by_word.get(word[0], ()):
                start = word.start() - _WORD.search(form).start()  # type: ignore[union-attr]
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

    Entities of unknown kind keep their names, and so do kinds outside `SWAPPED`.

    Args:
        item: A labelled text; its own `kinds` win over the table's.
        table: Names to look for, those of persons and sources included.
        pool: What to draw from; it needs every kind that is swapped.
        rng: Source of the draws.

    Raises:
        InputError: if the pool has no fitting name left.
    """
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


def sound(name: str) -> str:
    """How a name begins, for what stands before it: "vowel", "consonant" or "open".

    Open are those about which usage is divided: d'Hermès but de Honda, l'ONU but le yen,
    acronyms such as LVMH, digits.
    """
    word = _ascii(name)[:2]
    if not word[:1].isalpha() or word[:1] in "huyw" or word == "eu":
        return "open"
    if word[:1] in "aeio":
        return "vowel"
    return "open" if _is_acronym(name) and word[:1] in "flmnrsx" else "consonant"


def _forms(surface: str) -> set[str]:
    letters = sum(c.isalpha() for c in surface)
    return {surface, surface.upper()} if letters > 3 else {surface}


def _place(text: str, start: int, end: int, kind: str) -> Place:
    surface = text[start:end]
    word = surface.split()[-1] if kind == "person" else surface
    owner = f"{kind}:{re.sub(r'[^a-z0-9]', '', _ascii(word)) or word}"
    return Place(start=start, end=end, surface=surface, kind=kind, owner=owner)


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())


def _ascii(text: str) -> str:
    """Lower case, without accents."""
    spelled = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(c for c in spelled if not unicodedata.combining(c))


def _is_acronym(surface: str) -> bool:
    letters = [c for c in surface if c.isalpha()]
    return surface.lstrip("$").isupper() and len(letters) <= _SHORT


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
    short, long = sorted((f"{_ascii(a.surface)} ", f"{_ascii(b.surface)} "), key=len)
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
    is_feminine: bool
    is_acronym: bool

    @classmethod
    def of(cls, item: LabelledText, places: Sequence[Place]) -> "_Wish":
        before = [_before(item, place) for place in places]
        sounds = {wanted for _, wanted in before}
        return cls(
            sound=next((s for s in ("vowel", "consonant") if s in sounds), ""),
            is_feminine=any(word.casefold() == "la" for word, _ in before),
            is_acronym=all(_is_acronym(p.surface) for p in places),
        )

    def is_met_by(self, name: str) -> bool:
        """In every respect; the sound alone is indispensable."""
        is_feminine = name.split()[0] in _FEMININE
        return (is_feminine, _is_acronym(name)) == (self.is_feminine, self.is_acronym)


def _draw(names: Sequence[str], wish: _Wish, taken: Set[str], rng: np.random.Generator) -> str:
    order = (names[int(i)] for i in rng.permutation(len(names)))
    fitting = (
        name for name in order if wish.sound in ("", sound(name)) and _head(name) not in taken
    )
    choice = list(islice(fitting, _CHOICE))
    if not choice:
        raise InputError("pool of names", "no fitting name is left", remedy="give a larger pool")
    return next((name for name in choice if wish.is_met_by(name)), choice[0])


def _head(name: str) -> str:
    """The word that tells a name from others; not the article it may begin with."""
    words: list[str] = _WORD.findall(name.casefold())
    return next((word for word in words if len(word) > _ARTICLE_LENGTH), words[0])


def _before(item: LabelledText, place: Place) -> tuple[str, str]:
    """The word before a name that must agree with it, and the sound it asks for."""
    before = item.text[: place.start]
    if item.lang == "en":
        if m := _ARTICLE.search(before):
            return m[1], "vowel" if len(m[1]) > 1 else "consonant"
    elif m := _ELIDED.search(before):
        return m[0], "vowel"
    elif m := _FULL.search(before):
        return m[1], "consonant"
    return "", ""


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
    word, wanted = _before(item, place)
    start, end, lead, tail = place.start, place.end, "", ""
    if wanted == "consonant" and sound(name) == "vowel":
        start -= len(word) + 1
        lead = _elided(word, item.lang)
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
    if old.isupper() and (place.kind == "company" or not _is_acronym(old)):
        return new.upper()
    return new.lower() if place.kind == "token" and old.islower() else new


def _elided(word: str, lang: str) -> str:
    """A word that stands before a consonant, as it stands before a vowel."""
    if lang == "en":
        return f"{word}n "
    elided = {"du": "de l'", "au": "à l'"}.get(word.casefold(), f"{word[:-1]}'")
    return elided[0].upper() + elided[1:] if word[0].isupper() else elided


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
