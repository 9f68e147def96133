"""A feed's bytes to articles. No I/O in this module."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.errors import FeedError
from core.feeds import FeedSpec, Fetched
from core.news import Article
from ingest.dates import Dated, read_date
from ingest.jsonfeed import read_json
from ingest.raw import NotAFeed, RawEntry, RawFeed
from ingest.text import one_line, plain_text, readable
from ingest.urls import canonical
from ingest.xmlfeed import read_xml

ENTRY_LIMIT = 2_000
TITLE_LIMIT = 1_000
SUMMARY_LIMIT = 20_000
_MARKUP_LIMIT = 10 * SUMMARY_LIMIT
_DATE_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a document holds."""

    title: str
    #: Language that it declares, such as "fr"; None if silent.
    lang: str | None
    #: In the document's order, as a rule newest first.
    articles: tuple[Article, ...]
    #: What is wrong with it, what was skipped or cut, in words.
    warnings: tuple[str, ...]


def parse(
    body: bytes,
    *,
    feed: FeedSpec,
    base_url: str,
    seen_at: datetime,
    entry_limit: int = ENTRY_LIMIT,
) -> ParsedFeed:
    """Read a document that didn't come over HTTP, such as a file; see `parse_fetched`."""
    fetched = Fetched(
        body=body,
        url=base_url,
        etag=None,
        last_modified=None,
        content_type=None,
        fetched_at=seen_at,
    )
    return parse_fetched(fetched, feed, entry_limit=entry_limit)


def parse_fetched(
    fetched: Fetched, feed: FeedSpec, *, entry_limit: int = ENTRY_LIMIT
) -> ParsedFeed:
    """Read RSS, Atom, RDF, CDF or JSON Feed; an unusable item never costs the others.

    Args:
        fetched: The document; relative links are relative to its `url`.
        feed: Its name, its language if it declares none, the zone of dates without one.
        entry_limit: Items read at most.

    Raises:
        FeedError: if it is no feed, saying what it seems to be.
        InputError: if the feed's default zone is no zone.
    """
    raw = _read(fetched, feed)
    warnings = list(raw.warnings)
    if len(raw.entries) > entry_limit:
        warnings.append(f"{len(raw.entries)} items, only the first {entry_limit} are read")
    articles = []
    for number, entry in enumerate(raw.entries[:entry_limit], start=1):
        article = _article(entry, raw, fetched, feed)
        if article.title:
            articles.append(article)
        warnings += (f"item {number} ({_name(entry)}): {p}" for p in _problems(article))
    return ParsedFeed(
        title=one_line(raw.title[:_MARKUP_LIMIT]),
        lang=_primary(raw.lang),
        articles=tuple(articles),
        warnings=tuple(warnings),
    )


def _read(fetched: Fetched, feed: FeedSpec) -> RawFeed:
    try:
        if fetched.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
            return read_json(fetched.body)
        return read_xml(fetched.body, content_type=fetched.content_type)
    except NotAFeed as e:
        raise FeedError(
            feed.name, f"not a feed: it seems to be {e}", remedy="give the address of its feed"
        ) from e


def _article(entry: RawEntry, raw: RawFeed, fetched: Fetched, feed: FeedSpec) -> Article:
    tag = entry.lang or raw.lang or feed.lang
    title, summary = _texts(entry)
    published = _dated(entry.published, tag, fetched, feed)
    updated = _dated(entry.updated, tag, fetched, feed)
    return Article(
        feed=feed.name,
        guid=readable(entry.guid) or None,
        url=canonical(entry.link, fetched.url) if entry.link else None,
        title=title,
        summary=summary,
        lang=_primary(tag),
        published_raw=readable(entry.published[:_DATE_LIMIT]) or None,
        published_at=published.published_at,
        time_quality=published.quality,
        # A revision is dated only by a zone that it states itself.
        updated_at=updated.published_at if updated.quality.is_good else None,
        first_seen_at=fetched.fetched_at,
    )


def _texts(entry: RawEntry) -> tuple[str, str]:
    """Title and summary; the first line of the summary stands in for a missing title."""
    title = one_line(entry.title[:_MARKUP_LIMIT])
    summary = plain_text(entry.summary[:_MARKUP_LIMIT])
    if not title:
        title, _, summary = summary.partition("\n")
    return title[:TITLE_LIMIT], summary[:SUMMARY_LIMIT]


def _dated(date: str, tag: str | None, fetched: Fetched, feed: FeedSpec) -> Dated:
    return read_date(date, default_zone=feed.default_zone, seen_at=fetched.fetched_at, lang=tag)


def _problems(article: Article) -> Iterator[str]:
    if not article.title:
        yield "neither title nor summary, skipped"
    if len(article.title) == TITLE_LIMIT:
        yield f"title cut at {TITLE_LIMIT} characters"
    if len(article.summary) == SUMMARY_LIMIT:
        yield f"summary cut at {SUMMARY_LIMIT} characters"


def _name(entry: RawEntry) -> str:
    return readable(entry.guid or entry.link)[:200] or "no id"


def _primary(tag: str | None) -> str | None:
    """The language of a tag: "fr" of "fr-FR"."""
    primary = (tag or "").replace("_", "-").split("-")[0].strip().lower()
    return primary if primary.isascii() and primary.isalpha() and len(primary) <= 3 else None
