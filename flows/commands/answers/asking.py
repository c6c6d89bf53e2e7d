"""The options that all asking commands share, and the way from a question to its answer in the format that was asked for."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

FORMATS = ("table", "csv", "json", "jsonl", "parquet")
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where to ask, and how the answer is to come."""

    folder: Path
    form: str  # one of FORMATS
    output: Path | None  # None = standard output


def options(command: Command) -> Command:
    """Add --warehouse, --format and --output to a command."""
    for option in (
        click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead of the screen."),
        click.option(
            "--format",
            "form",
            type=click.Choice(FORMATS),
            default="table",
            show_default=True,
            help="CSV guards cells that a spreadsheet would run (a leading ' before = + - @).",
        ),
        click.option(
            "--warehouse",
            "folder",
            type=click.Path(path_type=Path),
            default="warehouse",
            show_default=True,
            envvar="EVWATCH_WAREHOUSE",
            help="Folder of the data.",
        ),
    ):
        command = option(command)
    return command


@contextmanager
def answering() -> Iterator[None]:
    """Turn errors of asking into a message and an exit code: 2 for a wrong question, 1 for anything else."""
    from warehouse import QuestionError, WarehouseError

    try:
        yield
    except QuestionError as error:
        click.echo(f"Error: {_plain(str(error))}", err=True)
        sys.exit(2)
    except WarehouseError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error


def asked(wanted: Wanted, sql: str, parameters: Mapping[str, Any] | Sequence[Any] | None = None) -> int:
    """Ask, give the answer, and return the number of rows."""
    from flows.commands.answers import files, tables
    from warehouse import Warehouse

    warehouse = Warehouse(wanted.folder)
    if wanted.form == "parquet":
        return warehouse.save(wanted.output or sys.stdout.buffer, sql, parameters)
    answer = warehouse.ask(sql, parameters)
    if wanted.form == "table":
        tables.show(answer, wanted.output)
    else:
        files.write(answer, wanted.form, wanted.output)
    return len(answer)


def _plain(text: str) -> str:
    from flows.commands.answers import values

    return "\n".join(values.harmless(line) for line in text.splitlines())
