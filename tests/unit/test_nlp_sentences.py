"""Where sentences end: each case is written with a bar at every end."""

import time

import pytest

from nlp.sentences import sentences


@pytest.mark.parametrize(
    "marked",
    [
        # French
        pytest.param("M. Dupont quitte le groupe. | Le titre perd 3 %.", id="M."),
        pytest.param("MM. Roy et Blin partent. | Mme. Roux arrive.", id="MM. and Mme."),
        pytest.param("La dette atteint 1,5 Md€. | La marge recule à 3,2 %.", id="Md€"),
        pytest.param("L'arrêté n° 3 est paru. | L'art. 12 s'applique.", id="n° and art."),
        pytest.param("Le n°. 3 du secteur, cf. p. 12, recule. | Fin.", id="n°. and p."),
        pytest.param("Depuis janv. 2024, env. 3 M€. | Puis 4 M€.", id="months"),
        pytest.param("Selon J.-P. Morel et A. B. Cole, oui. | Suite.", id="initials"),
        pytest.param("Il remonte… | Enfin. | Puis… plus rien...", id="ellipses"),
        pytest.param("L'or, l'argent, etc... | Le titre monte.", id="an abbreviation, an ellipsis"),
        pytest.param("Est-ce fini ? | Non ! | Le titre monte.", id="French stops"),
        pytest.param("« Nous sommes prêts. » | Le PDG l'a dit.", id="quotes"),
        pytest.param("«\u00a0Vraiment\u00a0?\u00a0» | Oui.", id="quotes, hard spaces"),
        pytest.param("« Vraiment ? » demande-t-il. | Oui.", id="quote within"),
        pytest.param("Le titre (+3 %.) monte. | (Il baissait.) | Bien.", id="brackets"),
        pytest.param("Le titre gagne 1.250 points. | 3 M€ de plus.", id="figures"),
        pytest.param("À Paris, le CAC 40 gagne 1 %. | À Londres, rien.", id="accented capitals"),
        # English
        pytest.param("Acme Inc. reported a loss. | U.S. stocks rose.", id="Inc. and U.S."),
        pytest.param("J.P. Morgan Chase & Co. cut Acme Corp. to hold. | Fin.", id="companies"),
        pytest.param("It left on Jan. 3. | No. 3 in the U.K. market fell.", id="dates, No."),
        pytest.param("Dr. No, Ph.D., left at 3 p.m. on Friday. | He rested.", id="p.m."),
        pytest.param("Sales rose approx. 3.5% vs. 2.1% before. | Good.", id="vs."),
        pytest.param('"We are happy." | The CEO said so. | “Really?” | Yes!', id="English quotes"),
        pytest.param("$NVDA fell 3%. | $AAPL rose. | 🚀 To the moon!", id="signs"),
        pytest.param("Is the answer no. | Yes.", id="no before a word"),
        # Lines
        pytest.param("Ventes en hausse\n | Le groupe a publié ses comptes", id="a heading"),
        pytest.param("Le groupe a publié\nses comptes annuels. | Bien.", id="a wrapped line"),
        pytest.param("un titre\n\n | une suite", id="an empty line"),
        pytest.param("- Un\n | - Deux\n | • Trois", id="items"),
        pytest.param("  Un.   | Deux.  ", id="space around"),
        pytest.param("un mot", id="no stop"),
        pytest.param("...", id="stops alone"),
    ],
)
def test_sentences(marked):
    text = marked.replace(" | ", " ").replace("\n ", "\n")
    wanted = [part.strip() for part in marked.split(" | ")]
    assert [text[start:end] for start, end in sentences(text)] == wanted


@pytest.mark.parametrize("text", ["", " ", "\n\n\t\u00a0"])
def test_space_holds_no_sentence(text):
    assert sentences(text) == []


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("mot ", id="no stop"),
        pytest.param(".", id="stops"),
        pytest.param(". ", id="stops apart"),
        pytest.param("\n", id="lines"),
        pytest.param("a.b.", id="initials"),
        pytest.param("x  ", id="wide space"),
        pytest.param("« ", id="quotes"),
        pytest.param(" \u00a0", id="hard space"),
        pytest.param("x", id="one word"),
    ],
)
def test_a_megabyte_takes_seconds(unit):
    text = unit * (2**20 // len(unit))
    started = time.monotonic()
    assert all(start < end for start, end in sentences(text))
    assert time.monotonic() - started < 30
