"""The tables of the report: tests, associations, news."""

from core.news import NewsItem
from core.prices import Association, TestResult
from jobs.report.headline import short_name
from jobs.report.localise import null_cell, translated
from jobs.report.select import telling
from jobs.report.table import Cell, Table, columns, signed
from jobs.results import ReplayResults
from jobs.wording.plain import language_tag, plain, safe_link
from jobs.wording.words import Words

#: Most articles and, per article, most instruments that are shown.
ARTICLES, NAMED = 40, 4


def tests_table(results: ReplayResults, words: Words) -> Table:
    """The tests over all instruments, side by side."""
    day = words.formats.day(results.study.event_session) if results.study else ""
    tests = results.study.tests if results.study else ()
    return Table(
        ident="tests",
        title=words("table.tests.title"),
        lead=words("table.tests.lead", day=day),
        columns=columns(words, "table.tests", "name null #n #statistic #p"),
        rows=tuple(_test(test, words) for test in tests),
    )


def associations_table(results: ReplayResults, words: Words) -> Table:
    """Contemporaneous and predictive rank correlations, each named for what it is."""
    keys = "horizon over #n #rho #interval #p null reading"
    return Table(
        ident="associations",
        title=words("table.associations.title"),
        lead=words("table.associations.lead"),
        columns=columns(words, "table.associations", keys),
        rows=tuple(_association(found, words) for found in results.associations),
    )


def news_table(results: ReplayResults, words: Words) -> Table:
    """The articles that leaned most."""
    shown = telling(results.news, ARTICLES)
    count = words.formats.integer
    lead = words("table.news.lead", n=count(len(shown)), total=count(len(results.news)))
    return Table(
        ident="news",
        title=words("table.news.title"),
        lead=lead if shown else words("table.news.empty"),
        columns=columns(words, "table.news", "time lang headline about #score"),
        rows=tuple(_article(item, results, words) for item in shown),
    )


def _test(test: TestResult, words: Words) -> tuple[Cell, ...]:
    return (
        Cell(text=words.name("tests", test.name.casefold(), plain(test.name))),
        null_cell(test, words),
        Cell(text=words.formats.integer(test.n)),
        Cell(text=words.formats.number(test.statistic, signed=True)),
        Cell(text=words.formats.p_value(test.p)),
    )


def _association(found: Association, words: Words) -> tuple[Cell, ...]:
    horizon = found.horizon.value
    rho = words.formats.number(found.rho, signed=True)
    return (
        Cell(text=words.name("horizon", horizon), note=words.name("horizon_note", horizon)),
        translated(found.over, words),
        Cell(text=words.formats.integer(found.n)),
        Cell(text=rho),
        Cell(text=rho_interval(found, words)),
        Cell(text=words.formats.p_value(found.p)),
        null_cell(found, words),
        Cell(text=words.name("reading", found.reading), tone="reading"),
    )


def rho_interval(found: Association, words: Words) -> str:
    """The interval of an association's rho."""
    return words.formats.interval(
        found.low, found.high, lambda value: words.formats.number(value, signed=True)
    )


def _article(item: NewsItem, results: ReplayResults, words: Words) -> tuple[Cell, ...]:
    by_relevance = sorted(item.mentions, key=lambda m: (-m[2], m[0]))
    about = ", ".join(short_name(results, ticker) for ticker, _, _ in by_relevance[:NAMED])
    event = words.name("events", item.event, plain(item.event, 30)) if item.event else ""
    lang = language_tag(item.lang)
    return (
        Cell(text=words.formats.moment(item.known_at), tone="time"),
        Cell(text=lang),
        Cell(text=plain(item.title, 240), href=safe_link(item.url), lang=lang),
        Cell(text=about, note=event),
        signed(words.formats.number(item.score, signed=True), item.score),
    )
