from itertools import combinations

import pytest

from jobs.report.labels import Box, Point, place

AREA = Box(0, 0, 200, 100)


def point(x, y, *, width=30):
    return Point(x=x, y=y, radius=3, width=width, height=10)


def test_a_lone_point_is_labelled_on_its_right():
    [box] = place([point(100, 50)], AREA)
    assert box == Box(105, 45, 135, 55)


@pytest.mark.parametrize(
    ("at", "side"),
    [
        pytest.param((195, 50), "left", id="no room on the right"),
        pytest.param((5, 50), "right", id="no room on the left"),
    ],
)
def test_a_label_stays_inside(at, side):
    [box] = place([point(*at)], AREA)
    assert (AREA.holds(box), box.right < at[0]) == (True, side == "left")


@pytest.mark.parametrize(
    "points",
    [
        pytest.param([point(100, 50), point(104, 50)], id="side by side"),
        pytest.param([point(100, 50), point(100, 55), point(100, 60)], id="stacked"),
        pytest.param([point(20 * i, 50 + i) for i in range(1, 10)], id="a row"),
        pytest.param([point(100, 50)] * 12, id="all in one place"),
    ],
)
def test_labels_cover_neither_each_other_nor_points(points):
    boxes = place(points, AREA)
    labels = [box for box in boxes if box]
    others = [(b, q.box) for p, b in zip(points, boxes, strict=True) if b for q in points if q != p]
    assert [pair for pair in (*combinations(labels, 2), *others) if pair[0].meets(pair[1])] == []


def test_what_has_no_room_gets_no_label():
    assert place([point(100, 50, width=300)], AREA) == [None]


def test_a_line_is_avoided():
    line = Box(110, 0, 110, 100)
    [box] = place([point(100, 50)], AREA, [line])
    assert box.meets(line) is False
