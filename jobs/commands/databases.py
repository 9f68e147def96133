"""`remous sql`, `remous status` and `remous db`: the store, asked and looked after."""

import csv
import json
import sys
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from core.clock import system_clock
from core.query import QueryResult
from core.status import StoreStatus
from jobs.commands.shared import console, load

SQL_EXAMPLES = """**Examples**

`remous sql "select ticker, sentiment from ticker_day where articles > 0 order by 2 limit 5"`

`remous sql --db sqlite:///demo/remous.db --format csv "select * from news"`
"""

STATUS_EXAMPLES = """**Examples**

`remous status`

`remous status --db sqlite:///demo/remous.db --json`
"""

UPGRADE_EXAMPLES = """**Examples**

`remous db upgrade`

`remous db upgrade --db postgresql+psycopg://localhost/remous`
"""

DbOption = Annotated[
    str | None, typer.Option("--db", help="SQLAlchemy URL; the setting store.url if not given.")
]

db = typer.Typer(help="Create the tables of the store, or bring them up to date.")


class Format(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def sql(
    statement: Annotated[str, typer.Argument(help="One SELECT.")],
    url: DbOption = None,
    form: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TABLE,
) -> None:
    """Ask the store in SQL; nothing can be changed. Moments are UTC."""
    from storage.query import run_query

    settings = load().store
    result = run_query(
        url or settings.url, statement, max_rows=settings.sql_rows, seconds=settings.sql_seconds
    )
    _PRINT[form](result)
    if result.truncated:
        message = f"only the first {settings.sql_rows} rows (store.sql_rows)"
        console(stderr=True).print(message, soft_wrap=True)


def status(
    url: DbOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON object.")] = False,
) -> None:
    """Show what is in the store, how the feeds do and what failed."""
    from storage.database import open_store
    from storage.status import status as store_status

    settings = load().store
    store = open_store(url or settings.url)
    with store.reading() as tx:
        found = store_status(tx, system_clock())
    store.close()
    if as_json:
        typer.echo(json.dumps(asdict(found), default=datetime.isoformat, ensure_ascii=False))
    else:
        _print_status(found)


@db.command("upgrade", epilog=UPGRADE_EXAMPLES)
def upgrade(url: DbOption = None) -> None:
    """Create the tables and views, or bring them up to this version."""
    from storage.migrate import upgrade as upgrade_store

    settings = load().store
    upgrade_store(url or settings.url)
    typer.echo("the database is up to date")


def _print_table(result: QueryResult) -> None:
    table = Table(*result.columns)
    for row in result.rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console().print(table)


def _print_csv(result: QueryResult) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows(result.rows)


def _print_json(result: QueryResult) -> None:
    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))


_PRINT = {Format.TABLE: _print_table, Format.CSV: _print_csv, Format.JSON: _print_json}


def _print_status(found: StoreStatus) -> None:
    shown = console()
    feeds = Table("feed", "last success", "next check", "failures", "last error", title="feeds")
    for feed in found.feeds:
        feeds.add_row(
            feed.name,
            _moment(feed.last_success_at),
            _moment(feed.next_check_at),
            str(feed.failures),
            feed.last_error or "",
        )
    runs = Table("job", "started", "outcome", "detail", title="last runs")
    for run in found.runs:
        runs.add_row(run.job, _moment(run.started_at), run.outcome or "under way", run.detail or "")
    sizes = Table("table", "rows", title="store")
    for name, rows in found.tables:
        sizes.add_row(name, str(rows))
    for table in (feeds, runs, sizes):
        shown.print(table)
    shown.print(f"latest article known at {_moment(found.latest_article)}")
    shown.print(f"waiting for a score: {found.waiting}")
    for reason, count in found.unscored:
        shown.print(f"unscored, {reason}: {count}")


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "-"
