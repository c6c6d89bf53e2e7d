"""How a pass looks on the console: bars on a terminal, plain lines elsewhere, nothing at all for machines.

What comes from the web is never printed as it is: control characters could drive the terminal.
"""

import sys
import unicodedata

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from flows.progress import Progress, Silence

_WIDTH = 60  # characters of a note beside its bar


def harmless(text: str) -> str:
    """Return `text` without characters that drive a terminal or turn its direction (categories C*), on one line."""
    return "".join(" " if letter in "\n\r\t" else "" if unicodedata.category(letter)[0] == "C" else letter for letter in text)


class Lines:
    """A listener that prints a line when a stage opens and when it closes."""

    def begin(self, stage: str, total: int) -> None:
        """Say what begins."""
        print(f"{stage}: {total or '?'} to do", file=sys.stderr, flush=True)  # noqa: T201 - the console is its job

    def advance(self, stage: str, note: str = "") -> None:
        """Say nothing: a log needs no line for each page."""

    def end(self, stage: str, note: str) -> None:
        """Say how it went."""
        print(f"{stage}: {harmless(note)}", file=sys.stderr, flush=True)  # noqa: T201 - the console is its job


class BarLines:
    """A listener that draws a bar for each stage."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description:>8}"),
            BarColumn(24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
        )
        self._bars = Bars(*columns, console=Console(stderr=True))
        self._tasks: dict[str, object] = {}
        self._bars.start()

    def begin(self, stage: str, total: int) -> None:
        """Draw a bar."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total or None, note="")

    def advance(self, stage: str, note: str = "") -> None:
        """Move it."""
        if stage in self._tasks:
            self._bars.update(self._tasks[stage], advance=1, note=_short(note))  # type: ignore[arg-type] # TaskID is an int by another name

    def end(self, stage: str, note: str) -> None:
        """Fill it."""
        self.begin(stage, 1)
        bar = self._bars.tasks[int(str(self._tasks[stage]))]
        self._bars.update(bar.id, total=bar.total or 1, completed=bar.total or 1, note=_short(note))

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._bars.stop()


def _short(note: str) -> str:
    return escape(harmless(note)[:_WIDTH])


def listener(*, quiet: bool) -> Progress:
    """Return the listener that fits where the output goes."""
    if quiet:
        return Silence()
    return BarLines() if sys.stderr.isatty() else Lines()
