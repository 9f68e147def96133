"""Markup to plain text: sentences and numbers stay apart, what isn't text goes."""

import re
import unicodedata
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt"),
        *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul"),
    }
)
_CELLS = frozenset({"td", "th"})
_DROPPED = frozenset({"iframe", "noscript", "object", "script", "style", "svg", "template"})

_MARKUP = re.compile(r"<!--|</?[a-zA-Z][^<>]*>|&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z]+[0-9]*);")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|$)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
#: A "<" that opens no tag: "P/E < 10".
_STRAY = re.compile(r"<(?!/?[a-zA-Z][^<>]*>)")
#: Markup is unescaped this often at most: feeds escape it up to three times.
_ROUNDS = 3
#: Stands for the end of a block until all markup is gone; a line break in markup is a space.
_BREAK = "\x1e"
#: Control and formatting characters, halves of surrogate pairs.
_UNREADABLE = frozenset({"Cc", "Cf", "Cs"})


def plain_text(markup: str) -> str:
    """The text of HTML, or of text, as a person would read it.

    Blocks end in a line break, everything else is separated by single plain spaces (no-break
    and narrow ones included); control and formatting characters are dropped.
    """
    text = _CDATA.sub(r"\1", markup)
    for _ in range(_ROUNDS):
        if not _MARKUP.search(text):
            break
        text = _strip(text)
    return _tidy(text)


def one_line(markup: str) -> str:
    """`plain_text` without line breaks, for titles and names."""
    return plain_text(markup).replace("\n", " ")


def readable(text: str) -> str:
    """Text that is no markup on one line, without control and formatting characters."""
    # Spaces first: a tab is a control character, too.
    spaced = " ".join(text.split())
    if spaced.isprintable():
        return spaced
    kept = (c for c in spaced if unicodedata.category(c) not in _UNREADABLE)
    return " ".join("".join(kept).split())


def _strip(markup: str) -> str:
    reader = _Reader()
    reader.feed(_STRAY.sub("&lt;", _COMMENT.sub("", markup)))
    reader.close()
    return "".join(reader.pieces)


def _tidy(text: str) -> str:
    blocks = (readable(block) for block in text.split(_BREAK))
    return "\n".join(block for block in blocks if block)


class _Reader(HTMLParser):
    """Collects the text between the tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._dropping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropping.append(tag)
        self._separate(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._separate(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._dropping and self._dropping[-1] == tag:
            self._dropping.pop()
        self._separate(tag)

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self.pieces.append(data)

    def _separate(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.pieces.append(_BREAK)
        elif tag in _CELLS:
            self.pieces.append(" ")
