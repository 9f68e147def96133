from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.digest import Digest, Mover
from jobs.mail.render import HTML_LIMIT, render_digest
from jobs.mail.view import make_view
from jobs.wording.words import load_words
from tests.replay_case import item

NBSP = "\u00a0"


def mover(**changes):
    first = Mover(
        symbol="NVDA",
        name="Nvidia",
        session=date(2025, 1, 27),
        sentiment=-0.62,
        change=-0.7,
        articles=12,
        event="market",
        price_return=-0.1697,
        abnormal_return=-0.151,
    )
    return replace(first, **changes)


def digest(**changes):
    first = Digest(
        day=date(2025, 1, 28),
        as_of=datetime(2025, 1, 28, 6, 30, tzinfo=UTC),
        articles=41,
        unscored=0,
        movers=(mover(),),
        news=(item(1), item(2, lang="fr", title="Nvidia s’effondre", url=None)),
        warnings=(),
    )
    return replace(first, **changes)


def empty():
    return digest(articles=0, movers=(), news=())


def sentences(value, lang="en"):
    return make_view(value, load_words("digest", lang)).sentences


def test_the_day_in_three_sentences():
    assert sentences(digest()) == (
        "41 articles came in since the previous digest.",
        "What stands out most is the news of Nvidia: −0.62 over 12 articles, −0.70 against the "
        "mean of its earlier sessions with news.",
        f"Its price moved with the news: −17.0% in the session of 27{NBSP}January 2025, −15.1% "
        "once the market’s own move is taken out.",
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param(
            digest(unscored=1),
            "41 articles came in since the previous digest; 1 article could not be scored.",
            id="some unscored",
        ),
        pytest.param(
            digest(movers=(mover(change=None),)),
            "What stands out most is the news of Nvidia: −0.62 over 12 articles.",
            id="no history",
        ),
        pytest.param(
            digest(movers=(mover(abnormal_return=0.02),)),
            f"Its price moved against the news: −17.0% in the session of 27{NBSP}January 2025, "
            "+2.0% once the market’s own move is taken out.",
            id="against",
        ),
        pytest.param(
            digest(movers=(mover(abnormal_return=None),)),
            f"Its price changed by −17.0% in the session of 27{NBSP}January 2025.",
            id="no abnormal return",
        ),
        pytest.param(
            digest(movers=(mover(sentiment=0.1),)),
            f"Its price changed by −17.0% in the session of 27{NBSP}January 2025.",
            id="divided news",
        ),
        pytest.param(
            digest(movers=(mover(price_return=None),)),
            f"Its price in the session of 27{NBSP}January 2025 isn’t known.",
            id="no price",
        ),
        pytest.param(
            digest(movers=()), "No instrument’s signal stands out.", id="news without movers"
        ),
    ],
)
def test_a_sentence(value, said):
    assert said in sentences(value)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_an_empty_day_takes_two_lines(lang):
    view = make_view(empty(), load_words("digest", lang))
    assert (len(view.sentences), view.movers, view.news, view.reading) == (2, (), (), ())


@pytest.mark.parametrize(
    ("value", "lang", "subject"),
    [
        pytest.param(digest(), "en", f"remous, 28{NBSP}January 2025: Nvidia −0.62", id="movers"),
        pytest.param(
            digest(), "fr", f"remous, 28{NBSP}janvier 2025{NBSP}: Nvidia −0,62", id="in French"
        ),
        pytest.param(
            digest(movers=()), "en", f"remous, 28{NBSP}January 2025: 41 articles", id="no movers"
        ),
        pytest.param(empty(), "en", f"remous, 28{NBSP}January 2025: no news", id="empty"),
    ],
)
def test_subject(value, lang, subject):
    assert make_view(value, load_words("digest", lang)).subject == subject


def test_a_missing_value_is_never_zero():
    bare = mover(change=None, price_return=None, abnormal_return=None, event=None)
    [row] = make_view(digest(movers=(bare,)), load_words("digest", "fr")).movers
    gap = f"n.{NBSP}d."
    assert (row.change, row.price_return, row.abnormal, row.note) == (
        gap,
        gap,
        gap,
        f"12 articles · séance du 27{NBSP}janv.",
    )


def test_an_unscored_article_has_no_number():
    [row] = make_view(digest(news=(item(score=None),)), load_words("digest", "en")).news
    assert (row.score, row.lean) == ("unscored", "mixed")


def test_what_is_not_shown_is_counted():
    many = digest(movers=(mover(),) * 21, news=(item(),) * 32, warnings=("x",) * 9)
    view = make_view(many, load_words("digest", "en"))
    assert (view.more_movers, view.more_news, view.more_warnings) == (
        "1 more instrument not shown",
        "2 more articles not shown",
        "1 more message not shown",
    )


def test_the_html_stays_small_whatever_the_links():
    link = "https://news.example/?" + "&" * 1_900
    page = render_digest(
        digest(
            news=(item(url=link, title="&" * 10_000),) * 40, movers=(mover(name="&" * 99),) * 30
        ),
        lang="en",
    ).html
    assert (len(page.encode()) < HTML_LIMIT, "35 more articles not shown" in page) == (True, True)
