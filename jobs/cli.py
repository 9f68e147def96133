"""The command line: `remous COMMAND`. Reads the settings once and hands out their parts."""

import sys

import typer
from rich.console import Console

from core.errors import RemousError
from jobs.commands import databases, parsing, reading, replaying, training

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


def main() -> None:
    """Run a command; an error the user can mend is one line on stderr and an exit code."""
    try:
        app()
    except RemousError as e:
        Console(stderr=True, highlight=False).print(f"remous: {e}", markup=False, soft_wrap=True)
        sys.exit(e.exit_code)
