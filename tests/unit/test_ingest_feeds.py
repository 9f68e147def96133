"""The feeds of the reference case against their labels; feeds as served in the wild."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from core.errors import FeedError
from core.feeds import FeedSpec
from core.news import TimeQuality, Verdict
from ingest.decide import decide
from ingest.parse import parse
from ingest.text import readable

ROOT = Path(__file__).parents[2]
CASE = ROOT / "jobs" / "reference" / "deepseek"
WILD = ROOT.parent / "shared" / "feeds"
ZONES = {"fr-bourse": "Europe/Paris", "fr-crypto-tech": "Europe/Paris"}
FEEDS = ("en-markets", "en-tech", "fr-bourse", "fr-crypto-tech")


def read(path, seen_at):
    spec = FeedSpec(
        name=path.stem,
        url="",
        lang=None,
        default_zone=ZONES.get(path.stem, "UTC"),
        interval=timedelta(hours=1),
    )
    return parse(path.read_bytes(), feed=spec, base_url="", seen_at=seen_at)


def case(name):
    return read(CASE / "feeds" / f"{name}.xml", datetime(2025, 2, 15, tzinfo=UTC))


def labels(name):
    lines = (CASE / "feeds_labels.jsonl").read_text().splitlines()
    return [label for line in lines if (label := json.loads(line))["feed"] == name]


def stated(article):
    moments = [moment for moment in (article.published_at, article.updated_at) if moment]
    return max(moments).strftime("%Y-%m-%dT%H:%M:%SZ") if moments else None


@pytest.mark.parametrize("name", FEEDS)
def test_each_item_is_dated_as_labelled(name):
    read_dates = Counter((a.guid, a.lang, stated(a)) for a in case(name).articles)
    assert read_dates == Counter((r["guid"], r["lang"], r["effective_utc"]) for r in labels(name))


@pytest.mark.parametrize("name", FEEDS)
def test_each_labelled_entity_is_in_the_text(name):
    texts = {(a.guid, stated(a)): f"{a.title}\n{a.summary}" for a in case(name).articles}
    missing = [
        entity["surface"]
        for label in labels(name)
        for entity in label["entities"]
        if readable(entity["surface"]) not in texts[label["guid"], label["effective_utc"]]
    ]
    assert missing == []


#: The deliberate defects of time, from the case's README.
DEFECTS = {
    "fr-bourse-electriques-faveurs": TimeQuality.MISSING,
    "tag:news.example,2025:en-tech/open-r1": TimeQuality.MISSING,
    "fr-crypto-tech-tokens-ia-decompte": TimeQuality.MISSING,
    "en-markets-stargate-funding": TimeQuality.DATE_ONLY,
    "fr-crypto-tech-cnil-deepseek": TimeQuality.DATE_ONLY,
    "en-markets-deepseek-explained": TimeQuality.NAMED_ZONE,
    "en-markets-etfs-vix": TimeQuality.IMPLAUSIBLE,
}


def test_the_deliberate_defects_of_time_are_flagged():
    articles = [article for name in FEEDS for article in case(name).articles]
    flagged = {
        a.guid: a.time_quality for a in articles if a.time_quality is not TimeQuality.EXPLICIT_ZONE
    }
    assert (len(articles), flagged) == (227, DEFECTS)


@pytest.mark.parametrize(
    ("name", "guid", "summary"),
    [
        pytest.param(
            "fr-bourse",
            "fr-bourse-cloture-27-janvier",
            "Le CAC 40 termine à 7 906,58 points, sa série de neuf hausses est rompue.\n"
            "Schneider Electric s’effondre de 9,48 % et Legrand de 7,03 % ; LVMH, en hausse de "
            "2,82 %, et les valeurs défensives amortissent le choc venu de DeepSeek.",
            id="CDATA",
        ),
        pytest.param(
            "en-markets",
            "en-markets-opening-bell",
            "Market report — Broadcom began 13.1% lower and Marvell 13.2%, as investors rushed to "
            "cut exposure to AI hardware and the power supply chain. Vertiv opened down 20.1% and "
            "Vistra 20.3%. Apple, with little capital tied up in the race, started 0.5% higher.",
            id="escaped",
        ),
    ],
)
def test_script_and_pixel_are_gone(name, guid, summary):
    [article] = [a for a in case(name).articles if a.guid == guid]
    assert article.summary == summary


def test_tracking_parameters_are_gone():
    urls = {a.guid: a.url for name in FEEDS for a in case(name).articles}
    assert (
        urls["tag:news.example,2025:en-tech/apple-alibaba"],
        urls["fr-crypto-tech-stargate-centres-de-donnees"],
    ) == (
        "https://news.example/en-tech/apple-alibaba",
        "https://news.example/fr-crypto-tech/stargate-centres-de-donnees",
    )


@pytest.mark.parametrize("name", FEEDS)
def test_each_version_is_new_once_and_known_as_labelled(name):
    decisions = list(decide(case(name).articles, []))
    known = Counter((d.article.guid, d.known_at.strftime("%Y-%m-%dT%H:%M:%SZ")) for d in decisions)
    # What has no trustworthy date is known from when it was seen.
    seen = {g: "2025-02-15T00:00:00Z" for g, quality in DEFECTS.items() if not quality.is_good}
    expected = Counter((r["guid"], seen.get(r["guid"], r["effective_utc"])) for r in labels(name))
    assert ({d.verdict for d in decisions}, known) == ({Verdict.NEW}, expected)


CORRECTED = {
    "fr-bourse-nvidia-capitalisation",
    "fr-bourse-electriciens-27",
    "en-markets-nvidia-record-loss",
    "en-markets-rebound-0128",
    "tag:news.example,2025:en-tech/deepseek-dark",
    "fr-crypto-tech-application-premiere",
}


def test_the_six_corrections_come_after_what_they_correct():
    decisions = [d for name in FEEDS for d in decide(case(name).articles, [])]
    by_guid = groupby(
        sorted(decisions, key=lambda d: str(d.article.guid)), lambda d: d.article.guid
    )
    versions = {guid: [d.known_at for d in group] for guid, group in by_guid}
    several = {guid for guid, times in versions.items() if len(times) > 1}
    assert (several, all(times == sorted(set(times)) for times in versions.values())) == (
        CORRECTED,
        True,
    )


needs_wild = pytest.mark.skipif(not WILD.is_dir(), reason="the feeds of the wild aren't here")


@needs_wild
@pytest.mark.parametrize(
    ("name", "lang", "items"),
    [
        ("cnbc_jetson", "en", 30),
        ("crawinsight_cnbc", "en", 30),
        ("crawinsight_google", "en", 100),
        ("crawinsight_nytimes", "en", 50),
        ("crawinsight_seekingalpha", None, 20),
        ("lemonde_une_20240118", "fr", 19),
        ("lesechos_googlenews_20260430", "fr", 100),
    ],
)
def test_wild_feeds_lose_nothing(name, lang, items):
    parsed = read(WILD / f"{name}.xml", datetime(2026, 5, 1, tzinfo=UTC))
    complete = [
        a for a in parsed.articles if a.title and a.url and a.guid and a.time_quality.is_good
    ]
    assert (len(complete), {a.lang for a in parsed.articles}, parsed.warnings) == (
        items,
        {lang},
        (),
    )


@needs_wild
def test_a_wild_sitemap_is_not_a_feed():
    with pytest.raises(FeedError, match="not a feed: it seems to be a news sitemap"):
        read(WILD / "crawinsight_bloomberg.xml", datetime(2026, 5, 1, tzinfo=UTC))
