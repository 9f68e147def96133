"""`remous train`: make a model folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.commands.shared import console, load

if TYPE_CHECKING:
    from nlp.train import EpochReport

EXAMPLES = """**Example**

`remous train --config nlp/train.toml`
"""


def train(
    config: Annotated[Path, typer.Option(help="Training file; see nlp/train.toml.")],
) -> None:
    """Fine-tune the encoder on labelled texts and write a model folder.

    Prints the quality on the development files after each epoch; the best epoch is kept.
    """
    from nlp.plan import read_plan

    load()
    plan = read_plan(config)
    # After the plan: it takes seconds.
    from nlp.train import train as run

    shown = console()

    def tell(report: "EpochReport") -> None:
        shown.print(f"epoch {report.epoch} of {plan.epochs}: loss {report.loss:.3f}")
        for name, (sentence, entity) in report.sets.items():
            shown.print(
                f"  {name}: macro-F1 sentence {sentence.macro_f1:.3f}, entity {entity.macro_f1:.3f}"
            )

    folder = run(plan, tell=tell)
    shown.print(f"wrote {folder}", soft_wrap=True)
