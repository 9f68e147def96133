"""`remous score --rescore`: what the model makes of the articles of the store."""

from datetime import datetime

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core.clock import system_clock
from core.settings import Settings
from jobs.commands.shared import console


def rescore_store(settings: Settings, *, url: str | None, since: datetime | None) -> None:
    """Score what this model hasn't, after saying how much that is.

    Raises:
        StoreError: if the database can't be used.
        ModelError: if the model can't be loaded.
    """
    from jobs.app import App, make_reader
    from jobs.scoring import backlog, score_pending
    from nlp.entities import Linker
    from storage.database import open_store
    from storage.instruments import aliases

    store = open_store(url or settings.store.url)
    with store.reading() as tx:
        table = aliases(tx)
    reader = make_reader(settings.model, linker=Linker(table) if table else None)
    app = App(settings=settings, store=store, clock=system_clock, reader=reader)
    waiting, done = backlog(app, since=since)
    shown, model = console(), reader.model
    shown.print(f"model {model.name} ({model.revision}), licence {model.licence}", soft_wrap=True)
    shown.print(
        f"versions to score: {waiting}; skipped, scored by it before: {done}", soft_wrap=True
    )
    with _progress() as progress:
        task = progress.add_task("scoring", total=waiting)
        scored = score_pending(app, since=since, tell=lambda n: progress.update(task, completed=n))
    store.close()
    shown.print(f"scores appended: {scored}", soft_wrap=True)


def _progress() -> Progress:
    told = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(
        *columns, TimeRemainingColumn(), console=told, transient=True, disable=not told.is_terminal
    )
