"""Which language a text is in, and whether we score it."""

from functools import cache
from typing import TYPE_CHECKING

from core.signals import Unscored

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SUPPORTED = ("fr", "en")

#: Languages that financial feeds are found in; fewer candidates make fewer errors.
CANDIDATES = (
    *("fr", "en", "de", "es", "it", "nl", "pt", "ca", "pl", "sv", "da", "no", "fi", "ro"),
    *("tr", "cs", "hu", "el", "ru", "ar", "zh", "ja", "ko"),
)

#: Below this probability another language isn't believed: headlines full of names and
#: figures ("Lagardere 2024 Net Pft EUR168M") look Norwegian with 0.2.
BELIEVED = 0.5


def language_of(text: str) -> str | Unscored:
    """The language of a text ("fr" or "en"), or why it isn't scored.

    The choice of the library and of `BELIEVED` is measured in
    docs/decisions/0003-language-gate.md.
    """
    if sum(c.isalpha() for c in text) < 2:
        return Unscored(reason="empty")
    ranked = _identifier().rank(text)
    best, p = ranked[0]
    if best in SUPPORTED:
        return str(best)
    if p >= BELIEVED:
        return Unscored(reason=f"language:{best}")
    return str(next(lang for lang, _ in ranked if lang in SUPPORTED))


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(CANDIDATES)
    return identifier
