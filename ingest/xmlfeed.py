"""RSS, RDF, Atom and CDF by feedparser: over bytes, never a URL, and lenient."""

import io
import re
from typing import Any
from xml.sax import SAXException

import feedparser

from ingest.raw import NotAFeed, RawEntry, RawFeed

_ITEM_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.I)
_ITEM = re.compile(
    rb"<((?:[\w.-]+:)?(?:item|entry))[\s>](?:(?!<\1[\s>]).)*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
#: What may stand before the root; atomic, or many comments would take for ever.
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*>)*+<([\w:.-]+)",
    re.DOTALL | re.IGNORECASE,
)
_SEEMS = {
    b"html": "an HTML page",
    b"urlset": "a news sitemap",
    b"sitemapindex": "an index of sitemaps",
    b"opml": "a list of subscriptions (OPML)",
}
#: Items that are tried one by one if the whole can't be parsed, and what surrounds each.
_PIECES, _LONGEST_FRAME = 2_000, 16 * 1024
#: What feedparser is known to raise on hostile documents, its own bugs included.
_GIVES_UP = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)


def read_xml(body: bytes, *, content_type: str | None) -> RawFeed:
    """Read a feed, well-formed or not.

    Args:
        body: The document, in whatever encoding.
        content_type: The HTTP header, for its charset.

    Raises:
        NotAFeed: if it isn't one.
    """
    root = match[1].lower() if (match := _ROOT.match(body)) else b""
    if root in _SEEMS:
        raise NotAFeed(_SEEMS[root])
    parsed, lost = _parse_what_can_be(body, content_type)
    if not parsed.get("version"):
        raise NotAFeed(f"XML with the root {root.decode()}" if root else _seems_to_be(body))
    entries, warnings = _whole_entries(parsed, body)
    return RawFeed(
        title=_text(parsed["feed"], "title"),
        lang=_text(parsed["feed"], "language"),
        entries=tuple(_entry(entry) for entry in entries),
        warnings=(*lost, *warnings),
    )


def _parse_what_can_be(body: bytes, content_type: str | None) -> tuple[dict[str, Any], list[str]]:
    """The document, without the items on which feedparser gives up, each in a warning."""
    content_type = _true_type(body, content_type)
    try:
        return _parse(body, content_type), []
    except _GIVES_UP as e:
        items = list(_ITEM.finditer(body))[:_PIECES]
        head, tail = (body[: items[0].start()], body[items[-1].end() :]) if items else (b"", b"")
        if not items or len(head) + len(tail) > _LONGEST_FRAME:
            raise NotAFeed(f"a document that can't be parsed ({e})") from e
    frame, lost = _parse_frame(head + tail, content_type), []
    for number, item in enumerate(items, start=1):
        try:
            piece = _parse(head + item[0] + tail, content_type)
            frame["entries"] += piece["entries"]
        except _GIVES_UP as e:
            lost.append(f"item {number}: can't be parsed ({e}), left out")
    return frame, lost


def _parse_frame(body: bytes, content_type: str) -> dict[str, Any]:
    try:
        return _parse(body, content_type)
    except _GIVES_UP as e:
        raise NotAFeed(f"a document that can't be parsed ({e})") from e


def _parse(body: bytes, content_type: str) -> dict[str, Any]:
    # No base here: it would become part of relative guids.
    result: dict[str, Any] = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    return result


def _true_type(body: bytes, declared: str | None) -> str:
    """The content type that leads to the right encoding.

    What is valid UTF-8 beyond ASCII is UTF-8, whatever the server says by default.
    """
    try:
        is_utf8 = bool(body.decode("utf-8")) and not body.isascii()
    except UnicodeDecodeError:
        is_utf8 = False
    return "application/xml; charset=utf-8" if is_utf8 else declared or "application/xml"


def _whole_entries(parsed: dict[str, Any], body: bytes) -> tuple[list[Any], list[str]]:
    """The entries without one that the document's end cuts in two, and what is wrong."""
    entries, problem = list(parsed["entries"]), parsed.get("bozo_exception")
    if isinstance(problem, feedparser.CharacterEncodingOverride):
        return entries, [str(problem)]
    if not isinstance(problem, SAXException):
        return entries, []
    warnings = [f"not well-formed ({problem.getMessage()}), read leniently"]
    # Without its zero bytes, UTF-16 shows its tags, too.
    ends = len(_ITEM_END.findall(body.replace(b"\0", b"")))
    if len(entries) > ends:
        warnings.append("the document breaks off within an item, which is left out")
        entries = entries[:ends]
    return entries, warnings


def _entry(entry: dict[str, Any]) -> RawEntry:
    # Keys are read apart: feedparser's own lookup takes one date for another.
    contents = dict.get(entry, "content") or [{}]
    title_detail = dict.get(entry, "title_detail") or {}
    dates = [_text(entry, key) for key in ("published", "created", "updated")]
    return RawEntry(
        guid=_text(entry, "id"),
        link=_text(entry, "link"),
        title=_text(entry, "title"),
        summary=_text(entry, "summary") or _text(contents[0], "value"),
        lang=_text(entry, "language") or _text(title_detail, "language"),
        published=next((date for date in dates if date), ""),
        updated=dates[-1],
    )


def _text(holder: dict[str, Any], key: str) -> str:
    value = dict.get(holder, key)
    return value if isinstance(value, str) else ""


def _seems_to_be(body: bytes) -> str:
    if not body.strip():
        return "an empty document"
    head = body[:1024]
    return "text" if b"\0" not in head else "a binary file"
