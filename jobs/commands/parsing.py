"""`remous parse`: what a feed file holds."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from core.clock import system_clock
from core.errors import InputError
from core.feeds import FeedSpec
from core.news import Article
from jobs.commands.shared import console, load

EXAMPLES = """**Examples**

`remous parse feed.xml`

`remous parse feed.xml --default-zone Europe/Paris --base-url https://example.org/`
"""


def parse(
    file: Annotated[Path, typer.Argument(help="RSS, Atom, RDF or JSON Feed.")],
    default_zone: Annotated[
        str, typer.Option(help="Zone of dates that name none, such as Europe/Paris.")
    ] = "UTC",
    base_url: Annotated[str, typer.Option(help="Where relative links start.")] = "",
    lang: Annotated[
        str | None, typer.Option(help="Language of dates, where the feed doesn't say.")
    ] = None,
) -> None:
    """Print the articles of a feed file as JSON lines; problems go to stderr.

    Exits with 0 if it is a feed, with 2 and the reason if not.
    """
    from ingest.parse import parse as parse_feed

    limit = load().feeds.entry_limit
    try:
        body = file.read_bytes()
    except OSError as e:
        raise InputError(file, e.strerror or "can't be read", remedy="check the path") from e
    spec = FeedSpec(
        name=str(file), url=base_url, lang=lang, default_zone=default_zone, interval=timedelta()
    )
    now = system_clock()
    parsed = parse_feed(body, feed=spec, base_url=base_url, seen_at=now, entry_limit=limit)
    for warning in parsed.warnings:
        console(stderr=True).print(f"{file}: {warning}", soft_wrap=True)
    for article in parsed.articles:
        typer.echo(json.dumps(_as_json(article), ensure_ascii=False))


def _as_json(article: Article) -> dict[str, object]:
    row = asdict(article)
    del row["feed"], row["first_seen_at"]
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in row.items()}
