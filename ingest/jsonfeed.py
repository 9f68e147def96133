"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from ingest.raw import NotAFeed, RawEntry, RawFeed

_VERSION = "jsonfeed.org/version/1"


def read_json(body: bytes) -> RawFeed:
    """Read a JSON Feed; an item that is no object is left out with a warning.

    Raises:
        NotAFeed: if it isn't one.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as e:
        raise NotAFeed(f"JSON that can't be read ({e})") from e
    if not isinstance(document, dict) or _VERSION not in _string(document, "version"):
        raise NotAFeed("JSON, but no JSON Feed")
    items = document.get("items")
    numbered = list(enumerate(items if isinstance(items, list) else [], start=1))
    warnings = [f"item {n}: not an object, skipped" for n, i in numbered if not _is_object(i)]
    if not isinstance(items, list):
        warnings.append("no list of items")
    return RawFeed(
        title=escape(_string(document, "title"), quote=False),
        lang=_string(document, "language"),
        entries=tuple(_entry(item) for _, item in numbered if _is_object(item)),
        warnings=tuple(warnings),
    )


def _entry(item: Mapping[str, Any]) -> RawEntry:
    texts = (_string(item, key) for key in ("summary", "content_text"))
    plain = next((text for text in texts if text), "")
    return RawEntry(
        guid=_string(item, "id"),
        link=_string(item, "url") or _string(item, "external_url"),
        title=escape(_string(item, "title"), quote=False),
        summary=escape(plain, quote=False) or _string(item, "content_html"),
        lang=_string(item, "language"),
        published=_string(item, "date_published"),
        updated=_string(item, "date_modified"),
    )


def _is_object(item: object) -> bool:
    return isinstance(item, dict)


def _string(holder: Mapping[str, Any], key: str) -> str:
    """A string, or a number as a string: version 1.0 had numbers as ids."""
    value = holder.get(key)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if isinstance(value, str) or is_number else ""
