"""Rows of CSV files, with the line to name when one of them can't be used."""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO

from core.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: its cells by column, without the blanks around them."""

    path: Path
    line: int
    cells: Mapping[str, str]

    def error(self, problem: str, *, remedy: str = "correct the line") -> InputError:
        """An error about this line."""
        return InputError(f"{self.path}:{self.line}", problem, remedy=remedy)

    def text(self, column: str) -> str:
        """The cell.

        Raises:
            InputError: if it is empty.
        """
        if not (cell := self.cells[column]):
            raise self.error(f"{column} is empty")
        return cell

    def number(self, column: str) -> float:
        """The cell as a finite number.

        Raises:
            InputError: if it isn't one.
        """
        cell = self.text(column)
        try:
            value = float(cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.error(f"{column} {cell!r} is not a number")
        return value

    def day(self, column: str) -> date:
        """The cell as a date.

        Raises:
            InputError: if it isn't written YYYY-MM-DD.
        """
        cell = self.text(column)
        try:
            return date.fromisoformat(cell)
        except ValueError as e:
            raise self.error(f"{column} {cell!r} is not a date", remedy="write YYYY-MM-DD") from e


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a comma-separated UTF-8 file with a header.

    Args:
        path: The file.
        columns: The columns that it must have; others are ignored.

    Raises:
        InputError: if it can't be read, lacks a column, or a line has too few or many cells.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(path, file, columns)
    except OSError as e:
        raise InputError(path, e.strerror or "can't be read", remedy="check the path") from e
    except (UnicodeDecodeError, csv.Error) as e:
        raise InputError(path, f"malformed: {e}", remedy="save it as CSV in UTF-8") from e


def _rows(path: Path, file: TextIO, columns: Sequence[str]) -> Iterator[Row]:
    reader = csv.reader(file, strict=True)
    header = [name.strip() for name in next(reader, [])]
    if missing := [name for name in columns if name not in header]:
        raise InputError(
            f"{path}:1",
            f"no column {', '.join(missing)}",
            remedy=f"the header must have {','.join(columns)}",
        )
    for cells in reader:
        if not cells:
            continue
        named = dict(zip(header, map(str.strip, cells), strict=False))
        row = Row(path=path, line=reader.line_num, cells=named)
        if len(cells) != len(header):
            raise row.error(f"{len(cells)} cells under {len(header)} columns")
        yield row
