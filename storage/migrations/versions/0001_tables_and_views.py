"""The first tables, and the views for people who query.

Constraints get their names from the naming convention of `storage.base`.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_VIEWS = """
CREATE VIEW latest_scores AS
SELECT s.id AS score_id, s.version_id, v.article_id, v.version, v.known_at, s.lang,
       s.p_negative, s.p_neutral, s.p_positive, s.score, s.event, s.unscored_reason,
       s.model, s.revision, s.licence, s.scored_at
FROM scores s
JOIN article_versions v ON v.id = s.version_id
WHERE NOT EXISTS (SELECT 1 FROM scores t WHERE t.version_id = s.version_id AND t.id > s.id);

CREATE VIEW news AS
SELECT a.id AS article_id, f.name AS feed, v.known_at, coalesce(s.lang, v.lang, f.lang) AS lang,
       v.title, v.summary, a.url, s.score, s.event, s.unscored_reason, v.version,
       v.published_at, v.time_quality, v.first_seen_at, v.id AS version_id, s.score_id
FROM articles a
JOIN feeds f ON f.id = a.feed_id
JOIN article_versions v ON v.article_id = a.id
LEFT JOIN latest_scores s ON s.version_id = v.id
WHERE a.duplicate_of IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM article_versions w WHERE w.article_id = a.id AND w.version > v.version
  );

CREATE VIEW ticker_day AS
SELECT r.ticker, i.name, r.session, r.sentiment, r.standard_error, r.articles,
       r.share_positive, r.share_negative, r.window_start, r.as_of, r.revision, r.computed_at
FROM (
    SELECT g.*, row_number() OVER (
        PARTITION BY g.ticker, g.session ORDER BY g.as_of DESC, g.id DESC
    ) AS nth
    FROM signals g
) r
JOIN instruments i ON i.symbol = r.ticker
WHERE r.nth = 1;

CREATE VIEW feed_health AS
SELECT f.name, f.url, f.lang, f.failures, f.last_error, f.last_success_at, f.next_check_at,
       (SELECT max(c.fetched_at) FROM fetches c WHERE c.feed_id = f.id) AS last_check_at,
       (SELECT count(*) FROM articles a WHERE a.feed_id = f.id) AS articles
