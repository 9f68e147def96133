"""Texts to score, read from JSON lines, and the answers as JSON lines."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.signals import Probabilities, Score, Unscored
from nlp.data import find_span
from nlp.pipeline import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the input: what comes back with the answer, and what is scored."""

    id: Any
    text: Text


def read_lines(lines: Iterable[str], *, source: str, gold: bool) -> Iterator[Line]:
    """Read `{"id"?, "text", "lang"?, "entities"?: [{"surface", "start"?, "end"?}]}` lines.

    Args:
        lines: The lines; empty ones are skipped.
        source: Where they come from, for errors.
        gold: Whether to score exactly the given entities.

    Raises:
        InputError: if a line isn't JSON, has no text or an entity isn't in it.
    """
    for n, line in enumerate(lines, start=1):
        if line.strip():
            yield _line(line, f"{source}:{n}", gold=gold)


def _line(line: str, where: str, *, gold: bool) -> Line:
    try:
        row = json.loads(line)
        text, lang = row["text"], row.get("lang")
        if not isinstance(text, str) or not isinstance(lang, str | None):
            raise TypeError("text and lang are strings")
        # Half a surrogate pair is valid JSON and no text.
        text.encode()
        spans = tuple(find_span(text, e) for e in row.get("entities") or ()) if gold else None
    except (ValueError, KeyError, TypeError) as e:
        raise InputError(
            where, f"not a text to score ({e})", remedy='give lines like {"text": "..."}'
        ) from e
    return Line(id=row.get("id"), text=Text(text=text, lang=_primary(lang), spans=spans))


def _primary(tag: str | None) -> str | None:
    """The language of a tag: "fr" of "fr-FR"; None if silent."""
    return (tag or "").replace("_", "-").split("-")[0].lower() or None


def answer(line: Line, result: Score | Unscored) -> dict[str, Any]:
    """The JSON object for one line."""
    head = {"id": line.id} if line.id is not None else {}
    if isinstance(result, Unscored):
        return head | {"unscored": result.reason}
    return head | {
        "lang": result.lang,
        **_sentiment(result.p),
        "event": result.event.value if result.event else None,
        "entities": [
            {
                "surface": scored.mention.surface,
                "start": scored.mention.start,
                "end": scored.mention.end,
                "ticker": scored.mention.ticker,
                **_sentiment(scored.p),
                "relevance": round(scored.mention.relevance, 4),
            }
            for scored in result.mentions
        ],
    }


def _sentiment(p: Probabilities) -> Mapping[str, Any]:
    return {
        "label": p.label.value,
        "score": round(p.score, 4),
        "p": {
            "negative": round(p.negative, 4),
            "neutral": round(p.neutral, 4),
            "positive": round(p.positive, 4),
        },
    }
