"""The numbers behind the charts, as tables: for the curious and for who can't see a chart."""

from core.prices import Effect
from jobs.report.chart_price import SessionNews
from jobs.report.headline import short_name
from jobs.report.localise import translated
from jobs.report.select import leader, pairs, sessions
from jobs.report.table import Cell, Table, columns, signed
from jobs.results import ReplayResults, SignalReturn
from jobs.wording.plain import plain
from jobs.wording.words import Words

#: Most rows of a table.
ROWS = 400


def data_tables(results: ReplayResults, words: Words) -> list[Table]:
    """The tables that have rows, in the order of the charts."""
    made = (_sessions(results, words), _pairs(results, words), _effects(results, words))
    return [table for table in made if table.rows]


def _sessions(results: ReplayResults, words: Words) -> Table:
    symbol = leader(results) or ""
    keys = "session #close #change #signal #error #articles"
    return Table(
        ident="sessions",
        title=words("table.sessions.title", name=short_name(results, symbol)),
        lead="",
        columns=columns(words, "table.sessions", keys),
        rows=tuple(_session(news, words) for news in sessions(results, symbol)[-ROWS:]),
    )


def _pairs(results: ReplayResults, words: Words) -> Table:
    day = results.event_session
    title = (
        words("table.pairs.title", day=words.formats.day(day))
        if day
        else words("table.pairs.title_all")
    )
    shown = sorted(pairs(results), key=lambda p: (p.session, p.sentiment, p.symbol))[:ROWS]
    keys = "symbol name session #articles #signal #same #following"
    return Table(
        ident="pairs",
        title=title,
        lead="",
        columns=columns(words, "table.pairs", keys),
        rows=tuple(_pair(pair, results, words) for pair in shown),
    )


def _effects(results: ReplayResults, words: Words) -> Table:
    study = results.study
    day = words.formats.day(study.event_session) if study else ""
    effects = sorted(study.effects if study else (), key=lambda e: (e.car, e.symbol))
    reasons = study.skipped if study else ()
    skipped = ", ".join(f"{plain(s, 40)} ({translated(why, words).text})" for s, why in reasons)
    return Table(
        ident="effects",
        title=words("table.effects.title", day=day),
        lead=words("table.effects.skipped", list=skipped) if skipped else "",
        columns=columns(
            words, "table.effects", "symbol name model #beta #n #return #ar #car #interval #p"
        ),
        rows=tuple(_effect(effect, results, words) for effect in effects[:ROWS]),
    )


def _session(news: SessionNews, words: Words) -> tuple[Cell, ...]:
    formats = words.formats
    return (
        Cell(text=formats.short_day(news.session)),
        Cell(text=formats.number(news.close)),
        Cell(text=formats.percent(news.change)),
        signed(formats.number(news.sentiment, signed=True), news.sentiment),
        Cell(text=formats.number(news.standard_error)),
        Cell(text=formats.integer(news.articles)),
    )


def _pair(pair: SignalReturn, results: ReplayResults, words: Words) -> tuple[Cell, ...]:
    formats = words.formats
    return (
        Cell(text=plain(pair.symbol, 40)),
        Cell(text=short_name(results, pair.symbol)),
        Cell(text=formats.short_day(pair.session)),
        Cell(text=formats.integer(pair.articles)),
        signed(formats.number(pair.sentiment, signed=True), pair.sentiment),
        Cell(text=formats.percent(pair.same)),
        Cell(text=formats.percent(pair.following)),
    )


def _effect(effect: Effect, results: ReplayResults, words: Words) -> tuple[Cell, ...]:
    formats = words.formats
    return (
        Cell(text=plain(effect.symbol, 40)),
        Cell(text=short_name(results, effect.symbol)),
        Cell(text=words.name("model", effect.model), note=plain(effect.benchmark or "", 40)),
        Cell(text=formats.number(effect.beta)),
        Cell(text=formats.integer(effect.n)),
        Cell(text=formats.percent(effect.event_return)),
        Cell(text=formats.percent(effect.ar)),
        signed(formats.percent(effect.car), effect.car),
        Cell(text=formats.interval(effect.low, effect.high, formats.percent)),
        Cell(text=formats.p_value(effect.p)),
    )
