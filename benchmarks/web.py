"""What the network door costs: polls and pages through Web against a bare aiohttp loop over the same hosts, in the same run.

The server is a process of its own on loopback; what is compared is the processor time of the client, the least of several rounds each.
"""

import asyncio
import gzip
import multiprocessing
import socket
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from flows.records import Outcome
from flows.web import Request, Web, WebSettings

SITES = 500
ROUNDS = 12
CONCURRENCY = 32
ETAG = '"v1"'
PAGE = gzip.compress(b"<html>" + b"".join(b"<p>Paragraph %d of a story of ordinary length.</p>" % n for n in range(1500)), 6)

_UNCHANGED = b"HTTP/1.1 304 Not Modified\r\netag: " + ETAG.encode() + b"\r\n\r\n"
_FULL = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(PAGE) + PAGE


class _Server(asyncio.Protocol):
    """Answers each request at once: 304 where a condition came, else the page."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.write(_UNCHANGED if b"If-None-Match" in data else _FULL)


def _serve(port: Connection) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", 0, backlog=2048)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


class _Loopback(AbstractResolver):
    """Every name is the server."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        del port, family
        return [ResolveResult(hostname=host, host="127.0.0.1", port=self.port, family=socket.AF_INET, proto=0, flags=socket.AI_NUMERICHOST)]

    async def close(self) -> None:
        pass


async def _bare(port: int, headers: dict[str, str]) -> float:
    connector = aiohttp.TCPConnector(resolver=_Loopback(port), limit=CONCURRENCY)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def one(number: int) -> None:
            async with session.get(f"http://site{number}.example/feed", headers=headers) as reply:
                await reply.read()

        began = time.process_time()
        await asyncio.gather(*(one(number) for number in range(SITES)))
        return time.process_time() - began


async def _door(port: int, etag: str | None) -> float:
    settings = WebSettings(pause_s=0, concurrency=CONCURRENCY, private_hosts={"*.example": f"127.0.0.1:{port}"})
    async with Web(settings) as web:
        began = time.process_time()
        polled = await asyncio.gather(*(web.fetch(Request(f"http://site{n}.example/feed", kind="feed", etag=etag)) for n in range(SITES)))
        took = time.process_time() - began
    expected = Outcome.UNCHANGED if etag else Outcome.OK
    wrong = [one for one in polled if one.outcome is not expected]
    if wrong:
        raise RuntimeError(f"benchmarks.web: expected {expected}, found {wrong[0].outcome}: {wrong[0].error}")
    return took


async def _least(run: Callable[[], Awaitable[float]], other: Callable[[], Awaitable[float]]) -> tuple[float, float]:
    pairs = [(await run(), await other()) for _ in range(ROUNDS)]
    return min(first for first, _ in pairs), min(second for _, second in pairs)


def measure() -> dict[str, float]:
    """Return the ratios (door to bare) and the door's rates per second of processor time."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        port = mine.recv()
        idle, idle_bare = asyncio.run(_least(lambda: _door(port, ETAG), lambda: _bare(port, {"If-None-Match": ETAG})))
        full, full_bare = asyncio.run(_least(lambda: _door(port, None), lambda: _bare(port, {})))
    finally:
        server.terminate()
        server.join()
    metrics = {"idle_ratio": idle / idle_bare, "page_ratio": full / full_bare, "idle_per_s": SITES / idle, "page_per_s": SITES / full}
    print(f"   {'':24}{'door ms':>10}{'bare ms':>10}{'ratio':>8}")
    print(f"   {'poll, nothing new (304)':24}{idle / SITES * 1000:10.3f}{idle_bare / SITES * 1000:10.3f}{metrics['idle_ratio']:8.2f}")
    print(f"   {'page of 90 KB, packed':24}{full / SITES * 1000:10.3f}{full_bare / SITES * 1000:10.3f}{metrics['page_ratio']:8.2f}")
    return metrics


if __name__ == "__main__":
    measure()
