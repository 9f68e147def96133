"""Play a case and write what came of it: report, digest, tables, database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from core.digest import Digest, DigestMail
from core.settings import Settings
from jobs.digest import build_digest
from jobs.mail.message import Envelope, to_bytes, to_message
from jobs.mail.render import render_digest
from jobs.output import output_folder
from jobs.replay.case import Case
from jobs.replay.findings import estimation_window, find
from jobs.replay.run import Appointment, Stage, Tell, play, set_the_stage
from jobs.replay.tables import write_tables
from jobs.report.render import render_report
from jobs.results import ReplayResults
from jobs.wording.formats import Lang
from storage.database import Store
from storage.digests import put_digest
from storage.engine import sqlite_url

DATABASE = "remous.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a replay's results go."""

    folder: Path
    #: SQLAlchemy URL of an empty database; None for a file in the folder.
    url: str | None
    lang: Lang


def replay(case: Case, settings: Settings, to: Destination, *, tell: Tell) -> ReplayResults:
    """Play a case; the folder's files appear, or change, only when all is done.

    Raises:
        InputError: if a file of the case can't be used, or the folder can't be written.
        ModelError: if the model can't be loaded.
        StoreError: if the database can't be used.
    """
    envelope = Envelope(
        sender=settings.digest.sender,
        recipient=settings.digest.recipient,
        list_id=settings.digest.list_id,
    )
    with output_folder(to.folder) as folder:
        stage = set_the_stage(case, settings, to.url or sqlite_url(folder / DATABASE))
        try:
            played = play(stage, [_digest(stage, folder, to.lang, envelope)], tell=tell)
            results = find(stage, played)
        finally:
            stage.app.store.close()
        report = render_report(results, lang=to.lang)
        (folder / "report.html").write_text(report, encoding="utf-8")
        write_tables(results, folder / "tables")
        # What is beside an earlier database would be taken for the new one's.
        for stale in to.folder.glob(f"{DATABASE}-*"):
            stale.unlink()
    return results


def digest_file(case: Case) -> str:
    """The name of the digest's file in the folder."""
    return f"digest-{_digest_day(case)}.eml"


def _digest_day(case: Case) -> date:
    """The morning after the event, if it is replayed, or the last morning."""
    return min(case.event + timedelta(days=1), case.last) if case.event else case.last


def _digest(stage: Stage, folder: Path, lang: Lang, envelope: Envelope) -> Appointment:
    settings = stage.app.settings.digest
    day = _digest_day(stage.case)
    local = datetime.combine(day, time(settings.hour), ZoneInfo(settings.zone))
    at = local.astimezone(UTC)

    def act(store: Store) -> None:
        digest = build_digest(store, day=day, as_of=at, window=estimation_window(stage))
        mail = _mail(digest, envelope, lang)
        with store.transaction() as tx:
            put_digest(tx, mail)
        (folder / digest_file(stage.case)).write_bytes(mail.message)

    return Appointment(at=at, act=act)


def _mail(digest: Digest, envelope: Envelope, lang: Lang) -> DigestMail:
    message = to_message(render_digest(digest, lang=lang), envelope)
    return DigestMail(
        day=digest.day,
        lang=lang,
        message_id=str(message["Message-ID"]).strip("<>"),
        message=to_bytes(message),
        built_at=digest.as_of,
    )
