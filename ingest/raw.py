"""What a feed says, in one shape for all formats: strings as they stand in the document."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """An item before it is made sense of; an empty string where the feed is silent."""

    guid: str = ""
    #: May be relative to the document.
    link: str = ""
    #: Text or markup.
    title: str = ""
    summary: str = ""
    #: Language tag.
    lang: str = ""
    published: str = ""
    updated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    """A document before it is made sense of."""

    title: str
    #: Language tag; empty if it declares none.
    lang: str
    #: In the document's order.
    entries: tuple[RawEntry, ...]
    #: What is wrong with the document, in words.
    warnings: tuple[str, ...]


class NotAFeed(Exception):
    """The bytes aren't a document of this format; the message says what they seem to be."""
