from dataclasses import replace

import pytest

from core import prices
from jobs.report.localise import null_cell, translated
from jobs.wording.words import load_words
from tests.replay_case import association

N, T = "\u202f", "\u00a0"
EN, FR = load_words("report", "en"), load_words("report", "fr")


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        pytest.param("-16.97 %", "−16.97%", f"−16,97{N}%", id="percentage"),
        pytest.param(
            "about -592 billion USD",
            "about −592 billion USD",
            "environ −592 milliards USD",
            id="value",
        ),
        pytest.param(
            "-9.15 %, prices begin on 2024-06-03",
            f"−9.15%, prices begin on 3{T}June 2024",
            f"−9,15{N}%, les cours commencent le 3{T}juin 2024",
            id="day",
        ),
        pytest.param(
            "no larger fall after 2020-03",
            "no larger fall after March 2020",
            "pas de baisse plus forte après mars 2020",
            id="month",
        ),
        pytest.param(
            "instruments and sessions, 2025-01-20 to 2025-02-14",
            f"instruments and sessions, 20{T}January to 14{T}February 2025",
            f"instruments et séances, du 20{T}janvier au 14{T}février 2025",
            id="span",
        ),
        pytest.param(
            "2 of 625 rounds failed, the first at 2025-01-20 08:00 UTC",
            f"2 of 625 rounds failed, the first at 20{T}January 2025 08:00 UTC",
            f"2 tours sur 625 ont échoué, le premier{T}: 20{T}janvier 2025 08:00 UTC",
            id="failed rounds",
        ),
        pytest.param(
            "STM: no alias leads to it, its news isn't found",
            "STM: no alias leads to it, its news isn't found",
            f"STM{T}: aucun alias n’y mène, ses nouvelles ne sont pas trouvées",
            id="unreachable",
        ),
        pytest.param(
            "instruments on 2025-01-27",
            f"instruments on 27{T}January 2025",
            f"instruments, le 27{T}janvier 2025",
            id="instruments of a day",
        ),
        pytest.param(
            "ETH-USD -1.77 %, 300766.SZ +2,000.5 %",
            "ETH-USD −1.77%, 300766.SZ +2,000.5%",
            f"ETH-USD −1,77{N}%, 300766.SZ +2{N}000,5{N}%",
            id="symbols are left alone",
        ),
        pytest.param(
            "each in -10 .. -8 % ± 0.53 points",
            "each in −10 .. −8% ± 0.53 points",
            f"chacun entre −10 et −8{N}% ± 0,53 points",
            id="range",
        ),
    ],
)
def test_both_languages(text, english, french):
    assert (translated(text, EN).text, translated(text, FR).text) == (english, french)


@pytest.mark.parametrize(
    ("text", "words", "lang"),
    [
        pytest.param("nobody knows this", FR, "en", id="unknown stays English, and says so"),
        pytest.param("no prices", FR, None, id="known"),
        pytest.param("-16.97 %", FR, None, id="no words"),
        pytest.param("nobody knows this", EN, None, id="English page"),
    ],
)
def test_the_language_of_what_is_said(text, words, lang):
    assert translated(text, words).lang == lang


RESULT = prices.TestResult(name="BMP", null="in words", n=4, statistic=1.0, p=0.3)


@pytest.mark.parametrize(
    ("result", "words", "said", "lang"),
    [
        pytest.param(RESULT, EN, "in words", None, id="English"),
        pytest.param(
            RESULT, FR, "le rendement anormal standardisé moyen est nul", None, id="by name"
        ),
        pytest.param(replace(RESULT, name="New"), FR, "in words", "en", id="unknown test"),
        pytest.param(
            association(),
            FR,
            "pas de corrélation de rang, paires indépendantes",
            None,
            id="association",
        ),
        pytest.param(association(null="in words"), FR, "in words", "en", id="unknown null"),
    ],
)
def test_null(result, words, said, lang):
    cell = null_cell(result, words)
    assert (cell.text, cell.lang) == (said, lang)
