"""Turn the English of the workers' values into the page's language where it is known."""

import re
from datetime import date

from core.prices import Association, ClaimCheck, TestResult
from jobs.report.table import Cell, english
from jobs.wording.formats import MINUS, NARROW_SPACE
from jobs.wording.plain import plain
from jobs.wording.words import Words

#: A number as Python writes it, not within a word or a date.
_NUMBER = re.compile(r"(?<![\w.-])([-+]?)(\d+(?:,\d{3})*)(\.\d+)?(?![\w-]|\.\d)( ?%)?")
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def null_cell(result: TestResult | Association, words: Words) -> Cell:
    """What is assumed: by the test's name or its own words, else in English."""
    name = result.name if isinstance(result, TestResult) else result.horizon.value
    known = words.name("nulls", name.casefold(), words.name("nulls", result.null, ""))
    return Cell(text=known) if known else english(plain(result.null), words)


def over_cell(association: Association, words: Words) -> Cell:
    """What the pairs are, dates in the page's language."""
    text = plain(association.over)
    for phrase in ("instruments on", "instruments and sessions"):
        text = text.replace(phrase, words.name("over", phrase))
    return Cell(text=dates(text, words))


def measured_cell(check: ClaimCheck, words: Words) -> Cell:
    """The measured value, numbers in the page's language."""
    cell = english(plain(check.measured), words)
    return Cell(text=numbers(dates(cell.text, words), words), lang=cell.lang)


def dates(text: str, words: Words) -> str:
    """The text with its ISO dates written out."""
    return _DATE.sub(lambda m: words.formats.day(date.fromisoformat(m[0])), text)


def numbers(text: str, words: Words) -> str:
    """The text with its numbers as the language writes them."""

    def write(found: re.Match[str]) -> str:
        sign, whole, fraction, percent = (part or "" for part in found.groups())
        if words.lang == "fr":
            whole, fraction = whole.replace(",", NARROW_SPACE), fraction.replace(".", ",")
        gap = NARROW_SPACE if words.lang == "fr" else ""
        return sign.replace("-", MINUS) + whole + fraction + (percent and f"{gap}%")

    return _NUMBER.sub(write, text)
