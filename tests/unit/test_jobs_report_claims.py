import csv
from pathlib import Path

import pytest

from core.prices import ClaimReading
from jobs.report.claims import claims_table, french_claims, stated
from jobs.wording.words import load_words
from tests.replay_case import check, results

N = "\u202f"
CLAIMS = Path(__file__).parents[2].parent / "shared" / "reference" / "deepseek" / "claims.csv"
EN, FR = load_words("report", "en"), load_words("report", "fr")


@pytest.mark.parametrize(
    ("value", "unit", "english", "french"),
    [
        pytest.param("-17", "percent", "−17%", f"−17{N}%", id="whole percent"),
        pytest.param("-9.88", "percent", "−9.88%", f"−9,88{N}%", id="its own decimals"),
        pytest.param("19.9", "percent_at_least", "≥ +19.9%", f"≥ +19,9{N}%", id="rise of at least"),
        pytest.param("-6", "percent_at_least", "≤ −6%", f"≤ −6{N}%", id="fall of at least"),
        pytest.param("0", "percent_below", "< 0%", f"< 0{N}%", id="below"),
        pytest.param("-8..-10", "percent_range", "−8% to −10%", f"de −8{N}% à −10{N}%", id="range"),
        pytest.param(
            "-1000", "billion_usd", "−1,000 billion USD", f"−1{N}000 milliards USD", id="dollars"
        ),
        pytest.param("2020-03", "month", "March 2020", "mars 2020", id="month"),
        pytest.param("7", "bushels", "7 bushels", "7 bushels", id="unknown unit"),
        pytest.param("a lot", "percent", "a lot percent", "a lot percent", id="no number"),
    ],
)
def test_stated(value, unit, english, french):
    claim = check(stated=value, unit=unit).claim
    assert (stated(claim, EN), stated(claim, FR)) == (english, french)


@pytest.mark.parametrize(
    ("name", "words", "said", "lang"),
    [
        pytest.param("deepseek", EN, "Nvidia lost 17% in one day", None, id="English"),
        pytest.param(
            "deepseek",
            FR,
            f"Nvidia a perdu 17{N}% en une journée le 27 janvier 2025",
            None,
            id="French wording",
        ),
        pytest.param("mine", FR, "Nvidia lost 17% in one day", "en", id="no French wording"),
    ],
)
def test_claim(name, words, said, lang):
    [row] = claims_table(results(name=name), words).rows
    assert (row[1].text, row[1].lang) == (said, lang)


@pytest.mark.parametrize(
    ("reading", "english", "french"),
    [
        pytest.param(ClaimReading.CONFIRMED, "Confirmed", "Confirmée", id="confirmed"),
        pytest.param(ClaimReading.CONTRADICTED, "Contradicted", "Contredite", id="contradicted"),
        pytest.param(ClaimReading.CANNOT_BE_TOLD, "Cannot be told", "Indécidable", id="neither"),
    ],
)
def test_verdict(reading, english, french):
    case = results(claims=(check(reading=reading),))
    assert [claims_table(case, words).rows[0][-1].text for words in (EN, FR)] == [english, french]


@pytest.mark.parametrize("name", ["mine", "../deepseek/../nowhere", ""])
def test_a_case_without_french_claims(name):
    assert french_claims(name) == {}


@pytest.mark.skipif(not CLAIMS.exists(), reason="the reference case isn't beside the repository")
def test_every_claim_of_the_reference_case_has_a_french_wording():
    with CLAIMS.open(encoding="utf-8", newline="") as lines:
        known = [row["id"] for row in csv.DictReader(lines)]
    assert list(french_claims("deepseek")) == known
