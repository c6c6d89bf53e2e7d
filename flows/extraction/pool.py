"""The pool: as many workers as cores, one page or feed each at a time, each within its limits of time and memory.

`extract` and `read` wait for a free worker before they pass anything on, so that the pool never holds more than its workers do. A worker
that takes too long, runs out of memory or dies costs what it was reading only; it is killed, and a new one starts with the next question.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from flows.extraction import frames
from flows.records import Article, Outcome, Page, Reading, Response, Source
from flows.steps import feeds
from flows.steps.articles.failures import Unreadable

_T = TypeVar("_T")
_RECYCLED = 2000  # questions after which a worker is replaced: bounds what its caches and a fragmented heap can grow to
_START_S = 90.0  # seconds in which a new worker must be ready, on a busy machine too
_STOP_S = 5.0  # seconds in which a worker that was told to end must have ended
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Extractor:
    """Reads pages and feeds in `workers` processes (None = one for each core); an asynchronous context manager.

    Each may take `seconds` and `megabytes` of memory; past that, the answer is Unreadable.
    """

    def __init__(
        self, workers: int | None = None, seconds: float = 20.0, megabytes: int = 1024, *, recycled_after: int = _RECYCLED
    ) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._seconds = seconds
        self._megabytes = megabytes
        self._recycled_after = recycled_after
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._free = asyncio.Semaphore(self.workers)
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="extraction")
        self._closed = False

    async def __aenter__(self) -> Self:
        """Start nothing yet: the first questions start the workers, so that a run without news pays for none."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Kill all workers, also busy ones, and wait until they are gone."""
        self._closed = True
        with self._lock:
            workers = list(self._all)
        for worker in workers:
            worker.kill()
        await asyncio.to_thread(self._threads.shutdown)
        for worker in list(self._all):
            self._drop(worker)

    async def warm(self) -> None:
        """Start all workers and wait until they are ready."""
        started = await asyncio.gather(*(self._in_thread(self._start) for _ in range(self.workers)))
        with self._lock:
            self._idle.extend(started)

    async def extract(self, page: Page) -> Article | Unreadable:
        """Return the article of `page`, or why there is none; waits while all workers are busy. Never raises for what the page is."""
        async with self._free:
            return await self._in_thread(lambda: self._ask("page", page, frames.to_article))

    async def read(self, source: Source, response: Response, now: datetime) -> Reading:
        """Return what `response`, the answer of `source`, holds; waits and never raises, as `extract`.

        Its outcome is UNREADABLE where that cannot be told: there are always bytes that no parser was made for.
        """
        if response.outcome is not Outcome.OK:
            return feeds.read(source, response, now)
        async with self._free:
            found = await self._in_thread(lambda: self._ask("feed", frames.Feed(source, response, now), frames.to_reading))
        return Reading((), Outcome.UNREADABLE, str(found)) if isinstance(found, Unreadable) else found

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _ask(self, noun: str, question: Page | frames.Feed, answer_of: Callable[[bytes], _T]) -> _T | Unreadable:
        """Have a worker read what `question` holds, a `noun`; runs in a thread of its own."""
        if self._closed:
            return Unreadable(f"extraction: stopped before the {noun} was read")
        try:
            worker = self._taken() or self._start()
        except (frames.Ended, frames.Silence, OSError) as error:
            return Unreadable(f"extraction: expected a worker to start within {_START_S:.0f} s, found {type(error).__name__}")
        answer, is_well = worker.ask(noun, question, answer_of, self._seconds)
        if is_well and worker.asked < self._recycled_after and not self._closed:
            with self._lock:
                self._idle.append(worker)
        else:
            self._drop(worker)
        return answer

    def _taken(self) -> "_Worker | None":
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _start(self) -> "_Worker":
        worker = _Worker(self._megabytes)
        with self._lock:
            self._all.add(worker)
        try:
            worker.wait_until_ready()
        except BaseException:
            self._drop(worker)
            raise
        return worker

    def _drop(self, worker: "_Worker") -> None:
        worker.end()
        with self._lock:
            self._all.discard(worker)


class _Worker:
    """One process and the two pipes to it."""

    def __init__(self, megabytes: int) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(  # noqa: S603 -- our own program, no shell, no input in its arguments
            [sys.executable, "-m", "flows.extraction.worker", str(megabytes), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ONE_THREAD, "PYTHONPATH": paths},
            bufsize=0,
        )
        self.asked = 0

    def wait_until_ready(self) -> None:
        """Raise Silence or Ended if the process is not ready in time."""
        frames.receive(self._answers, time.monotonic() + _START_S)

    def ask(
        self, noun: str, question: Page | frames.Feed, answer_of: Callable[[bytes], _T], seconds: float
    ) -> tuple[_T | Unreadable, bool]:
        """Return what came of `question`, a `noun`, and whether the worker may go on."""
        self.asked += 1
        deadline = time.monotonic() + seconds
        try:
            frames.send(self._questions, frames.of_question(question), deadline)
            answer = answer_of(frames.receive(self._answers, deadline))
        except frames.Silence:
            return Unreadable(f"{noun}: expected an answer within {seconds:g} s, found none"), False
        except frames.Ended:
            return Unreadable(f"{noun}: its reader {self._end()}"), False
        except (ValueError, TypeError, KeyError) as error:
            return Unreadable(f"{noun}: its reader gave no answer: {type(error).__name__}"), False
        return answer, not (isinstance(answer, Unreadable) and "memory" in answer.reason)

    @property
    def _questions(self) -> int:
        return self._process.stdin.fileno() if self._process.stdin else -1

    @property
    def _answers(self) -> int:
        return self._process.stdout.fileno() if self._process.stdout else -1

    def _end(self) -> str:
        """Say how the process ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self._process.wait(_STOP_S)
            return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        return "closed its pipe"

    def kill(self) -> None:
        """Kill the process, whatever it does."""
        self._process.kill()

    def end(self) -> None:
        """Kill the process, wait for it and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
