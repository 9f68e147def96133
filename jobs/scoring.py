"""Score what the store holds and the model hasn't read."""

from collections.abc import Callable
from datetime import datetime

from core.news import StoredArticle
from jobs.app import App
from nlp.pipeline import Text
from storage.articles import count_unscored, unscored
from storage.scores import put_scores

#: Versions scored between two writes: what is lost at most when it is interrupted.
CHUNK = 128


def backlog(app: App, *, since: datetime | None = None) -> tuple[int, int]:
    """How many article versions known since then this model hasn't scored, and how many it has."""
    with app.store.reading() as tx:
        return count_unscored(tx, app.reader.model.revision, since=since)


def score_pending(
    app: App,
    *,
    since: datetime | None = None,
    tell: Callable[[int], None] = lambda done: None,
) -> int:
    """Read every article version without a score of this model; gives how many.

    Scores are appended: those of other models stay. Each chunk is written as it is done,
    so that a run that was interrupted goes on where it stopped.

    Args:
        app: What to work with.
        since: Only versions known from this moment, UTC; None for all.
        tell: Hears after each chunk how many are done.
    """
    count = 0
    while pending := _pending(app, since):
        results = app.reader.read([Text(text=article.text) for article in pending])
        rows = [(article.version_id, r) for article, r in zip(pending, results, strict=True)]
        with app.store.transaction() as tx:
            put_scores(tx, rows, model=app.reader.model, scored_at=app.clock())
        count += len(rows)
        tell(count)
    return count


def _pending(app: App, since: datetime | None) -> list[StoredArticle]:
    with app.store.reading() as tx:
        return unscored(tx, app.reader.model.revision, CHUNK, since=since)
