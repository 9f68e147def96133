"""One round of the daily work: pull the feeds, score what came, signal what closed."""

from collections.abc import Sequence
from datetime import datetime

from core.prices import Instrument
from ingest.fetch import Client
from jobs.app import App
from jobs.pull import pull
from jobs.scoring import score_pending
from jobs.sessions import compute_signals


def cycle(app: App, client: Client, instruments: Sequence[Instrument], *, after: datetime) -> str:
    """Pull, score, and compute the signals of sessions closed since `after`.

    Returns:
        In words, what was done.
    """
    pulled = pull(app, client)
    scored = score_pending(app)
    signals = compute_signals(app, instruments, after=after, until=app.clock())
    return f"{pulled}; {scored} scored; {signals} signals"
