"""The results as CSV tables, the same bytes for the same results."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from jobs.results import ReplayResults

Row = Sequence[object]


def write_tables(results: ReplayResults, folder: Path) -> None:
    """Write each table as FOLDER/NAME.csv."""
    folder.mkdir(parents=True)
    for name, (header, rows) in _tables(results).items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header.split())
            writer.writerows([_cell(value) for value in row] for row in rows)


def _tables(results: ReplayResults) -> dict[str, tuple[str, Iterable[Row]]]:
    study = results.study
    return {
        "news": (
            "known_at first_seen_at feed lang version title url score event tickers",
            _news(results),
        ),
        "signals": (
            "ticker session window_start as_of articles sentiment standard_error "
            "share_positive share_negative",
            (
                (
                    *(s.ticker, s.session, s.window_start, s.as_of, s.articles, s.sentiment),
                    *(s.standard_error, s.share_positive, s.share_negative),
                )
                for s in results.signals
            ),
        ),
        "pairs": (
            "symbol session sentiment articles abnormal_same abnormal_next",
            (
                (p.symbol, p.session, p.sentiment, p.articles, p.same, p.following)
                for p in results.pairs
            ),
        ),
        "effects": (
            "symbol event_session model benchmark n alpha beta sigma return ar first last car "
            "low high t p",
            (
                (
                    *(e.symbol, e.event_session, e.model, e.benchmark, e.n, e.alpha, e.beta),
                    *(e.sigma, e.event_return, e.ar, e.first, e.last, e.car, e.low, e.high),
                    *(e.statistic, e.p),
                )
                for e in (study.effects if study else ())
            ),
        ),
        "tests": (
            "test n statistic p null",
            ((t.name, t.n, t.statistic, t.p, t.null) for t in (study.tests if study else ())),
        ),
        "skipped": ("symbol reason", study.skipped if study else ()),
        "associations": (
            "horizon over n rho low high p reading null",
            (
                (a.horizon.value, a.over, a.n, a.rho, a.low, a.high, a.p, a.reading, a.null)
                for a in results.associations
            ),
        ),
        "claims": (
            "id document claim symbols stated unit first last reading measured rule",
            (
                (
                    *(c.claim.id, c.claim.document, c.claim.claim, " ".join(c.claim.symbols)),
                    *(c.claim.stated, c.claim.unit, c.claim.first, c.claim.last),
                    *(c.reading.value, c.measured, c.rule),
                )
                for c in results.claims
            ),
        ),
        "problems": ("problem", ((warning,) for warning in results.warnings)),
    }


def _news(results: ReplayResults) -> Iterator[Row]:
    for item in results.news:
        tickers = " ".join(f"{ticker}:{score:+.3f}" for ticker, score, _ in item.mentions)
        yield (
            *(item.known_at, item.first_seen_at, item.feed, item.lang, item.version),
            *(item.title, item.url, item.score, item.event, tickers),
        )


def _cell(value: object) -> str:
    """None is empty; numbers have nine significant digits, more than any of them deserves."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
