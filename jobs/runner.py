"""Run a job and keep in the store how it went."""

from collections.abc import Callable

import structlog

from core.errors import RemousError
from jobs.app import App
from storage.runs import finish, start

log = structlog.get_logger()


def run_job(app: App, name: str, job: Callable[[], str]) -> bool:
    """Run a job, which tells in words what it did; whether it succeeded.

    A failure is recorded and logged, and the next job goes on.
    """
    with app.store.transaction() as tx:
        run = start(tx, name, app.clock())
    try:
        outcome, detail = "ok", job()
    except RemousError as e:
        outcome, detail = "failed", str(e)
        log.error("job failed", job=name, error=str(e))
    with app.store.transaction() as tx:
        finish(tx, run, app.clock(), outcome, detail)
    return outcome == "ok"
