"""Figures that a text compares: found, and held against one another.

A small encoder sees figures as pieces of digits and can't tell the larger of two. What a text
compares ("12,4 M€, contre 15,1 M€ un an plus tôt", "from 800 to 350 million") is therefore
compared here, by arithmetic, and the encoder is told which way it went (`nlp.encoding`).
A loss counts as a profit below zero: from a loss of 9 to a loss of 3 is a rise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

#: Characters between two figures that are compared, at most.
REACH = 70
#: Characters before a figure in which it may be called a loss or a profit.
_NOUN_REACH = 45

_SPACE = r"[\u0020\u00a0\u202f]"
_GROUPED = rf"[1-9]\d{{0,2}}(?:(?:{_SPACE}|[.,])\d{{3}})+(?!\d)"
_FIGURE = re.compile(
    rf"""(?<![\w.,/:])
    (?:(?-i:[A-Z]{{3}}|[A-Z]{{0,3}}[$€£]){_SPACE}?)?
    (?P<minus>[-\u2212])?[$€£]?
    (?P<number>{_GROUPED}(?:[.,]\d+)?|\d+(?:{_SPACE}?\.\d+|,\d+)?)
    (?:(?:{_SPACE}|-)?(?P<scale>milliards?|millions?|milliers|billions?|trillions?|thousand
        |mln|mn|mds?|bn|tn|[mbk])(?![^\W\d_]))?
    (?:{_SPACE}?[€$£])?
    (?:{_SPACE}?(?P<unit>%|p(?:our|er){_SPACE}?cent|points?\b|bps?\b|pb\b))?
    (?!\w)(?!{_SPACE}(?:ans?|mois|jours?|heures?|years?|months?|weeks?|days?|hours?
        |janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre
        |january|february|march|april|may|june|july|august|september|october|november
        |december)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_POWERS = {"k": 3, "milliers": 3, "m": 6, "md": 9, "milliard": 9, "b": 9, "t": 12, "thousand": 3}

#: What stands between a figure and the earlier or the expected one it is held against.
_THEN = re.compile(
    r"\b(?:contre|après|au lieu d|était|étaient|précédent|attend|prév|escompt|anticip|espér"
    r"|compar|against|after|vs|versus|instead of|as opposed to|whereas|from|than|was|were|had"
    r"|prior|previous|earlier|expect|estimat|forecast|consensus|pencilled|corresponding)",
    re.IGNORECASE,
)
#: What stands before and after the earlier figure where it comes first.
_CALLED = r"(?:\b(?:an?|une?)\s(?:\w+\s){1,3}(?:of|de)\s)?"
_FROM = re.compile(rf"\b(?:de|du|from|d['\u2019])\s*{_CALLED}$", re.IGNORECASE)
_TO = re.compile(rf"\s*(?:\w+\s){{0,2}}(?:à|to)\s*{_CALLED}", re.IGNORECASE)
_OPENS = re.compile(r"\s*\(\s*(?:\w+\s*:\s*)?")
_CLOSES = re.compile(r"[^()\d]{0,25}(?:(?:19|20)\d\d)?\s*\)")
_SENTENCE_END = re.compile(r"[.!?…]\s")
_LOSS_OR_PROFIT = re.compile(
    r"\b(?:(?P<loss>pertes?|déficits?|loss(?:es)?|deficits?)"
    r"|bénéfices?|excédents?|profits?|surplus|earnings|income)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two figures that a text compares."""

    #: Where the later of them ends, in characters.
    end: int
    #: 1 if the figure rose, or is more than was expected; -1 if less; 0 if it's the same.
    way: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    start: int
    end: int
    #: Signed; without its power of ten.
    value: float
    #: 0 where the text gives none.
    power: int
    #: Only like is compared with like.
    is_share: bool


def comparisons(text: str) -> list[Comparison]:
    """What a text compares, in the order of the text: each figure with the next one only."""
    return list(_compared(text))


def _compared(text: str) -> Iterator[Comparison]:
    for first, second in pairwise(_figures(text)):
        if not _are_alike(text, first, second):
            continue
        if _is_from_to(text, first, second):
            yield Comparison(second.end, _rise(text, first, second))
        elif _is_held_against(text, first, second):
            yield Comparison(second.end, -_rise(text, first, second))


def _figures(text: str) -> Iterator[_Figure]:
    for found in _FIGURE.finditer(text):
        scale, unit = (found["scale"] or "").lower().rstrip("s"), found["unit"]
        if scale or unit or not _YEAR.fullmatch(found["number"]):
            yield _Figure(
                start=found.start(),
                end=found.end(),
                value=_value(found["number"]) * (-1 if found["minus"] else 1),
                power=_POWERS.get(scale) or _POWERS.get(scale[:1], 0),
                is_share=unit is not None,
            )


def _value(number: str) -> float:
    """A number as either language writes it: a mark before three digits groups them."""
    if grouped := re.match(_GROUPED, number):
        whole = re.sub(r"\D", "", grouped[0])
        return float(whole + number[grouped.end() :].replace(",", "."))
    return float(re.sub(r"\s", "", number).replace(",", "."))


def _are_alike(text: str, first: _Figure, second: _Figure) -> bool:
    """Whether two figures are of one kind, and stand near to one another in one sentence."""
    return (
        second.start - first.end <= REACH
        and first.is_share == second.is_share
        and not _SENTENCE_END.search(text, first.end, second.start)
    )


def _is_from_to(text: str, first: _Figure, second: _Figure) -> bool:
    before = text[max(0, first.start - REACH) : first.start]
    return bool(_FROM.search(before) and _TO.fullmatch(text, first.end, second.start))


def _is_held_against(text: str, first: _Figure, second: _Figure) -> bool:
    between = text[first.end : second.start]
    return bool(
        _THEN.search(between) or (_OPENS.fullmatch(between) and _CLOSES.match(text, second.end))
    )


def _rise(text: str, first: _Figure, second: _Figure) -> int:
    """1 if the second figure is the greater, -1 if the smaller, 0 if they are equal."""
    sign = _sign(text[max(0, first.start - _NOUN_REACH) : first.start], default=1)
    then_sign = _sign(text[first.end : second.start], default=sign)
    # "de 800 à 350 millions", "45 M€ contre 52": one power for both.
    powers = first.power or second.power, second.power or first.power
    one, other = (
        at_sign * figure.value * 10.0**power
        for figure, at_sign, power in zip((first, second), (sign, then_sign), powers, strict=True)
    )
    return (other > one) - (other < one)


def _sign(words: str, *, default: int) -> int:
    """-1 after the word loss, 1 after the word profit; the last one counts."""
    found = [*_LOSS_OR_PROFIT.finditer(words)]
    return (-1 if found[-1]["loss"] else 1) if found else default
