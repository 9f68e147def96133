"""The command line: `remous COMMAND`. Reads the settings once and hands out their parts."""

import os
import sys

import typer

from core.errors import RemousError
from jobs.commands import bench, databases, parsing, reading, replaying, training
from jobs.commands.shared import console

app = typer.Typer(
    name="remous",
    help="Who financial news is good or bad for, in French and English, kept in SQL "
    "and measured against prices.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("replay", epilog=replaying.EXAMPLES)(replaying.replay)
app.command("score", epilog=reading.SCORE_EXAMPLES)(reading.score)
app.command("evaluate", epilog=reading.EVALUATE_EXAMPLES)(reading.evaluate)
app.command("parse", epilog=parsing.EXAMPLES)(parsing.parse)
app.command("sql", epilog=databases.SQL_EXAMPLES)(databases.sql)
app.command("status", epilog=databases.STATUS_EXAMPLES)(databases.status)
app.command("train", epilog=training.EXAMPLES)(training.train)
app.add_typer(databases.db, name="db")
app.add_typer(bench.bench, name="bench")


def main() -> None:
    """Run a command; an error the user can mend is one line on stderr and an exit code.

    Exits with 1 when nobody reads the output any more, with 130 after Ctrl-C, both in silence.
    """
    try:
        _run()
    except BrokenPipeError:
        # What is still buffered would fail again when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _run() -> None:
    try:
        app()
    except RemousError as e:
        console(stderr=True).print(f"remous: {e}", soft_wrap=True)
        sys.exit(e.exit_code)
    finally:
        sys.stdout.flush()
