"""Everything that the page says, put together from the results."""

from dataclasses import dataclass

from jobs.report.charts import Chart, car_chart, price_chart, scatter_chart
from jobs.report.claims import claims_table
from jobs.report.data_tables import data_tables
from jobs.report.headline import KeyFigure, headline, key_figures, standfirst
from jobs.report.localise import translated
from jobs.report.table import Cell, Table
from jobs.report.tables import associations_table, news_table, tests_table
from jobs.results import ReplayResults
from jobs.wording.plain import plain
from jobs.wording.words import Words
from nlp.signals import LEANS

#: Terms of the method notes, in order.
_METHODS = "session score signal abnormal car interval p rho verdict english"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The report before it is laid out."""

    title: str
    kicker: str
    headline: str
    standfirst: list[str]
    #: Whether to say that the texts were written after the fact.
    caveat: bool
    figures: list[KeyFigure]
    charts: list[Chart]
    tables: list[Table]
    data: list[Table]
    news: Table
    warnings: list[Cell]
    #: Unscored articles by reason, in words; empty for none.
    unscored: str
    #: Term and explanation.
    methods: list[tuple[str, str]]
    footer: str


def make_page(results: ReplayResults, words: Words) -> Page:
    """The page of a replay in the language of the words."""
    head = headline(results, words)
    charts = [price_chart(results, words), scatter_chart(results, words)]
    if results.study:
        charts.append(car_chart(results, words))
    return Page(
        title=words("page.title", headline=head),
        kicker=words(
            "page.kicker",
            name=plain(results.name, 60),
            days=words.formats.days(results.first, results.last),
        ),
        headline=head,
        standfirst=standfirst(results, words),
        caveat=results.after_the_fact,
        figures=key_figures(results, words),
        charts=charts,
        tables=_tables(results, words),
        data=data_tables(results, words),
        news=news_table(results, words),
        warnings=[translated(warning, words) for warning in results.warnings],
        unscored=_unscored(results, words),
        methods=_methods(words),
        footer=_footer(results, words),
    )


def _tables(results: ReplayResults, words: Words) -> list[Table]:
    made = (
        tests_table(results, words),
        associations_table(results, words),
        claims_table(results, words),
    )
    return [table for table in made if table.rows]


def _unscored(results: ReplayResults, words: Words) -> str:
    if not results.unscored:
        return ""
    listed = sorted(results.unscored.items(), key=lambda pair: (-pair[1], pair[0]))
    counts = [f"{plain(reason, 60)} ({words.formats.integer(n)})" for reason, n in listed]
    return words("warnings.unscored", list=", ".join(counts))


def _methods(words: Words) -> list[tuple[str, str]]:
    threshold = words.formats.number(LEANS, 1)
    return [
        (words(f"methods.{key}.term"), words(f"methods.{key}.text", threshold=threshold))
        for key in _METHODS.split()
        if f"methods.{key}.term" in words.sentences
    ]


def _footer(results: ReplayResults, words: Words) -> str:
    return words(
        "page.footer",
        articles=words.count("articles", len(results.news)),
        polls=words.count("page.polls", results.polls),
        model=plain(results.model.name, 120),
        revision=plain(results.model.revision, 60),
        licence=plain(results.model.licence, 60),
    )
