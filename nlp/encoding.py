"""Texts and character spans to token tensors."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from core.errors import ModelError
from core.signals import Span

if TYPE_CHECKING:
    from nlp.model import EncodedBatch

#: What a span of the character range (start, end) becomes: token positions.
TokenSpan = tuple[int, ...]

_SENTENCE_BREAK = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text, or a window of one, as token ids, and its spans as token positions."""

    ids: tuple[int, ...]
    spans: tuple[TokenSpan, ...]
    #: For each span, its number among the spans of the whole text.
    order: tuple[int, ...]


class TextEncoder:
    """The tokenizer of a model folder, without padding; offsets count characters."""

    def __init__(self, folder: Path) -> None:
        """Read the folder's tokenizer.json.

        Raises:
            ModelError: if it can't be used.
        """
        self._tokenizer = _load(folder / "tokenizer.json")
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def windows(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], *, limit: int
    ) -> list[list[EncodedText]]:
        """Encode texts as windows of at most `limit` tokens, cut at sentence ends if possible.

        A span lies in the window in which it starts; one that covers no token lies in
        none. Each text has at least one window.
        """
        encodings = self._tokenizer.encode_batch(list(texts))
        return [
            _windows(text, encoding, of_text, limit=limit)
            for text, encoding, of_text in zip(texts, encodings, spans, strict=True)
        ]


def _load(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_buffer(path.read_bytes())
    except OSError as e:
        raise ModelError(path, e.strerror or "can't be read", remedy="check the folder") from e
    except Exception as e:  # the library raises nothing narrower
        raise ModelError(path, f"no tokenizer ({e})", remedy="train or copy it again") from e


def _windows(
    text: str,
    encoding: Any,  # noqa: ANN401 - tokenizers has no types
    spans: Sequence[Span],
    *,
    limit: int,
) -> list[EncodedText]:
    """Cut one encoded text; the special tokens at its ends are put around each window."""
    ids, offsets = encoding.ids[1:-1], encoding.offsets[1:-1]
    tokens = [(n, _tokens_of(offsets, span)) for n, span in enumerate(spans)]
    windows = []
    for first, last in _cuts(text, offsets, limit - 2):
        inside = [(n, of_span) for n, of_span in tokens if of_span and first <= of_span[0] < last]
        windows.append(
            EncodedText(
                ids=(encoding.ids[0], *ids[first:last], encoding.ids[-1]),
                spans=tuple(tuple(i - first + 1 for i in s if i < last) for _, s in inside),
                order=tuple(n for n, _ in inside),
            )
        )
    return windows


def _cuts(text: str, offsets: Sequence[tuple[int, int]], limit: int) -> list[tuple[int, int]]:
    """Token ranges of at most `limit`, each ending at a sentence end where there is one."""
    sentences = [found.end() for found in _SENTENCE_BREAK.finditer(text)]
    cuts, first = [], 0
    while len(offsets) - first > limit:
        last = first + limit
        starts = [i for i in range(first + 1, last + 1) if _holds(offsets[i], sentences)]
        cuts.append((first, starts[-1] if starts else last))
        first = cuts[-1][1]
    return [*cuts, (first, len(offsets))]


def _holds(token: tuple[int, int], positions: Sequence[int]) -> bool:
    """Whether one of the ascending character positions lies in a token."""
    at = bisect_left(positions, token[0])
    return at < len(positions) and positions[at] < token[1]


def _tokens_of(offsets: Sequence[tuple[int, int]], span: Span) -> TokenSpan:
    """Positions of the tokens that a span touches."""
    return tuple(
        i
        for i, (start, end) in enumerate(offsets)
        if start < span.end and end > span.start and end > start
    )


def collate(texts: Sequence[EncodedText], *, pad_id: int) -> "EncodedBatch":
    """Pad to the longest text and stack, for training; spans in the order of their texts."""
    # Here: scoring does without, and they take seconds.
    import torch

    from nlp.model import EncodedBatch

    length = max(len(t.ids) for t in texts)
    ids = torch.full((len(texts), length), pad_id)
    attention = torch.zeros((len(texts), length), dtype=torch.long)
    for row, text in enumerate(texts):
        ids[row, : len(text.ids)] = torch.tensor(text.ids)
        attention[row, : len(text.ids)] = 1
    owners = [(row, span) for row, text in enumerate(texts) for span in text.spans]
    mask = torch.zeros((len(owners), length))
    for i, (_, span) in enumerate(owners):
        mask[i, list(span)] = 1.0
    rows = torch.tensor([row for row, _ in owners], dtype=torch.long)
    return EncodedBatch(ids, attention, rows, mask)
