"""Price, sentiment and number of articles of one instrument, over the same sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from jobs.report.canvas import GAIN, INK, LOSS, MUTED, PAPER, RULE, Canvas, new_figure, panel
from jobs.wording.words import Words

#: Most sessions whose article counts are written on the bars.
WRITTEN_COUNTS = {"wide": 45, "narrow": 20}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionNews:
    """One session of an instrument: its close and what its news said."""

    session: date
    close: float
    #: Simple return since the session before; None for the first known.
    change: float | None
    #: None without news.
    sentiment: float | None
    standard_error: float | None
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChart:
    """What is drawn."""

    name: str
    currency: str
    #: Oldest first, at least two.
    sessions: Sequence[SessionNews]
    #: Session to mark; None for none.
    event: date | None


def draw(chart: PriceChart, words: Words, canvas: Canvas) -> Figure:
    """Three panels, one column per session."""
    left, gap = (44, 30) if canvas.narrow else (52, 34)
    width = canvas.width - left - 8
    heights = (170, 100, 44) if canvas.narrow else (260, 130, 56)
    titles = (
        words("chart.price.close", currency=chart.currency),
        words("chart.price.sentiment"),
        words("chart.price.count"),
    )
    figure = new_figure(canvas, sum(heights) + 3 * gap + 30)
    top = 0.0
    panels = []
    for height, title in zip(heights, titles, strict=True):
        top += gap
        axes = panel(figure, (left, top, width, height), canvas.text)
        axes.set_xlim(-0.7, len(chart.sessions) - 0.3)
        axes.set_title(title, loc="left", fontsize=canvas.text, color=INK, pad=9, x=-left / width)
        panels.append(axes)
        top += height
    _price(panels[0], chart, words)
    _sentiment(panels[1], chart.sessions, words)
    _counts(panels[2], chart.sessions, canvas)
    _mark_event(panels, chart, words, canvas)
    _label_sessions(panels, chart.sessions, words, 4 if canvas.narrow else 9)
    return figure


def _price(axes: Axes, chart: PriceChart, words: Words) -> None:
    closes = [s.close for s in chart.sessions]
    marker = "o" if len(closes) <= 60 else None
    axes.plot(closes, color=INK, linewidth=2, marker=marker, markersize=4.5, clip_on=False)
    digits = 0 if max(closes) >= 20 else 2
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: words.formats.number(v, digits)))
    axes.grid(axis="y", color=RULE, linewidth=1)
    axes.margins(y=0.12)


def _sentiment(axes: Axes, sessions: Sequence[SessionNews], words: Words) -> None:
    told = [(x, s.sentiment, s.standard_error) for x, s in enumerate(sessions)]
    for x, sentiment, error in told:
        if sentiment is None:
            continue
        axes.bar(x, sentiment, width=0.66, color=LOSS if sentiment < 0 else GAIN)
        if error is not None:
            low, high = max(sentiment - error, -1.0), min(sentiment + error, 1.0)
            axes.plot([x, x], [low, high], color=INK, linewidth=1.3)
    axes.axhline(0, color=MUTED, linewidth=1)
    axes.set_ylim(-1.03, 1.03)
    axes.set_yticks([-1, 0, 1])
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda v, _: words.formats.number(v, 0, signed=True))
    )
    axes.grid(axis="y", color=RULE, linewidth=1)


def _counts(axes: Axes, sessions: Sequence[SessionNews], canvas: Canvas) -> None:
    counts = [s.articles for s in sessions]
    axes.bar(range(len(counts)), counts, width=0.66, color=MUTED)
    axes.axhline(0, color=MUTED, linewidth=1)
    axes.set_ylim(0, max(max(counts), 1) * 1.35)
    axes.set_yticks([])
    if len(counts) > WRITTEN_COUNTS[canvas.name]:
        axes.set_yticks([max(counts)])
        return
    behind = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}
    for x, count in enumerate(counts):
        if count:
            axes.annotate(
                str(count), (x, count), (0, 2), textcoords="offset points",
                ha="center", va="bottom", fontsize=canvas.text - 2, color=MUTED, bbox=behind,
            )  # fmt: skip


def _mark_event(panels: list[Axes], chart: PriceChart, words: Words, canvas: Canvas) -> None:
    at = next((x for x, s in enumerate(chart.sessions) if s.session == chart.event), None)
    if at is None:
        return
    for axes in panels:
        axes.axvline(at, color=LOSS, linewidth=1, linestyle=(0, (3, 3)), zorder=0.5)
    event = chart.sessions[at]
    day, change = words.formats.short_day(event.session), words.formats.percent(event.change)
    left = at > 0.6 * len(chart.sessions)
    panels[0].plot([at], [event.close], "o", color=LOSS, markersize=8, markeredgecolor=PAPER)
    panels[0].annotate(
        words("chart.price.event", day=day, change=change),
        (at, 1), (-7 if left else 7, -1), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha="right" if left else "left", va="top",
        fontsize=canvas.text, fontweight="bold", color=LOSS,
    )  # fmt: skip


def _label_sessions(
    panels: list[Axes], sessions: Sequence[SessionNews], words: Words, most: int
) -> None:
    step = -(-len(sessions) // most)
    at = list(range(0, len(sessions), step))
    for axes in panels[:-1]:
        axes.set_xticks([])
    panels[-1].set_xticks(at, [words.formats.short_day(sessions[x].session) for x in at])
