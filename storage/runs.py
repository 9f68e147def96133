"""The journal of jobs: when each ran and how it ended."""

from datetime import datetime

from sqlalchemy import insert, update

from storage.database import Transaction
from storage.schema import RunRow


def start(tx: Transaction, job: str, at: datetime) -> int:
    """Note that a job begins; gives the run's id."""
    statement = insert(RunRow).values(job=job, started_at=at).returning(RunRow.id)
    return tx.execute(statement).scalar_one()


def finish(tx: Transaction, run_id: int, at: datetime, outcome: str, detail: str = "") -> None:
    """Note how a run ended: an outcome such as "ok" or "failed", and details in words."""
    changes = {"finished_at": at, "outcome": outcome, "detail": detail}
    tx.execute(update(RunRow).where(RunRow.id == run_id).values(changes))
