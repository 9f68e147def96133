"""Headline, standfirst and key figures, made from the numbers. Plain; never "because"."""

from collections import Counter
from dataclasses import dataclass

from core.prices import Effect
from jobs.report.select import (
    association_of,
    event_signals,
    extremes,
    instrument,
    leader,
    pairs,
)
from jobs.results import ReplayResults
from jobs.wording.lean import leaning
from jobs.wording.plain import short
from jobs.wording.words import Words

#: A smaller move, either way, is no move worth a headline.
_STILL = 0.0005


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A number that is set large, with what it is."""

    value: str
    text: str
    #: "loss", "gain" or "".
    tone: str = ""


def headline(results: ReplayResults, words: Words) -> str:
    """One sentence: the leading instrument's move and how its news leaned."""
    effect = _leading_effect(results)
    if effect is None:
        shares = words.count("headline.instruments", len(results.instruments))
        return words("headline.none", articles=_articles(results, words), instruments=shares)
    change = effect.event_return
    key = "flat" if abs(change) < _STILL else "lost" if change < 0 else "gained"
    move = words(
        f"headline.{key}",
        name=short_name(results, effect.symbol),
        change=words.formats.percent(abs(change), signed=False),
        day=words.formats.day(effect.event_session),
    )
    signal = next((s for s in event_signals(results) if s.ticker == effect.symbol), None)
    if signal is None or signal.sentiment is None:
        return move
    return words(f"headline.{leaning(signal.sentiment)}", move=move)


def standfirst(results: ReplayResults, words: Words) -> list[str]:
    """A few sentences: who fell, who rose, how much news, how it leaned."""
    falls, rises = extremes(results)
    sentences = []
    if falls:
        sentences.append(words("standfirst.losers", losers=_movers(results, falls[:3], words)))
    if rises:
        sentences.append(words("standfirst.gainers", gainers=_movers(results, rises[:2], words)))
    sentences += _news(results, words)
    signals = [s.sentiment for s in event_signals(results) if s.sentiment is not None]
    if signals:
        negative = sum(leaning(s) == "negative" for s in signals)
        count = words.formats.integer
        sentences.append(
            words("standfirst.session", total=count(len(signals)), negative=count(negative))
        )
    return sentences


def key_figures(results: ReplayResults, words: Words) -> list[KeyFigure]:
    """Up to five numbers."""
    count, percent = words.formats.integer, words.formats.percent
    symbols = {i.symbol for i in results.instruments}
    named = symbols & {t for item in results.news for t, _, _ in item.mentions}
    total = count(len(symbols))
    figures = [
        KeyFigure(value=count(len(results.news)), text=words("figures.articles")),
        KeyFigure(value=count(len(named)), text=words("figures.instruments", total=total)),
    ]
    falls, rises = extremes(results)
    for tone, key, found in (("loss", "loser", falls), ("gain", "gainer", rises)):
        if found:
            text = words(f"figures.{key}", name=short_name(results, found[0].symbol))
            figures.append(KeyFigure(value=percent(found[0].ar), text=text, tone=tone))
    drawn = sum(p.same is not None for p in pairs(results))
    found_rho = association_of(results, drawn) if results.event_session else None
    if found_rho and found_rho.rho is not None:
        value = words.formats.number(found_rho.rho, signed=True)
        figures.append(KeyFigure(value=value, text=words("figures.rho")))
    return figures


def short_name(results: ReplayResults, symbol: str) -> str:
    """The instrument's name without what stands in brackets."""
    return short(instrument(results, symbol).name) or short(symbol)


def _leading_effect(results: ReplayResults) -> Effect | None:
    effects = {e.symbol: e for e in results.study.effects} if results.study else {}
    symbol = leader(results)
    if symbol in effects:
        return effects[symbol]
    return max(effects.values(), key=lambda e: abs(e.ar), default=None)


def _movers(results: ReplayResults, effects: list[Effect], words: Words) -> str:
    return words.listing(
        [
            words(
                "standfirst.mover",
                name=short_name(results, effect.symbol),
                change=words.formats.percent(effect.ar),
            )
            for effect in effects
        ]
    )


def _articles(results: ReplayResults, words: Words) -> str:
    return words.count("articles", len(results.news))


def _news(results: ReplayResults, words: Words) -> list[str]:
    days = words.formats.days(results.first, results.last)
    if not results.news:
        return [words("standfirst.no_news", days=days)]
    languages = _languages(results, words)
    said = [
        words("standfirst.news", articles=_articles(results, words), languages=languages, days=days)
    ]
    leans = Counter(leaning(item.score) for item in results.news if item.score is not None)
    if not leans:
        return [*said, words("standfirst.nothing_scored")]
    return [
        *said,
        words(
            "standfirst.lean",
            negative=words.formats.integer(leans["negative"]),
            positive=words.formats.integer(leans["positive"]),
            neutral=words.formats.integer(leans["mixed"]),
        ),
    ]


def _languages(results: ReplayResults, words: Words) -> str:
    count = words.formats.integer
    by_language = Counter(item.lang for item in results.news)
    known = [
        words(
            "standfirst.language", n=count(by_language[lang]), language=words(f"in_language.{lang}")
        )
        for lang in ("en", "fr")
        if by_language[lang]
    ]
    others = len(results.news) - by_language["en"] - by_language["fr"]
    if others:
        known.append(words("standfirst.other_language", n=count(others)))
    return words.listing(known)
