"""Where the sentences of a French or English text begin and end. No I/O, no model.

A full stop after an abbreviation or an initial ends none, even where it might: two
sentences read as one cost less than one cut in two.
"""

import re
from itertools import pairwise

#: Character range of a sentence: text[start:end], without space around it.
Range = tuple[int, int]

#: A word and the closing French quote that stands apart from it.
_WORD = re.compile(r"\S+(?:[^\S\n]+[»”])?")
_STOPS = ".!?…"
_CLOSERS = "\"'»”’)]*"
_OPENERS = "\"'«“‘([*—–-"

_ELISION = re.compile(r"^\w+['’]")
#: Single letters: J. P. Morgan, J.-P. Morgan, U.S., p.m.
_INITIALS = re.compile(r"(?:[^\W\d_][.-]+)*[^\W\d_]")
_ABBREVIATIONS = frozenset(
    "mm mme mmes mlle mlles dr pr ste mr mrs ms prof gen sen rep gov jr sr inc corp co ltd cie "
    "plc bros vs env etc cf dept approx janv févr avr juil sept oct nov déc jan feb apr jun jul "
    "aug sep dec".split()
)
#: Abbreviations only before a figure: "art. 12", "No. 3".
_OF_FIGURES = frozenset("art al fig n° no nos p pp vol est av mar".split())


def sentences(text: str) -> list[Range]:
    """The sentences of a text in order; together they hold all that isn't space.

    A line that ends with a stop, or before a line that starts as a sentence does, ends
    one too: headings and items of a list.
    """
    words = [found.span() for found in _WORD.finditer(text)]
    if not words:
        return []
    ranges, start = [], words[0][0]
    for (first, last), (following, end) in pairwise(words):
        if _breaks(text[first:last], text[last:following], text[following:end]):
            ranges.append((start, last))
            start = following
    return [*ranges, (start, words[-1][1])]


def _breaks(word: str, gap: str, following: str) -> bool:
    """Whether a sentence ends between a word and the following one."""
    lines = gap.count("\n")
    if lines > 1:
        return True
    begin = following.lstrip(_OPENERS)[:1]
    if begin.islower():
        return False
    if lines:
        return True
    core = word.rstrip(_CLOSERS + "\u00a0\u202f ")
    if not core.endswith(tuple(_STOPS)):
        return False
    return not (core.endswith(".") and _abbreviated(core, begin))


def _abbreviated(word: str, begin: str) -> bool:
    """Whether the full stop of a word marks it as shortened, before what begins so."""
    if word.endswith(".."):
        return False
    stem = _ELISION.sub("", word[:-1].lstrip(_OPENERS)).lower()
    if begin.isdigit() and stem in _OF_FIGURES:
        return True
    return stem in _ABBREVIATIONS or bool(_INITIALS.fullmatch(stem))
