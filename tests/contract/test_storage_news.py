"""Feeds, articles and scores on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import InputError, StoreError
from core.news import NewsItem, StoredArticle, Verdict
from core.signals import ScoredVersion, StoredMention, Unscored
from storage import articles, feeds, scores, signals
from storage.schema import ArticleRow, FetchRow, MentionRow, VersionRow
from tests.builders import MODEL, article, decision, feed_spec, fetch_record, mention, score, utc


@pytest.fixture
def feed(tx):
    return feeds.put_feed(tx, feed_spec("en"))


def put(tx, *items):
    """Store articles as new; gives what is known of them."""
    articles.apply(tx, [decision(item) for item in items])
    return articles.known(tx, items)


def put_score(tx, version_id, result, model=MODEL):
    return scores.put_scores(tx, [(version_id, result)], model=model, scored_at=utc(27, 14))


def version_ids(tx):
    return tx.scalars(select(VersionRow.id).order_by(VersionRow.id)).all()


def the_news(tx, **changes):
    return articles.news(tx, **{"after": utc(1), "before": utc(31), "as_of": utc(31)} | changes)


# Feeds


def test_new_feed_is_due_at_once(tx, feed):
    [state] = feeds.due(tx, utc(1))
    assert (state.feed_id, state.spec, state.failures) == (feed, feed_spec("en"), 0)


def test_feed_put_twice_is_one_feed(tx, feed):
    assert feeds.put_feed(tx, feed_spec("en", interval=timedelta(hours=2))) == feed
    [state] = feeds.due(tx, utc(1))
    assert state.spec.interval == timedelta(hours=2)


def test_second_feed_with_the_same_url_is_refused(tx, feed):
    with pytest.raises(InputError, match="fr: feed en has the same URL"):
        feeds.put_feed(tx, feed_spec("fr", url=feed_spec("en").url))


@pytest.mark.parametrize(
    ("now", "names"),
    [
        pytest.param(utc(27, 12, 59), ["en"], id="before either"),
        pytest.param(utc(27, 13), ["en", "fr"], id="at its moment"),
        pytest.param(utc(27, 15), ["en", "fr", "de"], id="longest overdue first"),
    ],
)
def test_due(tx, now, names):
    ids = [feeds.put_feed(tx, feed_spec(name)) for name in ("en", "fr", "de")]
    feeds.record_check(tx, fetch_record(ids[1], next_check_at=utc(27, 13)))
    feeds.record_check(tx, fetch_record(ids[2], next_check_at=utc(27, 14)))
    assert [state.spec.name for state in feeds.due(tx, now)] == names


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        pytest.param([{"etag": '"2"'}], ('"2"', 0), id="new body"),
        pytest.param([{"etag": '"2"'}, {}], (None, 0), id="body without validator"),
        pytest.param(
            [{"etag": '"2"'}, {"outcome": "not modified", "status": 304}],
            ('"2"', 0),
            id="not modified",
        ),
        pytest.param(
            [{"etag": '"2"'}, {"outcome": "HTTP 500", "failed": True}], ('"2"', 1), id="failure"
        ),
        pytest.param(
            [{"outcome": "timeout", "failed": True}, {"outcome": "HTTP 500", "failed": True}],
            (None, 2),
            id="failures add up",
        ),
        pytest.param([{"outcome": "timeout", "failed": True}, {}], (None, 0), id="recovered"),
    ],
)
def test_check_leaves(tx, feed, checks, expected):
    for hour, changes in enumerate(checks):
        feeds.record_check(tx, fetch_record(feed, fetched_at=utc(27, hour), **changes))
    [state] = feeds.due(tx, utc(28))
    assert (state.etag, state.failures) == expected


def test_check_recorded_twice_counts_once(tx, feed):
    record = fetch_record(feed, outcome="timeout", failed=True, warnings=("a", "b"))
    feeds.record_check(tx, record)
    feeds.record_check(tx, record)
    [state] = feeds.due(tx, utc(28))
    assert (state.failures, tx.scalars(select(FetchRow.warnings)).all()) == (1, ["a\nb"])


def test_feed_that_moves_forgets_its_validators(tx, feed):
    feeds.record_check(tx, fetch_record(feed, etag='"1"', last_modified="Mon"))
    feeds.put_feed(tx, feed_spec("en", url="https://elsewhere.example/"))
    [state] = feeds.due(tx, utc(1))
    assert (state.etag, state.last_modified) == (None, None)


# What is known


@pytest.mark.parametrize(
    ("incoming", "found"),
    [
        pytest.param({"guid": "g", "url": None, "title": "x"}, True, id="same feed and guid"),
        pytest.param({"guid": None, "title": "x"}, True, id="same link"),
        pytest.param({"guid": None, "title": "x", "feed": "fr"}, True, id="same link elsewhere"),
        pytest.param({"guid": None, "url": None, "feed": "fr"}, True, id="same text elsewhere"),
        pytest.param(
            {"guid": "g", "url": None, "title": "x", "feed": "fr"}, False, id="guid of another feed"
        ),
        pytest.param({"guid": "h", "url": None, "title": "x"}, False, id="nothing in common"),
        pytest.param({"guid": None, "url": None, "title": "x"}, False, id="nothing to go by"),
    ],
)
def test_known(tx, feed, incoming, found):
    put(tx, article(guid="g"))
    candidates = articles.known(tx, [article(**incoming)])
    assert [(a.feed, a.guid, a.version) for a in candidates] == [("en", "g", 1)] * found


def test_known_tells_the_latest_version(tx, feed):
    [first] = put(tx, article())
    later = article("Nvidia plunges")
    articles.apply(tx, [decision(later, Verdict.CHANGED, known=first, known_at=utc(27, 15))])
    [found] = articles.known(tx, [article()])
    assert (found.version, found.fingerprint, found.known_at) == (2, later.fingerprint, utc(27, 15))


def test_known_of_more_than_one_statement_takes(tx, feed):
    items = [article(str(n), url=f"https://news.example/{n}") for n in range(1201)]
    assert len(put(tx, *items)) == 1201


# What is decided


def test_applying_twice_writes_once(tx, feed):
    decisions = [decision(article("a", url="u")), decision(article("b", guid="g"))]
    counts = [articles.apply(tx, decisions)[Verdict.NEW] for _ in range(2)]
    assert (counts, len(version_ids(tx))) == ([2, 0], 2)


@pytest.mark.parametrize(
    ("titles", "versions"),
    [
        pytest.param(["a", "b"], [("a", 1), ("b", 2)], id="a correction"),
        pytest.param(["a", "a"], [("a", 1)], id="a repetition"),
        pytest.param(["a", "b", "a"], [("a", 1), ("b", 2), ("a", 3)], id="a correction taken back"),
    ],
)
def test_new_item_in_several_versions(tx, feed, titles, versions):
    articles.apply(tx, [decision(article(title, guid="g")) for title in titles])
    found = tx.execute(select(VersionRow.title, VersionRow.version).order_by(VersionRow.version))
    assert found.all() == versions


def test_changes_of_one_item_are_numbered_in_order(tx, feed):
    [known] = put(tx, article("a"))
    changes = [decision(article(t), Verdict.CHANGED, known=known) for t in ("b", "c")]
    counts = [articles.apply(tx, changes)[Verdict.CHANGED] for _ in range(2)]
    found = tx.scalars(select(VersionRow.title).order_by(VersionRow.version)).all()
    assert (counts, found) == ([2, 0], ["a", "b", "c"])


def test_items_without_guid_and_link_are_told_apart_by_their_text(tx, feed):
    put(tx, *(article(title, url=None) for title in ("a", "b", "a")))
    assert [item.title for item in the_news(tx)] == ["a", "b"]


def test_unchanged_writes_nothing(tx, feed):
    [known] = put(tx, article())
    counts = articles.apply(tx, [decision(article(), Verdict.UNCHANGED, known=known)])
    assert (counts[Verdict.UNCHANGED], len(version_ids(tx))) == (1, 1)


def test_duplicate_points_at_the_original(tx, feed):
    [original] = put(tx, article())
    copies = [article(guid=guid) for guid in ("copy", "copy of the copy")]
    known = original
    for copy in copies:
        articles.apply(tx, [decision(copy, Verdict.DUPLICATE, known=known)])
        known = articles.known(tx, [copy])[-1]
    found = tx.scalars(select(ArticleRow.duplicate_of).order_by(ArticleRow.id)).all()
    assert found == [None, original.article_id, original.article_id]


def test_duplicate_is_known_but_neither_news_nor_scored(tx, feed):
    [original] = put(tx, article())
    copy = article(guid="copy")
    articles.apply(tx, [decision(copy, Verdict.DUPLICATE, known=original)])
    assert len(articles.known(tx, [copy])) == 2
    assert [item.article_id for item in the_news(tx)] == [original.article_id]
    assert [a.article_id for a in articles.unscored(tx, "r", 9)] == [original.article_id]


@pytest.mark.parametrize("verdict", [Verdict.CHANGED, Verdict.DUPLICATE])
def test_decision_without_its_stored_article_is_a_mistake(tx, feed, verdict):
    with pytest.raises(ValueError, match=f"{verdict} names no stored article"):
        articles.apply(tx, [decision(verdict=verdict)])


def test_article_of_an_unknown_feed_is_refused(tx):
    with pytest.raises(StoreError, match="nowhere: no such feed; add the feed"):
        articles.apply(tx, [decision(article(feed="nowhere"))])


# Scores


def test_unscored_are_versions_that_this_revision_has_not_seen(tx, feed):
    put(tx, article("late", url="l", published_at=utc(27)), article("early", url="e", summary="s"))
    tx.execute(
        VersionRow.__table__.update().where(VersionRow.title == "early").values(known_at=utc(2))
    )
    [early, late] = articles.unscored(tx, MODEL.revision, 9)
    put_score(tx, late.version_id, score())
    assert articles.unscored(tx, MODEL.revision, 9) == [
        StoredArticle(
            article_id=early.article_id,
            version_id=early.version_id,
            title="early",
            summary="s",
            lang="en",
            known_at=utc(2),
        )
    ]
    assert articles.unscored(tx, "another", 1) == [early]


@pytest.mark.parametrize(
    ("revision", "since", "counts"),
    [
        pytest.param(MODEL.revision, None, (1, 1), id="all"),
        pytest.param(MODEL.revision, utc(27), (0, 1), id="since a moment, included"),
        pytest.param("another", None, (2, 0), id="another model"),
        pytest.param("another", utc(28), (0, 0), id="none"),
    ],
)
def test_unscored_are_counted(tx, feed, revision, since, counts):
    put(tx, article("early", url="e", published_at=utc(2)), article("late", url="l"))
    [known] = [k for k in articles.known(tx, [article("late", url="l")]) if k.known_at == utc(27)]
    articles.apply(tx, [decision(article("late", url="x"), Verdict.DUPLICATE, known=known)])
    late = articles.unscored(tx, MODEL.revision, 9)[-1]
    put_score(tx, late.version_id, score())
    assert articles.count_unscored(tx, revision, since=since) == counts
    waiting = articles.unscored(tx, revision, 9, since=since)
    assert [a.title for a in waiting] == ["early", "late"][: counts[0]]


def test_score_put_twice_stands_as_it_was(tx, feed):
    put(tx, article())
    [version_id] = version_ids(tx)
    added = [
        put_score(tx, version_id, score(-0.5, (mention(), -0.5))),
        put_score(tx, version_id, score(0.9, (mention(), 0.9), (mention("AMD"), 0.9))),
    ]
    [item] = the_news(tx)
    assert (added, item.score, item.mentions) == ([1, 0], -0.5, (("NVDA", -0.5, 1.0),))


def test_another_revision_scores_again(tx, feed):
    put(tx, article())
    [version_id] = version_ids(tx)
    put_score(tx, version_id, score(-0.5))
    put_score(tx, version_id, score(0.25), replace(MODEL, revision="next"))
    [item] = the_news(tx)
    assert item.score == 0.25


def test_a_moment_knows_the_scores_of_its_time(tx, feed):
    put(tx, article())
    [version_id] = version_ids(tx)
    put_score(tx, version_id, score(-0.5))  # at 14:00 on the 27th
    later = replace(MODEL, revision="next")
    scores.put_scores(tx, [(version_id, score(0.25))], model=later, scored_at=utc(29))
    found = [
        item.score for day in (utc(27, 13), utc(28), utc(29)) for item in the_news(tx, as_of=day)
    ]
    assert found == [None, -0.5, 0.25]


def test_mentions_are_kept_with_their_place(tx, feed):
    put(tx, article())
    put_score(tx, version_ids(tx)[0], score(0, (mention("NVDA"), -0.5), (mention(None), 0.75)))
    columns = (MentionRow.position, MentionRow.surface, MentionRow.end_char, MentionRow.ticker)
    found = tx.execute(select(*columns, MentionRow.score).order_by(MentionRow.position)).all()
    assert found == [(0, "NVDA", 4, "NVDA", -0.5), (1, "DeepSeek", 8, None, 0.75)]


def test_unscored_reasons_count_the_latest_word(tx, feed):
    put(tx, *(article(str(n), url=str(n)) for n in range(4)))
    reasons = ["language:de", "language:de", "empty", "too long"]
    for version_id, reason in zip(version_ids(tx), reasons, strict=True):
        put_score(tx, version_id, Unscored(reason=reason))
    put_score(tx, version_ids(tx)[3], score(), replace(MODEL, revision="next"))
    assert list(scores.unscored_reasons(tx).items()) == [("language:de", 2), ("empty", 1)]


def test_nothing_to_write(tx):
    counts = articles.apply(tx, [])
    assert scores.put_scores(tx, [], model=MODEL, scored_at=utc(27)) == 0
    assert set(counts.values()) == {0}


# News and scored versions


def test_news_item(tx, feed):
    put(tx, article(lang=None))
    put_score(tx, version_ids(tx)[0], score(-0.5, (mention(relevance=0.75), -0.25)))
    [item] = the_news(tx)
    assert item == NewsItem(
        article_id=item.article_id,
        feed="en",
        title="Nvidia falls",
        url="https://news.example/1",
        lang="en",
        known_at=utc(27),
        first_seen_at=utc(27, 13),
        version=1,
        score=-0.5,
        event="market",
        mentions=(("NVDA", -0.25, 0.75),),
    )


@pytest.mark.parametrize(
    ("window", "titles"),
    [
        pytest.param({}, ["second"], id="the latest version"),
        pytest.param({"as_of": utc(27, 15)}, ["first"], id="as it was before the correction"),
        pytest.param({"as_of": utc(27)}, [], id="before it was known"),
        pytest.param({"after": utc(27, 15)}, ["second"], id="corrected in the window"),
        pytest.param({"before": utc(27, 13)}, ["second"], id="known in the window"),
        pytest.param({"before": utc(27)}, [], id="the end is excluded"),
        pytest.param({"after": utc(27), "before": utc(27, 13)}, ["second"], id="start included"),
        pytest.param({"after": utc(27, 16)}, [], id="after it all"),
    ],
)
def test_news_of(tx, feed, window, titles):
    [known] = put(tx, article("first"))
    change = decision(article("second"), Verdict.CHANGED, known=known, known_at=utc(27, 15))
    articles.apply(tx, [change])
    assert [item.title for item in the_news(tx, **window)] == titles


def test_news_language_of_a_text_that_nobody_declared(tx):
    feeds.put_feed(tx, feed_spec("en", lang=None))
    put(tx, article(lang=None))
    assert [item.lang for item in the_news(tx)] == ["und"]


def test_scored_versions(tx, feed):
    [known] = put(tx, article("first"))
    changes = [
        decision(article(title), Verdict.CHANGED, known=known, known_at=utc(28, hour))
        for title, hour in (("second", 10), ("third", 12), ("fourth", 14))
    ]
    articles.apply(tx, changes)
    put(tx, article("old", url="old", published_at=utc(20)))
    first, second, third, fourth, _ = version_ids(tx)
    put_score(tx, first, score(0, (mention("NVDA", 0.75), -0.5), (mention(None), 0.5)))
    put_score(tx, second, Unscored(reason="empty"))
    put_score(tx, third, score(0, (mention("AMD"), 0.5)))
    put_score(tx, third, score(0, (mention("AMD"), 1)), replace(MODEL, revision="next"))
    put_score(tx, fourth, score(0))

    found = signals.scored_versions(tx, after=utc(28), before=utc(28, 14), revision=MODEL.revision)

    one = ScoredVersion(
        article_id=known.article_id,
        version=1,
        known_at=utc(27),
        lang="en",
        mentions=(StoredMention(ticker="NVDA", score=-0.5, relevance=0.75),),
    )
    two = replace(one, version=2, known_at=utc(28, 10), mentions=())
    amd = StoredMention(ticker="AMD", score=0.5, relevance=1.0)
    three = replace(one, version=3, known_at=utc(28, 12), mentions=(amd,))
    assert found == [one, two, three]


def test_scored_versions_leave_out_duplicates_and_the_unseen(tx, feed):
    [original] = put(tx, article())
    copy = article(guid="copy")
    articles.apply(tx, [decision(copy, Verdict.DUPLICATE, known=original)])
    put_score(tx, version_ids(tx)[1], score())
    window = {"after": utc(1), "before": utc(31), "revision": MODEL.revision}
    assert signals.scored_versions(tx, **window) == []
