"""The results as CSV tables, the same bytes for the same results."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from core.prices import Association, ClaimCheck, Effect, TestResult
from core.signals import Signal
from jobs.results import ReplayResults, SignalReturn

Row = Sequence[object]

NEWS = "known_at first_seen_at feed lang version title url score event tickers"
SIGNALS = (
    "ticker session window_start as_of articles sentiment standard_error "
    "share_positive share_negative"
)
PAIRS = "symbol session sentiment articles abnormal_same abnormal_next"
EFFECTS = (
    "symbol event_session model benchmark n alpha beta sigma return ar first last car low high t p"
)
TESTS = "test n statistic p null"
ASSOCIATIONS = "horizon over n rho low high p reading null"
CLAIMS = "id document claim symbols stated unit first last reading measured rule"


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
        "news": (NEWS, _news(results)),
        "signals": (SIGNALS, map(_signal, results.signals)),
        "pairs": (PAIRS, map(_pair, results.pairs)),
        "effects": (EFFECTS, map(_effect, study.effects if study else ())),
        "tests": (TESTS, map(_test, study.tests if study else ())),
        "skipped": ("symbol reason", study.skipped if study else ()),
        "associations": (ASSOCIATIONS, map(_association, results.associations)),
        "claims": (CLAIMS, map(_claim, results.claims)),
        "problems": ("problem", ((warning,) for warning in results.warnings)),
    }


def _signal(s: Signal) -> Row:
    window = (s.ticker, s.session, s.window_start, s.as_of, s.articles)
    return (*window, s.sentiment, s.standard_error, s.share_positive, s.share_negative)


def _pair(p: SignalReturn) -> Row:
    return p.symbol, p.session, p.sentiment, p.articles, p.same, p.following


def _effect(e: Effect) -> Row:
    model = (e.symbol, e.event_session, e.model, e.benchmark, e.n, e.alpha, e.beta, e.sigma)
    result = (e.event_return, e.ar, e.first, e.last, e.car, e.low, e.high, e.statistic, e.p)
    return *model, *result


def _test(t: TestResult) -> Row:
    return t.name, t.n, t.statistic, t.p, t.null


def _association(a: Association) -> Row:
    return a.horizon.value, a.over, a.n, a.rho, a.low, a.high, a.p, a.reading, a.null


def _claim(c: ClaimCheck) -> Row:
    claim = c.claim
    said = (claim.id, claim.document, claim.claim, " ".join(claim.symbols))
    window = (claim.stated, claim.unit, claim.first, claim.last)
    return *said, *window, c.reading.value, c.measured, c.rule


def _news(results: ReplayResults) -> Iterator[Row]:
    for n in results.news:
        tickers = " ".join(f"{ticker}:{score:+.3f}" for ticker, score, _ in n.mentions)
        head = (n.known_at, n.first_seen_at, n.feed, n.lang, n.version)
        yield *head, n.title, n.url, n.score, n.event, tickers


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
