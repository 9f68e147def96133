"""What several commands need: settings with logs set up, a console, text to read."""

import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

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


def console(*, stderr: bool = False) -> Console:
    """A terminal that shows text as it is: a headline may hold what looks like markup."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def text_lines(path: Path | None) -> Iterator[str]:
    """Yield the lines of a UTF-8 file, of stdin if None or "-"; opened by the first `next`.

    Raises:
        InputError: if it can't be read.
    """
    try:
        if path is None or str(path) == "-":
            yield from sys.stdin
        else:
            with path.open(encoding="utf-8-sig") as file:
                yield from file
    except OSError as e:
        raise InputError(path, e.strerror or "can't be read", remedy="check the path") from e
    except UnicodeDecodeError as e:
        subject = path or "stdin"
        raise InputError(subject, "isn't UTF-8", remedy="convert it to UTF-8") from e
