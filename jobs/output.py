"""Where results go: the terminal, or files that appear whole or not at all."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from core.errors import InputError


@contextmanager
def text_output(path: Path | None) -> Iterator[TextIO]:
    """A text file that appears when the block ends without error; stdout if None or "-".

    A device or a pipe is written to as it stands.

    Raises:
        InputError: if it can't be written.
    """
    if path is None or str(path) == "-":
        yield sys.stdout
        return
    as_it_stands = path.exists() and not path.is_file()
    with _translated(path), _open(path) if as_it_stands else _replacing(path.resolve()) as file:
        yield file


@contextmanager
def output_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill; when the block ends without error, it becomes `folder`.

    If that exists, the new entries replace those of the same name, and others stay. After an
    error everything is as it was.

    Raises:
        InputError: if it can't be written.
    """
    target = folder.resolve()
    # Within a folder that exists: it may be the mount point of another file system.
    home = target if target.is_dir() else target.parent
    made = [parent for parent in (home, *home.parents) if not parent.exists()]
    partial = _partial(home, target.name)
    with _translated(folder):
        if target.exists() and not target.is_dir():
            raise InputError(folder, "isn't a folder", remedy="give another one")
        try:
            partial.mkdir(parents=True)
            yield partial
            _put_in_place(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
            with suppress(OSError):  # unless there is something in it now
                for parent in made:
                    parent.rmdir()


def _open(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8")


@contextmanager
def _replacing(target: Path) -> Iterator[TextIO]:
    partial = _partial(target.parent, target.name)
    try:
        with _open(partial) as file:
            yield file
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _partial(folder: Path, name: str) -> Path:
    return folder / f".{name}.{os.getpid()}.partial"


def _put_in_place(made: Path, target: Path) -> None:
    """Move a folder to where it belongs, or its files over those of one that is there."""
    if not target.exists():
        made.rename(target)
        return
    for entry in made.iterdir():
        if entry.is_dir():
            _put_in_place(entry, target / entry.name)
        else:
            entry.replace(target / entry.name)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as e:
        raise InputError(path, e.strerror or "can't be written", remedy="check the path") from e
