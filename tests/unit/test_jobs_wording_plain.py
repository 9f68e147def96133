import pytest

from jobs.wording.lean import leaning
from jobs.wording.plain import plain, safe_link, short


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        pytest.param("Nvidia falls 17 %", "Nvidia falls 17 %", id="left alone"),
        pytest.param(
            "Hausse de 3\u202f%\u00a0: oui", "Hausse de 3\u202f%\u00a0: oui", id="no-break"
        ),
        pytest.param("a\r\nBcc: x@y.example", "a Bcc: x@y.example", id="header injection"),
        pytest.param("a\u2028b\u2029c\x85d", "a b c d", id="Unicode line ends"),
        pytest.param("\u202egnp.exe\u202c", "gnp.exe", id="right-to-left override"),
        pytest.param("\u2066x\u2069\u200fy", "xy", id="isolates and marks"),
        pytest.param("Nvi\u200bdia\ufeff\u2060\u00ad", "Nvidia", id="zero width"),
        pytest.param("a\x00\x1b[31mb", "a[31mb", id="control characters"),
        pytest.param("\u3164\u115fx", "x", id="blank letters"),
        pytest.param("a\ud800b", "ab", id="lone surrogate"),
        pytest.param("  a \t  b ", "a b", id="white space"),
        pytest.param("", "", id="empty"),
    ],
)
def test_plain(text, cleaned):
    assert plain(text) == cleaned


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        pytest.param("one two three four", "one two…", id="at a word"),
        pytest.param("x" * 10_000, "x" * 11 + "…", id="one long word"),
        pytest.param("twelve chars", "twelve chars", id="fits exactly"),
    ],
)
def test_a_long_text_is_cut(text, cut):
    assert plain(text, 12) == cut


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        pytest.param("https://news.example/a?b=c&d#e", True, id="https"),
        pytest.param("http://news.example/", True, id="http"),
        pytest.param("HTTPS://News.example/", True, id="capitals"),
        pytest.param("javascript:alert(1)", False, id="script"),
        pytest.param("JaVaScRiPt://news.example/%0aalert(1)", False, id="script with a host"),
        pytest.param("data:text/html,<script>", False, id="data"),
        pytest.param("java\tscript:alert(1)", False, id="tab inside"),
        pytest.param("https://news.example/\r\nX: y", False, id="line end"),
        pytest.param("https://news.example/\u202e", False, id="direction override"),
        pytest.param("https://bank.example@evil.example/", False, id="disguised host"),
        pytest.param('https://news.example/"onclick="x', False, id="quote"),
        pytest.param("https:///path", False, id="no host"),
        pytest.param("//news.example/x", False, id="no scheme"),
        pytest.param("https://[::1", False, id="broken host"),
        pytest.param("https://news.example/" + "a" * 2_000, False, id="too long"),
        pytest.param("", False, id="empty"),
        pytest.param(None, False, id="none"),
    ],
)
def test_safe_link(url, kept):
    assert safe_link(url) == (url if kept else None)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("Daily Interactive (每日互动)", "Daily Interactive", id="brackets"),
        pytest.param("Nvidia", "Nvidia", id="plain"),
        pytest.param("A" * 60, "A" * 39 + "…", id="long"),
    ],
)
def test_short(name, shown):
    assert short(name) == shown


@pytest.mark.parametrize(
    ("score", "lean"),
    [
        pytest.param(-0.5, "negative", id="negative"),
        pytest.param(0.5, "positive", id="positive"),
        pytest.param(0.2, "mixed", id="at the threshold"),
        pytest.param(-0.2, "mixed", id="at the other threshold"),
    ],
)
def test_leaning(score, lean):
    assert leaning(score) == lean
