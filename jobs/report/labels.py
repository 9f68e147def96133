"""Place labels beside points so that none covers another. Pixels; y grows upwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def holds(self, other: "Box") -> bool:
        """Whether the other lies within."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.bottom <= other.bottom
            and other.top <= self.top
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point to label: its centre, its radius and the size of its label."""

    x: float
    y: float
    radius: float
    width: float
    height: float

    @property
    def box(self) -> Box:
        """The square around it."""
        r = self.radius
        return Box(self.x - r, self.y - r, self.x + r, self.y + r)


def place(points: Sequence[Point], area: Box, avoid: Sequence[Box] = ()) -> list[Box | None]:
    """One box per point, earlier points choosing first; None where there is no room.

    A greedy choice: the first of a few places around the point, nearest first, that lies
    within the area and meets neither a placed label nor another point nor what is to be
    avoided.
    """
    marks = [point.box for point in points]
    taken: list[Box] = []
    boxes: list[Box | None] = []
    for index, point in enumerate(points):
        others = [*avoid, *marks[:index], *marks[index + 1 :], *taken]
        free = (b for b in _around(point) if area.holds(b) and not any(map(b.meets, others)))
        box = next(free, None)
        boxes.append(box)
        if box:
            taken.append(box)
    return boxes


def _around(point: Point) -> Iterator[Box]:
    for gap, (across, up) in product(
        (2.0, 7.0),
        ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)),
    ):
        reach = point.radius + gap
        x = point.x + across * (reach + point.width / 2) * (0.85 if up else 1)
        y = point.y + up * (reach + point.height / 2) * (0.85 if across else 1)
        half_width, half_height = point.width / 2, point.height / 2
        yield Box(x - half_width, y - half_height, x + half_width, y + half_height)
