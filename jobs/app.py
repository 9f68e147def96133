"""The parts of remous, put together once for a process or a test."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.clock import Clock
from core.settings import ModelSettings, Settings
from nlp.entities import Linker, read_aliases
from nlp.pipeline import Reader

if TYPE_CHECKING:
    from nlp.prediction import Scorer
    from storage.database import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What the jobs work with."""

    settings: Settings
    store: "Store"
    clock: Clock
    reader: Reader


def make_scorer(model: ModelSettings) -> "Scorer":
    """The scorer of the settings.

    Raises:
        ModelError: if the model folder can't be loaded.
    """
    # Here: it brings the network's library, which takes seconds.
    from nlp.scorer import load_scorer

    return load_scorer(
        model.folder,
        backend=model.backend,
        batch=model.batch,
        threads=model.threads,
        cache=model.cache,
    )


def make_reader(model: ModelSettings, *, linker: Linker | None = None) -> Reader:
    """A reader with the model of the settings; the bundled alias table if none is given.

    Raises:
        ModelError: if the model folder can't be loaded.
    """
    return Reader(make_scorer(model), linker or Linker(read_aliases()))
