"""Staying and running on a schedule through Prefect: `evwatch serve`.

A schedule needs a real Prefect server. Where none is configured, one is started here, watched, started again if it dies, and stopped
with us: even a kill -9 of this process takes it along. Runs never overlap (limit 1, new ones are cancelled), also after downtime,
when Prefect would start every run that was missed.
"""

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.error import URLError

from flows import orchestration
from flows.opening import Options

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_START_S = 180.0  # a first start on a loaded machine migrates its database for half a minute
_STOP_S = 15.0
_PAUSE_S = 5.0  # between two tries to reach a server that is gone

Tell = Callable[[str], None]


class ServerError(Exception):
    """Prefect's server did not start; the message says what it printed last."""


def serve(options: Options, *, every: timedelta | None, cron: str | None, port: int, tell: Tell) -> None:
    """Run passes with `options` on a schedule until interrupted: `every` some time, or by `cron` (in UTC).

    Raises ServerError if a server of our own cannot be started.
    """
    orchestration.prepare(Path(options.warehouse))
    signal.signal(signal.SIGTERM, _interrupt)
    with _server(port, Path(options.warehouse), tell) as api:
        os.environ["PREFECT_API_URL"] = api
        tell(f"Prefect server: {api.removesuffix('/api')} (its pages show every run); stop with Ctrl-C")
        _serve(options, every, cron, tell)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


def _serve(options: Options, every: timedelta | None, cron: str | None, tell: Tell) -> None:
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: PLC0415 - Prefect reads its settings when it is imported
    from prefect.schedules import Cron, Interval  # noqa: PLC0415 - as above
    from prefect.types.entrypoint import EntrypointType  # noqa: PLC0415 - as above

    from flows.monitor import monitor  # noqa: PLC0415 - as above

    deployment = monitor.to_deployment(
        "scheduled",
        schedule=Cron(cron, timezone="UTC") if cron else Interval(every or timedelta(minutes=15), timezone="UTC"),
        parameters=parameters(options),
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=["evwatch"],
    )
    mark_crashed_runs()
    asyncio.run(_stay(deployment, tell))


async def _stay(deployment: Any, tell: Tell) -> None:
    """Run what comes due until a signal says to stop. A server that is away for long ends Prefect's runner: then another one takes over."""
    from prefect.runner import Runner  # noqa: PLC0415 - Prefect reads its settings when it is imported

    stop = asyncio.Event()
    while not stop.is_set():
        runner = Runner(name="evwatch", pause_on_shutdown=False, limit=1)
        try:
            await runner.aadd_deployment(deployment)
            await _running(runner, stop)
        except Exception as error:  # noqa: BLE001 - whatever ends it, the schedule goes on
            tell(f"Prefect's server does not answer ({_inmost(error)}); trying again every {_PAUSE_S:.0f} s (no data is lost)")
            _on_signals(stop.set)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _PAUSE_S)


