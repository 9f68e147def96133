"""The page is read back by the standard library's parser."""

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from core.prices import Bar
from jobs.report import render_report
from tests.replay_case import (
    AFTER,
    BEFORE,
    EVENT,
    association,
    effect,
    instrument,
    item,
    pair,
    results,
    signal,
    study,
)

VOID = {"meta", "link", "img", "br", "hr", "input"}


@dataclass
class Page(HTMLParser):
    """Elements with their attributes, the text, and whether all elements were closed."""

    source: str
    elements: list = field(default_factory=list)
    said: list = field(default_factory=list)
    open: list = field(default_factory=list)
    misnested: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.misnested.append(tag)

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.said.append(data)

    @property
    def text(self):
        return re.sub(r"[ \n]+", " ", " ".join(self.said))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def read(case, lang="en"):
    page = Page(source=render_report(case, lang=lang))
    page.feed(page.source)
    return page


@pytest.fixture(scope="module", params=["en", "fr"])
def page(request):
    return read(results(), request.param)


def test_it_is_well_formed(page):
    assert (page.open, page.misnested) == ([], [])


def test_it_asks_for_nothing(page):
    loaders = ("script", "link", "img", "iframe", "object", "embed", "video", "form", "base")
    inside = [a for _, a in page.elements if {"src", "srcset", "onload", "onclick"} & set(a)]
    assert [[t for t, _ in page.elements if t in loaders], inside] == [[], []]


def test_identifiers_are_unique_and_references_lead_somewhere(page):
    ids = Counter(a["id"] for _, a in page.elements if "id" in a)
    referred = {
        name.lstrip("#")
        for _, a in page.elements
        for key in ("aria-labelledby", "xlink:href")
        for name in a.get(key, "").split()
    }
    clips = {u for _, a in page.elements for u in re.findall(r"url\(#(.*?)\)", str(a))}
    assert ([i for i, n in ids.items() if n > 1], (referred | clips) - set(ids)) == ([], set())


def test_each_chart_is_drawn_twice_and_described(page):
    charts = [(a["class"], bool(a["aria-label"]), a["role"]) for a in page.all("svg")]
    assert charts == [("wide", True, "img"), ("narrow", True, "img")] * 3


