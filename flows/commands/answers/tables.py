"""Answers for people: a table where it fits, one field a line where it does not. Text is never read as markup and never becomes a link."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.commands.answers import values

if TYPE_CHECKING:
    from rich.console import Console

    from warehouse import Answer

ROWS = 500  # rows shown; the other formats give all
_NARROW = 12  # columns of the screen that a wide field needs at least
_WHOLE = 18  # characters of a field that stays on one line
_LONG = 600  # characters shown of one field


def show(answer: "Answer", output: Path | None = None) -> None:
    """Print an answer, or write it to a file as it would be printed."""
    if output is not None:
        with output.open("w", encoding="utf-8") as file:
            _print(_console(file), answer)
        return
    _print(_console(sys.stdout), answer)


def _console(file: Any) -> "Console":
    from rich.console import Console

    width = shutil.get_terminal_size((120, 24)).columns if file is sys.stdout and sys.stdout.isatty() else 160
    return Console(file=file, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def _print(console: "Console", answer: "Answer") -> None:
    if not answer.columns:
        console.print("done")
        return
    cells = [[values.shown(value)[:_LONG] for value in row] for row in answer.rows[:ROWS]]
    if _fits(answer.columns, cells, console.width):
        grid(console, answer.columns, cells)
    else:
        _fields(console, answer.columns, cells)
    more = len(answer) - len(cells)
    left = f"; {more:,} more: --format csv gives all" if more else ""
    console.print(f"{len(cells):,} row{'' if len(cells) == 1 else 's'}{left}", style="dim")


def _fits(columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> bool:
    """Whether every column can have its width, or at least a readable part of it."""
    longest = [max([len(name), *(len(row[index]) for row in cells)]) for index, name in enumerate(columns)]
    return sum(min(one, _NARROW) + 2 for one in longest) <= width


def grid(console: "Console", columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Print a table of texts that are harmless already."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, name in enumerate(columns):
        longest = max((len(row[index]) for row in cells), default=0)
        # A date, a number or an id broken over two lines can't be read or copied; text can.
        table.add_column(Text(values.harmless(name)), overflow="fold", no_wrap=longest <= _WHOLE)
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _fields(console: "Console", columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.text import Text

    wide = max(len(name) for name in columns)
    for number, row in enumerate(cells, start=1):
        console.print(Text(f"-- {number} --", style="dim"))
        for name, cell in zip(columns, row, strict=True):
            if cell:
                console.print(Text.assemble((values.harmless(name).ljust(wide), "bold"), "  ", cell))
