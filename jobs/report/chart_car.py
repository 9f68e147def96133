"""Cumulative abnormal return with its interval, one row per instrument, sorted."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from jobs.report.canvas import (
    GAIN,
    INK,
    LOSS,
    MUTED,
    PAPER,
    Canvas,
    drawable,
    new_figure,
    panel,
    percent_axis,
)
from jobs.wording.words import Words

#: Most rows that are drawn.
ROWS = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One instrument's cumulative abnormal return, as fractions."""

    symbol: str
    name: str
    car: float
    low: float
    high: float

    @property
    def significant(self) -> bool:
        """Whether the interval excludes zero."""
        return self.low > 0 or self.high < 0

    @property
    def colour(self) -> str:
        """Grey unless significant."""
        return MUTED if not self.significant else LOSS if self.car < 0 else GAIN


def draw(rows: Sequence[Row], words: Words, canvas: Canvas) -> Figure:
    """Dots and whiskers; `rows` from the lowest value to the highest."""
    step = 17.0 if canvas.narrow else 20.0
    left, right, top = (74, 54, 62) if canvas.narrow else (216, 70, 62)
    height = top + step * len(rows) + 28
    figure = new_figure(canvas, height)
    axes = panel(figure, (left, top, canvas.width - left - right, height - top - 24), canvas.text)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(*limits(rows))
    percent_axis(axes, "x", words.formats, 4 if canvas.narrow else 8)
    axes.tick_params(axis="x", labeltop=True)
    axes.axvline(0, color=MUTED, linewidth=1.4, zorder=1)
    axes.set_yticks(range(len(rows)), [_label(row, canvas) for row in rows])
    axes.tick_params(axis="both", length=0, pad=5)
    axes.tick_params(axis="y", labelcolor=INK, labelsize=canvas.text - 1)
    for y, row in enumerate(rows):
        _row(axes, y, row, words, canvas)
    _legend(figure, words, canvas)
    return figure


def _row(axes: Axes, y: int, row: Row, words: Words, canvas: Canvas) -> None:
    colour = row.colour
    axes.plot([row.low, row.high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
    axes.plot(
        [row.car], [y], "o", color=colour, markersize=6.5, markeredgewidth=1.5,
        markerfacecolor=colour if row.significant else PAPER, markeredgecolor=colour,
    )  # fmt: skip
    axes.annotate(
        words.formats.percent(row.car), (1, y), (48 if canvas.narrow else 62, 0),
        xycoords=("axes fraction", "data"), textcoords="offset points",
        ha="right", va="center_baseline", fontsize=canvas.text - 1, color=colour,
        fontweight="bold" if row.significant else "normal",
    )  # fmt: skip


def limits(rows: Sequence[Row]) -> tuple[float, float]:
    """A little beyond the dots and most whiskers; a few very wide ones are cut off."""
    lows, highs = sorted(r.low for r in rows), sorted((r.high for r in rows), reverse=True)
    cut = len(rows) // 20
    low = min(lows[cut], *(r.car for r in rows), 0.0)
    high = max(highs[cut], *(r.car for r in rows), 0.0)
    margin = 0.04 * max(high - low, 0.01)
    return low - margin, high + margin


def _label(row: Row, canvas: Canvas) -> str:
    symbol, name = drawable(row.symbol), drawable(row.name)
    if canvas.narrow or not name:
        return symbol
    short = name if len(name) <= 22 else f"{name[:21].rstrip()}…"
    return f"{short} · {symbol}"


def _legend(figure: Figure, words: Words, canvas: Canvas) -> None:
    dots = [
        Line2D([], [], marker="o", color=LOSS, markersize=6.5, linewidth=1.6),
        Line2D(
            [], [], marker="o", color=MUTED, markersize=6.5, linewidth=1.6,
            markerfacecolor=PAPER, markeredgewidth=1.5,
        ),
    ]  # fmt: skip
    texts = [words("chart.car.significant"), words("chart.car.insignificant")]
    figure.legend(
        dots, texts, loc="upper left", bbox_to_anchor=(0, 1), frameon=False, ncols=2,
        fontsize=canvas.text - 1, labelcolor=MUTED, borderpad=0, handlelength=1.6,
        columnspacing=1.2, borderaxespad=0,
    )  # fmt: skip
