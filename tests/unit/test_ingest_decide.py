from datetime import UTC, datetime, timedelta

import pytest

from core.news import Article, KnownArticle, TimeQuality, Verdict
from ingest.decide import decide

MORNING = datetime(2025, 1, 27, 8, tzinfo=UTC)
NOON = datetime(2025, 1, 27, 12, tzinfo=UTC)
SEEN = datetime(2025, 1, 27, 18, tzinfo=UTC)
LINK, OTHER_LINK = "https://news.example/a", "https://news.example/b"
NEW, CHANGED = Verdict.NEW, Verdict.CHANGED
UNCHANGED, DUPLICATE = Verdict.UNCHANGED, Verdict.DUPLICATE


def article(title="Nvidia falls", **changes):
    fields = {
        "feed": "markets",
        "guid": "a",
        "url": LINK,
        "summary": "",
        "lang": "en",
        "published_raw": None,
        "published_at": MORNING,
        "time_quality": TimeQuality.EXPLICIT_ZONE,
        "updated_at": None,
        "first_seen_at": SEEN,
    }
    return Article(title=title, **(fields | changes))


def known(title="Nvidia falls", **changes):
    fields = {
        "article_id": 1,
        "feed": "markets",
        "guid": "a",
        "url": LINK,
        "version": 1,
        "known_at": MORNING,
    }
    return KnownArticle(fingerprint=article(title).fingerprint, **(fields | changes))


@pytest.mark.parametrize(
    ("incoming", "stored", "verdict", "reason"),
    [
        pytest.param(article(), [], NEW, "new", id="never seen"),
        pytest.param(article(), [known()], UNCHANGED, "same guid, same text", id="as it was"),
        pytest.param(
            article("Nvidia dives"), [known()], CHANGED, "same guid, new text", id="new title"
        ),
        pytest.param(
            article("NVIDIA FALLS"), [known()], UNCHANGED, "same guid, same text", id="capitals"
        ),
        pytest.param(
            article(guid="b"), [known()], UNCHANGED, "same link, same text", id="guid changed"
        ),
        pytest.param(
            article("Nvidia dives", guid=None),
            [known(guid=None)],
            CHANGED,
            "same link, new text",
            id="no guid, new title",
        ),
        pytest.param(
            article("Nvidia dives", url=OTHER_LINK),
            [known()],
            CHANGED,
            "same guid, new text",
            id="link changed",
        ),
        pytest.param(
            article(guid=None, url=None),
            [known(guid=None, url=None)],
            UNCHANGED,
            "same item, same text",
            id="neither guid nor link",
        ),
        pytest.param(
            article("Nvidia dives", guid=None, url=None),
            [known(guid=None, url=None)],
            NEW,
            "new",
            id="neither guid nor link, other text",
        ),
        pytest.param(
            article(),
            [known(feed="wire", guid="w", url=OTHER_LINK)],
            DUPLICATE,
            "same text as another item of wire",
            id="wire copy",
        ),
        pytest.param(
            article(guid="b", url=OTHER_LINK),
            [known(known_at=MORNING - timedelta(days=3))],
            NEW,
            "new",
            id="the same headline some days later",
        ),
        pytest.param(
            article(guid="c", url=OTHER_LINK),
            [
                known(known_at=MORNING - timedelta(days=3), article_id=1),
                known(guid="b", url=None, known_at=MORNING - timedelta(days=1), article_id=2),
            ],
            DUPLICATE,
            "same text as another item of markets",
            id="the same headline a day after it came again",
        ),
        pytest.param(
            article("Nvidia dives"),
            [known(feed="wire")],
            DUPLICATE,
            "same link as another item of wire",
            id="in two feeds of a publisher, with other words",
        ),
        pytest.param(
            article("Nvidia dives", url=OTHER_LINK),
            [known(feed="wire")],
            NEW,
            "new",
            id="another feed uses the same guid",
        ),
        pytest.param(
            article(),
            [known(feed="wire", guid="w", article_id=1), known(article_id=2)],
            UNCHANGED,
            "same guid, same text",
            id="a duplicate that is stored already",
        ),
    ],
)
def test_verdict(incoming, stored, verdict, reason):
    [decision] = decide([incoming], stored)
    assert (decision.verdict, decision.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("incoming", "known_at"),
    [
        pytest.param(article(), MORNING, id="published before it was seen"),
        pytest.param(
            article(published_at=SEEN + timedelta(minutes=5)), SEEN, id="dated after it was seen"
        ),
        pytest.param(
            article(time_quality=TimeQuality.ASSUMED_ZONE), SEEN, id="published in a guessed zone"
        ),
        pytest.param(
            article(published_at=None, time_quality=TimeQuality.MISSING), SEEN, id="no date"
        ),
        pytest.param(
            article(updated_at=NOON), NOON, id="this text is the revised one: not before it"
        ),
    ],
)
def test_a_new_text_is_known_from(incoming, known_at):
    [decision] = decide([incoming], [])
    assert decision.known_at == known_at


