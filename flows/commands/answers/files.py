"""Answers for programs: CSV, JSON, JSON lines, to a file or to standard output."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from flows.commands.answers import values

if TYPE_CHECKING:
    from warehouse import Answer


def write(answer: "Answer", form: str, output: Path | None) -> None:
    """Write an answer as csv, json or jsonl."""
    with _opened(output) as file:
        if form == "csv":
            _csv(answer, file)
        elif form == "jsonl":
            file.writelines(f"{values.packed(row)}\n" for row in answer.dicts())
        else:
            rows = ",\n ".join(values.packed(row) for row in answer.dicts())
            file.write(f"[{rows}]\n")


def _csv(answer: "Answer", file: IO[str]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([values.cell(name) for name in answer.columns])
    writer.writerows([values.cell(value) for value in row] for row in answer.rows)


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    with output.open("w", encoding="utf-8", newline="") as file:
        yield file
