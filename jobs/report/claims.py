"""The claims of the press beside what the prices say."""

import csv
import re
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from core.prices import Claim, ClaimCheck
from jobs.report.localise import translated
from jobs.report.table import Cell, Table, columns
from jobs.results import ReplayResults
from jobs.wording.plain import plain
from jobs.wording.words import Words, typeset

REFERENCE = Path(__file__).parents[1] / "reference"
_RANGE = re.compile(r"(-?[\d.]+)\.\.(-?[\d.]+)")


def claims_table(results: ReplayResults, words: Words) -> Table:
    """One row per claim, in the order given."""
    wording = french_claims(results.name) if words.lang == "fr" else {}
    return Table(
        ident="claims",
        title=words("table.claims.title"),
        lead=words("table.claims.lead"),
        columns=columns(words, "table.claims", "id claim stated measured reading"),
        rows=tuple(_row(check, wording, words) for check in results.claims),
    )


def french_claims(name: str) -> dict[str, str]:
    """The French wording of a bundled case's claims, by id; empty if it has none."""
    path = REFERENCE / Path(name).name / "claims_fr.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: typeset(row["claim"]) for row in csv.DictReader(lines)}


def stated(claim: Claim, words: Words) -> str:
    """The figure that the article states, with its unit, as the language writes it.

    A figure that can't be read as its unit asks is given as it stands.
    """
    try:
        return _stated(claim, words)
    except ValueError:
        return plain(f"{claim.stated} {claim.unit}")


def _stated(claim: Claim, words: Words) -> str:
    if claim.unit == "month":
        return words.formats.month(date.fromisoformat(f"{claim.stated}-01"))
    if claim.unit == "billion_usd":
        return words("stated.billion_usd", value=_number(claim.stated, words))
    percent = partial(_percent, words=words)
    if found := _RANGE.fullmatch(claim.stated):
        return words("stated.range", first=percent(found[1]), last=percent(found[2]))
    key = claim.unit
    if key == "percent_at_least":
        key = "at_most" if claim.stated.startswith("-") else "at_least"
    if f"stated.{key}" not in words.sentences:
        raise ValueError(f"unit {claim.unit}")
    return words(f"stated.{key}", value=percent(claim.stated))


def _percent(text: str, words: Words) -> str:
    return words.formats.percent(float(text) / 100, _decimals(text))


def _number(text: str, words: Words) -> str:
    return words.formats.number(float(text), _decimals(text), signed=True)


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def _row(check: ClaimCheck, wording: dict[str, str], words: Words) -> tuple[Cell, ...]:
    claim = check.claim
    french = wording.get(claim.id)
    foreign = None if french or words.lang == "en" else "en"
    text = french or re.sub(r"(?<=\d) %", "%", plain(claim.claim))
    verdict = words.name("verdict", check.reading.value)
    rule = words("table.claims.rule", rule=translated(check.rule, words).text)
    return (
        Cell(text=plain(claim.id)),
        Cell(text=text, lang=foreign),
        Cell(text=stated(claim, words)),
        replace(translated(check.measured, words), note=rule),
        Cell(text=verdict, tone=f"verdict {check.reading.name.lower()}"),
    )
