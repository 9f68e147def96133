"""`remous bench`: what scoring costs on this machine."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from jobs.commands.reading import Backend, ModelOption
from jobs.commands.shared import console, load
from jobs.output import text_output

if TYPE_CHECKING:
    from nlp.bench import Benchmark, Trial

SCORE_EXAMPLES = """**Examples**

`remous bench score`

`remous bench score --texts 500 --backend torch`

`remous bench score --in headlines.jsonl --json -`
"""

bench = typer.Typer(no_args_is_help=True, help="Measure what it costs to run remous here.")


@bench.command("score", epilog=SCORE_EXAMPLES)
def score(
    count: Annotated[int, typer.Option("--texts", min=5, help="Texts to score.")] = 2_000,
    source: Annotated[
        Path | None, typer.Option("--in", help="JSON lines of texts; our corpus if not given.")
    ] = None,
    backend: Annotated[
        Backend | None, typer.Option(help="Only this backend; all that are installed if not given.")
    ] = None,
    model: ModelOption = None,
    out: Annotated[
        Path | None, typer.Option("--json", help="Write the figures as JSON; - for stdout.")
    ] = None,
) -> None:
    """Compare the backends, a network of the size of FinBERT and the machine's limit.

    All run on the same texts, in turns, each in a process of its own; rates are medians of
    five passes. Takes one to three minutes.
    """
    from nlp.backends import chosen
    from nlp.bench import Trial, subjects, texts
    from nlp.scorer import BUNDLED

    settings = load().model
    found = _run(
        Trial(
            folder=model or settings.folder or BUNDLED,
            subjects=(chosen(backend.value),) if backend else subjects(),
            items=texts(count, source),
            batch=settings.batch,
            threads=settings.threads,
            cache=settings.cache,
        )
    )
    if out is None:
        _show(found)
        return
    with text_output(out) as target:
        target.write(json.dumps(asdict(found), indent=2) + "\n")


def _run(trial: "Trial") -> "Benchmark":
    from nlp.bench import run

    shown = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=shown, transient=True, disable=not shown.is_terminal
    ) as progress:
        task = progress.add_task(f"scoring {len(trial.items)} texts", total=None)
        return run(trial, tell=lambda done, of: progress.update(task, completed=done, total=of))


def _show(found: "Benchmark") -> None:
    shown = console()
    table = Table(
        "run by", "texts", "texts/s", "times BERT-base", "of the limit", "peak MB", "start s"
    )
    for cost in found.costs:
        share = "" if cost.share_of_limit is None else f"{cost.share_of_limit:.0%}"
        table.add_row(
            cost.subject,
            str(cost.texts),
            f"{cost.texts_per_second:.1f}",
            f"{cost.ratio:.1f}",
            share,
            f"{cost.peak_bytes / 1e6:.0f}",
            f"{cost.start_seconds:.1f}",
        )
    shown.print(table)
    limits = ", ".join(f"{rate / 1e9:.0f} in {name}" for name, rate in found.limits.items())
    shown.print(f"{found.texts} texts of {found.mean_tokens:.1f} tokens on average", soft_wrap=True)
    shown.print(f"limit: GFLOP/s of a large matrix product, {limits}", soft_wrap=True)
