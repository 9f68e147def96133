"""The three charts as the page shows them: drawn for wide and narrow, or said in words."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.figure import Figure

from jobs.report import chart_car, chart_price, chart_scatter
from jobs.report.canvas import CANVASES, Canvas, drawable, drawing, to_svg
from jobs.report.chart_car import ROWS, Row, limits
from jobs.report.chart_price import PriceChart
from jobs.report.chart_scatter import Dot
from jobs.report.headline import short_name
from jobs.report.select import (
    LEAST_PAIRS,
    association_of,
    instrument,
    leader,
    pairs,
    sessions,
)
from jobs.report.tables import rho_interval
from jobs.results import ReplayResults
from jobs.wording.words import Words

#: Share of tests that reject by chance at the 95 % level.
_BY_CHANCE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart on the page."""

    ident: str
    title: str
    lead: str
    #: One per canvas; none if there is nothing to draw.
    drawings: tuple[Markup, ...] = ()
    #: Sentences under the chart, or the sentence in its place.
    caption: tuple[str, ...] = ()


def price_chart(results: ReplayResults, words: Words) -> Chart:
    """The price of the instrument with the most news."""
    symbol = leader(results)
    if symbol is None:
        return Chart(ident="price", title="", lead="", caption=(words("chart.price.empty"),))
    name = short_name(results, symbol)
    shown = sessions(results, symbol)
    chart = PriceChart(
        name=name,
        currency=drawable(instrument(results, symbol).currency),
        sessions=shown,
        event=results.event_session,
    )
    alt = words(
        "chart.price.alt",
        name=name,
        sessions=words.formats.integer(len(shown)),
        first=words.formats.day(shown[0].session),
        last=words.formats.day(shown[-1].session),
    )
    return Chart(
        ident="price",
        title=words("chart.price.title", name=name),
        lead=words("chart.price.lead", name=name),
        drawings=_draw("price", alt, lambda c: chart_price.draw(chart, words, c)),
        caption=(words("chart.price.caption"), words("chart.source")),
    )


def scatter_chart(results: ReplayResults, words: Words) -> Chart:
    """Signal against same-session abnormal return."""
    day = results.event_session
    dots = [
        Dot(label=p.symbol, signal=p.sentiment, abnormal=p.same, articles=p.articles)
        for p in pairs(results)
        if p.same is not None
    ]
    title = words("chart.scatter.title" if day else "chart.scatter.title_all")
    if len(dots) < LEAST_PAIRS:
        return Chart(ident="scatter", title=title, lead="", caption=(_too_few(len(dots), words),))
    alt = words("chart.scatter.alt", n=words.formats.integer(len(dots)))
    return Chart(
        ident="scatter",
        title=title,
        lead=words("chart.scatter.lead", day=words.formats.day(day))
        if day
        else words("chart.scatter.lead_all"),
        drawings=_draw("scatter", alt, lambda c: chart_scatter.draw(dots, words, c)),
        caption=_rho(results, len(dots), words),
    )


def car_chart(results: ReplayResults, words: Words) -> Chart:
    """Cumulative abnormal returns with their intervals."""
    effects = results.study.effects if results.study else ()
    title = words("chart.car.title")
    if not effects:
        return Chart(ident="car", title=title, lead="", caption=(words("chart.car.empty"),))
    largest = sorted(effects, key=lambda e: -abs(e.car))[:ROWS]
    rows = [
        Row(symbol=e.symbol, name=short_name(results, e.symbol), car=e.car, low=e.low, high=e.high)
        for e in sorted(largest, key=lambda e: (e.car, e.symbol))
    ]
    count, percent = words.formats.integer, words.formats.percent
    alt = words(
        "chart.car.alt", n=count(len(rows)), low=percent(rows[0].car), high=percent(rows[-1].car)
    )
    n = len(effects)
    expected = words.formats.number(_BY_CHANCE * n, 0)
    caption = [words("chart.car.caption", n=count(n), expected=expected)]
    if n > ROWS:
        caption.append(words("chart.car.cut", n=count(ROWS), total=count(n)))
    lowest, highest = limits(rows)
    if any(row.low < lowest or row.high > highest for row in rows):
        caption.append(words("chart.car.off"))
    first = effects[0]
    return Chart(
        ident="car",
        title=title,
        lead=words(
            "chart.car.lead",
            first=words.formats.number(first.first, 0, signed=True),
            last=words.formats.number(first.last, 0, signed=True),
            day=words.formats.day(first.event_session),
        ),
        drawings=_draw("car", alt, lambda c: chart_car.draw(rows, words, c)),
        caption=tuple(caption),
    )


def _draw(ident: str, alt: str, draw: Callable[[Canvas], Figure]) -> tuple[Markup, ...]:
    drawings = []
    for canvas in CANVASES:
        with drawing(f"{ident}-{canvas.name}"):
            drawings.append(to_svg(draw(canvas), canvas.name, alt))
    return tuple(drawings)


def _too_few(n: int, words: Words) -> str:
    return words.count("chart.scatter.empty", n) if n else words("chart.scatter.nothing")


def _rho(results: ReplayResults, n: int, words: Words) -> tuple[str, ...]:
    note = words("chart.scatter.unlabelled")
    found = association_of(results, n)
    if found is None:
        return (note,)
    count = words.formats.integer(found.n)
    reading = words.name("reading", found.reading)
    if found.rho is None:
        return words("chart.scatter.undecided", n=count, reading=reading), note
    rho = words.formats.number(found.rho, signed=True)
    p = words.formats.p_value(found.p)
    said = words(
        "chart.scatter.rho", rho=rho, n=count, interval=rho_interval(found, words), p=p,
        reading=reading,
    )  # fmt: skip
    return said, note
