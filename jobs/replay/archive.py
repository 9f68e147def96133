"""A user's own archive as a case: one JSON Feed per source of the news file.

Lines of one source with the same URL are versions of one article, as in a feed.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.feeds import FeedSpec
from core.news import TimeQuality
from ingest.dates import read_date
from jobs.replay.case import POLL_INTERVAL, Case, read_text
from jobs.replay.served import LIMIT, ServedFeed, ServedItem

_FORM = 'a line is {"published", "title", "summary"?, "url"?, "source"?, "lang"?}, all texts'
_NEEDED, _OPTIONAL = ("published", "title"), ("summary", "url", "source", "lang")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days of a replay, both polled, and the session of its event study, if any."""

    first: date
    last: date
    event: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFiles:
    """A user's own files for a replay."""

    news: Path
    prices: Path
    instruments: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """One line of the news file."""

    source: str
    lang: str | None
    item: ServedItem


def archive_case(files: ArchiveFiles, span: Span) -> Case:
    """A case from a user's own archive.

    Raises:
        InputError: if the days are in no order, or a news line isn't JSON, lacks a title or
            has no usable time.
    """
    _check(span)
    by_source: dict[str, list[_News]] = defaultdict(list)
    for news in _read(files.news):
        by_source[news.source].append(news)
    if not by_source:
        raise InputError(files.news, "holds no news", remedy="give one JSON object per line")
    return Case(
        name=files.news.stem,
        feeds=tuple(_feed(source, news) for source, news in sorted(by_source.items())),
        prices=files.prices,
        instruments=files.instruments,
        claims=None,
        shares={},
        first=span.first,
        last=span.last,
        event=span.event,
        after_the_fact=False,
    )


def _check(span: Span) -> None:
    if span.last < span.first:
        raise InputError("--to", f"{span.last} is before {span.first}", remedy="give a later day")
    if span.event and not span.first <= span.event <= span.last:
        remedy = f"give a day from {span.first} to {span.last}"
        raise InputError("--event", f"{span.event} isn't replayed", remedy=remedy)


def _read(path: Path) -> Iterator[_News]:
    # Not splitlines: other line separators may stand within a text.
    for n, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            yield _news(_row(line, f"{path}:{n}"), f"{path}:{n}")


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
        # Half a surrogate pair is valid JSON and no text.
        json.dumps(row, ensure_ascii=False).encode()
    except ValueError as e:
        raise InputError(where, f"not JSON ({e})", remedy="give one JSON object per line") from e
    if not isinstance(row, dict):
        raise InputError(where, "not an object", remedy=_FORM)
    for key in (*_NEEDED, *_OPTIONAL):
        value = row.get(key)
        if key in _NEEDED and not value:
            raise InputError(where, f"has no {key}", remedy=_FORM)
        if not isinstance(value, str | None):
            raise InputError(where, f"its {key} isn't a text", remedy=_FORM)
    return row


def _news(row: Mapping[str, Any], where: str) -> _News:
    far = datetime.max.replace(tzinfo=UTC)
    dated = read_date(row["published"], default_zone="UTC", seen_at=far, lang=None)
    published = dated.published_at
    # A guessed zone can make news known hours before it was.
    if published is None or dated.quality is TimeQuality.ASSUMED_ZONE:
        problem = "can't read the time" if published is None else "no zone in the time"
        raise InputError(
            where, f"{problem} {row['published']!r}", remedy="write it as 2025-01-27T14:00:00+01:00"
        )
    item = {
        "id": row.get("url") or f"{row['published']} {row['title']}",
        "url": row.get("url"),
        "title": row["title"],
        "content_text": row.get("summary"),
        "date_published": row["published"],
        "language": row.get("lang"),
    }
    body = json.dumps({k: v for k, v in item.items() if v}, ensure_ascii=False).encode()
    return _News(
        source=" ".join((row.get("source") or "").split()) or "archive",
        lang=row.get("lang") or None,
        item=ServedItem(id=item["id"], visible_at=published, body=body),
    )


def _feed(source: str, news: Sequence[_News]) -> ServedFeed:
    head = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": source})
    items = sorted((n.item for n in news), key=lambda item: item.visible_at)
    return ServedFeed(
        spec=FeedSpec(
            name=source,
            url="",
            lang=news[0].lang,
            default_zone="UTC",
            interval=POLL_INTERVAL,
        ),
        content_type="application/feed+json",
        header=head[:-1].encode() + b', "items": [',
        separator=b",",
        footer=b"]}",
        items=tuple(items),
        limit=max(LIMIT, _busiest(items)),
    )


def _busiest(items: Sequence[ServedItem]) -> int:
    """The most items that come between two polls: a document must hold them all."""
    polls = Counter(
        (item.visible_at - timedelta(microseconds=1)).replace(minute=0, second=0, microsecond=0)
        for item in items
    )
    return max(polls.values())
