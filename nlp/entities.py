"""Who a text is about: names of an alias table found in a text. No I/O but reading the table.

The longest alias wins at each place. What spelling counts is the alias' rule (`RULES`).
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import InputError
from core.prices import Alias, Instrument
from core.signals import Mention, Span

ALIAS_FILE = Path(__file__).with_name("aliases.csv")

#: Spaces and apostrophes are written in many ways; one character for one, so that
#: offsets stay those of the original text.
PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2019": "'", "\u2011": "-"})

#: What makes a capitalised common word the company of that name.
_MARKET_CUE = re.compile(
    r"\b(actions?|titres?|groupe|bourse|cours|shares?|stock|Inc|Corp|SA|PLC)\b|[\d.,]+ ?%"
)
_CUE_REACH = 60
_SENTENCE_START = re.compile(r"(^|[.!?:…»«\"(|–—-])\s*$")

#: What company registers add to the name that the press uses.
_LEGAL = re.compile(
    r"\s*\([^)]*\)"
    r"|,? (Inc|Corp(oration)?|Company|(& )?Co|Ltd|plc|S\.?A|SE|AG|N\.?V|SpA|Holdings?|Group)\.?"
    r"(?=$|,)"
    r"|^The ",
    re.IGNORECASE,
)


def _as_written(alias: str, text: str, start: int) -> bool:
    """A name: spelled as in the table, or wholly in capitals."""
    surface = text[start : start + len(alias)]
    return surface in (alias, alias.upper()) and (surface == alias or len(alias) > 3)


def _any_case(alias: str, text: str, start: int) -> bool:
    """A name that is also written in lower case, such as bitcoin."""
    return True


def _common_word(alias: str, text: str, start: int) -> bool:
    """A common word: capitalised within a sentence, with a market cue nearby."""
    end = start + len(alias)
    near = max(0, start - _CUE_REACH)
    if text[start:end] != alias or _SENTENCE_START.search(text[near:start]):
        return False
    return bool(_MARKET_CUE.search(text[near : end + _CUE_REACH]))


#: Rule of an alias -> whether a place in a text, compared without case, counts.
#: A "decoy" is a phrase that contains a name and doesn't mean it: "Michel Legrand".
RULES: dict[str, Callable[[str, str, int], bool]] = {
    "name": _as_written,
    "any": _any_case,
    "word": _common_word,
    "decoy": _any_case,
}


class Linker:
    """Finds the entities of an alias table in texts."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._by_text: dict[str, list[Alias]] = defaultdict(list)
        for alias in aliases:
            plain = replace(alias, alias=alias.alias.translate(PLAIN))
            self._by_text[plain.alias.casefold()].append(plain)
        longest_first = sorted(self._by_text, key=len, reverse=True)
        pattern = "|".join(re.escape(a) for a in longest_first)
        self._pattern = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """The entities that a text names, by first occurrence, each once.

        Relevance in [0, 1] is the mean of two parts: how early the first occurrence
        stands (1 at the start, falling in proportion to 0 at the end) and the entity's
        share of all occurrences. It never rises with a later first occurrence, nor
        with more occurrences of others.
        """
        return tuple(mention for mention, _ in self.occurrences(text))

    def occurrences(self, text: str) -> list[tuple[Mention, tuple[Span, ...]]]:
        """The mentions of a text, each with every place that names its entity, in order."""
        places: dict[str, list[tuple[int, Alias]]] = defaultdict(list)
        for start, alias in self._places(text.translate(PLAIN)):
            places[alias.ticker or alias.entity].append((start, alias))
        total = sum(len(of_entity) for of_entity in places.values())
        return [
            (
                _mention(text, of_entity[0], share=len(of_entity) / total),
                tuple(_span(text, start, alias) for start, alias in of_entity),
            )
            for of_entity in places.values()
        ]

    def _places(self, text: str) -> Iterator[tuple[int, Alias]]:
        position = 0
        while found := self._pattern.search(text, position):
            start, position = found.span()
            alias = next(
                (
                    a
                    for a in self._by_text[found[0].casefold()]
                    if RULES[a.rule](a.alias, text, start)
                ),
                None,
            )
            if alias is None:
                position = start + 1
            elif alias.rule != "decoy":
                yield start, alias


def _span(text: str, start: int, alias: Alias) -> Span:
    end = start + len(alias.alias)
    return Span(surface=text[start:end], start=start, end=end)


def _mention(text: str, place: tuple[int, Alias], *, share: float) -> Mention:
    start, alias = place
    span = _span(text, start, alias)
    return Mention(
        surface=span.surface,
        start=start,
        end=span.end,
        ticker=alias.ticker,
        alias=alias.alias,
        relevance=0.5 * (1 - start / len(text)) + 0.5 * share,
    )


def given_mentions(linker: Linker, text: str, spans: Sequence[Span]) -> tuple[Mention, ...]:
    """Mentions for spans that somebody else found, linked where the table knows them."""
    return tuple(
        Mention(
            surface=span.surface,
            start=span.start,
            end=span.end,
            ticker=next((m.ticker for m in linker.mentions(span.surface)), None),
            alias=span.surface,
            relevance=0.5 * (1 - span.start / len(text)) + 0.5 / len(spans),
        )
        for span in spans
    )


def read_aliases(path: Path = ALIAS_FILE) -> tuple[Alias, ...]:
    """Read an alias table: columns entity, ticker, rule, aliases (separated by |).

    Raises:
        InputError: if the file, a column or a rule isn't usable.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        table = tuple(
            Alias(alias=a, entity=row["entity"], ticker=row["ticker"] or None, rule=row["rule"])
            for row in rows
            for a in row["aliases"].split("|")
        )
    except (OSError, KeyError, AttributeError) as e:
        raise InputError(path, f"no usable alias table ({e})", remedy="see nlp/aliases.csv") from e
    for alias in table:
        if alias.rule not in RULES:
            raise InputError(path, f"unknown rule {alias.rule!r}", remedy=f"use {', '.join(RULES)}")
    return table


def aliases_for(instruments: Sequence[Instrument], table: Sequence[Alias]) -> tuple[Alias, ...]:
    """The table for a list of instruments.

    An instrument that the table doesn't know goes by its plain name. If the table has that
    name under a symbol that isn't in the list, the instrument takes over its aliases; if
    the symbol is in the list too, as with two listings of one company, news goes to that one.
    """
    listed = {i.symbol for i in instruments}
    by_name = {alias.alias.casefold(): alias for alias in table}
    named: list[Alias] = []
    takes_over: dict[str, str] = {}
    for instrument in instruments:
        if any(alias.ticker == instrument.symbol for alias in table):
            continue
        name = _LEGAL.sub("", instrument.name).strip()
        known = by_name.get(name.translate(PLAIN).casefold())
        if known is None or known.ticker is None:
            named += [_plain_alias(instrument, name)] if name else []
        elif known.ticker not in listed:
            takes_over.setdefault(known.ticker, instrument.symbol)
    moved = (replace(a, ticker=takes_over.get(a.ticker or "", a.ticker)) for a in table)
    return (*named, *moved)


def _plain_alias(instrument: Instrument, name: str) -> Alias:
    return Alias(alias=name, entity=instrument.name, ticker=instrument.symbol, rule="name")


def unreachable(instruments: Iterable[Instrument], aliases: Iterable[Alias]) -> list[str]:
    """Symbols that no alias leads to: no news will be found for them."""
    reached = {alias.ticker for alias in aliases}
    return [i.symbol for i in instruments if i.symbol not in reached]
