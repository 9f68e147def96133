"""What a replay is given: the reference case against its labels, and own archives."""

import json
import shutil
from collections import Counter
from datetime import date

import pytest

from core.errors import InputError
from core.feeds import FeedSpec
from ingest.parse import parse
from jobs.replay.archive import ArchiveFiles, Span, archive_case
from jobs.replay.case import POLL_INTERVAL, REFERENCES, reference_case
from tests.builders import jan, utc


def articles(feed, moment):
    parsed = parse(feed.document(moment), feed=feed.spec, base_url="", seen_at=moment)
    assert parsed.warnings == ()
    return parsed.articles


# The reference case


@pytest.fixture(scope="module")
def case():
    return reference_case("deepseek")


def labels():
    lines = (REFERENCES / "deepseek" / "feeds_labels.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in lines.splitlines()]


def test_reference_case(case):
    assert (case.first, case.last, case.event) == (jan(20), date(2025, 2, 14), jan(27))
    assert (case.starts_at, case.ends_at.isoformat()) == (utc(20, 0), "2025-02-15T00:00:00+00:00")
    assert case.shares == {"NVDA": 24.49e9}
    assert case.after_the_fact


def test_four_feeds_hold_every_labelled_item(case):
    items = {feed.spec.name: Counter(item.id for item in feed.items) for feed in case.feeds}
    labelled = {name: Counter() for name in items}
    for label in labels():
        labelled[label["feed"]][label["guid"]] += 1
    assert items == labelled
    assert {name: ids.total() for name, ids in items.items()} == {
        "fr-bourse": 74,
        "en-markets": 77,
        "en-tech": 38,
        "fr-crypto-tech": 38,
    }


def test_each_item_is_visible_exactly_from_its_labelled_moment(case):
    visible = Counter(
        (feed.spec.name, item.id, f"{item.visible_at:%Y-%m-%dT%H:%M:%SZ}")
        for feed in case.feeds
        for item in feed.items
    )
    stated = Counter(
        (label["feed"], label["guid"], label["effective_utc"])
        for label in labels()
        if label["effective_utc"]
    )
    assert (stated.total(), stated - visible) == (223, Counter())


def test_items_without_a_time_are_shown_with_their_newer_neighbour(case):
    undated = {label["guid"] for label in labels() if not label["effective_utc"]}
    shown = {i.id: i.visible_at for feed in case.feeds for i in feed.items if i.id in undated}
    # Moments of the items that stand above them in the files.
    assert {id.rsplit("/")[-1]: f"{at:%d %H:%M}" for id, at in shown.items()} == {
        "fr-bourse-electriques-faveurs": "25 10:00",
        "open-r1": "28 13:45",
        "fr-crypto-tech-tokens-ia-decompte": "28 15:45",
        "en-markets-etfs-vix": "27 23:10",
    }


@pytest.mark.parametrize("name", ["fr-bourse", "en-markets", "en-tech", "fr-crypto-tech"])
def test_each_document_is_a_feed_that_grows(case, name):
    [feed] = (feed for feed in case.feeds if feed.spec.name == name)
    moments = [utc(22), utc(27), case.ends_at]
    sizes = [len(articles(feed, moment)) for moment in moments]
    assert 0 < sizes[0] < sizes[1] < sizes[2] == len({item.id for item in feed.items})


def test_a_corrected_title_takes_the_place_of_the_first(case):
    [feed] = (feed for feed in case.feeds if feed.spec.name == "fr-bourse")
    versions = [i for i in feed.items if i.id == "fr-bourse-nvidia-capitalisation"]
    assert [i.visible_at for i in versions] == sorted(i.visible_at for i in versions)
    last = feed.document(versions[1].visible_at)
    assert (versions[0].body in last, versions[1].body in last) == (False, True)


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        pytest.param("case.json", "{", "case.json: malformed .*; install remous", id="no JSON"),
        pytest.param("case.json", "{}", "case.json: malformed .'last'.; install", id="no key"),
        pytest.param("case.json", '{"last": "soon"}', "case.json: malformed", id="no date"),
        pytest.param("case.json", "\udcff", "case.json: isn't UTF-8", id="no UTF-8"),
        pytest.param("feeds.csv", None, "feeds.csv: No such file", id="no list of feeds"),
        pytest.param("feeds.csv", "name\nx\n", "feeds.csv:1: no column file", id="no column"),
        pytest.param("feeds/en-tech.xml", None, "en-tech.xml: No such file", id="no feed"),
        pytest.param("feeds/en-tech.xml", "<html/>", "en-tech.xml: not a feed", id="a page"),
        pytest.param(
            "feeds/en-tech.xml",
            '<rss version="2.0"><channel><item><title/></item></channel></rss>',
            "en-tech.xml: 1 items of which 0 can be read",
            id="an item of nothing",
        ),
    ],
)
def test_missing_or_malformed_reference_file(tmp_path, file, content, problem):
    shutil.copytree(REFERENCES / "deepseek", tmp_path / "deepseek")
    path = tmp_path / "deepseek" / file
    path.unlink()
    if content is not None:
        path.write_text(content, errors="surrogateescape")
    with pytest.raises(InputError, match=problem):
        reference_case("deepseek", references=tmp_path)


def test_unknown_case():
    with pytest.raises(InputError, match="enron: no such reference case; use one of: deepseek"):
        reference_case("enron")


# Archives

WEEK = Span(first=jan(20), last=jan(26), event=None)


def archive(tmp_path, *rows, span=WEEK):
    news = tmp_path / "mine.jsonl"
    news.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows))
    files = ArchiveFiles(news=news, prices=tmp_path / "p.csv", instruments=tmp_path / "i.csv")
    return archive_case(files, span)


