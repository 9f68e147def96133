"""`remous replay`: a stretch of news and prices, from feed to report."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from core.errors import InputError
from jobs.commands.shared import load

if TYPE_CHECKING:
    from jobs.replay.case import Case
    from jobs.replay.outputs import Destination

EXAMPLES = """**Examples**

`remous replay deepseek --out demo`

`remous replay deepseek --out demo --lang fr --db postgresql+psycopg://localhost/remous`

`remous replay --news n.jsonl --prices p.csv --instruments i.csv --from 2025-01-20
--to 2025-01-31 --event 2025-01-27 --out mine`

A news line is `{"published", "title", "summary"?, "url"?, "source"?, "lang"?}`; prices have
the columns symbol, session, close, volume; instruments symbol, name, kind, venue, currency,
benchmark.
"""

QUESTIONS = (
    "select ticker, sentiment, articles from ticker_day where session = '2025-01-27' "
    "order by sentiment limit 8",
    "select known_at, lang, title from news where title like '%DeepSeek%' "
    "order by known_at limit 8",
    "select symbol, round(100 * car, 1) as car_percent, p from effects order by car limit 8",
)


class Lang(StrEnum):
    """Language of report and digest."""

    FR = "fr"
    EN = "en"


def replay(
    case: Annotated[str | None, typer.Argument(help="A reference case: deepseek.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")] = Path("replay"),
    url: Annotated[
        str | None, typer.Option("--db", help="SQLAlchemy URL of an empty database.")
    ] = None,
    lang: Annotated[Lang, typer.Option(help="Language of report and digest.")] = Lang.EN,
    news: Annotated[Path | None, typer.Option(help="Your news, as JSON lines.")] = None,
    prices: Annotated[Path | None, typer.Option(help="Your prices, as CSV.")] = None,
    instruments: Annotated[Path | None, typer.Option(help="Your instruments, as CSV.")] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")
    ] = None,
    event: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Session of an event study.")
    ] = None,
) -> None:
    """Replay news in simulated time: fetch, score, signal, study, report.

    Either a reference case by name, or your own archive by its files.
    """
    from jobs.replay.case import ArchiveFiles, Span, archive_case, reference_case
    from jobs.replay.outputs import Destination

    given = (news, prices, instruments, first, last)
    if case is not None and not any((*given, event)):
        found = reference_case(case)
    elif case is None and news and prices and instruments and first and last:
        files = ArchiveFiles(news=news, prices=prices, instruments=instruments)
        day = event.date() if event else None
        found = archive_case(files, Span(first=first.date(), last=last.date(), event=day))
    else:
        raise InputError(
            "replay",
            "needs either a case or an archive",
            remedy="name a case (deepseek), or give --news, --prices, --instruments, --from, --to",
        )
    _run(found, Destination(folder=out, url=url, lang=lang.value))


def _run(case: "Case", to: "Destination") -> None:
    from jobs.replay.outputs import DATABASE
    from jobs.replay.outputs import replay as replay_case

    settings = load()
    console = Console(stderr=True, highlight=False)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), console=console
    ) as progress:
        task = progress.add_task(f"replaying {case.name}", total=None)

        def tell(done: int, of: int, now: datetime) -> None:
            progress.update(task, completed=done, total=of, description=f"{now:%Y-%m-%d %H:%M} UTC")

        results = replay_case(case, settings, to, tell=tell)
    url = to.url or f"sqlite:///{to.folder / DATABASE}"
    typer.echo(
        f"{results.polls} polls, {len(results.news)} articles, {len(results.signals)} signals\n"
        f"report    {to.folder / 'report.html'}\n"
        f"digest    {next(to.folder.glob('digest-*.eml'))}\n"
        f"tables    {to.folder / 'tables'}\n"
        f"database  {url}\n\nThree questions to try:"
    )
    for question in QUESTIONS:
        typer.echo(f'  remous sql --db {url} "{question}"')
