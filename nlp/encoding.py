"""Texts and character spans to token tensors."""

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


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as token ids, and its spans as token positions."""

    ids: tuple[int, ...]
    #: Those that cover a token.
    spans: tuple[TokenSpan, ...]
    #: For each span, its number among the spans that were given.
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

    def encode(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], *, limit: int
    ) -> list[EncodedText]:
        """Encode texts, of which only the first `limit` tokens are read."""
        encodings = self._tokenizer.encode_batch(list(texts))
        return [
            _encoded(encoding, of_text, limit=limit)
            for encoding, of_text in zip(encodings, spans, strict=True)
        ]


def _load(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_buffer(path.read_bytes())
    except OSError as e:
        raise ModelError(path, e.strerror or "can't be read", remedy="check the folder") from e
    except Exception as e:  # the library raises nothing narrower
        raise ModelError(path, f"no tokenizer ({e})", remedy="train or copy it again") from e


def _encoded(
    encoding: Any,  # noqa: ANN401 - tokenizers has no types
    spans: Sequence[Span],
    *,
    limit: int,
) -> EncodedText:
    """A text without what is beyond the limit; its last token closes it all the same."""
    kept = min(len(encoding.ids), limit) - 1
    tokens = [_tokens_of(encoding.offsets[:kept], span) for span in spans]
    return EncodedText(
        ids=(*encoding.ids[:kept], encoding.ids[-1]),
        spans=tuple(of_span for of_span in tokens if of_span),
        order=tuple(n for n, of_span in enumerate(tokens) if of_span),
    )


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
