"""The digest as plain text, laid out for 72 columns."""

import textwrap
from collections.abc import Iterator

from jobs.mail.view import MoverRow, NewsRow, View
from jobs.wording.plain import plain
from jobs.wording.words import Words

COLUMNS = 72
RULE = "-" * COLUMNS
#: Width of one number's column, and of the score before a title.
_NUMBER, _SCORE = 11, 8


def text_part(view: View, words: Words) -> str:
    """The whole digest; lines longer than 72 columns are links."""
    lines = [words("page.kicker"), f"{view.day} – {view.as_of}", RULE, ""]
    lines += _wrapped(" ".join(view.sentences))
    lines += _movers(view, words) if view.movers else []
    lines += _news(view, words) if view.news else []
    lines += _warnings(view, words) if view.warnings else []
    lines += _reading(view, words) if view.reading else []
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _movers(view: View, words: Words) -> list[str]:
    rows = [line for mover in view.movers for line in _mover(mover)]
    head = [*_heading(words("movers.title")), _columns("", *_headings(words)), ""]
    return [*head, *rows, *_wrapped(view.more_movers)]


def _news(view: View, words: Words) -> list[str]:
    rows = [line for article in view.news for line in _article(article)]
    return [*_heading(words("news.title")), *rows[:-1], *_wrapped(view.more_news)]


def _warnings(view: View, words: Words) -> list[str]:
    said = (*view.warnings, view.more_warnings)
    rows = [line for warning in said for line in _wrapped(warning, first="- ", then="  ")]
    return [*_heading(words("warnings.title")), *rows]


def _reading(view: View, words: Words) -> list[str]:
    rows = [line for sentence in view.reading for line in _wrapped(sentence)]
    return [*_heading(words("reading.title")), *rows]


def _headings(words: Words) -> Iterator[str]:
    for key in ("sentiment", "change", "return", "abnormal"):
        yield words(f"movers.{key}").lower()


def _heading(title: str) -> list[str]:
    return ["", title.upper(), RULE]


def _columns(name: str, *numbers: str) -> str:
    width = COLUMNS - _NUMBER * len(numbers)
    return plain(name, width).ljust(width) + "".join(n.rjust(_NUMBER) for n in numbers)


def _mover(row: MoverRow) -> list[str]:
    numbers = (row.sentiment, row.change, row.price_return, row.abnormal)
    note = _wrapped(f"{row.symbol} · {row.note}", first="  ", then="  ")
    return [_columns(row.name, *numbers), *note]


def _article(row: NewsRow) -> list[str]:
    first = f"{row.score} ".ljust(_SCORE)
    then = " " * _SCORE
    lines = _wrapped(f"[{row.lang or '?'}] {row.title}", first=first, then=then)
    return [*lines, f"{then}{row.link}", ""] if row.link else [*lines, ""]


def _wrapped(text: str, *, first: str = "", then: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=then,
        break_on_hyphens=False,
    )
