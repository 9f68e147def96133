"""What a digest says, sentence by sentence and row by row, before text or HTML is made of it."""

from dataclasses import dataclass

from core.digest import Digest, Mover
from core.news import NewsItem
from jobs.wording.lean import leaning
from jobs.wording.plain import language_tag, plain, safe_link, short
from jobs.wording.words import Words

#: Most of each that a digest shows.
MOVERS, NEWS, WARNINGS = 20, 30, 8
#: Characters of a title.
TITLE = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class MoverRow:
    """An instrument, its values as written."""

    name: str
    symbol: str
    sentiment: str
    change: str
    price_return: str
    abnormal: str
    #: Articles, event type and session.
    note: str
    #: "negative", "mixed" or "positive".
    lean: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsRow:
    """An article."""

    title: str
    #: None if it has none, or none that is safe.
    link: str | None
    lang: str
    score: str
    #: As for movers; "mixed" if unscored.
    lean: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A digest in words."""

    subject: str
    day: str
    as_of: str
    sentences: tuple[str, ...]
    movers: tuple[MoverRow, ...]
    #: Sentence about what isn't shown; empty if all is.
    more_movers: str
    news: tuple[NewsRow, ...]
    more_news: str
    warnings: tuple[str, ...]
    more_warnings: str
    reading: tuple[str, ...]


def make_view(digest: Digest, words: Words, *, most_news: int = NEWS) -> View:
    """The digest in the language of the words."""
    empty = is_empty(digest)
    return View(
        subject=subject(digest, words),
        day=words.formats.weekday(digest.day),
        as_of=words("page.as_of", moment=words.formats.moment(digest.as_of)),
        sentences=tuple(sentences(digest, words)),
        movers=tuple(_mover(mover, words) for mover in digest.movers[:MOVERS]),
        more_movers=_more("movers", len(digest.movers) - MOVERS, words),
        news=tuple(_article(item, words) for item in digest.news[:most_news]),
        more_news=_more("news", len(digest.news) - most_news, words),
        warnings=tuple(plain(warning, 200) for warning in digest.warnings[:WARNINGS]),
        more_warnings=_more("warnings", len(digest.warnings) - WARNINGS, words),
        reading=() if empty else (words("reading.sentiment"), words("reading.abnormal")),
    )


def is_empty(digest: Digest) -> bool:
    """Whether there is nothing to report."""
    return not (digest.articles or digest.movers or digest.news)


def subject(digest: Digest, words: Words) -> str:
    """The day and what moved most, on one line."""
    day = words.formats.day(digest.day)
    if is_empty(digest):
        return words("subject.empty", day=day)
    if not digest.movers:
        articles = words.count("articles", digest.articles)
        return words("subject.quiet", day=day, articles=articles)
    movers = ", ".join(
        words("subject.mover", name=_name(mover), sentiment=_signed(mover.sentiment, words))
        for mover in digest.movers[:3]
    )
    return words("subject.news", day=day, movers=movers)


def sentences(digest: Digest, words: Words) -> list[str]:
    """The day in two or three sentences."""
    if is_empty(digest):
        return [words("day.empty"), words("day.empty_next")]
    articles = words.count("articles", digest.articles)
    count = (
        words("day.count_unscored", articles=articles, unscored=_unscored(digest, words))
        if digest.unscored
        else words("day.count", articles=articles)
    )
    if not digest.movers:
        return [count, words("day.no_movers")]
    first = digest.movers[0]
    return [count, _standing_out(first, words), _price(first, words)]


def _unscored(digest: Digest, words: Words) -> str:
    return words.count("unscored", digest.unscored)


def _standing_out(mover: Mover, words: Words) -> str:
    values = {
        "name": _name(mover),
        "sentiment": _signed(mover.sentiment, words),
        "articles": words.count("articles", mover.articles),
    }
    if mover.change is None:
        return words("day.mover", **values)
    return words("day.mover_change", change=_signed(mover.change, words), **values)


def _price(mover: Mover, words: Words) -> str:
    """What the price did beside the news; that one led to the other is never said."""
    session = words.formats.day(mover.session)
    if mover.price_return is None:
        return words("day.no_price", session=session)
    change = words.formats.percent(mover.price_return)
    if not mover.abnormal_return or leaning(mover.sentiment) == "mixed":
        return words("day.plain", change=change, session=session)
    same_way = (mover.abnormal_return > 0) == (mover.sentiment > 0)
    return words(
        "day.with" if same_way else "day.against",
        change=change,
        session=session,
        abnormal=words.formats.percent(mover.abnormal_return),
    )


def _mover(mover: Mover, words: Words) -> MoverRow:
    note = [words.count("articles", mover.articles)]
    if mover.event:
        note.append(words.name("events", mover.event, plain(mover.event, 30)))
    note.append(words("movers.session", day=words.formats.short_day(mover.session)))
    return MoverRow(
        name=_name(mover),
        symbol=plain(mover.symbol, 20),
        sentiment=_signed(mover.sentiment, words),
        change=_signed(mover.change, words),
        price_return=words.formats.percent(mover.price_return),
        abnormal=words.formats.percent(mover.abnormal_return),
        note=" · ".join(note),
        lean=leaning(mover.sentiment),
    )


def _article(item: NewsItem, words: Words) -> NewsRow:
    return NewsRow(
        title=plain(item.title, TITLE),
        link=safe_link(item.url),
        lang=language_tag(item.lang),
        score=words("news.unscored") if item.score is None else _signed(item.score, words),
        lean="mixed" if item.score is None else leaning(item.score),
    )


def _more(part: str, n: int, words: Words) -> str:
    return words.count(f"{part}.more", n) if n > 0 else ""


def _name(mover: Mover) -> str:
    return short(mover.name) or short(mover.symbol)


def _signed(value: float | None, words: Words) -> str:
    return words.formats.number(value, signed=True)
