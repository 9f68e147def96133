"""The sentences of the report and the digest, by language, read from TOML files beside this.

A sentence is named by its table and key ("chart.price.title"); its values are named
placeholders. A list of two is singular and plural, kept as "key.one" and "key.many".
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.wording.formats import NARROW_SPACE, Formats, Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The sentences of one language, with its numbers and dates."""

    formats: Formats
    sentences: Mapping[str, str]

    @property
    def lang(self) -> Lang:
        """The language."""
        return self.formats.lang

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence with its values filled in.

        Raises:
            KeyError: if there is no such sentence, or a value is missing.
        """
        return self.sentences[key].format(**values)

    def count(self, key: str, n: int, /, **values: object) -> str:
        """The sentence in singular or plural; `{n}` is the count."""
        single = n < 2 if self.lang == "fr" else n == 1
        return self(f"{key}.{'one' if single else 'many'}", n=self.formats.integer(n), **values)

    def name(self, table: str, key: str, default: str | None = None) -> str:
        """The entry of a table of names; `default`, or else the key itself, if it has none."""
        return self.sentences.get(f"{table}.{key}", key if default is None else default)

    def table(self, name: str) -> dict[str, str]:
        """All entries of a table by their keys, in the order of the file."""
        prefix = f"{name}."
        return {
            key.removeprefix(prefix): text
            for key, text in self.sentences.items()
            if key.startswith(prefix)
        }

    def listing(self, items: list[str]) -> str:
        """Such as "a, b and c"; empty for no items."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self('and')} {items[-1]}"


def load_words(part: str, lang: Lang) -> Words:
    """The sentences common to all, and those of one part ("report" or "digest")."""
    folder = Path(__file__).parent
    finish = typeset if lang == "fr" else str
    sentences: dict[str, str] = {}
    for name in ("common", part):
        tables = tomllib.loads((folder / f"{name}.{lang}.toml").read_text(encoding="utf-8"))
        sentences.update((key, finish(text)) for key, text in _flatten(tables, ""))
    return Words(formats=Formats(lang), sentences=sentences)


def typeset(text: str) -> str:
    """French with the no-break spaces that its punctuation asks for."""
    text = re.sub(r" (?=[;?!»%])", NARROW_SPACE, text).replace("« ", f"«{NARROW_SPACE}")
    return text.replace(" :", "\N{NO-BREAK SPACE}:")


def _flatten(tables: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in tables.items():
        if isinstance(value, list):
            value = dict(zip(("one", "many"), value, strict=True))
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
