"""From texts to scores: language gate, mentions, the model's judgement of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.signals import Mention, MentionScore, ModelIdentity, Score, Span, Unscored
from nlp.articles import Occurrences, occurrences_of, predict
from nlp.entities import Linker, given_mentions
from nlp.language import SUPPORTED, language_of

if TYPE_CHECKING:
    from nlp.prediction import Prediction, Scorer


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text to score."""

    text: str
    #: Its language, if somebody who read it says so; None to let the gate decide.
    lang: str | None = None
    #: Entities to score instead of those that the linker finds; None to look for them.
    spans: tuple[Span, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Ready:
    """A text that passed the gate, with its mentions."""

    text: str
    lang: str
    #: Each mention with every place that names its entity.
    mentions: tuple[tuple[Mention, Occurrences], ...]


class Reader:
    """Reads texts as remous does: says for each who it is about and how good it is."""

    def __init__(self, scorer: "Scorer", linker: Linker) -> None:
        self._scorer = scorer
        self._linker = linker

    @property
    def model(self) -> ModelIdentity:
        """Which weights it reads with."""
        return self._scorer.identity

    def read(self, texts: Sequence[Text]) -> list[Score | Unscored]:
        """Score texts; one answer per text, in order."""
        gated = [self._gate(text) for text in texts]
        ready = [g for g in gated if isinstance(g, _Ready)]
        entities = [[places for _, places in r.mentions] for r in ready]
        predictions = iter(predict(self._scorer, [r.text for r in ready], entities))
        return [self._score(g, next(predictions)) if isinstance(g, _Ready) else g for g in gated]

    def _gate(self, text: Text) -> _Ready | Unscored:
        lang = _language(text)
        if isinstance(lang, Unscored):
            return lang
        if text.spans is None:
            return _Ready(text.text, lang, tuple(self._linker.occurrences(text.text)))
        given = given_mentions(self._linker, text.text, text.spans)
        places = occurrences_of(text.text, text.spans)
        return _Ready(text.text, lang, tuple(zip(given, places, strict=True)))

    def _score(self, ready: _Ready, prediction: "Prediction") -> Score:
        return Score(
            lang=ready.lang,
            p=prediction.p,
            event=prediction.event,
            mentions=tuple(
                MentionScore(mention=mention, p=p)
                for (mention, _), p in zip(ready.mentions, prediction.spans, strict=True)
            ),
            model=self.model,
        )


def _language(text: Text) -> str | Unscored:
    if not text.text.strip():
        return Unscored(reason="empty")
    if text.lang is None:
        return language_of(text.text)
    return text.lang if text.lang in SUPPORTED else Unscored(reason=f"language:{text.lang}")
