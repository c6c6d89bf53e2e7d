"""From a name to a socket: the guard's second look, at exactly the address that is dialled.

`PERMITTED` holds the one private endpoint that the request under way may dial; it is set by the client for a host that the
settings open, and seen here because a connection is made in the context of the request that needs it.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

from flows.web.guard import RefusedError, check_address

Lookup = Callable[[str, int], Awaitable[list[str]]]  # name, port -> addresses; raises OSError
AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[str | int, ...]]

PERMITTED: ContextVar[tuple[str, int] | None] = ContextVar("PERMITTED", default=None)


class SystemLookup:
    """The operating system's resolver, in threads of its own, so that dead names do not keep others waiting."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="lookup")

    async def __call__(self, name: str, port: int) -> list[str]:
        """Return the addresses of `name`; raises OSError where it has none."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _getaddrinfo, name, port)

    def close(self) -> None:
        """Let go of lookups that hang."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _getaddrinfo(name: str, port: int) -> list[str]:
    try:
        infos = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        return [str(info[4][0]) for info in infos]
    except UnicodeError as problem:
        raise OSError(f"not a name: {problem.__class__.__name__}") from None


class Resolver(AbstractResolver):
    """Gives the connector addresses that passed the guard: a name with one private address among them is refused whole."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        """Return where to connect for `host`; raises RefusedError, OSError."""
        opened = PERMITTED.get()
        if opened:
            return [_result(host, *opened)]
        addresses = await self._lookup(host, port)
        for address in addresses:
            _check(address)
        results = [_result(host, address, port) for address in dict.fromkeys(addresses)]
        if not results:
            raise OSError("the name has no address")
        return [one for one in results if family in {socket.AF_UNSPEC, one["family"]}]

    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=flags)


def _check(text: str) -> None:
    try:
        address = ip_address(text)
    except ValueError:
        raise RefusedError("expected an address, found something else") from None
    check_address(address)


class RefusedSocketError(RefusedError, OSError):
    """RefusedError in the clothes that a connector expects of a socket that cannot be had."""


def open_socket(info: AddressInfo) -> socket.socket:
    """Make the socket for a connection to `info`; raises RefusedSocketError where its address may not be dialled."""
    family, kind, protocol, _, where = info
    if (where[0], where[1]) != PERMITTED.get():
        try:
            _check(str(where[0]))
        except RefusedError as refused:
            raise RefusedSocketError(str(refused)) from None
        if family == socket.AF_INET6 and len(where) > 3 and where[3]:  # noqa: PLR2004  # address, port, flow, scope
            raise RefusedSocketError(f"{where[0]}: link-local address, not a public one")
    return socket.socket(family, kind, protocol)
