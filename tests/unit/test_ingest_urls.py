import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.urls import canonical

BASE = "https://news.example/feeds/all.xml"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.example/a", "https://news.example/a"),
        ("HTTPS://News.Example/A", "https://news.example/A"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("http://news.example:80/a", "http://news.example/a"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("https://news.example", "https://news.example/"),
        ("https://news.example/a#part", "https://news.example/a"),
        ("https://news.example/a?utm_source=rss&utm_medium=feed", "https://news.example/a"),
        ("https://news.example/a?UTM_Source=rss&id=7", "https://news.example/a?id=7"),
        ("https://news.example/a?b=2&a=1&fbclid=x", "https://news.example/a?b=2&a=1"),
        ("https://news.example/a?xtor=RSS-1#xtor=RSS-1", "https://news.example/a"),
        ("https://news.example/a?at_medium=RSS", "https://news.example/a"),
        ("https://news.example/a?format=1", "https://news.example/a?format=1"),
        ("https://news.example/?q=a%20b&c", "https://news.example/?q=a%20b&c"),
        ("https://me:secret@news.example/a", "https://news.example/a"),
        ("https://[::1]:8443/a", "https://[::1]:8443/a"),
        (" https://news.example/a b\n", "https://news.example/a%20b"),
        ("/a", "https://news.example/a"),
        ("a", "https://news.example/feeds/a"),
        ("//other.example/a", "https://other.example/a"),
        ("mailto:desk@news.example", None),
        ("javascript:alert(1)", None),
        ("ftp://news.example/a", None),
        ("https://:443/a", None),
        ("https://[::1", None),
        ("https://news.example:port/a", None),
        ("https://news.example:99999/a", None),
    ],
)
def test_canonical(url, expected):
    assert canonical(url, BASE) == expected


def test_a_relative_link_without_base_is_none():
    assert canonical("/a") is None


PARTS = st.sampled_from(
    "https:// http:// a.example :443 : / ? & # utm_a=1 x=1 % [ ] @ é \n".split(" ")
)


@given(st.one_of(st.text(), st.lists(PARTS).map("".join)))
def test_canonical_twice_is_canonical_once(url):
    once = canonical(url, BASE)
    assert once is None or canonical(once) == once
