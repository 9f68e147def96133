"""The bytes are parsed back by the standard library's parser."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from core.errors import InputError
from jobs.mail import Envelope, render_digest, to_bytes, to_message
from tests.replay_case import item
from tests.unit.test_jobs_mail_view import digest, mover

ENVELOPE = Envelope(
    sender="remous <digest@remous.example>",
    recipient="reader@example.org",
    list_id="digest.remous.example",
)


def wire(value, lang="en"):
    return to_bytes(to_message(render_digest(value, lang=lang), ENVELOPE))


def received(value, lang="en"):
    return message_from_bytes(wire(value, lang), policy=default)


def parts(message):
    return {kind: message.get_body((kind,)).get_content() for kind in ("plain", "html")}


def test_structure():
    message = received(digest())
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        pytest.param("Subject", "remous, 28\u00a0janvier 2025\u00a0: Nvidia −0,62", id="subject"),
        pytest.param("From", "remous <digest@remous.example>", id="sender"),
        pytest.param("To", "reader@example.org", id="recipient"),
        pytest.param("Date", "Tue, 28 Jan 2025 06:30:00 +0000", id="date"),
        pytest.param("Message-ID", "<digest.2025-01-28.fr@remous.example>", id="message id"),
        pytest.param("List-Id", "<digest.remous.example>", id="list"),
        pytest.param("Auto-Submitted", "auto-generated", id="automatic"),
        pytest.param("Content-Language", "fr", id="language"),
    ],
)
def test_headers(header, value):
    assert received(digest(), "fr")[header] == value


def test_no_defect_and_no_other_header():
    message = received(digest())
    assert ([p.defects for p in message.walk()], set(message.keys())) == (
        [[], [], []],
        {
            "Subject",
            "From",
            "To",
            "Date",
            "Message-ID",
            "List-Id",
            "Auto-Submitted",
            "Content-Language",
            "MIME-Version",
            "Content-Type",
        },
    )


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_same_digest_gives_the_same_bytes(lang):
    assert wire(digest(), lang) == wire(digest(), lang)


def test_lines_fit_every_relay():
    assert max(map(len, wire(digest(), "fr").split(b"\r\n"))) <= 78


HOSTILE = [
    pytest.param("<script>alert(1)</script>", "<script>", id="script"),
    pytest.param('"><img src=x onerror=y>', "<img", id="element out of an attribute"),
    pytest.param("x\r\nBcc: victim@example.org", "\nBcc:", id="header injection"),
    pytest.param("{{ 7*7 }}{% raw %}", "49", id="template"),
    pytest.param("gain \u202e%71- ksir", "\u202e", id="right-to-left override"),
    pytest.param("Nvi\u200b\ufeffdia", "\u200b", id="zero width"),
    pytest.param("A" * 10_000, "A" * 200, id="10 kB"),
    pytest.param("{name} %s {0.__class__}", "<class", id="format string"),
]


@pytest.mark.parametrize(("title", "never"), HOSTILE)
def test_a_hostile_title_does_no_harm(title, never):
    bad = digest(
        movers=(mover(name=title, symbol=title, event=title),),
        news=(item(title=title, lang=title),),
        warnings=(title,),
    )
    message = received(bad)
    said = parts(message)
    assert (never in said["html"], message["Bcc"], "\n" in message["Subject"]) == (
        False,
        None,
        False,
    )


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("gain \u202e%71- ksir", id="right-to-left override"),
        pytest.param("A" * 10_000, id="10 kB"),
        pytest.param("x\r\n\r\nDear reader", id="line ends"),
    ],
)
def test_a_hostile_title_leaves_the_text_in_shape(title):
    text = parts(received(digest(news=(item(title=title, url=None),))))["plain"]
    assert [line for line in text.splitlines() if len(line) > 72 or "\u202e" in line] == []


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("javascript:alert(1)", id="script"),
        pytest.param("data:text/html,x", id="data"),
        pytest.param('https://x.example/"><script>', id="out of the attribute"),
    ],
)
def test_a_hostile_link_is_dropped(url):
    said = parts(received(digest(news=(item(title="Nvidia slumps", url=url),))))
    assert ("<a " in said["html"], url in said["plain"], "Nvidia slumps" in said["html"]) == (
        False,
        False,
        True,
    )


def test_a_link_is_in_both_parts():
    said = parts(received(digest()))
    assert all("https://news.example/1" in part for part in said.values())


def test_the_html_asks_for_nothing():
    page = parts(received(digest()))["html"]
    assert re.findall(r"<(?:img|script|link|iframe)\b|url\(|@import|\bsrc=", page) == []


def test_the_text_is_laid_out_for_72_columns():
    text = parts(received(digest(), "fr"))["plain"]
    assert [len(line) for line in text.splitlines() if len(line) > 72] == []


def test_the_row_of_a_mover():
    text = parts(received(digest(warnings=("a feed is late",))))["plain"]
    row = "Nvidia".ljust(28) + "−0.62".rjust(11) + "−0.70".rjust(11)
    assert (row + "−17.0%".rjust(11) + "−15.1%".rjust(11) in text, "- a feed is late" in text) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"sender": "nobody"}, id="no host"),
        pytest.param({"sender": ""}, id="empty"),
        pytest.param({"recipient": "a@b.example\r\nBcc: c@d.example"}, id="injected header"),
        pytest.param({"recipient": "a@b@c"}, id="two hosts"),
        pytest.param({"list_id": "x>\r\ny"}, id="broken list"),
        pytest.param({"list_id": ""}, id="empty list"),
    ],
)
def test_an_envelope_that_cannot_be_used(changes):
    with pytest.raises(InputError):
        to_message(render_digest(digest(), lang="en"), replace(ENVELOPE, **changes))
