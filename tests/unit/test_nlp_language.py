"""The language gate: French and English pass, others are named, nothing is guessed."""

import pytest

from core.signals import Unscored
from nlp.language import language_of


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        pytest.param("Nvidia s'effondre, Apple grimpe", "fr", id="french headline"),
        pytest.param("Le CAC 40 clôture en hausse de 0,8 %", "fr", id="french session"),
        pytest.param("Schneider Electric relève ses objectifs", "fr", id="french, names first"),
        pytest.param("CHUTE DE LA BOURSE DE PARIS", "fr", id="french capitals"),
        pytest.param("Nvidia slumps as Apple gains", "en", id="english headline"),
        pytest.param("Fed holds rates steady, signals two cuts", "en", id="english macro"),
        pytest.param("Lagardere 2024 Net Pft EUR168M", "en", id="names and figures"),
        pytest.param("Trondelag Sparebank Q4 Pretax Profit NOK 7.6 Mln", "en", id="norwegian name"),
    ],
)
def test_passes(text, lang):
    assert language_of(text) == lang


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "DAX schließt fester, Siemens Energy legt deutlich zu", "language:de", id="de"
        ),
        pytest.param("El Ibex 35 cae un 1,2% arrastrado por la banca", "language:es", id="es"),
        pytest.param("Piazza Affari chiude in rialzo, bene Stellantis", "language:it", id="it"),
        pytest.param("AEX sluit lager door koersval ASML", "language:nl", id="nl"),
        pytest.param("Petrobras anuncia dividendos extraordinários", "language:pt", id="pt"),
        pytest.param("英伟达股价暴跌", "language:zh", id="zh"),
        pytest.param("", "empty", id="nothing"),
        pytest.param("12,4 % - 3", "empty", id="no words"),
    ],
)
def test_is_unscored(text, reason):
    assert language_of(text) == Unscored(reason=reason)
