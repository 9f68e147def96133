"""Signal against abnormal return, one point per pair."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from jobs.report.canvas import (
    GAIN,
    INK,
    LOSS,
    MUTED,
    PAPER,
    RULE,
    Canvas,
    drawable,
    new_figure,
    panel,
    percent_axis,
)
from jobs.report.labels import Box, Point, place
from jobs.wording.words import Words

#: Most points that are labelled.
LABELLED = 90
#: Width of a letter over the text size; a little more than most fonts take.
_LETTER = 0.66


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One instrument in one session."""

    label: str
    #: In [-1, 1].
    signal: float
    #: Abnormal return, as a fraction.
    abnormal: float
    articles: int


def draw(dots: Sequence[Dot], words: Words, canvas: Canvas) -> Figure:
    """The scatter, labelled where there is room."""
    left, top, bottom = (46, 30, 44) if canvas.narrow else (58, 32, 50)
    height = 420 if canvas.narrow else 560
    figure = new_figure(canvas, height)
    box = (left, top, canvas.width - left - 10, height - top - bottom)
    axes = panel(figure, box, canvas.text)
    _frame(axes, dots, words, canvas)
    axes.set_title(
        words("chart.scatter.y"), loc="left", fontsize=canvas.text, color=INK,
        pad=12, x=-left / box[2],
    )  # fmt: skip
    for dot in dots:
        axes.scatter(
            dot.signal, dot.abnormal, s=(2 * _radius(dot)) ** 2, alpha=0.85, linewidths=1,
            color=LOSS if dot.abnormal < 0 else GAIN, edgecolors=PAPER, zorder=3,
        )  # fmt: skip
    if len(dots) <= LABELLED:
        _label(axes, dots, canvas)
    return figure


def _frame(axes: Axes, dots: Sequence[Dot], words: Words, canvas: Canvas) -> None:
    lowest, highest = min(d.abnormal for d in dots), max(d.abnormal for d in dots)
    margin = 0.08 * max(highest - lowest, 0.01)
    axes.set_ylim(min(lowest, 0) - margin, max(highest, 0) + margin)
    axes.set_xlim(-1.08, 1.08)
    percent_axis(axes, "y", words.formats, 7)
    ticks = [-1, 0, 1] if canvas.narrow else [-1, -0.5, 0, 0.5, 1]
    axes.set_xticks(ticks)
    digits = 0 if canvas.narrow else 1
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda v, _: words.formats.number(v, digits, signed=True))
    )
    axes.grid(axis="x", color=RULE, linewidth=1)
    axes.axhline(0, color=MUTED, linewidth=1.2)
    axes.axvline(0, color=MUTED, linewidth=1.2)
    axes.set_xlabel(words("chart.scatter.x"), fontsize=canvas.text, color=INK, labelpad=7)


def _label(axes: Axes, dots: Sequence[Dot], canvas: Canvas) -> None:
    size = canvas.text - (1.5 if canvas.narrow else 1)
    farthest = sorted(dots, key=lambda d: (-abs(d.abnormal), d.label))
    points = [_point(axes, dot, size) for dot in farthest]
    area = axes.get_window_extent()
    zero_x, zero_y = axes.transData.transform((0, 0))
    lines = (Box(zero_x, area.y0, zero_x, area.y1), Box(area.x0, zero_y, area.x1, zero_y))
    boxes = place(points, Box(area.x0, area.y0, area.x1, area.y1), lines)
    back = axes.transData.inverted()
    for dot, point, box in zip(farthest, points, boxes, strict=True):
        if box is None:
            continue
        side, at = _anchor(point, box)
        x, y = back.transform((at, (box.bottom + box.top) / 2))
        axes.text(
            x, y, drawable(dot.label), fontsize=size, color=INK,
            ha=side, va="center_baseline", zorder=4,
        )  # fmt: skip


def _point(axes: Axes, dot: Dot, size: float) -> Point:
    x, y = axes.transData.transform((dot.signal, dot.abnormal))
    width = _LETTER * size * len(drawable(dot.label))
    return Point(x=x, y=y, radius=_radius(dot), width=width, height=1.05 * size)


def _anchor(point: Point, box: Box) -> tuple[str, float]:
    """Where the text holds on to its box: the side that faces the point."""
    if box.left > point.x:
        return "left", box.left
    if box.right < point.x:
        return "right", box.right
    return "center", (box.left + box.right) / 2


def _radius(dot: Dot) -> float:
    """Pixels; the area grows with the articles, up to a dozen."""
    return 3.2 * math.sqrt(min(max(dot.articles, 1), 12))
