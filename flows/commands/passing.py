"""Carrying out a pass for a command: with or without Prefect, its errors as exit codes, its result as a summary."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from flows.archive import ArchiveError
from flows.cli import BUSY, FAILED, WRONG_USAGE
from flows.commands import console, summary
from flows.locking import AlreadyRunningError
from flows.opening import Options, UnknownSourceError
from flows.progress import LISTENER
from flows.sources import SourcesError
from flows.stages.context import Tally
from flows.stages.store import NotLoadedError
from warehouse import WarehouseError

EXPECTED = (AlreadyRunningError, SourcesError, UnknownSourceError, NotLoadedError, WarehouseError, ArchiveError)  # a line is enough


def carry_out(options: Options, *, as_json: bool) -> None:
    """Run one pass and tell what it found; ends the process with the fitting exit code if it fails."""
    listener = console.listener(quiet=as_json)
    LISTENER.set(listener)
    try:
        with errors_as_exit_codes():
            tally = _prefect(options) if options.way == "prefect" else _direct(options)
    finally:
        if isinstance(listener, console.BarLines):
            listener.close()
    if as_json:
        click.echo(json.dumps(summary.as_values(Path(options.warehouse), tally)))
    else:
        summary.show(Path(options.warehouse), tally, sample=options.sample)


@contextmanager
def errors_as_exit_codes() -> Iterator[None]:
    """Turn the errors that a user can do something about into a line and an exit code; others keep their traceback and end with 1."""
    try:
        yield
    except AlreadyRunningError as error:
        _end(f"another run is active: {error}", BUSY)
    except (SourcesError, UnknownSourceError) as error:
        _end(str(error), WRONG_USAGE)
    except (NotLoadedError, WarehouseError, ArchiveError) as error:
        _end(f"the run failed, nothing is lost: {error}", FAILED)


def _end(message: str, code: int) -> None:
    for line in message.splitlines():
        click.echo(f"evwatch: {console.harmless(line)}", err=True)
    sys.exit(code)


def _direct(options: Options) -> Tally:
    from flows import passes
    from flows.opening import opened

    async def once() -> Tally:
        async with opened(options) as context:
            return await passes.run(passes.Pass(context))

    return asyncio.run(once())


def _prefect(options: Options) -> Tally:
    from flows import orchestration

    orchestration.prepare(Path(options.warehouse))
    from flows.monitor import monitor
    from flows.serving import parameters

    async def once() -> Tally | BaseException:
        state: Any = await monitor(**parameters(options), return_state=True)
        found: Tally | BaseException = await state.aresult(raise_on_failure=False)
        return found

    found = asyncio.run(once())
    if isinstance(found, EXPECTED):
        raise found
    if isinstance(found, BaseException):
        click.echo(f"evwatch: the run failed, nothing is lost: {type(found).__name__}: {console.harmless(str(found))}", err=True)
        sys.exit(FAILED)
    return found
