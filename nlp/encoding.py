"""Texts and character spans to token tensors."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from core.signals import Span
from nlp.model import EncodedBatch

#: What a span of the character range (start, end) becomes: token positions.
TokenSpan = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EncodedText:
    """One text as token ids, and each of its spans as token positions."""

    ids: tuple[int, ...]
    spans: tuple[TokenSpan, ...]


class TextEncoder:
    """The tokenizer of a model folder, without padding; positions in Unicode characters."""

    def __init__(self, folder: Path, *, max_tokens: int = 512) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=max_tokens)

    def encode(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[EncodedText]:
        """Encode texts with their spans; a span cut off by truncation becomes ()."""
        encodings = self._tokenizer.encode_batch(list(texts))
        return [
            EncodedText(tuple(e.ids), tuple(_tokens_of(e, span) for span in of_text))
            for e, of_text in zip(encodings, spans, strict=True)
        ]

    def count(self, text: str) -> int:
        """Number of tokens without special ones, up to the truncation length."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)


def _tokens_of(encoding: Any, span: Span) -> TokenSpan:  # noqa: ANN401 - tokenizers has no types
    return tuple(
        i
        for i, (start, end) in enumerate(encoding.offsets)
        if start < span.end and end > span.start and end > start
    )


def collate(texts: Sequence[EncodedText], *, pad_id: int) -> EncodedBatch:
    """Pad to the longest text and stack; spans in the order of their texts."""
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
