"""A server that says exactly what a test tells it to, byte by byte, and counts what it was asked.

It speaks no HTTP of its own accord: a route is bytes to send, or a coroutine that writes them. Connections are counted even where not a
byte comes in, which is how a test sees that nothing was dialled.
"""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    host: str
    path: str
    headers: dict[str, str]  # names in lower case
    at: float  # monotonic seconds


Write = Callable[[asyncio.StreamWriter, Asked], Awaitable[None]]
Route = bytes | Write


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Put together an honest answer; `Content_Type="text/html"` is a header."""
    lines = [f"HTTP/1.1 {status}"]
    named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    if "transfer-encoding" not in named:
        named.setdefault("content-length", str(len(body)))
    lines += [f"{name}: {value}" for name, value in named.items()]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


@dataclass
class Hostile:
    """The server; use it in `async with`."""

    routes: dict[str, Route] = field(default_factory=dict)  # "/path" or "host/path" -> what to send
    otherwise: Route = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    most_open: dict[str, int] = field(default_factory=dict)  # by host: requests under way at once
    sent: int = 0  # bytes of bodies written by `pour`
    tls: ssl.SSLContext | None = None
    _under_way: dict[str, int] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def paths(self, host: str | None = None) -> list[str]:
        """Return the paths asked for, in order."""
        return [one.path for one in self.asked if host in (None, one.host)]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.connections += 1
        self.open_now += 1
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, ssl.SSLError):
            pass
        finally:
            self._tasks.discard(task)
            self.open_now -= 1
            writer.close()
            with contextlib.suppress(Exception):
                await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        one = Asked(headers.get("host", "").partition(":")[0], first.split(" ")[1], headers, time.monotonic())
        self.asked.append(one)
        self._under_way[one.host] = self._under_way.get(one.host, 0) + 1
        self.most_open[one.host] = max(self.most_open.get(one.host, 0), self._under_way[one.host])
        try:
            return await self._say(writer, one)
        finally:
            self._under_way[one.host] -= 1

    async def _say(self, writer: asyncio.StreamWriter, one: Asked) -> bool:
        path = one.path.partition("?")[0]
        route = self.routes.get(one.host + path, self.routes.get(path, self.otherwise))
        if callable(route):
            await route(writer, one)
            return False
        writer.write(route)
        await writer.drain()
        return b"\r\nconnection: close" not in route.lower()

    async def pour(self, writer: asyncio.StreamWriter, chunk: bytes, most: int | None = None) -> None:
        """Write `chunk` again and again until `most` bytes are out or the other side hangs up."""
        while most is None or self.sent < most:
            writer.write(chunk)
            await writer.drain()
            self.sent += len(chunk)
