"""A feed as its publisher would have served it at a past moment. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.feeds import FeedSpec

#: Most items in one document, as publishers keep only the newest.
LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedItem:
    """One item of a feed document, as the bytes that stand in it."""

    #: Identifier of the item: a later version of the same id replaces it.
    id: str
    visible_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFeed:
    """A feed document in pieces."""

    spec: FeedSpec
    content_type: str
    header: bytes
    separator: bytes
    footer: bytes
    #: Oldest first.
    items: tuple[ServedItem, ...]
    #: Most items in one document.
    limit: int = LIMIT

    def document(self, now: datetime) -> bytes:
        """The document at a moment: newest first, corrected items in place of the first."""
        visible = {item.id: item for item in self.items if item.visible_at <= now}
        newest = sorted(visible.values(), key=lambda item: item.visible_at, reverse=True)
        bodies = [item.body for item in newest[: self.limit]]
        return self.header + self.separator.join(bodies) + self.footer


def visible_moments(stated: Sequence[datetime | None]) -> list[datetime | None]:
    """When each item of a document, newest first, could first be seen.

    An item without a trustworthy time stands between two others: it is shown with the
    newer one, which is late rather than early. At the top, it is shown with the older.
    None only if no item has a time.
    """
    moments: list[datetime | None] = []
    newer: datetime | None = None
    for moment in stated:
        newer = moment or newer
        moments.append(newer)
    oldest_known = next((m for m in stated if m), None)
    return [m or oldest_known for m in moments]
