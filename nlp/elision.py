"""How a name sounds at its beginning, and the words before it that must agree with that."""

import re
import unicodedata
from functools import cache

#: What stands before a name in French and must agree with its first sound: d'Airbus, de Renault.
_ELIDED = re.compile(r"\b(?:[dlsncj]|qu|jusqu|lorsqu|puisqu|quoiqu)['’]$", re.IGNORECASE)
_FULL = re.compile(r"\b(de|le|la|que|jusque|lorsque|puisque|se|ne|du|au)[ \u00a0]$", re.IGNORECASE)

#: The same in English: an Airbus, a Renault.
_ARTICLE = re.compile(r"\b(an?) $", re.IGNORECASE)

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})

#: Letters of an acronym at most.
_ACRONYM = 5


@cache
def sound(name: str) -> str:
    """How a name begins: "vowel", "consonant" or "open".

    Open are those about which usage is divided (d'Hermès, de Honda; l'euro, a euro),
    acronyms such as LVMH, digits.
    """
    word = plain_letters(name)[:2]
    if not word[:1].isalpha() or word[:1] in "huyw" or word == "eu":
        return "open"
    if word[:1] in "aeio":
        return "vowel"
    return "open" if is_acronym(name) and word[:1] in "flmnrsx" else "consonant"


def word_before(before: str, lang: str) -> tuple[str, str]:
    """The word at the end of a text that must agree with a name, and the sound it asks for.

    Both are empty if there is none.
    """
    if lang == "en":
        if m := _ARTICLE.search(before):
            return m[1], "vowel" if len(m[1]) > 1 else "consonant"
    elif m := _ELIDED.search(before):
        return m[0], "vowel"
    elif m := _FULL.search(before):
        return m[1], "consonant"
    return "", ""


def before_vowel(word: str, lang: str) -> str:
    """A word that asks for a consonant, as it is written before a vowel: d', an."""
    if lang == "en":
        return f"{word}n "
    elided = {"du": "de l'", "au": "à l'"}.get(word.casefold(), f"{word[:-1]}'")
    return elided[0].upper() + elided[1:] if word[0].isupper() else elided


def plain_letters(text: str) -> str:
    """Lower case, without accents."""
    spelled = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(c for c in spelled if not unicodedata.combining(c))


def is_acronym(name: str) -> bool:
    """Whether a name is a few capitals, with digits and signs or without: LVMH, S&P 500."""
    letters = [c for c in name if c.isalpha()]
    return name.isupper() and len(letters) <= _ACRONYM