FROM feeds f
"""


def upgrade() -> None:
    """Create everything."""
    _create_feeds()
    _create_articles()
    _create_scores()
    _create_prices()
    _create_signals()
    _create_studies()
    _create_operations()
    for view in _VIEWS.split(";"):
        op.execute(view)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _ref(name: str, target: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(target), nullable=False)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def _int(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=null)


def _real(name: str, *, null: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def _create_feeds() -> None:
    op.create_table(
        "feeds",
        _id(),
        _text("name"),
        _text("url"),
        _text("lang", null=True),
        _text("default_zone"),
        _real("interval_seconds"),
        _text("etag", null=True),
        _text("last_modified", null=True),
        _int("failures"),
        _text("last_error", null=True),
        _moment("last_success_at", null=True),
        _moment("next_check_at", null=True),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("url"),
    )
    _index("feeds", "next_check_at")
    op.create_table(
        "fetches",
        _id(),
        _ref("feed_id", "feeds.id"),
        _moment("fetched_at"),
        _text("outcome"),
        sa.Column("failed", sa.Boolean, nullable=False),
        _int("status", null=True),
        _int("new"),
        _int("changed"),
        _int("unchanged"),
        _int("duplicate"),
        _text("warnings"),
        sa.UniqueConstraint("feed_id", "fetched_at"),
    )


def _create_articles() -> None:
    op.create_table(
        "articles",
        _id(),
        _ref("feed_id", "feeds.id"),
        _text("item_key"),
        _text("guid", null=True),
        _text("url", null=True),
        sa.Column("duplicate_of", sa.Integer, sa.ForeignKey("articles.id")),
        sa.UniqueConstraint("feed_id", "item_key"),
    )
    _index("articles", "feed_id", "guid")
    _index("articles", "url")
    _index("articles", "duplicate_of")
    op.create_table(
        "article_versions",
        _id(),
        _ref("article_id", "articles.id"),
        _int("version"),
        _text("title"),
        _text("summary"),
        _text("lang", null=True),
        _text("published_raw", null=True),
        _moment("published_at", null=True),
        _text("time_quality"),
        _moment("updated_at", null=True),
        _moment("first_seen_at"),
        _moment("known_at"),
        _text("fingerprint"),
        _text("reason"),
        sa.UniqueConstraint("article_id", "version"),
    )
    _index("article_versions", "known_at")
    _index("article_versions", "fingerprint")


def _create_scores() -> None:
    op.create_table(
        "scores",
        _id(),
        _ref("version_id", "article_versions.id"),
        _text("model"),
        _text("revision"),
        _text("licence"),
        _text("lang", null=True),
        _real("p_negative", null=True),
        _real("p_neutral", null=True),
        _real("p_positive", null=True),
        _real("score", null=True),
        _text("event", null=True),
        _text("unscored_reason", null=True),
        _moment("scored_at"),
        sa.UniqueConstraint("version_id", "revision"),
        sa.CheckConstraint("(score IS NULL) <> (unscored_reason IS NULL)", name="scored_or_reason"),
    )
    op.create_table(
        "mentions",
        _id(),
        _ref("score_id", "scores.id"),
        _int("position"),
        _text("surface"),
        _int("start_char"),
        _int("end_char"),
        _text("ticker", null=True),
        _text("alias"),
        _real("relevance"),
        _real("p_negative"),
        _real("p_neutral"),
        _real("p_positive"),
        _real("score"),
        sa.UniqueConstraint("score_id", "position"),
    )
    _index("mentions", "ticker")


def _create_prices() -> None:
    op.create_table(
        "instruments",
        sa.Column("symbol", sa.Text, primary_key=True),
        _text("name"),
        _text("kind"),
        _text("venue"),
        _text("currency"),
        _text("benchmark", null=True),
    )
    op.create_table(
        "aliases",
        _id(),
        _text("alias"),
        _text("entity"),
        _text("ticker", null=True),
        _text("rule"),
    )
    _index("aliases", "alias")
    op.create_table(
        "bars",
        sa.Column("symbol", sa.Text, sa.ForeignKey("instruments.symbol"), primary_key=True),
        sa.Column("session", sa.Date, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("as_of", sa.DateTime(timezone=True), primary_key=True),
        _real("close"),
        _real("volume", null=True),
    )


def _create_signals() -> None:
    op.create_table(
        "signals",
        _id(),
        sa.Column("ticker", sa.Text, sa.ForeignKey("instruments.symbol"), nullable=False),
        sa.Column("session", sa.Date, nullable=False),
        _moment("window_start"),
        _moment("as_of"),
        _int("articles"),
        _real("sentiment", null=True),
        _real("standard_error", null=True),
        _real("share_positive", null=True),
        _real("share_negative", null=True),
        _text("revision"),
        _moment("computed_at"),
        sa.UniqueConstraint("ticker", "session", "as_of", "revision"),
    )
    _index("signals", "session")
    op.create_table(
        "associations",
        _id(),
        _text("horizon"),
        _text("pairs"),
        _int("n"),
        _real("rho", null=True),
        _real("low", null=True),
        _real("high", null=True),
        _real("p", null=True),
        _text("null_hypothesis"),
        _text("reading"),
        _moment("as_of"),
        _moment("computed_at"),
        sa.UniqueConstraint("horizon", "pairs", "as_of", "computed_at"),
    )


def _create_studies() -> None:
    op.create_table(
        "studies",
        _id(),
        sa.Column("event_session", sa.Date, nullable=False),
        _text("skipped"),
        _moment("as_of"),
        _moment("computed_at"),
        sa.UniqueConstraint("event_session", "as_of", "computed_at"),
    )
    op.create_table(
        "effects",
        _id(),
        _ref("study_id", "studies.id"),
        sa.Column("symbol", sa.Text, sa.ForeignKey("instruments.symbol"), nullable=False),
        sa.Column("event_session", sa.Date, nullable=False),
        _int("window_first"),
        _int("window_last"),
        _text("model"),
        _text("benchmark", null=True),
        _int("n"),
        _real("alpha"),
        _real("beta", null=True),
        *(_real(name) for name in ("sigma", "event_return", "ar", "car", "low", "high")),
        _real("statistic"),
        _real("p"),
        sa.UniqueConstraint("study_id", "symbol", "window_first", "window_last", "model"),
    )
    _index("effects", "symbol")
    op.create_table(
        "study_tests",
        _id(),
        _ref("study_id", "studies.id"),
        _text("name"),
        _text("null_hypothesis"),
        _int("n"),
        _real("statistic", null=True),
        _real("p", null=True),
        sa.UniqueConstraint("study_id", "name"),
    )


def _create_operations() -> None:
    op.create_table(
        "digests",
        _id(),
        sa.Column("day", sa.Date, nullable=False),
        _text("lang"),
        _text("message_id"),
        sa.Column("message", sa.LargeBinary, nullable=False),
        _moment("built_at"),
        sa.UniqueConstraint("day", "lang"),
        sa.UniqueConstraint("message_id"),
    )
    op.create_table(
        "runs",
        _id(),
        _text("job"),
        _moment("started_at"),
        _moment("finished_at", null=True),
        _text("outcome", null=True),
        _text("detail", null=True),
    )
    _index("runs", "job", "started_at")
