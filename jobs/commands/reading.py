"""`remous score` and `remous evaluate`: what the model makes of texts, and how well."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from core.errors import InputError
from core.settings import ModelSettings
from core.signals import Label, Score, Unscored
from jobs.commands.behaviour import show_behaviour
from jobs.commands.rescoring import rescore_store
from jobs.commands.shared import console, load, text_lines
from jobs.output import text_output

if TYPE_CHECKING:
    from jobs.texts import Line
    from nlp.evaluate import Evaluation
    from nlp.metrics import Interval

SCORE_EXAMPLES = """**Examples**

`remous score "Nvidia s'effondre, Apple grimpe"`

`remous score --in headlines.jsonl --out scores.jsonl`

`remous score --in labelled.jsonl --gold-entities`

`remous score --model ProsusAI/finbert "Nvidia falls, Apple rises"`

`remous score --rescore --db sqlite:///demo/remous.db --since 2025-01-20`
"""

EVALUATE_EXAMPLES = """**Examples**

`remous evaluate labelled.jsonl`

`remous evaluate --behaviour`

A line is `{"text", "lang", "label"?, "event"?, "entities"?: [{"surface", "label"}]}`.
"""

#: Texts scored between two writes of the output.
CHUNK = 512


class Backend(StrEnum):
    """How the network is run."""

    AUTO = "auto"
    TORCH = "torch"
    BFLOAT16 = "bfloat16"
    INT8 = "int8"


BackendOption = Annotated[
    Backend | None, typer.Option(help="How the network is run; by default as the settings say.")
]
ModelOption = Annotated[
    Path | None,
    typer.Option(
        "--model",
        help="Model folder, or a checkpoint's folder or name; the bundled weights if not given.",
    ),
]


def score(
    text: Annotated[str | None, typer.Argument(help="One text, answered by a table.")] = None,
    source: Annotated[Path | None, typer.Option("--in", help="JSON lines; - for stdin.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="JSON lines; - for stdout.")] = None,
    gold_entities: Annotated[
        bool, typer.Option("--gold-entities", help="Score the given entities, find none.")
    ] = False,
    rescore: Annotated[
        bool, typer.Option("--rescore", help="Score the stored articles, and append.")
    ] = False,
    url: Annotated[
        str | None, typer.Option("--db", help="With --rescore: SQLAlchemy URL of the store.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="With --rescore: known from this day, UTC."),
    ] = None,
    backend: BackendOption = None,
    model: ModelOption = None,
) -> None:
    """Say how good each text is, and for whom: JSON lines in, JSON lines out, same order.

    A line is `{"id"?, "text", "lang"?, "entities"?: [{"surface", "start"?, "end"?}]}`.
    A text in another language than French or English is answered with "unscored".

    With `--rescore` the stored articles are scored that the model hasn't scored yet; scores
    of other models stay.
    """
    _refuse_mixed(
        text=text is not None,
        lines=bool(source or out or gold_entities),
        rescore=rescore,
        of_store=bool(url or since),
    )
    settings = load()
    chosen = settings.model_copy(update={"model": _model_settings(settings.model, backend, model)})
    if rescore:
        rescore_store(chosen, url=url, since=since.replace(tzinfo=UTC) if since else None)
    elif text is not None:
        _show(text, chosen.model)
    else:
        _score_file(source, out, chosen.model, gold=gold_entities)


def _refuse_mixed(*, text: bool, lines: bool, rescore: bool, of_store: bool) -> None:
    """Options that say different things about what to score.

    Raises:
        InputError: if there are any.
    """
    if text and lines:
        raise InputError(
            "score",
            "a text goes with neither --in, --out nor --gold-entities",
            remedy="give the text as a line of a file",
        )
    if rescore and (text or lines):
        raise InputError(
            "score", "--rescore reads the store alone", remedy="leave out the text and files"
        )
    if of_store and not rescore:
        raise InputError(
            "score", "--db and --since are for stored articles", remedy="give --rescore"
        )


def _score_file(
    source: Path | None, out: Path | None, settings: ModelSettings, *, gold: bool
) -> None:
    from jobs.texts import answer, read_lines

    lines = read_lines(text_lines(source), source=str(source or "stdin"), gold=gold)
    with text_output(out) as target:
        for line, result in _score_lines(lines, settings):
            target.write(json.dumps(answer(line, result), ensure_ascii=False) + "\n")


def evaluate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="JSON lines of labelled texts.", show_default=False)
    ] = None,
    held_out: Annotated[
        bool, typer.Option("--held-out", help="Only the tenth that training leaves out.")
    ] = False,
    behaviour: Annotated[
        bool, typer.Option("--behaviour", help="Run the bundled checklist of behaviour instead.")
    ] = False,
    backend: BackendOption = None,
    model: ModelOption = None,
) -> None:
    """Compare the model with labels: accuracy, macro-F1, confusion, calibration error.

    Several files count as one set; each language is measured for itself. Entities are scored
    at the given spans. The checklist asks for single skills by small cases; its failures are
    named.
    """
    settings = _model_settings(load().model, backend, model)
    if behaviour is bool(files) or (behaviour and held_out):
        raise InputError("evaluate", "takes labelled files or --behaviour", remedy="give one")
    if files:
        _evaluate_labels(files, settings, held_out=held_out)
    else:
        _evaluate_behaviour(settings)


def _evaluate_behaviour(settings: ModelSettings) -> None:
    from jobs.app import make_scorer
    from nlp.behaviour import read_cases, run_cases

    scorer = make_scorer(settings)
    show_behaviour(console(), run_cases(scorer, read_cases()), model=scorer.identity)


def _evaluate_labels(files: Sequence[Path], settings: ModelSettings, *, held_out: bool) -> None:
    from jobs.app import make_scorer
    from nlp.data import in_dev_tenth, read_labelled
    from nlp.evaluate import evaluate as evaluate_items

    items = [item for file in files for item in read_labelled(file)]
    if held_out:
        items = [item for item in items if in_dev_tenth(item)]
    scorer = make_scorer(settings)
    shown = console()
    for lang in sorted({item.lang for item in items}):
        of_lang = [item for item in items if item.lang == lang]
        result = evaluate_items(scorer, of_lang)
        shown.print(
            f"{', '.join(map(str, files))}: {len(of_lang)} texts ({lang or 'no language given'}), "
            f"model {scorer.identity.name} ({scorer.identity.revision})",
            soft_wrap=True,
        )
        shown.print(_figures(result))
        for name, measured in (("sentence", result.sentence), ("entity", result.entity)):
            if measured:
                shown.print(_confusion(name, measured.quality.confusion))


def _figures(result: "Evaluation") -> Table:
    table = Table("labels", "n", "accuracy", "macro-F1", "calibration error (15 bins)")
    rows = {
        "sentence": result.sentence,
        "entity": result.entity,
        "- of texts whose entities differ": result.differing,
    }
    for name, measured in rows.items():
        if measured:
            q = measured.quality
            table.add_row(
                name,
                str(q.n),
                _with_interval(q.accuracy, measured.accuracy),
                _with_interval(q.macro_f1, measured.macro_f1),
                f"{q.calibration_error:.3f}",
            )
    if event := result.event:
        table.add_row("event", str(event.n), _with_interval(event.value, event.interval))
    table.caption = "in brackets: 95 % intervals, bootstrap over texts"
    return table


def _with_interval(value: float, interval: "Interval") -> str:
    return f"{value:.3f} ({interval.low:.3f}-{interval.high:.3f})"


def _model_settings(
    settings: ModelSettings, backend: Backend | None, model: Path | None
) -> ModelSettings:
    update: dict[str, object] = {}
    if backend:
        update["backend"] = backend.value
    if model:
        update["folder"] = model
    return settings.model_copy(update=update)


def _score_lines(
    lines: Iterator["Line"], settings: ModelSettings
) -> Iterator[tuple["Line", Score | Unscored]]:
    from jobs.app import make_reader

    # Before the model, which takes seconds: there may be none, or a wrong one.
    if not (first := list(islice(lines, CHUNK))):
        return
    reader = make_reader(settings)
    rest = iter(lambda: list(islice(lines, CHUNK)), [])
    for chunk in chain([first], rest):
        yield from zip(chunk, reader.read([line.text for line in chunk]), strict=True)


def _show(text: str, settings: ModelSettings) -> None:
    from jobs.app import make_reader
    from nlp.pipeline import Text

    [result] = make_reader(settings).read([Text(text=text)])
    shown = console()
    if isinstance(result, Unscored):
        shown.print(f"unscored: {result.reason}")
        return
    table = Table(
        "about", "ticker", "label", "score", "negative", "neutral", "positive", "relevance"
    )
    rows = [("the text as a whole", "", result.p, "")]
    rows += [
        (s.mention.surface, s.mention.ticker or "-", s.p, f"{s.mention.relevance:.2f}")
        for s in result.mentions
    ]
    for about, ticker, p, relevance in rows:
        parts = [f"{value:.2f}" for value in (p.negative, p.neutral, p.positive)]
        table.add_row(about, ticker, p.label.value, f"{p.score:+.2f}", *parts, relevance)
    shown.print(table)
    event = f"event {result.event.value}, " if result.event else ""
    shown.print(
        f"language {result.lang}, {event}model {result.model.name} ({result.model.revision})",
        soft_wrap=True,
    )


def _confusion(name: str, counts: Sequence[Sequence[int]]) -> Table:
    table = Table(f"{name}: true \\ said", *(label.value for label in Label))
    for label, row in zip(Label, counts, strict=True):
        table.add_row(label.value, *map(str, row))
    return table
