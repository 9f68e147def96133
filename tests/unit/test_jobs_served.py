"""Documents as publishers served them at past moments."""

import pytest

from jobs.replay.served import ServedFeed, ServedItem, visible_moments
from tests.builders import feed_spec, utc


def served(*items, limit=200):
    return ServedFeed(
        spec=feed_spec(),
        content_type="text/plain",
        header=b"<",
        separator=b",",
        footer=b">",
        items=tuple(ServedItem(id=id, visible_at=at, body=body) for id, at, body in items),
        limit=limit,
    )


FEED = (
    ("a", utc(20), b"a1"),
    ("b", utc(21), b"b1"),
    ("c", utc(21), b"c1"),
    ("a", utc(23), b"a2"),
)


@pytest.mark.parametrize(
    ("now", "document"),
    [
        pytest.param(utc(20, 11, 59), b"<>", id="before the first"),
        pytest.param(utc(20), b"<a1>", id="at its moment"),
        pytest.param(utc(22), b"<b1,c1,a1>", id="newest first, then the document's order"),
        pytest.param(utc(23), b"<a2,b1,c1>", id="a correction replaces the first version"),
    ],
)
def test_document(now, document):
    assert served(*FEED).document(now) == document


def test_only_the_newest_items_are_kept():
    assert served(*FEED, limit=2).document(utc(22)) == b"<b1,c1>"


@pytest.mark.parametrize(
    ("stated", "visible"),
    [
        pytest.param([utc(22), utc(21)], [utc(22), utc(21)], id="every item has a time"),
        pytest.param([utc(22), None, utc(20)], [utc(22), utc(22), utc(20)], id="between two"),
        pytest.param([utc(22), None, None], [utc(22)] * 3, id="the oldest two have none"),
        pytest.param([None, utc(20)], [utc(20), utc(20)], id="the newest has none"),
        pytest.param([None, None], [None, None], id="none has"),
        pytest.param([], [], id="no items"),
    ],
)
def test_visible_moments(stated, visible):
    assert visible_moments(stated) == visible
