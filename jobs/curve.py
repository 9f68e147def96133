"""A training run as a picture: its loss and its quality after each epoch."""

import csv
from collections import defaultdict
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

#: By kind of label, how its line is drawn.
_STYLES = {"entity": "-", "sentence": "--"}

_Line = list[tuple[int, float]]


def draw_curve(folder: Path) -> Path:
    """Draw a model folder's `training.csv` as `training.svg` beside it; gives its path."""
    with (folder / "training.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    loss = {int(row["epoch"]): float(row["loss"]) for row in rows}
    quality: dict[tuple[str, str], _Line] = defaultdict(list)
    for row in rows:
        point = int(row["epoch"]), float(row["macro_f1"])
        quality[row["set"], row["labels"]].append(point)
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(*zip(*loss.items(), strict=True), marker="o", color="0.3")
    _name(left, "mean loss of the epoch")
    names = sorted({name for name, _ in quality})
    for (name, kind), line in quality.items():
        right.plot(
            *zip(*line, strict=True),
            _STYLES[kind],
            marker="o",
            color=f"C{names.index(name)}",
            label=f"{name}, {kind}",
        )
    _name(right, "macro-F1 after the epoch")
    right.legend(frameon=False)
    path = folder / "training.svg"
    figure.savefig(path, metadata={"Date": None})
    return path


def _name(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left")
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="0.9")
