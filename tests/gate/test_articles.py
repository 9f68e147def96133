"""Gate: press articles about a winner and a loser, by the bundled weights."""

import time
from pathlib import Path

import pytest

from core.prices import Alias
from nlp.entities import Linker
from nlp.pipeline import Reader, Text
from nlp.scorer import BUNDLED, load_scorer

ARTICLES = Path(__file__).with_name("articles")
#: Invented, as everything in the articles is.
NAMES = ("Ardelys", "Ostrevel", "Quillmere", "Tarnbrook")

pytestmark = pytest.mark.skipif(
    not (BUNDLED / "model.safetensors").is_file(), reason="the weights aren't in this copy"
)


@pytest.fixture(scope="module")
def reader():
    aliases = [Alias(alias=name, entity=name, ticker=None, rule="name") for name in NAMES]
    scorer = load_scorer(None, backend="torch", batch=32, threads=0)
    return Reader(scorer, Linker(aliases))


@pytest.mark.parametrize(
    ("lang", "labels"),
    [
        pytest.param("fr", {"Ardelys": "positive", "Ostrevel": "negative"}, id="French"),
        pytest.param("en", {"Quillmere": "positive", "Tarnbrook": "negative"}, id="English"),
    ],
)
def test_winner_and_loser(reader, lang, labels):
    text = (ARTICLES / f"{lang}.txt").read_text(encoding="utf-8")
    [found] = reader.read([Text(text=text)])
    assert {s.mention.surface: s.p.label for s in found.mentions} == labels
    assert found.lang == lang


def test_time_is_linear_in_length(reader):
    article = (ARTICLES / "fr.txt").read_text(encoding="utf-8")

    def seconds(times):
        started = time.perf_counter()
        reader.read([Text(text=article * times, lang="fr")])
        return time.perf_counter() - started

    seconds(1)
    # Five times the text; attention over all of it at once would take 25 times as long.
    assert seconds(5) < 12 * min(seconds(1) for _ in range(3))
