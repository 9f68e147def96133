"""What the charts share: sizes, inks, and a figure turned into SVG that follows the page.

A chart is drawn in stand-in colours and a stand-in font, which are then replaced by the
page's CSS variables, so that it changes with the reader's colour scheme. One unit of a
figure is one CSS pixel at full width.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from jobs.wording.formats import Formats

INK, MUTED, RULE, LOSS, GAIN, PAPER = (f"#{n:02x}{n:02x}{n:02x}" for n in range(1, 7))

_VARIABLES = {INK: "ink", MUTED: "muted", RULE: "rule", LOSS: "loss", GAIN: "gain", PAPER: "paper"}
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
#: Everything that the font of a chart has, and that a name may hold.
_DRAWABLE = re.compile(
    r"[^\x20-\u024f\u0370-\u03ff\u0400-\u04ff\u2010-\u2027\u202f-\u2044\u20ac\u2212]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """A width to draw for, in CSS pixels."""

    name: str
    width: int
    #: Text size.
    text: float

    @property
    def narrow(self) -> bool:
        """Whether it is for a phone."""
        return self.width < 500


CANVASES = (
    Canvas(name="wide", width=860, text=13),
    Canvas(name="narrow", width=343, text=11),
)


@contextmanager
def drawing(ident: str) -> Iterator[None]:
    """The settings under which charts are made: text as text, repeatable identifiers."""
    with mpl.rc_context(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": ident,
            "text.parse_math": False,
            "font.family": ["DejaVu Sans"],
            "axes.unicode_minus": True,
            "path.simplify": False,
        }
    ):
        yield


def new_figure(canvas: Canvas, height: float) -> Figure:
    """An empty figure of the canvas' width."""
    return Figure(figsize=(canvas.width / 72, height / 72), dpi=72)


def panel(figure: Figure, box: tuple[float, float, float, float], text: float) -> Axes:
    """Bare axes at (left, top, width, height), in pixels from the upper left corner."""
    width, height = (72 * side for side in figure.get_size_inches())
    left, top, wide, high = box
    axes = figure.add_axes((left / width, 1 - (top + high) / height, wide / width, high / height))
    axes.patch.set_visible(False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, labelsize=text, labelcolor=MUTED, pad=6)
    axes.set_axisbelow(True)
    return axes


def percent_axis(axes: Axes, which: str, formats: Formats, ticks: int) -> None:
    """Label an axis in percent, at round values, with rules across the chart."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: formats.percent(value, 0)))
    axes.grid(axis="x" if which == "x" else "y", color=RULE, linewidth=1)


def drawable(text: str) -> str:
    """The text without what the chart's font may lack; empty if nothing is left."""
    return _DRAWABLE.sub("", text).replace("()", "").strip()


def to_svg(figure: Figure, ident: str, label: str) -> Markup:
    """The figure as an SVG element with a description for those who don't see it."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=_NO_METADATA, transparent=True)
    text = buffer.getvalue()
    body = re.sub(r"<style.*?</style>", "", text[text.index(">", text.index("<svg")) + 1 :])
    body = re.sub(r"font-family: [^;\"]*", "font-family: var(--sans)", body)
    body = re.sub(r"<g id=\"[^\"]*\"", "<g", body).replace("\n", " ")
    for colour, variable in _VARIABLES.items():
        body = body.replace(colour, f"var(--{variable})")
    width, height = (round(72 * side) for side in figure.get_size_inches())
    head = Markup('<svg class="{}" role="img" aria-label="{}" viewBox="0 0 {} {}">')
    return head.format(ident, label, width, height) + Markup(re.sub(r" {2,}", " ", body))
