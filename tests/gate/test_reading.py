"""Gates: how well texts are read, against labelled sets, with floors that may only rise.

The floors stand in baseline.json beside the hash of the set they were measured on; a set
that changed must be measured anew before its gate passes again.
"""

import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from core.news import Article
from ingest.parse import parse
from jobs.replay.case import REFERENCES, reference_case
from nlp.data import in_dev_tenth, labelled_files, read_labelled
from nlp.entities import Linker, read_aliases
from nlp.evaluate import evaluate
from nlp.language import language_of
from nlp.scorer import BUNDLED, load_scorer

ROOT = Path(__file__).parents[2]
DEV = ROOT.parent / "shared" / "dev"
BASELINE = json.loads(Path(__file__).with_name("baseline.json").read_text(encoding="utf-8"))
SETS = BASELINE["reading"]

needs_dev = pytest.mark.skipif(
    not DEV.is_dir(), reason="the labelled headlines of publishers aren't in the repository"
)


@pytest.fixture(scope="module")
def labels():
    path = REFERENCES / "deepseek" / "feeds_labels.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def articles():
    """Every item of the reference feeds, corrected versions included, by (feed, guid)."""
    found: dict[tuple[str, str], list[Article]] = defaultdict(list)
    for feed in reference_case("deepseek").feeds:
        document = feed.header + b"".join(item.body for item in feed.items) + feed.footer
        seen_at = datetime(2025, 3, 1, tzinfo=UTC)
        for article in parse(document, feed=feed.spec, base_url="", seen_at=seen_at).articles:
            found[feed.spec.name, article.guid].append(article)
    return found


def text_of(label, articles):
    """The version that the label line is about: the one that holds all its surfaces."""
    versions = articles[label["feed"], label["guid"]]
    surfaces = [entity["surface"] for entity in label["entities"]]
    return max((a.text for a in versions), key=lambda t: sum(s in t for s in surfaces))


def companies(tickers):
    """One name for the two listings of a company: New York's counts as home's."""
    home = {"ASML": "ASML.AS", "STM": "STMPA.PA"}
    return {home.get(ticker, ticker) for ticker in tickers if ticker}


def test_linking_on_the_reference_feeds(labels, articles):
    linker = Linker(read_aliases())
    right = said = true = 0
    for label in labels:
        found = companies(m.ticker for m in linker.mentions(text_of(label, articles)))
        gold = companies(e["ticker"] for e in label["entities"])
        right, said, true = right + len(found & gold), said + len(found), true + len(gold)
    assert right / said >= BASELINE["linking"]["precision"]
    assert right / true >= BASELINE["linking"]["recall"]


def test_language_on_the_reference_titles(labels, articles):
    titles = [
        (a.title, label["lang"]) for label in labels for a in articles[label["feed"], label["guid"]]
    ]
    right = sum(language_of(title) == lang for title, lang in titles)
    assert right / len(titles) >= BASELINE["language"]["floor"]


@needs_dev
@pytest.mark.parametrize("name", ["fr_real_dev", "en_real_dev"])
def test_language_on_real_headlines(name):
    items = read_labelled(DEV / f"{name}.jsonl")
    right = sum(language_of(item.text) == item.lang for item in items)
    assert right / len(items) >= BASELINE["language"]["floor"]


@pytest.fixture(scope="module")
def scorer():
    return load_scorer(BUNDLED, backend="torch", batch=32, threads=0)


@pytest.fixture(scope="module")
def measured(scorer):
    """Every figure of a set of the baseline, by name, measured once."""

    @cache
    def figures(name):
        baseline = SETS[name]
        path = ROOT / baseline["file"]
        if not path.is_file():
            pytest.skip("publishers' and others' texts aren't in the repository")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == baseline["sha256"]
        items = read_labelled(path)
        if baseline["tenth"]:
            items = [item for item in items if in_dev_tenth(item)]
        return named_figures(evaluate(scorer, items))

    return figures


def named_figures(found):
    figures = {"event accuracy": found.event.value} if found.event else {}
    for name in ("sentence", "entity", "differing"):
        if part := getattr(found, name):
            figures[f"{name} accuracy"] = part.quality.accuracy
            figures[f"{name} macro-F1"] = part.quality.macro_f1
            figures[f"{name} calibration error"] = part.quality.calibration_error
    return figures


@pytest.mark.parametrize(
    ("name", "figure"),
    [(name, figure) for name, baseline in SETS.items() for figure in baseline["floors"]],
)
def test_no_figure_falls_below_its_floor(measured, name, figure):
    assert measured(name)[figure] >= SETS[name]["floors"][figure]


@pytest.mark.parametrize(
    ("name", "figure"),
    [(name, figure) for name, baseline in SETS.items() for figure in baseline["ceilings"]],
)
def test_no_error_rises_above_its_ceiling(measured, name, figure):
    assert measured(name)[figure] <= SETS[name]["ceilings"][figure]


def test_event_types_of_the_held_out_tenth(scorer):
    items = [
        item for path in labelled_files() for item in read_labelled(path) if in_dev_tenth(item)
    ]
    found = evaluate(scorer, items).event
    assert found.value >= BASELINE["corpus"]["event accuracy"]
