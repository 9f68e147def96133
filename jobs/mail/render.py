"""A digest as a subject, a text and an HTML page for a mail reader."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import css_inline

from core.digest import Digest
from jobs.mail.text_part import text_part
from jobs.mail.view import View, make_view
from jobs.wording.formats import Lang
from jobs.wording.pages import page_template
from jobs.wording.words import Words, load_words

#: Bytes above which some mail readers cut a message off.
HTML_LIMIT = 100_000
#: Articles shown when more would break the limit: the longest links fit.
FEW_NEWS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedDigest:
    """A digest ready to be put in a message."""

    #: One line.
    subject: str
    text: str
    #: Under `HTML_LIMIT` bytes; no script, image or request.
    html: str
    lang: Lang
    day: date
    #: UTC.
    as_of: datetime


def render_digest(digest: Digest, *, lang: Lang) -> RenderedDigest:
    """The digest in French or English; the same digest always gives the same bytes."""
    words = load_words("digest", lang)
    view = make_view(digest, words)
    html = _html(view, words)
    if len(html.encode()) >= HTML_LIMIT:
        view = make_view(digest, words, most_news=FEW_NEWS)
        html = _html(view, words)
    return RenderedDigest(
        subject=view.subject,
        text=text_part(view, words),
        html=html,
        lang=lang,
        day=digest.day,
        as_of=digest.as_of,
    )


def _html(view: View, words: Words) -> str:
    template = page_template(Path(__file__).parent / "templates", "digest.html.j2")
    page = template.render(view=view, t=words, lang=words.lang)
    inliner = css_inline.CSSInliner(
        keep_at_rules=True, minify_css=True, load_remote_stylesheets=False
    )
    return inliner.inline(page)
