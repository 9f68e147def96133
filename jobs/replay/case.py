"""What a replay is given: feeds as they were served, prices, instruments, claims.

The cases that ship with remous are read here, a user's own archive in `archive`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from core.errors import FeedError, InputError
from core.feeds import FeedSpec
from core.news import Article
from ingest.parse import ParsedFeed, parse
from jobs.replay.served import ServedFeed, ServedItem, visible_moments
from market.tables import Row, read_rows

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
    #: First and last day, UTC; polled from the start of the one to the end of the other.
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
        """The end of the last day, when its sessions have closed: the last poll."""
        return datetime.combine(self.last + timedelta(days=1), time(), UTC)


def reference_case(name: str, *, references: Path = REFERENCES) -> Case:
    """A case that ships with remous.

    Args:
        name: Such as "deepseek".
        references: The folder of the cases.

    Raises:
        InputError: if there is no such case, or a file of it is missing or malformed.
    """
    known = sorted(path.parent.name for path in references.glob("*/case.json"))
    if name not in known:
        raise InputError(name, "no such reference case", remedy=f"use one of: {', '.join(known)}")
    folder = references / name
    path = folder / "case.json"
    try:
        case = json.loads(read_text(path))
        last = date.fromisoformat(case["last"])
        return Case(
            name=name,
            feeds=_feeds(folder, last),
            prices=folder / "prices.csv",
            instruments=folder / "instruments.csv",
            claims=folder / "claims.csv",
            shares=case["shares_outstanding"],
            first=date.fromisoformat(case["first"]),
            last=last,
            event=date.fromisoformat(case["event"]),
            after_the_fact=case["after_the_fact"],
        )
    except (ValueError, KeyError, TypeError) as e:
        raise InputError(path, f"malformed ({e})", remedy="install remous again") from e


def read_text(path: Path) -> str:
    """A text file.

    Raises:
        InputError: if it can't be read, or isn't UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as e:
        raise InputError(path, e.strerror or "can't be read", remedy="check the path") from e
    except UnicodeDecodeError as e:
        raise InputError(path, "isn't UTF-8", remedy="convert it to UTF-8") from e


def _feeds(folder: Path, last: date) -> tuple[ServedFeed, ...]:
    rows = read_rows(folder / "feeds.csv", ("name", "file", "lang", "default_zone"))
    end = datetime.combine(last + timedelta(days=1), time(), UTC)
    return tuple(_xml_feed(folder / row.text("file"), row, end) for row in rows)


def _xml_feed(path: Path, row: Row, end: datetime) -> ServedFeed:
    spec = FeedSpec(
        name=row.text("name"),
        url="",
        lang=row.text("lang"),
        default_zone=row.text("default_zone"),
        interval=POLL_INTERVAL,
    )
    document = read_text(path).encode()
    chunks = list(_ITEM.finditer(document))
    articles = _parsed(path, document, spec, end).articles
    if len(articles) != len(chunks) or not chunks:
        problem = f"{len(chunks)} items of which {len(articles)} can be read"
        raise InputError(path, problem, remedy="install remous again")
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


def _parsed(path: Path, document: bytes, spec: FeedSpec, end: datetime) -> ParsedFeed:
    try:
        return parse(document, feed=spec, base_url="", seen_at=end)
    except FeedError as e:
        raise InputError(path, e.problem, remedy="install remous again") from e


def _stated(article: Article) -> datetime | None:
    """When the item says that this version of it came out."""
    moments = [m for m in (article.published_at, article.updated_at) if m]
    return max(moments) if moments else None
