"""One process of `remous bench score`: loads one thing, then runs it when told to.

`python -m nlp.bench_worker JSON` loads what the JSON says (`nlp.bench.Order`), scores one
text and writes a line; then, for each line of texts and spans on stdin, runs them and
answers with a line of figures; at the end of stdin, with its peak memory.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.signals import Span

#: What a run is given: texts, and the spans of each.
Work = Callable[[Sequence[str], Sequence[Sequence[Span]]], None]
Figures = Mapping[str, float]

#: Rows and columns of the products that show the machine's limit.
SIDE = 2048


def main(order: Mapping[str, Any]) -> None:
    """Run what was ordered until stdin ends."""
    run = _limit if order["subject"] == "limit" else _timed(_load(order))
    _say({})
    for line in sys.stdin:
        rows = json.loads(line)
        texts = [text for text, _ in rows]
        spans = [[Span(surface=t[a:b], start=a, end=b) for a, b in found] for t, found in rows]
        _say(run(texts, spans))
    _say({"peak": float(_peak())})


def _say(figures: Figures) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def _timed(work: Work) -> Callable[[Sequence[str], Sequence[Sequence[Span]]], Figures]:
    work(["Nvidia recule, Apple grimpe"], [[Span(surface="Apple", start=15, end=20)]])

    def run(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Figures:
        start = time.perf_counter()
        work(texts, spans)
        return {"seconds": time.perf_counter() - start}

    return run


def _load(order: Mapping[str, Any]) -> Work:
    if order["subject"] == "bert-base":
        return _bert_base(Path(order["folder"]), threads=order["threads"])
    from nlp.scorer import load_scorer

    scorer = load_scorer(
        Path(order["folder"]),
        backend=order["subject"],
        batch=order["batch"],
        threads=order["threads"],
        cache=Path(order["cache"]) if order["cache"] else None,
    )

    def work(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> None:
        scorer.predict(texts, spans)

    return work


def _bert_base(folder: Path, *, threads: int) -> Work:
    """What FinBERT is, a BERT-base, run by its library in batches of 32."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    from nlp.encoding import TextEncoder
    from nlp.folder import ModelFolder
    from nlp.network import pad

    if threads:
        torch.set_num_threads(threads)
    vocabulary = ModelFolder(folder).config.vocab_size
    # A BertConfig is a BERT-base's by default, but for the vocabulary.
    config = BertConfig(vocab_size=vocabulary)
    model = BertForSequenceClassification(config)
    model.eval()
    encoder = TextEncoder(folder)

    def work(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> None:
        encoded = encoder.encode(texts, limit=config.max_position_embeddings)
        encoded.sort(key=lambda text: len(text.ids))
        for at in range(0, len(encoded), 32):
            batch = pad(encoded[at : at + 32], pad_id=0)
            ids, mask = torch.from_numpy(batch.ids), torch.from_numpy(batch.mask)
            with torch.inference_mode():
                model(input_ids=ids, attention_mask=mask)

    return work


def _limit(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Figures:
    """Operations a second in products of large matrices, by arithmetic; texts don't matter."""
    import torch

    from nlp.backends import OPTIONAL, installed

    def product(dtype: torch.dtype) -> Callable[[], object]:
        a, b = torch.randn(SIDE, SIDE, dtype=dtype), torch.randn(SIDE, SIDE, dtype=dtype)
        return lambda: a @ b

    found = {"float32": _rate(product(torch.float32)), "bfloat16": _rate(product(torch.bfloat16))}
    if installed(*OPTIONAL):
        from nlp.int8 import product as bytes_product

        found["int8"] = _rate(bytes_product(SIDE))
    return found


def _rate(work: Callable[[], object]) -> float:
    """Operations a second, the best of five products."""
    work()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(2 * SIDE**3 / np.min(times))


def _peak() -> int:
    """The most memory that this process has held, in bytes.

    Linux keeps it for the program that runs; what getrusage says there is at least the
    memory of the process that started it.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        found = re.search(r"^VmHWM:\s*(\d+) kB$", status.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return int(found[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