def test_headings_go_down_one_by_one(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    steps = [b - a for a, b in pairwise(levels)]
    assert (levels.count(1), levels[0], max(steps) <= 1) == (1, 1, True)


def test_the_same_results_give_the_same_page(page):
    assert render_report(results(), lang=page.all("html")[0]["lang"]) == page.source


def test_the_charts_follow_the_colour_scheme(page):
    svg = re.findall(r"<svg.*?</svg>", page.source, re.DOTALL)
    fixed = {c for s in svg for c in re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", s)}
    assert (len(svg), fixed - {"#000000"}) == (6, set())


@pytest.mark.parametrize(
    ("english", "french"),
    [
        pytest.param("proves nothing about news", "ne prouve rien sur les nouvelles", id="caveat"),
        pytest.param("inconclusive", "non concluant", id="an inconclusive answer"),
        pytest.param("revision 3fa9c02b71de", "révision 3fa9c02b71de", id="model"),
        pytest.param("60 checks of the feeds", "60 consultations des flux", id="polls"),
        pytest.param("an item has no date", "an item has no date", id="warning"),
        pytest.param("language:de (1)", "language:de (1)", id="unscored"),
        pytest.param("MC.PA (no prices)", "MC.PA (pas de cours)", id="skipped"),
        pytest.param(
            "= +0.50, n = 3, 95% interval +0.10 to +0.80, p-value <\u00a00.001: positive.",
            "= +0,50, n = 3, intervalle à 95\u202f%\u00a0: +0,10 à +0,80, "
            "valeur p <\u00a00,001\u202f; lecture\u00a0: positive.",
            id="rho",
        ),
    ],
)
def test_it_says_in_both_languages(page, english, french):
    assert (english if page.all("html")[0]["lang"] == "en" else french) in page.text


UNDECIDED = association(rho=None, low=None, high=None, p=None, reading="inconclusive")


@pytest.mark.parametrize(
    ("case", "said"),
    [
        pytest.param(results(warnings=(), unscored={}), "None.", id="no warnings"),
        pytest.param(results(warnings=("x",) * 4), "Show 4 messages", id="many warnings"),
        pytest.param(
            results(associations=(UNDECIDED,)),
            "n = 3, too few pairs for a rank correlation: inconclusive.",
            id="no rho",
        ),
        pytest.param(
            results(pairs=(pair("NVDA"), pair("VST"))),
            "There are only 2 instruments with both a signal and an abnormal return",
            id="few pairs",
        ),
        pytest.param(
            results(pairs=(pair("NVDA", same=None),)), "nothing to compare", id="no pairs"
        ),
        pytest.param(results(study=study(effects=())), "so there is no chart", id="no effects"),
        pytest.param(results(bars={}), "so there is no price chart", id="no prices"),
        pytest.param(results(news=()), "No article was scored.", id="no news"),
        pytest.param(
            results(signals=(signal("NVDA", sentiment=None, articles=0),)),
            "A session without news has no bar.",
            id="a signal without news",
        ),
    ],
)
def test_it_says(case, said):
    assert said in read(case).text


@pytest.mark.parametrize(
    ("case", "unsaid"),
    [
        pytest.param(results(after_the_fact=False), "after the fact", id="no caveat on real news"),
        pytest.param(results(study=None), "The instruments together", id="no study, no tests"),
        pytest.param(results(study=None), "Who was hit", id="no study, no chart"),
        pytest.param(results(claims=()), "What the press said", id="no claims"),
        pytest.param(results(associations=()), "News and prices", id="no associations"),
    ],
)
def test_it_does_not_say(case, unsaid):
    assert unsaid not in read(case).text


def test_without_an_event_all_pairs_are_compared():
    everywhere = tuple(pair(s, d) for s in ("NVDA", "VST") for d in (BEFORE, EVENT, AFTER))
    said = read(results(event_session=None, study=None, pairs=everywhere)).text
    assert "Signal and abnormal return, session by session" in said


def test_a_long_history_is_drawn_without_a_number_on_each_bar():
    days = [BEFORE + timedelta(days=i) for i in range(80)]
    bars = {"NVDA": tuple(Bar(symbol="NVDA", session=d, close=9, volume=None) for d in days)}
    quiet = signal("NVDA", BEFORE, sentiment=None, standard_error=None, articles=0)
    busy = signal("NVDA", days[60], sentiment=-0.9, standard_error=0.4, articles=17)
    case = results(last=days[-1], event_session=days[60], bars=bars, signals=(quiet, busy))
    wide = re.findall(r"<svg.*?</svg>", render_report(case, lang="en"), re.DOTALL)[0]
    labels = re.findall(r">\d+\W(?:Jan|Feb|Mar|Apr)<", wide)
    assert (wide.count(">17<"), len(labels)) == (1, 9)


@pytest.mark.parametrize(
    ("title", "never"),
    [
        pytest.param("<script>alert(1)</script>", "<script", id="script"),
        pytest.param("a\u202eb\u200b", "\u202e", id="hidden characters"),
        pytest.param("{{ 7000*7 }}", "49000", id="template"),
        pytest.param(
            "$\\frac{1}{2}$ 每日 \U0001d4b3", "mathdefault", id="mathematics and other scripts"
        ),
    ],
)
def test_a_hostile_name_does_no_harm(title, never):
    case = results(
        name=title,
        instruments=(instrument("NVDA", name=title, currency=title),),
        news=(item(title=title, lang=title, url=f"javascript:{title}"),),
        warnings=(title,),
        unscored={title: 1},
        pairs=tuple(pair(f"{title}{i}", same=0.1 * i) for i in range(4)),
        study=study(effects=(effect("NVDA"), effect(title)), skipped=((title, title),)),
    )
    assert never not in render_report(case, lang="en")


def test_many_instruments_take_little_room_and_time():
    days = (BEFORE, EVENT, AFTER)
    symbols = [f"S{i}" for i in range(300)]
    bars = {s: tuple(Bar(symbol=s, session=d, close=9, volume=None) for d in days) for s in symbols}
    wide = [effect(s, car=i / 300, low=-5.0 * (i == 299)) for i, s in enumerate(symbols)]
    case = results(
        instruments=tuple(instrument(s) for s in symbols),
        bars=bars,
        signals=tuple(signal(s, sentiment=0.3) for s in symbols),
        pairs=tuple(pair(s, sentiment=i / 300, same=i / 900) for i, s in enumerate(symbols)),
        study=study(effects=tuple(wide)),
        news=tuple(item(i, mentions=((f"S{i % 300}", -0.5, 1.0),)) for i in range(2_000)),
    )
    started = time.perf_counter()
    page = render_report(case, lang="fr")
    took = time.perf_counter() - started
    said = ("Les 70 plus grands sur 300", "Quelques intervalles très larges")
    assert (len(page.encode()) < 3_000_000, took < 20, all(s in page for s in said)) == (True,) * 3