def line(published="2025-01-20T08:00:00Z", title="Nvidia falls", **rest):
    return {"published": published, "title": title, **rest}


def test_archive_case(tmp_path):
    case = archive(tmp_path, line())
    assert (case.name, case.first, case.last, case.event) == ("mine", jan(20), jan(26), None)
    assert (case.claims, case.after_the_fact) == (None, False)


def test_one_feed_per_source(tmp_path):
    case = archive(
        tmp_path,
        line(source="Les Échos", lang="fr", title="un"),
        line(source="Wire", title="two"),
        line(title="three"),
        line(source=" Les \n Échos ", title="quatre"),
        line(source="Les-Échos", title="cinq"),
    )
    found = {f.spec: [a.title for a in articles(f, utc(21))] for f in case.feeds}
    assert found == {
        spec("Les Échos", "fr"): ["un", "quatre"],
        spec("Les-Échos"): ["cinq"],
        spec("Wire"): ["two"],
        spec("archive"): ["three"],
    }


def spec(name, lang=None):
    return FeedSpec(name=name, url="", lang=lang, default_zone="UTC", interval=POLL_INTERVAL)


def test_an_article_is_served_as_the_archive_has_it(tmp_path):
    row = line(
        title="A < B & C\u2028D",
        summary="Une <b>forte</b> hausse",
        url="https://news.example/1?utm_source=x",
        lang="fr",
    )
    [feed] = archive(tmp_path, row).feeds
    [article] = articles(feed, utc(20))
    assert (article.title, article.summary) == ("A < B & C D", "Une forte hausse")
    assert (article.url, article.lang) == ("https://news.example/1", "fr")
    assert (article.published_at, article.time_quality) == (utc(20, 8), "explicit_zone")


@pytest.mark.parametrize(
    ("published", "visible", "quality"),
    [
        pytest.param("2025-01-20T08:00:00+01:00", utc(20, 7), "explicit_zone", id="ISO"),
        pytest.param("Mon, 20 Jan 2025 08:00:00 GMT", utc(20, 8), "explicit_zone", id="RFC 822"),
        pytest.param("1737360000", utc(20, 8), "explicit_zone", id="epoch"),
        pytest.param("2025-01-20", utc(20, 23, 59).replace(second=59), "date_only", id="date only"),
    ],
)
def test_times_of_an_archive(tmp_path, published, visible, quality):
    [feed] = archive(tmp_path, line(published)).feeds
    assert [item.visible_at for item in feed.items] == [visible]
    [article] = articles(feed, utc(21))
    assert article.time_quality == quality


def test_lines_with_one_url_are_versions_of_one_article(tmp_path):
    url = "https://news.example/1"
    later = line("2025-01-20T10:00:00Z", "corrected", url=url)
    [feed] = archive(tmp_path, later, line(title="first", url=url)).feeds
    seen = [[a.title for a in articles(feed, utc(20, hour))] for hour in (7, 9, 10)]
    assert seen == [[], ["first"], ["corrected"]]


def test_no_document_drops_what_came_since_the_last_poll(tmp_path):
    crowd = [line(f"2025-01-20T08:{n % 60:02}:30Z", f"Title {n}") for n in range(230)]
    [feed] = archive(tmp_path, line("2025-01-20T07:00:00Z", "old"), *crowd).feeds
    assert len(articles(feed, utc(20, 9))) == 230


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("Nvidia falls", "n.jsonl:1: not JSON", id="not JSON"),
        pytest.param('{"title": "a"}', "n.jsonl:1: has no published", id="no time"),
        pytest.param('\n\n{"published": "2025"}', "n.jsonl:3: has no title", id="no title"),
        pytest.param('["a"]', "n.jsonl:1: not an object", id="a list"),
        pytest.param(
            '{"title": "a", "published": 5}', "n.jsonl:1: its published isn't a text", id="number"
        ),
        pytest.param(
            '{"title": "a", "published": "2025-01-20", "source": ["x"]}',
            "n.jsonl:1: its source isn't a text",
            id="source of no form",
        ),
        pytest.param(
            '{"title": "\\ud800", "published": "2025-01-20"}', "n.jsonl:1: not JSON", id="surrogate"
        ),
        pytest.param(
            '{"title": "a", "published": "soon"}',
            "n.jsonl:1: can't read the time 'soon'; write it as 2025",
            id="no such time",
        ),
        pytest.param(
            '{"title": "a", "published": "2025-01-20T08:00:00"}',
            "n.jsonl:1: no zone in the time '2025-01-20T08:00:00'; write it as 2025",
            id="no zone",
        ),
        pytest.param("\n \n", "n.jsonl: holds no news", id="empty"),
        pytest.param("\udcff", "n.jsonl: isn't UTF-8", id="no UTF-8"),
        pytest.param(None, "n.jsonl: No such file", id="missing"),
    ],
)
def test_unusable_archive(tmp_path, text, problem):
    news = tmp_path / "n.jsonl"
    if text is not None:
        news.write_text(text, errors="surrogateescape")
    with pytest.raises(InputError, match=problem):
        archive_case(ArchiveFiles(news=news, prices=news, instruments=news), WEEK)


@pytest.mark.parametrize(
    ("span", "problem"),
    [
        pytest.param(
            Span(first=jan(20), last=jan(19), event=None),
            "--to: 2025-01-19 is before 2025-01-20",
            id="backwards",
        ),
        pytest.param(
            Span(first=jan(20), last=jan(22), event=jan(23)),
            "--event: 2025-01-23 isn't replayed; give a day from 2025-01-20 to 2025-01-22",
            id="event after the last day",
        ),
    ],
)
def test_unusable_span(tmp_path, span, problem):
    with pytest.raises(InputError, match=problem):
        archive(tmp_path, line(), span=span)
