"""Scoring what is stored: by one model, then by another."""

import pytest

from core.settings import Settings
from core.signals import Event, ModelIdentity
from jobs.app import App
from jobs.scoring import CHUNK, backlog, score_pending
from nlp.entities import Linker
from nlp.pipeline import Reader
from nlp.prediction import Prediction
from storage.articles import apply
from storage.feeds import put_feed
from storage.query import run_query
from tests.builders import article, decision, feed_spec, probabilities, utc


class Fixed:
    """A scorer of one opinion, which may be interrupted."""

    def __init__(self, revision, score, *, passes=1000):
        self.identity = ModelIdentity(name=f"m{revision}", revision=revision, licence="CC0-1.0")
        self._p = probabilities(score)
        self._passes = passes

    def predict(self, texts, spans):
        if not self._passes:
            raise KeyboardInterrupt
        self._passes -= 1
        return [
            Prediction(p=self._p, event=Event.OTHER, spans=(self._p,) * len(of_text))
            for of_text in spans
        ]


def fill(store, count, *, first=1):
    with store.transaction() as tx:
        put_feed(tx, feed_spec())
        apply(
            tx,
            [
                decision(
                    article(f"Nvidia falls for the {n}th time", url=f"https://news.example/{n}"),
                    known_at=utc(first + n % 2),
                )
                for n in range(count)
            ],
        )


def app(store, scorer):
    return App(
        settings=Settings(),
        store=store,
        clock=lambda: utc(28),
        reader=Reader(scorer, Linker(())),
    )


def asked(url, sql):
    return run_query(url, sql, max_rows=1000, seconds=10).rows


def test_another_model_appends_and_is_shown(store, url):
    fill(store, 3)
    counts = [score_pending(app(store, Fixed(r, s))) for r, s in (("a", -0.5), ("b", 0.25))]
    assert counts == [3, 3]
    assert asked(url, "select revision, count(*) from scores group by revision order by 1") == (
        ("a", 3),
        ("b", 3),
    )
    shown = asked(url, "select distinct model, revision, licence, score from latest_scores")
    assert shown == (("mb", "b", "CC0-1.0", 0.25),)
    assert asked(url, "select distinct score from news") == ((0.25,),)


def test_a_model_scores_a_version_once(store):
    fill(store, 3)
    score_pending(app(store, Fixed("a", -0.5)))
    again = app(store, Fixed("a", 0.5))
    assert (backlog(again), score_pending(again)) == ((0, 3), 0)


def test_what_was_interrupted_goes_on_where_it_stopped(store, url):
    fill(store, CHUNK + 5)
    with pytest.raises(KeyboardInterrupt):
        score_pending(app(store, Fixed("a", -0.5, passes=1)))
    assert asked(url, "select count(*) from scores") == ((CHUNK,),)
    assert score_pending(app(store, Fixed("a", -0.5))) == 5


def test_it_tells_how_far_it_is(store):
    fill(store, CHUNK + 5)
    told = []
    score_pending(app(store, Fixed("a", 0.0)), tell=told.append)
    assert told == [CHUNK, CHUNK + 5]


def test_only_what_became_known_since(store):
    fill(store, 5, first=27)
    one = app(store, Fixed("a", 0.0))
    found = [backlog(one, since=utc(28)), score_pending(one, since=utc(28)), backlog(one)]
    assert found == [(2, 0), 2, (3, 2)]
