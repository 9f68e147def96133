"""What several commands need: settings with logs set up, files to read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from core.errors import InputError
from core.settings import Settings, load_settings
from jobs.logs import set_up_logs


def load() -> Settings:
    """Read the settings and set up the logs.

    Raises:
        ConfigError: if the settings can't be used.
    """
    settings = load_settings()
    set_up_logs(settings.log)
    return settings


@contextmanager
def text_input(path: Path | None) -> Iterator[TextIO]:
    """A UTF-8 file to read; stdin if None or "-".

    Raises:
        InputError: if it can't be read.
    """
    if path is None or str(path) == "-":
        yield sys.stdin
        return
    try:
        with path.open(encoding="utf-8") as file:
            yield file
    except OSError as e:
        raise InputError(path, e.strerror or "can't be read", remedy="check the path") from e
    except UnicodeDecodeError as e:
        raise InputError(path, "isn't UTF-8", remedy="convert it to UTF-8") from e
