"""Score what the store holds and the model hasn't read."""

from core.news import StoredArticle
from jobs.app import App
from nlp.pipeline import Text
from storage.articles import unscored
from storage.scores import put_scores


def score_pending(app: App) -> int:
    """Read every article version without a score of this model; gives how many."""
    count = 0
    while pending := _pending(app):
        results = app.reader.read([Text(text=article.text) for article in pending])
        rows = [(article.version_id, r) for article, r in zip(pending, results, strict=True)]
        with app.store.transaction() as tx:
            put_scores(tx, rows, model=app.reader.model, scored_at=app.clock())
        count += len(rows)
    return count


def _pending(app: App) -> list[StoredArticle]:
    with app.store.reading() as tx:
        return unscored(tx, app.reader.model.revision, limit=256)
