"""What a replay is given: feeds as they were served, prices, instruments, claims.

Two kinds: a reference case that ships with remous, and a user's own archive.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.feeds import FeedSpec
from core.news import Article
from ingest.dates import read_date
from ingest.parse import parse
from jobs.replay.served import ServedFeed, ServedItem, visible_moments

REFERENCES = Path(__file__).parents[1] / "reference"

#: Simulated time between two checks of a feed.
POLL_INTERVAL = timedelta(hours=1)

_ITEM = re.compile(rb"<(item|entry)[ >].*?</\1>\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A stretch of news to replay, with the prices beside it."""

    name: str
    feeds: tuple[ServedFeed, ...]
    prices: Path
    instruments: Path
    claims: Path | None
    #: Shares outstanding by symbol, for claims about market value.
    shares: Mapping[str, float]
    #: First and last day of the polls, UTC.
    first: date
    last: date
    #: Session of the event study; None for no study.
    event: date | None
    #: Whether the texts were written after the fact.
    after_the_fact: bool

    @property
    def starts_at(self) -> datetime:
        """The first poll."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        """The end of the last day, when nothing is polled any more."""
        return datetime.combine(self.last + timedelta(days=1), time(), UTC)


def reference_case(name: str) -> Case:
    """A case that ships with remous.

    Raises:
        InputError: if there is no such case or a file of it is missing.
    """
    folder = REFERENCES / name
    known = sorted(p.name for p in REFERENCES.iterdir() if (p / "case.json").is_file())
    if name not in known:
        raise InputError(name, "no such reference case", remedy=f"use one of: {', '.join(known)}")
    case = json.loads(_text(folder / "case.json"))
    rows = list(csv.DictReader(_text(folder / "feeds.csv").splitlines()))
    last = date.fromisoformat(case["last"])
    return Case(
        name=name,
        feeds=tuple(_xml_feed(folder, row, last=last) for row in rows),
        prices=folder / "prices.csv",
        instruments=folder / "instruments.csv",
        claims=folder / "claims.csv",
        shares=case["shares_outstanding"],
        first=date.fromisoformat(case["first"]),
        last=last,
        event=date.fromisoformat(case["event"]),
        after_the_fact=case["after_the_fact"],
    )


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


def archive_case(files: ArchiveFiles, span: Span) -> Case:
    """A case from a user's own archive: one JSON Feed per source of the news file.

    Raises:
        InputError: if a news line isn't JSON, lacks a title or has no usable time.
    """
    by_source: dict[str, list[ServedItem]] = defaultdict(list)
    langs: dict[str, str | None] = {}
    for n, line in enumerate(_text(files.news).splitlines(), start=1):
        if line.strip():
            row = _row(line, f"{files.news}:{n}")
            source = str(row.get("source") or "archive")
            by_source[source].append(_json_item(row, f"{files.news}:{n}"))
            langs.setdefault(source, row.get("lang"))
    if span.last < span.first:
        raise InputError("--to", f"{span.last} is before {span.first}", remedy="give a later day")
    if not by_source:
        raise InputError(files.news, "holds no news", remedy="give one JSON object per line")
    return Case(
        name=files.news.stem,
        feeds=tuple(
            _json_feed(number, source, items, lang=langs[source])
            for number, (source, items) in enumerate(sorted(by_source.items()))
        ),
        prices=files.prices,
        instruments=files.instruments,
        claims=None,
        shares={},
        first=span.first,
        last=span.last,
        event=span.event,
        after_the_fact=False,
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise InputError(path, f"can't be read ({e})", remedy="give a UTF-8 file") from e


def _xml_feed(folder: Path, row: Mapping[str, str], *, last: date) -> ServedFeed:
    spec = FeedSpec(
        name=row["name"],
        url="",
        lang=row["lang"],
        default_zone=row["default_zone"],
        interval=POLL_INTERVAL,
    )
    document = _text(folder / row["file"]).encode()
    chunks = list(_ITEM.finditer(document))
    end = datetime.combine(last + timedelta(days=1), time(), UTC)
    articles = parse(document, feed=spec, base_url="", seen_at=end).articles
    if len(articles) != len(chunks) or not chunks:
        raise InputError(folder / row["file"], f"{len(chunks)} items but {len(articles)} read")
    moments = visible_moments([_stated(article) for article in articles])
    items = [
        ServedItem(id=article.guid or str(number), visible_at=moment or end, body=chunk[0])
        for number, (article, moment, chunk) in enumerate(
            zip(articles, moments, chunks, strict=True)
        )
    ]
    return ServedFeed(
        spec=spec,
        content_type="application/xml; charset=utf-8",
        header=document[: chunks[0].start()],
        separator=b"",
        footer=document[chunks[-1].end() :],
        items=tuple(sorted(items, key=lambda item: item.visible_at)),
    )


def _stated(article: Article) -> datetime | None:
    """When the item says that this version of it came out."""
    moments = [m for m in (article.published_at, article.updated_at) if m]
    return max(moments) if moments else None


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as e:
        raise InputError(where, f"not JSON ({e})", remedy="give one JSON object per line") from e
    if not isinstance(row, dict) or not row.get("title") or not row.get("published"):
        raise InputError(
            where,
            "a news line needs published and title",
            remedy='{"published": ..., "title": ...}',
        )
    return row


def _json_item(row: Mapping[str, Any], where: str) -> ServedItem:
    far = datetime.max.replace(tzinfo=UTC)
    dated = read_date(str(row["published"]), default_zone="UTC", seen_at=far, lang=None)
    if dated.published_at is None:
        raise InputError(
            where, f"can't read the time {row['published']!r}", remedy="use ISO 8601 with a zone"
        )
    item = {
        "id": row.get("url") or f"{row['published']} {row['title']}",
        "url": row.get("url"),
        "title": row["title"],
        "content_text": row.get("summary") or "",
        "date_published": row["published"],
        "language": row.get("lang"),
    }
    body = json.dumps({k: v for k, v in item.items() if v is not None}, ensure_ascii=False)
    return ServedItem(id=str(item["id"]), visible_at=dated.published_at, body=body.encode())


def _json_feed(
    number: int, source: str, items: Sequence[ServedItem], *, lang: str | None
) -> ServedFeed:
    head = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": source})
    return ServedFeed(
        spec=FeedSpec(
            name=re.sub(r"\W+", "-", source).strip("-") or f"source-{number}",
            url="",
            lang=lang,
            default_zone="UTC",
            interval=POLL_INTERVAL,
        ),
        content_type="application/feed+json",
        header=head[:-1].encode() + b', "items": [',
        separator=b",",
        footer=b"]}",
        items=tuple(sorted(items, key=lambda item: item.visible_at)),
    )