@pytest.mark.parametrize(
    ("dates", "before", "known_at"),
    [
        pytest.param({"published_at": NOON}, MORNING, NOON, id="published again"),
        pytest.param({"updated_at": NOON}, MORNING, NOON, id="dated revision"),
        pytest.param({}, MORNING, SEEN, id="same date as before"),
        pytest.param({"published_at": MORNING}, NOON, SEEN, id="older date than before"),
        pytest.param({"updated_at": SEEN + timedelta(hours=1)}, MORNING, SEEN, id="future date"),
        pytest.param(
            {"published_at": NOON, "time_quality": TimeQuality.ASSUMED_ZONE},
            MORNING,
            SEEN,
            id="date in a guessed zone",
        ),
    ],
)
def test_a_correction_is_known_from(dates, before, known_at):
    [decision] = decide([article("Nvidia dives", **dates)], [known(known_at=before)])
    assert (decision.verdict, decision.known_at) == (CHANGED, known_at)


FIRST, CORRECTED = article("A"), article("B", published_at=NOON)
LATEST = article("C", published_at=NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("incoming", "stored", "expected"),
    [
        pytest.param(
            [CORRECTED, FIRST],
            [],
            [("A", NEW, MORNING), ("B", NEW, NOON)],
            id="both are new",
        ),
        pytest.param(
            [CORRECTED, FIRST],
            [known("A")],
            [("A", UNCHANGED, MORNING), ("B", CHANGED, NOON)],
            id="the first is stored",
        ),
        pytest.param(
            [CORRECTED, FIRST],
            [known("B", known_at=NOON, version=2)],
            [("A", UNCHANGED, NOON), ("B", UNCHANGED, NOON)],
            id="the correction is stored: the first text doesn't come back",
        ),
        pytest.param(
            [LATEST, CORRECTED, FIRST],
            [known("B", known_at=NOON, version=2)],
            [
                ("A", UNCHANGED, NOON),
                ("B", UNCHANGED, NOON),
                ("C", CHANGED, NOON + timedelta(hours=1)),
            ],
            id="a further correction",
        ),
        pytest.param(
            [article("B"), article("A")],
            [],
            [("A", NEW, MORNING), ("B", NEW, SEEN)],
            id="same date: the lower one is the older",
        ),
        pytest.param(
            [article("A"), article("A")],
            [],
            [("A", NEW, MORNING), ("A", UNCHANGED, MORNING)],
            id="the same item twice",
        ),
        pytest.param(
            [article("A", guid="b", url=OTHER_LINK), article("A")],
            [],
            [("A", NEW, MORNING), ("A", UNCHANGED, MORNING)],
            id="the same text in two items",
        ),
        pytest.param(
            [article("B", url=OTHER_LINK), article("A")],
            [],
            [("A", NEW, MORNING), ("B", NEW, MORNING)],
            id="a guid shared by two items",
        ),
        pytest.param(
            [article("B", guid="b"), article("A")],
            [known("A")],
            [("A", UNCHANGED, MORNING), ("B", NEW, MORNING)],
            id="a link shared by two items",
        ),
    ],
)
def test_one_document(incoming, stored, expected):
    decisions = decide(incoming, stored)
    assert [(d.article.title, d.verdict, d.known_at) for d in decisions] == expected


def test_a_decision_names_the_stored_article():
    stored = known("B", version=2)
    decisions = decide([LATEST, CORRECTED, FIRST], [stored])
    assert [d.known for d in decisions] == [stored] * 3


def test_nothing_new_is_named_after_what_is_not_stored():
    assert [d.known for d in decide([CORRECTED, FIRST], [])] == [None, None]
