"""The report of a replay: one self-contained HTML page."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from jobs.report.page import make_page
from jobs.results import ReplayResults
from jobs.wording.formats import Lang
from jobs.wording.words import load_words


def render_report(results: ReplayResults, *, lang: Lang) -> str:
    """The page in French or English: no script, no request, the same bytes every time."""
    words = load_words("report", lang)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = make_page(results, words)
    return environment.get_template("report.html.j2").render(page=page, t=words, lang=lang)
