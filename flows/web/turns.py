"""Whose turn it is: one request at a time and a pause per registered domain, a limit over all, and domains that asked to be left alone.

Knows no HTTP. Waiting for a domain takes no place from others, and a request that waits for a slow server gives its place back.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_AT_MOST = 4  # times the concurrency: requests open at once, the slow ones included


class ClosedError(Exception):
    """The domain asked to be left alone for longer than is worth waiting."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the site asked for a pause; {seconds:.0f} s of it are left")
        self.seconds = seconds


@dataclass(slots=True)
class _Lane:
    """One registered domain."""

    pause_s: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0  # by the loop's clock
    closed_until: float = 0.0


@dataclass(slots=True)
class _Place:
    """Given back once, by whoever comes first."""

    places: asyncio.Semaphore
    held: bool = True

    def give_back(self) -> None:
        if self.held:
            self.held = False
            self.places.release()


class Places:
    """So many requests count at once; each counts for at most `slow_s` seconds."""

    def __init__(self, count: int, slow_s: float) -> None:
        self._places = asyncio.Semaphore(count)
        self._open = asyncio.Semaphore(count * _AT_MOST)
        self._slow_s = slow_s

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """Hold a place, or be one of the slow after a while."""
        async with self._open:
            await self._places.acquire()
            place = _Place(self._places)
            timer = asyncio.get_running_loop().call_later(self._slow_s, place.give_back)
            try:
                yield
            finally:
                timer.cancel()
                place.give_back()


class Turns:
    """The lanes of all domains."""

    def __init__(self, places: Places, pause_s: float, pauses: dict[str, float], patience_s: float) -> None:
        self._places = places
        self._pause_s = pause_s
        self._pauses = pauses
        self._patience_s = patience_s
        self._lanes: dict[str, _Lane] = {}

    def _lane(self, domain: str) -> _Lane:
        if domain not in self._lanes:
            self._lanes[domain] = _Lane(max(self._pause_s, self._pauses.get(domain, 0.0)))
        return self._lanes[domain]

    @asynccontextmanager
    async def take(self, domain: str) -> AsyncIterator[None]:
        """Wait for the turn of a request to `domain` and hold it, then pause; raises ClosedError where the domain wants to be left alone."""
        lane, clock = self._lane(domain), asyncio.get_running_loop().time
        async with lane.lock:
            closed_s = lane.closed_until - clock()
            if closed_s > self._patience_s:
                raise ClosedError(closed_s)
            await asyncio.sleep(max(closed_s, lane.free_at - clock(), 0))
            try:
                async with self._places.take():
                    yield
            finally:
                lane.free_at = clock() + lane.pause_s

    def spare(self, domain: str) -> None:
        """Take the pause back that would follow now: nobody at `domain` was asked."""
        self._lane(domain).free_at = 0.0

    def slow_down(self, domain: str, pause_s: float) -> None:
        """Make the pause of `domain` at least `pause_s`."""
        lane = self._lane(domain)
        lane.pause_s = max(lane.pause_s, pause_s)

    def close(self, domain: str, seconds: float) -> None:
        """Leave `domain` alone for so long."""
        lane = self._lane(domain)
        lane.closed_until = max(lane.closed_until, asyncio.get_running_loop().time() + seconds)
