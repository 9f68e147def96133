"""Texts and character spans to token tensors."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from core.errors import ModelError
from core.signals import Span
from nlp.figures import comparisons

#: What a span of the character range (start, end) becomes: token positions.
TokenSpan = tuple[int, ...]

#: What tells the encoder which way a compared figure went (`nlp.figures.Comparison.way`).
WAYS = {1: "▁▲", -1: "▁▼", 0: "▁="}

#: Id, and the range of characters that it stands for.
_Token = tuple[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text as token ids, and its spans as token positions."""

    ids: tuple[int, ...]
    #: Those that cover a token.
    spans: tuple[TokenSpan, ...]
    #: For each span, its number among the spans that were given.
    order: tuple[int, ...]


class TextEncoder:
    """The tokenizer of a model folder, without padding; offsets count characters.

    Behind two figures that a text compares, a token tells which way they went.
    """

    def __init__(self, folder: Path) -> None:
        """Read the folder's tokenizer.json.

        Raises:
            ModelError: if it can't be used.
        """
        self._tokenizer = _load(folder / "tokenizer.json")
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        vocabulary = self._tokenizer.get_vocab()
        self._ways = {way: vocabulary[token] for way, token in WAYS.items() if token in vocabulary}

    def encode(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None, *, limit: int
    ) -> list[EncodedText]:
        """Encode texts and the spans in each, of which only the first `limit` tokens are read."""
        spans = [()] * len(texts) if spans is None else spans
        encodings = self._tokenizer.encode_batch(list(texts))
        return [
            _encoded(self._tokens(text, encoding), of_text, limit=limit)
            for text, encoding, of_text in zip(texts, encodings, spans, strict=True)
        ]

    def _tokens(self, text: str, encoding: Any) -> list[_Token]:  # noqa: ANN401 - no types
        """The tokens of a text, and those that tell which way its figures went."""
        tokens = list(zip(encoding.ids, encoding.offsets, strict=True))
        for compared in reversed(comparisons(text)):
            if token := self._ways.get(compared.way):
                last = len(tokens) - 1  # It closes the text.
                at = bisect_right(tokens, compared.end - 1, hi=last, key=lambda t: t[1][0])
                tokens.insert(at, (token, (compared.end, compared.end)))
        return tokens


def _load(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_buffer(path.read_bytes())
    except OSError as e:
        raise ModelError(path, e.strerror or "can't be read", remedy="check the folder") from e
    except Exception as e:  # the library raises nothing narrower
        raise ModelError(path, f"no tokenizer ({e})", remedy="train or copy it again") from e


def _encoded(tokens: Sequence[_Token], spans: Sequence[Span], *, limit: int) -> EncodedText:
    """A text without what is beyond the limit; its last token closes it all the same."""
    kept = tokens[: min(len(tokens), limit) - 1]
    found = [_tokens_of([offsets for _, offsets in kept], span) for span in spans]
    return EncodedText(
        ids=(*(token for token, _ in kept), tokens[-1][0]),
        spans=tuple(of_span for of_span in found if of_span),
        order=tuple(n for n, of_span in enumerate(found) if of_span),
    )


def _tokens_of(offsets: Sequence[tuple[int, int]], span: Span) -> TokenSpan:
    """Positions of the tokens that a span touches."""
    return tuple(
        i
        for i, (start, end) in enumerate(offsets)
        if start < span.end and end > span.start and end > start
    )
