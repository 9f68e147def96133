"""A table as a value: what the template lays out."""

from dataclasses import dataclass

from jobs.wording.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell."""

    text: str
    #: Link of the text; None for none. Only links that `safe_link` let through.
    href: str | None = None
    #: Language of the text if it isn't the page's.
    lang: str | None = None
    #: A second, smaller line.
    note: str = ""
    #: Class of its looks: "loss", "gain", a verdict or "".
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A heading."""

    heading: str
    #: Numbers are set to the right.
    numeric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Headings and rows; each row has a cell per column."""

    ident: str
    title: str
    lead: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def columns(words: Words, table: str, keys: str) -> tuple[Column, ...]:
    """The columns of a table of the words by their keys, such as "name #n #p"; # for numbers."""
    return tuple(
        Column(heading=words(f"{table}.{key.lstrip('#')}"), numeric=key.startswith("#"))
        for key in keys.split()
    )


def signed(text: str, value: float | None) -> Cell:
    """A number's cell, toned by its sign."""
    return Cell(text=text, tone="" if not value else "loss" if value < 0 else "gain")


def english(text: str, words: Words) -> Cell:
    """A cell of text that is English in either page."""
    return Cell(text=text, lang=None if words.lang == "en" else "en")
