"""Carrying out a pass for a command: with or without Prefect, its errors as exit codes, its result as a summary."""

import asyncio
import errno
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from flows.archive import ArchiveError
from flows.cli import BUSY, FAILED, OK, WRONG_USAGE
from flows.commands import console, summary
from flows.locking import AlreadyRunningError
from flows.opening import Options, UnknownSourceError
from flows.progress import LISTENER
from flows.sources import SourcesError
from flows.stages.context import Tally
from flows.stages.store import NotLoadedError
from warehouse import WarehouseError

EXPECTED = (AlreadyRunningError, SourcesError, UnknownSourceError, NotLoadedError, WarehouseError, ArchiveError)  # a line is enough

_DISK = {  # what a disk says, and what to do
    errno.ENOSPC: "make room",
    errno.EDQUOT: "make room",
    errno.EFBIG: "make room",
    errno.EROFS: "let evwatch write there",
    errno.EACCES: "let evwatch write there",
    errno.EPERM: "let evwatch write there",
}
_GOODBYE_S = 15.0  # for what a process does at its end


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
    except OSError as error:
        if error.errno not in _DISK:
            raise
        _end(f"the run failed, nothing is lost: {error}; {_DISK[error.errno]} and run again", FAILED)


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
    from flows.monitor import carried_out
    from flows.serving import parameters

    runner = asyncio.Runner()
    found, noted = runner.run(carried_out(parameters(options)))
    _leave_in_time(FAILED if isinstance(found, BaseException) else OK)
    if noted:
        runner.close()
    else:  # what is still under way would not end, so it is left: closing would wait for it
        click.echo("evwatch: Prefect's server went away during the run: its pages lack the rest of it, the data is whole", err=True)
        click.get_current_context().call_on_close(lambda: _leave(OK, runner))
    if isinstance(found, (*EXPECTED, OSError)):
        raise found
    if isinstance(found, BaseException):
        told = f"the run failed, nothing is lost: {type(found).__name__}: {console.harmless(str(found))}"
        click.echo(f"evwatch: {told}; run again, with --direct where Prefect is the trouble", err=True)
        sys.exit(FAILED)
    return found


def _leave_in_time(code: int) -> None:
    """End the process before long, whatever happens: Prefect tries for minutes to tell a server that is gone about each task."""
    end = threading.Timer(_GOODBYE_S, _leave, [code])
    end.daemon = True
    end.start()


def _leave(code: int, *held: object) -> None:
    """End the process at once; what is `held` until now was not to be cleared away."""
    del held
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
