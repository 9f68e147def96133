"""Turn the English of the workers' values into the page's language where it is known."""

import re
from datetime import date

from core.prices import Association, TestResult
from jobs.report.table import Cell, english
from jobs.wording.formats import MINUS, NARROW_SPACE
from jobs.wording.plain import plain
from jobs.wording.words import Words

#: A number as Python writes it, not within a word or a date.
_NUMBER = re.compile(r"(?<![\w.-])([-+]?)(\d+(?:,\d{3})*)(\.\d+)?(?![\w-]|\.\d)( ?%)?")
_DAYS = re.compile(r"\b(\d{4}-\d{2}-\d{2}) to (\d{4}-\d{2}-\d{2})\b")
_ON_DAY = re.compile(r"\bon (\d{4}-\d{2}-\d{2})\b")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_MONTH = re.compile(r"(?<![\d-])\d{4}-\d{2}(?![\d-])")
_WORD = re.compile(r"[a-z]{3}")


def null_cell(result: TestResult | Association, words: Words) -> Cell:
    """What a test or an association assumes: by its name or its own words, else in English."""
    known = words.name("nulls", result.null, "")
    if not known and isinstance(result, TestResult):
        known = words.name("nulls", result.name.casefold(), "")
    return Cell(text=known) if known else english(plain(result.null), words)


def translated(text: str, words: Words) -> Cell:
    """A worker's text in the page's language as far as its phrases are known.

    Days, months and numbers are always written as the language does.
    """
    told = plain(text, 400)
    said = told
    for pattern, phrase in words.table("phrases").items():
        said = re.sub(pattern, phrase, said)
    is_english = said == told and _WORD.search(told) and words.lang != "en"
    written = numbers(moments(said, words), words)
    return Cell(text=written, lang="en" if is_english else None)


def moments(text: str, words: Words) -> str:
    """The text with its ISO days and months written out."""

    def day(iso: str) -> str:
        return words.formats.day(date.fromisoformat(iso))

    def days(found: re.Match[str]) -> str:
        first, last = (date.fromisoformat(iso) for iso in found.groups())
        return words("date.span", days=words.formats.days(first, last))

    text = _DAYS.sub(days, text)
    text = _ON_DAY.sub(lambda m: words("date.on", day=day(m[1])), text)
    text = _DAY.sub(lambda m: day(m[0]), text)
    return _MONTH.sub(lambda m: words.formats.month(date.fromisoformat(f"{m[0]}-01")), text)


def numbers(text: str, words: Words) -> str:
    """The text with its numbers as the language writes them."""

    def write(found: re.Match[str]) -> str:
        sign, whole, fraction, percent = (part or "" for part in found.groups())
        if words.lang == "fr":
            whole, fraction = whole.replace(",", NARROW_SPACE), fraction.replace(".", ",")
        gap = NARROW_SPACE if words.lang == "fr" else ""
        return sign.replace("-", MINUS) + whole + fraction + (percent and f"{gap}%")

    return _NUMBER.sub(write, text)
