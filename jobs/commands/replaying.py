"""`remous replay`: a stretch of news and prices, from feed to report."""

import shlex
import shutil
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from core.errors import InputError
from jobs.commands.shared import console, load

if TYPE_CHECKING:
    from jobs.replay.case import Case
    from jobs.replay.outputs import Destination
    from jobs.results import ReplayResults

EXAMPLES = """**Examples**

`remous replay deepseek --out demo`

`remous replay deepseek --out demo --lang fr --db postgresql+psycopg://localhost/remous`

`remous replay --news n.jsonl --prices p.csv --instruments i.csv --from 2025-01-20
--to 2025-01-31 --event 2025-01-27 --out mine`

A news line is `{"published", "title", "summary"?, "url"?, "source"?, "lang"?}`; lines of one
source with the same url are versions of one article. Prices have the columns symbol, session,
close, volume; instruments symbol, name, kind, venue, currency, benchmark.
"""

#: Strongest signals, worst headlines, who is written about, signals beside abnormal returns;
#: in the SQL that both databases have in common.
_SIGNALS = (
    "select ticker, session, articles, round(cast(sentiment as numeric), 2) as sentiment "
    "from ticker_day where articles > 1 order by sentiment limit 8"
)
_NEWS = (
    "select known_at, lang, round(cast(score as numeric), 2) as score, title "
    "from news where score is not null order by score limit 8"
)
_MENTIONS = (
    "select ticker, count(*) as texts, round(cast(avg(score) as numeric), 2) as sentiment "
    "from mentions where ticker is not null group by ticker order by texts desc, ticker limit 8"
)
_EFFECTS = (
    "select e.symbol, t.articles, round(cast(t.sentiment as numeric), 2) as sentiment, "
    "round(cast(100 * e.ar as numeric), 1) as abnormal_percent from effects e "
    "join ticker_day t on t.ticker = e.symbol and t.session = e.event_session "
    "where t.articles > 0 order by e.ar limit 8"
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
    from jobs.replay.archive import ArchiveFiles, Span, archive_case
    from jobs.replay.case import reference_case
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


def questions(case: "Case") -> tuple[str, str, str]:
    """Three SQL questions that a replay's database answers."""
    return _SIGNALS, _NEWS, _EFFECTS if case.event else _MENTIONS


def _run(case: "Case", to: "Destination") -> None:
    from jobs.replay.outputs import replay as replay_case

    settings = load()
    shown = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=shown, transient=True, disable=not shown.is_terminal
    ) as progress:
        task = progress.add_task(f"replaying {case.name}", total=None)

        def tell(done: int, of: int, now: datetime) -> None:
            progress.update(task, completed=done, total=of, description=f"{now:%Y-%m-%d %H:%M} UTC")

        results = replay_case(case, settings, to, tell=tell)
    _say(results, case, to)


def _say(results: "ReplayResults", case: "Case", to: "Destination") -> None:
    from jobs.replay.outputs import DATABASE, digest_file
    from storage.engine import parse_url, safe_url, sqlite_url

    url = safe_url(parse_url(to.url or sqlite_url(to.folder / DATABASE)))
    typer.echo(
        f"{results.polls} polls, {len(results.news)} articles, {len(results.signals)} signals\n"
        f"report    {to.folder / 'report.html'}\n"
        f"digest    {to.folder / digest_file(case)}\n"
        f"tables    {to.folder / 'tables'}\n"
        f"database  {url}\n\nThree questions to try:"
    )
    # After ./run demo the command is in .venv, which needn't be on the path.
    command = "remous" if shutil.which("remous") else sys.argv[0]
    for question in questions(case):
        typer.echo(f'  {command} sql --db {shlex.quote(url)} "{question}"')
