"""Decide what to do with each incoming article. No I/O in this module.

An item is recognised by its guid or its link within its feed; a text or a link that another
feed had first is a duplicate. A guid or link shared by several items of one document tells
nothing. What a decision says about time is never earlier than what the feed vouches for.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.news import Article, Decision, KnownArticle, Verdict

#: A text that comes again after more than this is news again: "Stocks to watch today".
COPY_REACH = timedelta(days=2)


@dataclass(slots=True, kw_only=True)
class _Item:
    """What is known of an item so far, the decisions of this document included."""

    guid: str | None
    url: str | None
    #: Of its latest version.
    fingerprint: str
    known_at: datetime
    #: As the store has it; None if it is new in this document.
    stored: KnownArticle | None


def decide(incoming: Iterable[Article], known: Sequence[KnownArticle]) -> Iterator[Decision]:
    """Yield one decision per incoming article, oldest first.

    An item that is new and comes in several versions is NEW once for each, oldest first.

    Args:
        incoming: Articles of one document, in its order (as a rule newest first).
        known: Stored articles that may match: same guid, link or text.
    """
    # Reversed first: of two without a date, the lower one is the older.
    articles = list(incoming)[::-1]
    articles.sort(key=_position_in_time)
    items = _Items(articles, known)
    stored_at = {
        id(item): position
        for position, article in enumerate(articles)
        if (item := items.same(article)) and item.fingerprint == article.fingerprint
    }
    for position, article in enumerate(articles):
        if item := items.same(article):
            older = position < stored_at.get(id(item), position)
            yield _seen_before(article, item, older=older)
        elif twin := items.twin(article):
            yield _twin_of(article, twin)
        else:
            known_at = _known_at(article)
            items.add(article, known_at)
            yield Decision(article=article, verdict=Verdict.NEW, reason="new", known_at=known_at)


def _seen_before(article: Article, item: _Item, *, older: bool) -> Decision:
    by = "guid" if article.guid and article.guid == item.guid else "link"
    if not article.guid and not article.url:
        by = "item"
    if older or article.fingerprint == item.fingerprint:
        return Decision(
            article=article,
            verdict=Verdict.UNCHANGED,
            reason=f"same {by}, {'older version' if older else 'same text'}",
            known_at=item.known_at,
            known=item.stored,
        )
    item.fingerprint = article.fingerprint
    item.known_at = _corrected_at(article, item.known_at)
    return Decision(
        article=article,
        verdict=Verdict.CHANGED if item.stored else Verdict.NEW,
        reason=f"same {by}, new text",
        known_at=item.known_at,
        known=item.stored,
    )


def _twin_of(article: Article, twin: _Item) -> Decision:
    by = "text" if article.fingerprint == twin.fingerprint else "link"
    where = twin.stored.feed if twin.stored else "this document"
    return Decision(
        article=article,
        verdict=Verdict.DUPLICATE if twin.stored else Verdict.UNCHANGED,
        reason=f"same {by} as another item of {where}",
        known_at=_known_at(article),
        known=twin.stored,
    )


def _known_at(article: Article) -> datetime:
    """From when this text counts as known; a revised text not before its revision."""
    stated = _stated_at(article)
    return min(stated, article.first_seen_at) if stated else article.first_seen_at


def _corrected_at(article: Article, before: datetime) -> datetime:
    """From when a correction counts as known: never backdated to the text it replaces."""
    stated = _stated_at(article)
    return stated if stated and before < stated <= article.first_seen_at else article.first_seen_at


def _stated_at(article: Article) -> datetime | None:
    """The latest moment that the article itself states in a trustworthy way."""
    published = article.published_at if article.time_quality.is_good else None
    return max((t for t in (published, article.updated_at) if t), default=None)


def _position_in_time(article: Article) -> datetime:
    stated = [t for t in (article.published_at, article.updated_at) if t]
    return max(stated, default=article.first_seen_at)


class _Items:
    """Items by what they may be recognised by: the first that came, of a text the latest."""

    def __init__(self, incoming: Sequence[Article], known: Sequence[KnownArticle]) -> None:
        self._items: dict[Hashable, _Item] = {}
        self._guids = {(article.feed, article.guid) for article in incoming}
        self._urls = {(article.feed, article.url) for article in incoming}
        for stored in known:
            self._put(stored, stored.fingerprint, stored.known_at, stored)

    def add(self, article: Article, known_at: datetime) -> None:
        self._put(article, article.fingerprint, known_at, None)

    def same(self, article: Article) -> _Item | None:
        """The item that this article is a version of."""
        feed, guid, url = article.feed, article.guid, article.url
        if item := self._items.get(("item", feed, guid, url, _text_key(article))):
            return item
        item = self._items.get(("guid", feed, guid))
        if item and (item.url == url or (feed, item.url) not in self._urls):
            return item
        item = self._items.get(("url", feed, url))
        if item and (item.guid == guid or (feed, item.guid) not in self._guids):
            return item
        return None

    def twin(self, article: Article) -> _Item | None:
        """A recent item with the same text, or another feed's with the same link."""
        same_text = self._items.get(("text", article.fingerprint))
        if same_text and abs(_known_at(article) - same_text.known_at) > COPY_REACH:
            same_text = None
        same_link = self._items.get(("link", article.url))
        elsewhere = same_link and same_link.stored and same_link.stored.feed != article.feed
        return same_text or (same_link if elsewhere else None)

    def _put(
        self,
        source: Article | KnownArticle,
        fingerprint: str,
        known_at: datetime,
        stored: KnownArticle | None,
    ) -> None:
        guid, url = source.guid, source.url
        item = _Item(guid=guid, url=url, fingerprint=fingerprint, known_at=known_at, stored=stored)
        keys: list[Hashable] = [("item", source.feed, guid, url, _text_key(source))]
        keys += [("guid", source.feed, guid)] if guid else []
        keys += [("url", source.feed, url), ("link", url)] if url else []
        for key in keys:
            self._items.setdefault(key, item)
        earlier = self._items.get(("text", fingerprint))
        if earlier is None or earlier.known_at < known_at:
            self._items["text", fingerprint] = item


def _text_key(source: Article | KnownArticle) -> str:
    """The text, for an item that has nothing else to be recognised by."""
    return "" if source.guid or source.url else source.fingerprint
