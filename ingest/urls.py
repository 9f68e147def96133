"""Links in one canonical spelling, so that the same page has the same link."""

import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"(?:utm_\w+|at_\w+|xto[rc]|xtref|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid"
    r"|igshid|mc_[ce]id|_hs(?:enc|mi)|mkt_tok|oly_(?:anon|enc)_id|vero_id|wt\.mc_\w+|s_cid"
    r"|cmpid|ncid|__twitter_impression|guccounter|guce_\w+)",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f]")


def canonical(url: str, base: str = "") -> str | None:
    """The absolute link without what doesn't tell which page it is.

    Tracking parameters, fragment, credentials and default port are dropped; scheme and host
    are in lower case; all else, the order of parameters included, stays as it was.

    Args:
        url: As written in a feed; may be relative.
        base: What it is relative to.

    Returns:
        None if it isn't a link to a page over http or https.
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        host = _host(parts)
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return None
    query = "&".join(p for p in parts.query.split("&") if not _tracks(p))
    link = urlunsplit((parts.scheme, host, parts.path or "/", query, ""))
    return _UNPRINTABLE.sub(lambda c: f"%{ord(c[0]):02X}", link)


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    return host if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"


def _tracks(parameter: str) -> bool:
    return _TRACKING.fullmatch(parameter.split("=", 1)[0]) is not None
