"""`remous train`: make a model folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from jobs.commands.shared import console, load

if TYPE_CHECKING:
    from nlp.train import EpochReport

EXAMPLES = """**Example**

`remous train --config nlp/train.toml`

Started again after an interruption, it goes on after the last epoch that it finished.
"""


def train(
    config: Annotated[Path, typer.Option(help="Training file; see nlp/train.toml.")],
) -> None:
    """Fine-tune the encoder on labelled texts and write a model folder.

    Prints the quality on the development files after each epoch, logs it to training.csv
    and draws it as training.svg; the best epoch is kept.
    """
    from nlp.plan import read_plan

    load()
    plan = read_plan(config)
    # After the plan: they take seconds.
    from jobs.curve import draw_curve
    from nlp.train import train as run

    shown = console()

    def tell(report: "EpochReport") -> None:
        shown.print(f"epoch {report.epoch} of {plan.epochs}: loss {report.loss:.3f}")
        for name, kinds in report.sets.items():
            figures = ", ".join(f"{kind} {q.macro_f1:.3f}" for kind, q in kinds.items())
            shown.print(f"  {name}: macro-F1 {figures}")
        draw_curve(plan.out)

    columns = (TextColumn("step"), MofNCompleteColumn(), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=shown, transient=True) as progress:
        task = progress.add_task("", total=None)
        folder = run(
            plan,
            tell=tell,
            watch=lambda done, steps: progress.update(task, completed=done, total=steps),
        )
    shown.print(f"wrote {folder}", soft_wrap=True)
