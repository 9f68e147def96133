"""Small documents, each about one thing."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FeedError
from core.feeds import FeedSpec, Fetched
from core.news import TimeQuality
from ingest.parse import parse, parse_fetched

SEEN = datetime(2025, 2, 15, tzinfo=UTC)
BASE = "https://news.example/feeds/all.xml"
SPEC = FeedSpec(
    name="bourse",
    url=BASE,
    lang="fr",
    default_zone="Europe/Paris",
    interval=timedelta(hours=1),
)


def rss(*items, head="<title>Bourse</title>"):
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel>{head}{body}</channel></rss>'.encode()


def atom(entry, namespaces=""):
    head = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr-FR" {namespaces}>'
    return f"{head}<title>Bourse</title><entry>{entry}</entry></feed>".encode()


def json_feed(*items, **fields):
    head = {"version": "https://jsonfeed.org/version/1.1", "title": "Bourse", "language": "fr-FR"}
    return json.dumps(head | {"items": items} | fields).encode()


def read(body, **options):
    return parse(body, feed=SPEC, base_url=BASE, seen_at=SEEN, **options)


def titles(body, **options):
    return [article.title for article in read(body, **options).articles]


ITEM = (
    "<title>Nvidia recule de 17&#160;%</title><guid isPermaLink='false'>n1</guid>"
    "<link>/a?utm_source=rss</link><description>&lt;p&gt;Un.&lt;/p&gt;Deux.</description>"
    "<pubDate>Mon, 27 Jan 2025 15:30:00 +0100</pubDate>"
)
ATOM_ENTRY = (
    "<title>Nvidia recule de 17&#160;%</title><id>n1</id><link href='/a?utm_source=rss'/>"
    "<summary type='html'>&lt;p&gt;Un.&lt;/p&gt;Deux.</summary>"
    "<published>2025-01-27T15:30:00+01:00</published>"
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<channel><title>Bourse</title></channel><item rdf:about='n1'>"
    "<title>Nvidia recule de 17&#160;%</title><link>/a</link><description>Un.&lt;br&gt;Deux."
    "</description><dc:date>2025-01-27T15:30:00+01:00</dc:date></item></rdf:RDF>"
)
JSON_ITEM = {
    "id": "n1",
    "url": "/a?utm_source=rss",
    "title": "Nvidia recule de 17\u00a0%",
    "content_html": "<p>Un.</p>Deux.",
    "date_published": "2025-01-27T15:30:00+01:00",
}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rss(ITEM), id="RSS"),
        pytest.param(atom(ATOM_ENTRY), id="Atom"),
        pytest.param(RDF.encode(), id="RDF"),
        pytest.param(json_feed(JSON_ITEM), id="JSON Feed"),
        pytest.param(b"\xef\xbb\xbf" + json_feed(JSON_ITEM), id="JSON Feed after a BOM"),
    ],
)
def test_the_same_article_in_each_form(body):
    [article] = read(body).articles
    fields = {name: getattr(article, name) for name in ("guid", "url", "title", "summary", "lang")}
    assert (fields, article.published_at, article.time_quality, article.first_seen_at) == (
        {
            "guid": "n1",
            "url": "https://news.example/a",
            "title": "Nvidia recule de 17 %",
            "summary": "Un.\nDeux.",
            "lang": "fr",
        },
        datetime(2025, 1, 27, 14, 30, tzinfo=UTC),
        TimeQuality.EXPLICIT_ZONE,
        SEEN,
    )


@pytest.mark.parametrize(
    ("dates", "raw", "updated"),
    [
        pytest.param("<published>2025-01-27</published>", "2025-01-27", None, id="published"),
        pytest.param(
            "<updated>2025-01-27T14:30:00Z</updated>",
            "2025-01-27T14:30:00Z",
            "14:30",
            id="only updated",
        ),
        pytest.param(
            "<published>2025-01-27T14:30:00Z</published><updated>2025-01-27T16:00:00Z</updated>",
            "2025-01-27T14:30:00Z",
            "16:00",
            id="both",
        ),
        pytest.param("<updated>2025-01-27T16:00:00</updated>", "2025-01-27T16:00:00", None,
                     id="updated in an unknown zone"),
        pytest.param("<dc:date>2025-01-27T14:30Z</dc:date>", "2025-01-27T14:30Z", "14:30", id="dc"),
        pytest.param("<dcterms:created>2025-01-27</dcterms:created>", "2025-01-27", None,
                     id="created"),
        pytest.param("", None, None, id="none"),
    ],
)  # fmt: skip
def test_dates_are_read_apart(dates, raw, updated):
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    [article] = read(atom(f"<title>A</title>{dates}", spaces)).articles
    stated = article.updated_at and article.updated_at.strftime("%H:%M")
    assert (article.published_raw, stated) == (raw, updated)


@pytest.mark.parametrize(
    ("head", "item", "lang"),
    [
        pytest.param("<language>en-us</language>", "", "en", id="the feed says"),
        pytest.param("<language>en</language>", "<dc:language>de</dc:language>", "de", id="item"),
        pytest.param("", "", "fr", id="the subscription says"),
        pytest.param("<language>??</language>", "", None, id="no language"),
    ],
)
def test_language(head, item, lang):
    body = rss(f"<title>A</title>{item}", head=head)
    assert read(body).articles[0].lang == lang


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(b"<!doctype html><html><body>Hi</body></html>", "an HTML page", id="HTML"),
        pytest.param(b"\xef\xbb\xbf<!-- x --><HTML>", "an HTML page", id="HTML after a comment"),
        pytest.param(
            b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>',
            "a news sitemap",
            id="sitemap",
        ),
        pytest.param(b"<opml version='2.0'/>", "a list of subscriptions (OPML)", id="OPML"),
        pytest.param(b"<note>Hi</note>", "XML with the root note", id="other XML"),
        pytest.param(b"", "an empty document", id="nothing"),
        pytest.param(b" \n", "an empty document", id="blank"),
        pytest.param(b"Service unavailable", "text", id="text"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "a binary file", id="picture"),
        pytest.param(b"/etc/hostname", "text", id="name of a file, which isn't opened"),
        pytest.param(b'{"items": []}', "JSON, but no JSON Feed", id="other JSON"),
        pytest.param(b"[1]", "JSON, but no JSON Feed", id="JSON list"),
        pytest.param(b'{"version": ', "JSON that can't be read", id="broken JSON"),
        pytest.param(b"[" * 100_000, "JSON that can't be read", id="deep JSON"),
    ],
)
def test_not_a_feed(body, problem):
    with pytest.raises(FeedError) as raised:
        read(body)
    assert raised.value.problem.startswith(f"not a feed: it seems to be {problem}")


def test_a_feed_without_items_is_a_feed():
    assert read(rss()).articles == ()


@pytest.mark.parametrize(
    ("body", "kept", "warning"),
    [
        pytest.param(
            rss("<title>A</title>", "<guid>g2</guid>", "<title>C</title>"),
            ["A", "C"],
            "item 2 (g2): neither title nor summary, skipped",
            id="nothing to read",
        ),
        pytest.param(
            rss("<title>A</title>", "<title>B &bad; & <</title>", "<title>C</title>"),
            ["A", "B &bad; & <", "C"],
            "not well-formed",
            id="not well-formed",
        ),
        pytest.param(
            rss("<title>A</title>", "<title>B\x07</title>"), ["A", "B"], "not well-formed",
            id="control character",
        ),
        pytest.param(
            rss("<title>A</title>", "<title>B</title><description>cut here")[:-34],
            ["A"],
            "breaks off within an item",
            id="truncated within an item",
        ),
        pytest.param(
            rss("<title>A</title>", "<title>B</title>")[:-16], ["A", "B"], "not well-formed",
            id="truncated between items",
        ),
        pytest.param(
            rss("<title>A</title>", "<title>B</title><x>&#x110000;</x>", "<title>C</title>"),
            ["A", "C"],
            "item 2: can't be parsed",
            id="an item that breaks the parser",
        ),
        pytest.param(
            json_feed({"title": "A"}, "B", {"title": "C"}),
            ["A", "C"],
            "item 2: not an object, skipped",
            id="JSON item that is no object",
        ),
        pytest.param(json_feed(items={}), [], "no list of items", id="JSON without a list"),
        pytest.param(
            rss("<title>" + "A" * 3_000 + "</title>"),
            ["A" * 1_000],
            "item 1 (no id): title cut at 1000 characters",
            id="endless title",
        ),
        pytest.param(
            rss("<title>A</title><description>" + "b " * 30_000 + "</description>"),
            ["A"],
            "item 1 (no id): summary cut at 20000 characters",
            id="endless summary",
        ),
        pytest.param(
            rss(*("<title>A</title>",) * 2_001),
            ["A"] * 2_000,
            "2001 items, only the first 2000 are read",
            id="too many items",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_the_rest_kept(body, kept, warning):
    parsed = read(body)
    problems = [problem for problem in parsed.warnings if warning in problem]
    assert ([article.title for article in parsed.articles], len(problems)) == (kept, 1)


def test_no_item_can_be_parsed_and_neither_can_the_rest():
    with pytest.raises(FeedError, match="can't be parsed"):
        read(rss("<title>A</title>", head="<title>&#x110000;</title><x>&#x110000;</x>"))


def test_a_document_without_items_that_breaks_the_parser():
    with pytest.raises(FeedError, match="can't be parsed"):
        read(rss(head="<title>&#x110000;</title>"))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<!---->" * 50_000, id="only comments"),
        pytest.param(b"<?x ?>" * 50_000, id="only instructions"),
        pytest.param(rss()[:-16] + b"<item>" * 20_000 + b"&#x110000;", id="items without end"),
        pytest.param(rss(*("<b>",) * 5_000), id="tags without end"),
        pytest.param(b"<a" * 100_000, id="opening brackets"),
    ],
)
def test_hostile_documents_take_no_time(body):
    start = time.perf_counter()
    with suppress(FeedError):
        read(body)
    assert time.perf_counter() - start < 5


def test_the_limit_on_items():
    assert titles(rss("<title>A</title>", "<title>B</title>"), entry_limit=1) == ["A"]


def test_the_first_line_stands_in_for_a_missing_title():
    [article] = read(
        rss("<description>&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B&lt;/p&gt;</description>")
    ).articles
    assert (article.title, article.summary) == ("A", "B")


EURO = "Société Générale : +3 €"


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        pytest.param("utf-8", None, None, id="UTF-8, nobody says so"),
        pytest.param("utf-8", "utf-8", "text/xml", id="UTF-8, the document says so"),
        pytest.param("utf-8", "utf-8", "text/xml; charset=iso-8859-1", id="the server is wrong"),
        pytest.param("utf-8", "iso-8859-1", None, id="the document is wrong"),
        pytest.param("utf-8-sig", "utf-8", None, id="UTF-8 with a BOM"),
        pytest.param("cp1252", "windows-1252", None, id="windows-1252, the document says so"),
        pytest.param("cp1252", "iso-8859-1", None, id="windows-1252 called Latin-1"),
        pytest.param("cp1252", None, "text/xml; charset=windows-1252", id="the server says so"),
        pytest.param("cp1252", "utf-8", None, id="windows-1252 called UTF-8"),
        pytest.param("iso-8859-15", "iso-8859-15", None, id="Latin-9"),
        pytest.param("utf-16", "utf-16", None, id="UTF-16 with a BOM"),
    ],
)
def test_encodings(encoding, declared, content_type):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = declaration + rss(f"<title>{EURO}</title>").decode()
    fetched = Fetched(
        body=text.encode(encoding),
        url=BASE,
        etag=None,
        last_modified=None,
        content_type=content_type,
        fetched_at=SEEN,
    )
    assert parse_fetched(fetched, SPEC).articles[0].title == EURO


def test_a_wrong_declaration_is_a_warning():
    body = b'<?xml version="1.0" encoding="utf-8"?>' + rss().replace(b"Bourse", b"Soci\xe9t\xe9")
    assert read(body).warnings == ("document declared as utf-8, but parsed as windows-1252",)


LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "prolog",
    [
        pytest.param(f'<!DOCTYPE rss [<!ENTITY e0 "ha">{LAUGHS}]>', id="billion laughs"),
        pytest.param(f'<!DOCTYPE rss [<!ENTITY e11 "{"x" * 100_000}">]>', id="quadratic blow-up"),
        pytest.param('<!DOCTYPE rss [<!ENTITY e11 SYSTEM "file:///etc/passwd">]>', id="file"),
        pytest.param('<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">', id="external DTD"),
    ],
)
def test_entities_cost_nothing_and_read_nothing(prolog):
    body = prolog.encode() + rss(f"<title>A{'&e11;' * 100}</title>")
    start = time.perf_counter()
    found = "".join(titles(body))
    cheap = time.perf_counter() - start < 2
    assert (cheap, "root:" in found, len(found) <= 1_000) == (True, False, True)


PIECES = st.sampled_from(
    (
        b"<rss version='2.0'>|<channel>|<item>|</item>|<title>|</title>|<link>|<feed>|<entry>|"
        b"<![CDATA[|]]>|&#x110000;|&#xD800;|<!DOCTYPE|\0|<?xml version='1.0' encoding='|utf-16|"
        b"idna|'?>|{|\xff\xfe|\xe9|<georss:where>|http://[|<pubDate>2025|</pubDate>|a| |<!--|-->"
    ).split(b"|")
)


@given(st.one_of(st.binary(), st.lists(PIECES).map(b"".join)))
def test_any_bytes_are_a_feed_or_not_a_feed(body):
    try:
        outcome = read(body).articles
    except FeedError as e:
        outcome = e.problem
    assert isinstance(outcome, tuple) or outcome.startswith("not a feed")
