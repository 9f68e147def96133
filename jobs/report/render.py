"""The report of a replay: one self-contained HTML page."""

from pathlib import Path

from jobs.report.page import make_page
from jobs.results import ReplayResults
from jobs.wording.formats import Lang
from jobs.wording.pages import page_template
from jobs.wording.words import load_words


def render_report(results: ReplayResults, *, lang: Lang) -> str:
    """The page in French or English: no script, no request, the same bytes every time."""
    words = load_words("report", lang)
    template = page_template(Path(__file__).parent / "templates", "report.html.j2")
    page = make_page(results, words)
    return template.render(page=page, t=words, lang=lang)
