"""What each way to run a model costs, measured in one run on the same texts.

Every subject has a process of its own, so that its memory is its own; the passes take
turns, so that what else the machine does meets all of them; figures are medians.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import median
from typing import IO, cast

from core.errors import InputError, ModelError
from nlp.backends import BACKENDS, OPTIONAL, installed
from nlp.data import CORPUS, LabelledText, labelled_files, read_labelled
from nlp.encoding import TextEncoder
from nlp.folder import ModelConfig, ModelFolder
from nlp.scorer import BUNDLED

SEED = 20251125
PASSES = 5
#: BERT-base is given one text in so many: it takes a long time over each.
SPARING = 10

BERT_BASE, LIMIT = "bert-base", "limit"

#: In which arithmetic a backend multiplies; BERT-base does as torch.
_ARITHMETIC = {"torch": "float32", "bfloat16": "bfloat16", "int8": "int8", BERT_BASE: "float32"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What one process is to run."""

    subject: str
    folder: str
    batch: int
    threads: int
    cache: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one way to run a model costs."""

    subject: str
    texts: int
    texts_per_second: float
    #: Times as fast as BERT-base.
    ratio: float
    #: Operations of the encoder's linear maps, per second, as a share of the most that the
    #: machine does in the same arithmetic; None for BERT-base.
    share_of_limit: float | None
    peak_bytes: int
    #: From the start of the process to the first score.
    start_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """All costs, and what the machine can do at most."""

    texts: int
    mean_tokens: float
    costs: tuple[Cost, ...]
    #: Operations a second in products of large matrices, by arithmetic.
    limits: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is measured, on what."""

    folder: Path = BUNDLED
    subjects: tuple[str, ...]
    items: Sequence[LabelledText]
    batch: int
    threads: int
    cache: Path | None

    @property
    def parts(self) -> list[Sequence[LabelledText]]:
        """The texts of each pass."""
        return [self.items[i::PASSES] for i in range(PASSES)]


def subjects() -> tuple[str, ...]:
    """The backends that are installed."""
    return tuple(b for b in BACKENDS if b != "int8" or installed(*OPTIONAL))


def texts(count: int, source: Path | None = None) -> list[LabelledText]:
    """As many texts of a labelled file, or of our corpus, always the same.

    Raises:
        InputError: if the file can't be read or there are fewer than one for each pass.
    """
    paths = [source] if source else labelled_files()
    items = [item for path in paths for item in read_labelled(path)]
    if min(len(items), count) < PASSES:
        raise InputError(source or CORPUS, f"a benchmark takes {PASSES} texts at least")
    Random(SEED).shuffle(items)
    return items[:count]


def run(trial: Trial, *, tell: Callable[[int, int], None] = lambda done, of: None) -> Benchmark:
    """Measure every subject, BERT-base and the machine's limit.

    Args:
        trial: What is measured.
        tell: Called after each pass with how many are done, and of how many.

    Raises:
        ModelError: if a subject can't be run.
    """
    names = (*trial.subjects, BERT_BASE, LIMIT)
    found: dict[str, list[Mapping[str, float]]] = {name: [] for name in names}
    with ExitStack() as stack:
        workers = {}
        for name in names:
            workers[name] = stack.enter_context(_worker(_order(name, trial)))
            tell(len(workers), len(names) * (PASSES + 1))
        for i, part in enumerate(trial.parts, start=1):
            for at, name in enumerate(names, start=1):
                found[name].append(workers[name].run(_given(name, part)))
                tell(i * len(names) + at, len(names) * (PASSES + 1))
        peaks = {name: worker.end() for name, worker in workers.items()}
    starts = {name: worker.start_seconds for name, worker in workers.items()}
    return _summary(trial, found, peaks, starts)


class _Worker:
    """A process that runs one subject."""

    def __init__(self, process: subprocess.Popen[str], subject: str) -> None:
        self._subject = subject
        self._stdin, self._stdout = cast(IO[str], process.stdin), cast(IO[str], process.stdout)
        begun = time.perf_counter()
        self._answer()
        self.start_seconds = time.perf_counter() - begun

    def run(self, items: Sequence[LabelledText]) -> Mapping[str, float]:
        """The figures of one pass."""
        rows = [(i.text, [(span.start, span.end) for span, _ in i.entities]) for i in items]
        self._stdin.write(json.dumps(rows) + "\n")
        self._stdin.flush()
        return self._answer()

    def end(self) -> int:
        """Let it end; the most bytes that it held."""
        self._stdin.close()
        return int(self._answer()["peak"])

    def _answer(self) -> Mapping[str, float]:
        line = self._stdout.readline()
        if not line:
            raise ModelError(self._subject, "the process that ran it has died")
        figures: Mapping[str, float] = json.loads(line)
        return figures


@contextmanager
def _worker(order: Order) -> Iterator[_Worker]:
    command = [sys.executable, "-m", "nlp.bench_worker", json.dumps(asdict(order))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            yield _Worker(process, order.subject)
        except BaseException:
            process.kill()
            raise


def _order(subject: str, trial: Trial) -> Order:
    return Order(
        subject=subject,
        folder=str(trial.folder.resolve()),
        batch=trial.batch,
        threads=trial.threads,
        cache=str(trial.cache.resolve()) if trial.cache else "",
    )


def _given(subject: str, part: Sequence[LabelledText]) -> Sequence[LabelledText]:
    """The texts of a pass: all, some for BERT-base, none to measure the limit."""
    if subject == LIMIT:
        return ()
    return part[::SPARING] if subject == BERT_BASE else part


def _summary(
    trial: Trial,
    found: Mapping[str, Sequence[Mapping[str, float]]],
    peaks: Mapping[str, int],
    starts: Mapping[str, float],
) -> Benchmark:
    folder = ModelFolder(trial.folder)
    operations, tokens = _operations(folder, trial.items)
    counts = {name: [len(_given(name, part)) for part in trial.parts] for name in found}
    limits = {key: median(run[key] for run in found[LIMIT]) for key in found[LIMIT][0]}
    rates = {
        name: median(n / run["seconds"] for n, run in zip(counts[name], runs, strict=True))
        for name, runs in found.items()
        if name != LIMIT
    }

    def cost(name: str) -> Cost:
        share = rates[name] * operations / limits[_ARITHMETIC[name]]
        return Cost(
            subject=name,
            texts=sum(counts[name]),
            texts_per_second=rates[name],
            ratio=rates[name] / rates[BERT_BASE],
            share_of_limit=None if name == BERT_BASE else share,
            peak_bytes=peaks[name],
            start_seconds=starts[name],
        )

    return Benchmark(
        texts=len(trial.items),
        mean_tokens=tokens,
        costs=tuple(map(cost, rates)),
        limits=limits,
    )


def _operations(folder: ModelFolder, items: Sequence[LabelledText]) -> tuple[float, float]:
    """Of the linear maps for a text, on average; and its tokens."""
    limit = folder.config.max_position_embeddings
    encoded = TextEncoder(folder.path).encode([item.text for item in items], limit=limit)
    tokens = sum(len(text.ids) for text in encoded) / len(items)
    return tokens * _per_token(folder.config), tokens


def _per_token(config: ModelConfig) -> int:
    """A multiplication and an addition for each weight of the layers' linear maps."""
    size, inner = config.hidden_size, config.intermediate_size
    return config.num_hidden_layers * 2 * (4 * size * size + 2 * size * inner)
