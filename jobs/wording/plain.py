"""Text of strangers made harmless: one line, no hidden characters, no odd links."""

import re
import unicodedata
from urllib.parse import urlsplit

ELLIPSIS = "…"
#: Longest link that is kept, in characters.
LINK_LIMIT = 2_000

#: Categories of characters that steer or hide text: controls, formats (direction
#: overrides, zero-width), surrogates, private use.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co"})
#: Letters that these are for exist in neither language.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2028\u2029")


def plain(text: str, limit: int = 300) -> str:
    """The text on one line of at most `limit` characters, without hidden characters.

    White space of any kind but the no-break ones becomes one space; a longer text is cut
    at a word where there is one, and ends in an ellipsis.
    """
    flat = re.sub(r"[\t\n\r\f\v\x1c-\x1f\x85\u2028\u2029 ]+", " ", text[: 20 * limit])
    seen = "".join(c for c in flat if unicodedata.category(c) not in _HIDDEN)
    line = "".join(c for c in seen if c not in _FILLERS).strip()
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > limit // 2 else head).rstrip(" ,;:") + ELLIPSIS


def short(name: str) -> str:
    """A name in at most 40 characters, without what stands in brackets after it."""
    return plain(plain(name).split(" (")[0], 40)


def language_tag(text: str) -> str:
    """The tag of a language if it looks like one ("fr", "pt-BR"); else empty: unknown."""
    return text if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})?", text) else ""


def safe_link(url: str | None) -> str | None:
    """The link if it leads to a web page by plain means; else None.

    Refused: other schemes than http and https, no host, a user name in it (it disguises
    the host), white space or hidden characters, more than `LINK_LIMIT` characters.
    """
    if not url or len(url) > LINK_LIMIT or any(c in url for c in "<>\"'`\\"):
        return None
    if any(c.isspace() or unicodedata.category(c) in _HIDDEN for c in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host and "@" not in parts.netloc else None
