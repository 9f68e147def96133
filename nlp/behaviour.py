"""What a scorer must do, case by case, as a checklist (Ribeiro et al., ACL 2020).

A line of `behaviour.jsonl` is `{"name", "capability", "lang", "expected", "text", "entity"?,
"other"?, "other_entity"?}`: about the first occurrence of `entity`, or the text as a whole
without one. What is expected tells the kind of case: a label (minimum functionality), a
score that "rises" or "falls" from `text` to `other` (direction), or the "same" (invariance).
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.signals import Label, Probabilities, Span
from nlp.data import find_span
from nlp.prediction import Scorer

TABLE = Path(__file__).with_name("behaviour.jsonl")

#: Least change of score that counts as a rise or a fall.
MARGIN = 0.2

#: Largest change of score of what should stay the same.
TOLERANCE = 0.2


class Expected(StrEnum):
    """What a case expects: a label of one text, or a relation between two."""

    NEGATIVE = Label.NEGATIVE.value
    NEUTRAL = Label.NEUTRAL.value
    POSITIVE = Label.POSITIVE.value
    RISES = "rises"
    FALLS = "falls"
    SAME = "same"

    @property
    def texts(self) -> int:
        """How many texts a case of this kind has."""
        return 1 if self.value in set(Label) else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One expectation, with a name to find it by."""

    name: str
    capability: str
    lang: str
    expected: Expected
    #: One text, or two to compare, each with the entity asked about; None for the whole text.
    texts: tuple[tuple[str, Span | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a scorer made of the texts of a case."""

    case: Case
    found: tuple[Probabilities, ...]

    @property
    def passed(self) -> bool:
        """Whether it is as expected."""
        first, last = self.found[0], self.found[-1]
        change = last.score - first.score
        match self.case.expected:
            case Expected.RISES:
                return change >= MARGIN
            case Expected.FALLS:
                return change <= -MARGIN
            case Expected.SAME:
                return first.label is last.label and abs(change) <= TOLERANCE
            case label:
                return first.label.value == label.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many cases of a group there are, and how many passed."""

    passed: int
    n: int

    @property
    def rate(self) -> float:
        """Share that passed."""
        return self.passed / self.n


def read_cases(path: Path = TABLE) -> list[Case]:
    """Read a table of cases.

    Raises:
        InputError: if the file is missing, a line isn't a case, or two have one name.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as e:
        problem = e.strerror or "can't be read"
        raise InputError(path, problem, remedy="give a table of cases") from e
    numbered = [(n, line) for n, line in enumerate(lines, start=1) if line.strip()]
    cases = [_parse(line, f"{path}:{n}") for n, line in numbered]
    seen: set[str] = set()
    for case in cases:
        if case.name in seen:
            raise InputError(path, f"two cases are named {case.name!r}", remedy="rename one")
        seen.add(case.name)
    return cases


def run_cases(scorer: Scorer, cases: Sequence[Case]) -> list[Outcome]:
    """Score the texts of all cases in one go; one outcome per case, in order."""
    texts = [text for case in cases for text in case.texts]
    predictions = scorer.predict(
        [text for text, _ in texts], [[span] if span else [] for _, span in texts]
    )
    found = iter([p.spans[0] if p.spans else p.p for p in predictions])
    return [Outcome(case=case, found=tuple(next(found) for _ in case.texts)) for case in cases]


def tally(outcomes: Sequence[Outcome], by: Callable[[Case], str]) -> dict[str, Tally]:
    """Count by a property of the case; groups in order of appearance."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        groups[by(outcome.case)].append(outcome.passed)
    return {name: Tally(passed=sum(group), n=len(group)) for name, group in groups.items()}


def _parse(line: str, where: str) -> Case:
    try:
        row = json.loads(line)
        expected = Expected(row["expected"])
        texts = [(row["text"], _span(row["text"], row.get("entity")))]
        if "other" in row:
            entity = row.get("other_entity", row.get("entity"))
            texts.append((row["other"], _span(row["other"], entity)))
        if len(texts) != expected.texts:
            raise ValueError(f"{expected.value!r} is about {expected.texts} text(s)")
        return Case(
            name=row["name"],
            capability=row["capability"],
            lang=row["lang"],
            expected=expected,
            texts=tuple(texts),
        )
    except (ValueError, KeyError, TypeError) as e:
        raise InputError(where, f"not a case ({e})", remedy="see nlp/behaviour.py") from e


def _span(text: str, entity: Any) -> Span | None:  # noqa: ANN401 - as JSON gives it
    return find_span(text, {"surface": entity}) if entity is not None else None
