import pytest

from jobs.report.headline import headline, key_figures, standfirst
from jobs.wording.words import load_words
from tests.replay_case import AFTER, EVENT, association, effect, item, results, signal, study

N, T = "\u202f", "\u00a0"
EN, FR = load_words("report", "en"), load_words("report", "fr")
MOVE = f"Nvidia lost 17.0% on 27{T}January 2025"


@pytest.mark.parametrize(
    ("case", "said"),
    [
        pytest.param(results(), f"{MOVE}, and its news leaned negative", id="negative"),
        pytest.param(
            results(signals=(signal("NVDA", sentiment=0.6),)),
            f"{MOVE}, and its news leaned positive",
            id="against",
        ),
        pytest.param(
            results(signals=(signal("NVDA", sentiment=0.1),)),
            f"{MOVE}, and its news was divided",
            id="divided",
        ),
        pytest.param(results(signals=()), MOVE, id="no news that day"),
        pytest.param(
            results(study=study(effects=(effect("NVDA", event_return=0.0893),)), signals=()),
            f"Nvidia gained 8.9% on 27{T}January 2025",
            id="gain",
        ),
        pytest.param(
            results(study=study(effects=(effect("NVDA", event_return=0.0001),)), signals=()),
            f"Nvidia stood still on 27{T}January 2025",
            id="no move",
        ),
        pytest.param(
            results(study=study(effects=(effect("VST"), effect("AAPL"))), signals=()),
            f"Vistra lost 28.3% on 27{T}January 2025",
            id="the leader isn't studied",
        ),
        pytest.param(
            results(study=None), "4 articles read beside the prices of 4 instruments", id="no study"
        ),
    ],
)
def test_headline(case, said):
    assert headline(case, EN) == said


def test_headline_in_french():
    assert headline(results(), FR) == (
        f"Nvidia a perdu 17,0{N}% le 27{T}janvier 2025, et les nouvelles à son sujet étaient "
        "plutôt mauvaises"
    )


def test_standfirst():
    assert standfirst(results(), EN) == [
        "Measured against their own markets, the largest falls in that session were those of "
        "Vistra (−27.0%) and Nvidia (−15.5%).",
        "The largest rises were those of Apple (+4.3%).",
        f"From 24{T}January to 28{T}January 2025, 4 articles came in "
        "(3 in English and 1 in French).",
        "Of those scored, 2 leaned negative, 1 positive and 0 neither way.",
        "Instruments with news before that session’s close: 3, of which 2 leaned negative.",
    ]


@pytest.mark.parametrize(
    ("case", "said"),
    [
        pytest.param(
            results(news=()),
            f"No article came in from 24{T}January to 28{T}January 2025.",
            id="no news",
        ),
        pytest.param(
            results(news=(item(score=None),)), "None of them could be scored.", id="no scores"
        ),
        pytest.param(
            results(news=(item(lang="de"),)),
            f"From 24{T}January to 28{T}January 2025, 1 article came in "
            "(1 in another language or none).",
            id="another language",
        ),
    ],
)
def test_a_sentence_of_the_standfirst(case, said):
    assert said in standfirst(case, EN)


@pytest.mark.parametrize(
    ("case", "values"),
    [
        pytest.param(results(), ["4", "2", "−27.0%", "+4.3%", "+0.50"], id="all"),
        pytest.param(results(study=None, event_session=None), ["4", "2"], id="no study"),
        pytest.param(
            results(associations=(association(rho=None),)),
            ["4", "2", "−27.0%", "+4.3%"],
            id="too few pairs",
        ),
    ],
)
def test_key_figures(case, values):
    assert [figure.value for figure in key_figures(case, EN)] == values


def test_an_index_is_no_winner():
    assert "VIX" not in " ".join(standfirst(results(), EN))


def test_another_session_is_not_the_event():
    late = results(signals=(signal("NVDA", AFTER),), event_session=EVENT)
    assert headline(late, EN) == MOVE
