"""Instruments, bars, signals and results on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.errors import StoreError
from core.prices import Alias, Bar
from core.signals import Unscored
from core.status import FeedHealth, RunHealth
from storage import articles, bars, digests, effects, feeds, instruments, runs, scores, signals
from storage.schema import AssociationRow, DigestRow, EffectRow, StudyRow, StudyTestRow
from storage.status import status
from tests.builders import (
    MODEL,
    article,
    association,
    decision,
    digest_mail,
    feed_spec,
    fetch_record,
    instrument,
    jan,
    signal,
    study,
    utc,
)


@pytest.fixture
def market(tx):
    instruments.put_instruments(tx, [instrument("NVDA"), instrument("AMD"), instrument("^GSPC")])


def bar(day=27, close=118.42, symbol="NVDA", volume=None):
    return Bar(symbol=symbol, session=jan(day), close=close, volume=volume)


def put_bars(tx, *values, **changes):
    return bars.put_bars(tx, values, **{"source": "file", "as_of": utc(28)} | changes)


def the_bars(tx, *symbols, **changes):
    return bars.bars(tx, symbols, **{"first": jan(1), "last": jan(31), "as_of": utc(31)} | changes)


def the_signals(tx, *tickers, **changes):
    return signals.signals(
        tx, tickers, **{"first": jan(1), "last": jan(31), "as_of": utc(31)} | changes
    )


def put_signals(tx, *values, revision=MODEL.revision):
    return signals.put_signals(tx, values, computed_at=utc(31), revision=revision)


def count(tx, model):
    return tx.scalar(select(func.count()).select_from(model))


# Instruments


def test_instruments_come_back_by_symbol(tx):
    given = [instrument("^GSPC", benchmark=None), instrument("NVDA"), instrument("AAPL")]
    instruments.put_instruments(tx, given)
    assert instruments.instruments(tx) == [given[2], given[1], given[0]]


def test_instrument_put_again_is_corrected(tx, market):
    instruments.put_instruments(tx, [instrument("AMD", name="Advanced Micro Devices")])
    names = [i.name for i in instruments.instruments(tx)]
    assert names == ["Advanced Micro Devices", "Nvda", "^Gspc"]


def test_aliases_are_replaced(tx):
    old = Alias(alias="Facebook", entity="Meta", ticker="META", rule="name")
    new = [
        Alias(alias="Meta", entity="Meta", ticker="META", rule="word"),
        Alias(alias="DeepSeek", entity="DeepSeek", ticker=None, rule="name"),
    ]
    instruments.put_aliases(tx, [old])
    instruments.put_aliases(tx, new)
    assert instruments.aliases(tx) == new


def test_nothing_to_put(tx):
    instruments.put_instruments(tx, [])
    instruments.put_aliases(tx, [])
    assert (instruments.instruments(tx), instruments.aliases(tx)) == ([], [])


# Bars


def test_bars_come_back_oldest_first_in_the_order_asked(tx, market):
    put_bars(tx, bar(28, 128.99), bar(27), bar(27, 115.01, "AMD", volume=5.0))
    assert the_bars(tx, "NVDA", "AAPL", "AMD") == {
        "NVDA": (bar(27), bar(28, 128.99)),
        "AMD": (bar(27, 115.01, "AMD", volume=5.0),),
    }


@pytest.mark.parametrize(
    ("again", "added"),
    [
        pytest.param({}, 0, id="the same moment"),
        pytest.param({"as_of": utc(29)}, 0, id="later, unchanged"),
        pytest.param({"as_of": utc(29), "source": "other"}, 1, id="another source"),
    ],
)
def test_bars_put_again(tx, market, again, added):
    put_bars(tx, bar())
    assert put_bars(tx, bar(), **again) == added


@pytest.mark.parametrize(
    ("as_of", "close"),
    [
        pytest.param(utc(27), None, id="before any"),
        pytest.param(utc(28), 118.42, id="as first given"),
        pytest.param(utc(30), 118.40, id="as revised"),
    ],
)
def test_bar_known_at(tx, market, as_of, close):
    put_bars(tx, bar(close=118.42), as_of=utc(28))
    put_bars(tx, bar(close=118.40), as_of=utc(29))
    found = the_bars(tx, "NVDA", as_of=as_of)
    assert found == ({} if close is None else {"NVDA": (bar(close=close),)})


def test_bars_of_sessions(tx, market):
    put_bars(tx, *(bar(day) for day in (24, 27, 28, 29)))
    found = the_bars(tx, "NVDA", first=jan(27), last=jan(28))
    assert [b.session for b in found["NVDA"]] == [jan(27), jan(28)]


def test_bar_without_instrument_is_refused(store):
    remedy = "store what the row refers to first"
    with pytest.raises(StoreError, match=remedy), store.transaction() as tx:
        put_bars(tx, bar())


# Signals


def test_signals_come_back_by_ticker_and_session(tx, market):
    given = [signal("NVDA", session=jan(28)), signal("NVDA"), signal("AMD", sentiment=None)]
    assert put_signals(tx, *given) == 3
    assert the_signals(tx, "NVDA", "AMD") == [given[2], given[1], given[0]]


def test_signal_stands_as_it_was_first_computed(tx, market):
    added = [put_signals(tx, signal(sentiment=s)) for s in (-0.5, 0.5)]
    assert (added, [s.sentiment for s in the_signals(tx, "NVDA")]) == ([1, 0], [-0.5])


@pytest.mark.parametrize(
    ("as_of", "sentiments"),
    [
        pytest.param(utc(27, 14), [], id="before any"),
        pytest.param(utc(27, 15), [0.25], id="in the session"),
        pytest.param(utc(27, 20), [0.25], id="still"),
        pytest.param(utc(27, 21), [-0.5], id="at the close"),
    ],
)
def test_signal_known_at(tx, market, as_of, sentiments):
    put_signals(tx, signal(as_of=utc(27, 15), sentiment=0.25), signal())
    assert [s.sentiment for s in the_signals(tx, "NVDA", as_of=as_of)] == sentiments


def test_another_revision_makes_another_signal(tx, market):
    put_signals(tx, signal())
    put_signals(tx, signal(sentiment=0.75), revision="next")
    assert [s.sentiment for s in the_signals(tx, "NVDA")] == [0.75]


# Results


@pytest.mark.parametrize(
    ("again", "rows"),
    [
        pytest.param(timedelta(0), (1, 1, 1), id="the same computation"),
        pytest.param(timedelta(seconds=1), (2, 2, 2), id="a later computation"),
    ],
)
def test_study_put_again(tx, market, again, rows):
    effects.put_study(tx, study(), as_of=utc(29), computed_at=utc(30))
    effects.put_study(tx, study(), as_of=utc(29), computed_at=utc(30) + again)
    assert tuple(count(tx, model) for model in (StudyRow, EffectRow, StudyTestRow)) == rows


def test_study_is_kept(tx, market):
    assert effects.put_study(tx, study(), as_of=utc(29), computed_at=utc(30))
    kept = (StudyRow.skipped, EffectRow.window_last, EffectRow.car, StudyTestRow.null_hypothesis)
    [found] = tx.execute(select(*kept).join_from(StudyRow, EffectRow).join(StudyTestRow)).all()
    assert found == ("^SOX: no prices\nBTC: 41 sessions", 1, -0.06, "mean is zero")


def test_associations_put_again_count_once(tx):
    given = [association(), association(over="days of NVDA")]
    moments = {"as_of": utc(29), "computed_at": utc(30)}
    added = [effects.put_associations(tx, given, **moments) for _ in range(2)]
    columns = (AssociationRow.horizon, AssociationRow.pairs, AssociationRow.rho)
    found = tx.execute(select(*columns).order_by(AssociationRow.pairs)).all()
    assert (added, found[0]) == ([2, 0], ("predictive", "days of NVDA", 0.1))


# Digests and runs


def test_first_digest_of_a_day_stands(tx):
    put = [digests.put_digest(tx, digest_mail(message=m)) for m in (b"first", b"second")]
    assert (put, tx.scalars(select(DigestRow.message)).all()) == ([True, False], [b"first"])


def test_status(tx):
    feed = feeds.put_feed(tx, feed_spec("en"))
    feeds.record_check(tx, fetch_record(feed))
    feeds.record_check(
        tx, fetch_record(feed, fetched_at=utc(27, 13), outcome="timeout", failed=True)
    )
    articles.apply(tx, [decision(article("a", url="a")), decision(article("b", url="b"))])
    seen = articles.unscored(tx, MODEL.revision, 1)[0].version_id
    scores.put_scores(tx, [(seen, Unscored(reason="language:de"))], model=MODEL, scored_at=utc(28))
    runs.finish(tx, runs.start(tx, "pull", utc(27)), utc(27, 13), "ok", "2 articles")
    runs.start(tx, "pull", utc(28))

    found = status(tx, utc(29))

    assert (found.at, found.latest_article, found.waiting) == (utc(29), utc(27), 1)
    assert found.unscored == (("language:de", 1),)
    assert found.feeds == (
        FeedHealth(
            name="en",
            url="https://news.example/en.xml",
            failures=1,
            last_error="timeout",
            last_success_at=utc(27),
            next_check_at=utc(27, 13),
        ),
    )
    assert found.runs == (
        RunHealth(job="pull", started_at=utc(28), finished_at=None, outcome=None, detail=None),
    )
    sizes = dict(found.tables)
    assert (sizes["fetches"], sizes["articles"], sizes["runs"], sizes["bars"]) == (2, 2, 2, 0)


def test_finished_run(tx):
    runs.finish(tx, runs.start(tx, "pull", utc(27)), utc(27, 13), "ok", "2 articles")
    [run] = status(tx, utc(29)).runs
    assert (run.finished_at, run.outcome, run.detail) == (utc(27, 13), "ok", "2 articles")


def test_status_of_an_empty_store(tx):
    found = status(tx, utc(29))
    assert (found.latest_article, found.waiting, found.feeds, found.runs) == (None, 0, (), ())
