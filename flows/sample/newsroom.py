"""The server of the sample newsroom: loopback only, in a thread of its own, for as long as a `with` block lasts.

Its time stands still at `NOW`, shortly after its newest story, so that every run over it gives the same tables.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from aiohttp import web

from flows.sample import site, stories

NOW = datetime(2025, 12, 1, 8, 0, tzinfo=UTC)
SOURCES = Path(__file__).parent / "sources.yaml"
_LOOPBACK = "127.0.0.1"
_START_S = 20.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Newsroom:
    """A newsroom that is being served."""

    private_hosts: Mapping[str, str]  # host -> ip:port, for the network door's settings
    sources: Path  # its source list

    def clock(self) -> datetime:
        """Return the newsroom's time, which stands still."""
        return NOW


@contextmanager
def serve() -> Iterator[Newsroom]:
    """Serve the newsroom on a free port of the loopback address until the block ends. Raises OSError if no port can be had."""
    answers = site.build(stories.load())
    with _refusing() as closed, _served(answers) as port:
        where = dict.fromkeys(site.hosts(answers), f"{_LOOPBACK}:{port}")
        yield Newsroom({**where, site.REFUSING: f"{_LOOPBACK}:{closed}"}, SOURCES)


@contextmanager
def _refusing() -> Iterator[int]:
    """Hold a port on which nobody listens: connections to it are refused."""
    with socket.socket() as held:
        held.bind((_LOOPBACK, 0))
        yield held.getsockname()[1]


@contextmanager
def _served(answers: site.Site) -> Iterator[int]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="sample-newsroom", daemon=True)
    thread.start()
    runner = _wait(_start(answers), loop)
    try:
        yield int(runner.addresses[0][1])
    finally:
        _wait(runner.cleanup(), loop)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_START_S)
        loop.close()


def _wait(work: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> T:
    """Have `loop`, which runs in another thread, do `work`, and return what it gives."""
    return asyncio.run_coroutine_threadsafe(work, loop).result(_START_S)


async def _start(answers: site.Site) -> web.ServerRunner:
    runner = web.ServerRunner(web.Server(_handler(answers), access_log=None))
    await runner.setup()
    await web.TCPSite(runner, _LOOPBACK, 0).start()
    return runner


def _handler(answers: site.Site) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        return respond(answers.get(site.address(request.host, request.path_qs), site.MISSING), request.headers)

    return handle


def respond(answer: site.Answer, asked: Mapping[str, str]) -> web.Response:
    """Return the response to a request with the headers `asked`: 304 where a validator still holds."""
    headers = {**answer.headers, "Content-Type": answer.content_type}
    if answer.status != web.HTTPOk.status_code:
        return web.Response(status=answer.status, body=answer.body, headers=headers)
    headers["ETag"] = answer.etag
    if _holds(answer, asked):
        return web.Response(status=304, headers={"ETag": answer.etag})
    return web.Response(body=answer.body, headers=headers)


def _holds(answer: site.Answer, asked: Mapping[str, str]) -> bool:
    """RFC 9110: If-None-Match counts alone where it is sent; the date only without it."""
    if "If-None-Match" in asked:
        return answer.etag in {tag.strip().removeprefix("W/") for tag in asked["If-None-Match"].split(",")}
    return asked.get("If-Modified-Since", "") == answer.headers.get("Last-Modified", None)