async def _running(runner: Any, stop: asyncio.Event) -> None:
    """Let `runner` run until a signal comes, then have it end the run under way and stop."""
    works = asyncio.create_task(runner.start())
    await asyncio.sleep(0)  # it sets a handler of its own first, which loses the coroutine that stops it
    told = asyncio.create_task(stop.wait())
    _on_signals(stop.set)
    await asyncio.wait({works, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if stop.is_set() and not works.done():
        with suppress(Exception):  # a server that is gone cannot be told; the run ends all the same
            await asyncio.wait_for(runner.astop(), _STOP_S)
    elif not stop.is_set():
        await works
        return
    works.cancel()
    await asyncio.wait({works}, timeout=_STOP_S)


def _on_signals(act: Callable[[], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, act)


def _inmost(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}".splitlines()[0]


def parameters(options: Options) -> dict[str, object]:
    """Return the flow's parameters; paths are absolute, as the run's process may start anywhere."""
    return {
        "sources": str(Path(options.sources).absolute()),
        "warehouse": str(Path(options.warehouse).absolute()),
        "only": list(options.only) or None,
        "force": options.force,
        "sample": options.sample,
    }


def mark_crashed_runs() -> None:
    """Have the server mark runs as crashed whose process no longer gives a heartbeat (three in a row missed)."""
    from prefect.automations import Automation  # noqa: PLC0415 - Prefect reads its settings when it is imported
    from prefect.client.schemas.objects import StateType  # noqa: PLC0415 - as above
    from prefect.events.actions import ChangeFlowRunState  # noqa: PLC0415 - as above
    from prefect.events.schemas.automations import EventTrigger, Posture  # noqa: PLC0415 - as above
    from prefect.events.schemas.events import ResourceSpecification  # noqa: PLC0415 - as above

    ends = {f"prefect.flow-run.{state}" for state in ("heartbeat", "Completed", "Partial", "Failed", "Cancelled", "Crashed")}
    name = "evwatch: mark runs without a heartbeat as crashed"
    try:
        asyncio.run(Automation.aread(name=name))
    except ValueError:  # not there yet
        automation = Automation(
            name=name,
            trigger=EventTrigger(
                after={"prefect.flow-run.heartbeat"},
                expect=ends,
                match=ResourceSpecification.model_validate({"prefect.resource.id": ["prefect.flow-run.*"]}),
                for_each={"prefect.resource.id"},
                posture=Posture.Proactive,
                threshold=1,
                within=timedelta(seconds=90),
            ),
            actions=[ChangeFlowRunState(name=None, state=StateType.CRASHED, message="No heartbeat for 90 seconds.", force=False)],
        )
        asyncio.run(automation.acreate())


@contextmanager
def _server(port: int, warehouse: Path, tell: Tell) -> Iterator[str]:
    """Give the API address of the configured server, or of one of our own for the time of the block."""
    if configured := os.environ.get("PREFECT_API_URL"):
        yield configured
        return
    supervised = Supervised(_free(port), warehouse / "private" / "prefect" / "server.log", tell)
    try:
        supervised.start()
        yield supervised.api
    finally:
        supervised.stop()


def _free(port: int) -> int:
    """Return `port` if it can be had, else any free one."""
    for wish in (port, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wish))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServerError("no port is free on 127.0.0.1")


class Supervised:
    """A Prefect server of our own: started, watched, and stopped."""

    def __init__(self, port: int, log: Path, tell: Tell) -> None:
        self.api = f"http://127.0.0.1:{port}/api"
        self._port, self._log, self._tell = port, log, tell
        self._process: subprocess.Popen[bytes] | None = None
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._watching, daemon=True)

    def start(self) -> None:
        """Start the server and wait until it answers; raises ServerError if it doesn't."""
        self._tell("Starting a Prefect server of our own (the first time takes half a minute) ...")
        self._spawn()
        ends = time.monotonic() + _START_S
        while not self.answers():
            if self._exited() or time.monotonic() > ends:
                raise ServerError(f"Prefect's server did not start; its last words ({self._log}): {self._last_words()}")
            time.sleep(0.25)
        self._watch.start()

    def answers(self) -> bool:
        """Whether the server says that it is well."""
        try:
            with urllib.request.urlopen(f"{self.api}/health", timeout=2) as answer:  # noqa: S310 - our own loopback address
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        """Stop the server cleanly, or hard where it does not listen."""
        self._done.set()
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _spawn(self) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(self._port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and words
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - it only calls the kernel, and takes no lock
            )

    def _watching(self) -> None:
        while not self._done.wait(2.0):
            if self._exited():
                self._tell("Prefect's server died; starting it again (data is safe: it is not kept there)")
                self._spawn()

    def _exited(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace")[-600:].strip() if self._log.exists() else "none"


def _die_with_parent() -> None:
    """Ask the kernel to kill this child when the thread that started it ends, however it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
