"""Where results go: the terminal, or files that appear whole or not at all."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from core.errors import InputError


@contextmanager
def text_output(path: Path | None) -> Iterator[TextIO]:
    """A text file that appears when the block ends without error; stdout if None or "-".

    Raises:
        InputError: if it can't be written.
    """
    if path is None or str(path) == "-":
        yield sys.stdout
        return
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("w", encoding="utf-8") as file:
            yield file
        partial.replace(path)
    except OSError as e:
        raise InputError(path, e.strerror or "can't be written", remedy="check the path") from e
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def output_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill; its entries replace those of `folder` when the block ends without error.

    Raises:
        InputError: if it can't be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as e:
        raise InputError(folder, e.strerror or "can't be written", remedy="check the path") from e
    try:
        yield partial
        folder.mkdir(exist_ok=True)
        for entry in partial.iterdir():
            _put_in_place(entry, folder / entry.name)
    except OSError as e:
        raise InputError(folder, e.strerror or "can't be written", remedy="check the path") from e
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _put_in_place(entry: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    entry.replace(target)
