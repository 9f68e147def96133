"""`remous evaluate --behaviour`: how the cases of the checklist went."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from core.signals import ModelIdentity

if TYPE_CHECKING:
    from nlp.behaviour import Case, Outcome


def show_behaviour(shown: Console, outcomes: Sequence["Outcome"], *, model: ModelIdentity) -> None:
    """Print pass rates by capability and language, then each failed case."""
    passed = sum(o.passed for o in outcomes)
    shown.print(
        f"{passed} of {len(outcomes)} cases pass, model {model.name} ({model.revision})",
        soft_wrap=True,
    )
    shown.print(_rates(outcomes))
    for outcome in outcomes:
        if not outcome.passed:
            shown.print(f"failed: {_told(outcome)}", soft_wrap=True)


def _rates(outcomes: Sequence["Outcome"]) -> Table:
    from nlp.behaviour import tally

    def cell(group: str, lang: str) -> str:
        count = counts.get(f"{group}/{lang}")
        return f"{count.passed} of {count.n}" if count else ""

    def key(case: "Case") -> str:
        return f"{case.capability}/{case.lang}"

    counts = {**tally(outcomes, key), **tally(outcomes, lambda case: f"all/{case.lang}")}
    langs = tally(outcomes, lambda case: case.lang)
    table = Table("capability", *langs)
    for group in [*tally(outcomes, lambda case: case.capability), "all"]:
        table.add_row(group, *(cell(group, lang) for lang in langs))
    table.add_row("pass rate", *(f"{count.rate:.4f}" for count in langs.values()))
    return table


def _told(outcome: "Outcome") -> str:
    case = outcome.case
    found = " -> ".join(f"{p.label.value} {p.score:+.2f}" for p in outcome.found)
    texts = " -> ".join(text for text, _ in case.texts)
    return f"{case.name}: expected {case.expected.value}, found {found}: {texts}"
