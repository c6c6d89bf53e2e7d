"""Which addresses may be asked for, and which may be dialled. Pure: no socket, no resolver; the one place that says no.

A URL is judged before anything is sent; the address that its name turned out to have is judged again when the socket is made
(dialling.py), so that no answer of a name server, first or later, and no redirect can lead to a place that is not public.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

from yarl import URL

from flows.web.settings import endpoint

LONGEST = 8192  # characters of a URL
_START = re.compile(r"(https?)://([^/?#]+)", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[0-9a-f.]*:[0-9a-f:.]*\](:\d+)?", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LONGEST_NAME = 253  # RFC 1035
_PORTS = (80, 443)
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the way to the IPv4 web where only IPv6 is; judged by the address inside
_GLOBAL = ip_network("2000::/3")


class RefusedError(Exception):
    """The guard does not let it through; the text says why, without secrets."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that passed, in the only reading that is used from here on."""

    url: URL
    host: str  # lower case, ASCII, without a trailing dot; the address where it is one
    opened: tuple[str, int] | None = None  # the address and port that the settings name for it; None = the public web


@cache
def _special() -> tuple[tuple[IPv4Network | IPv6Network, str], ...]:
    return tuple((ip_network(row["network"]), row["name"]) for row in rows("special_addresses.csv"))


@cache
def _private_names() -> tuple[str, ...]:
    return tuple("." + row["suffix"] for row in rows("private_names.csv"))


def rows(name: str) -> list[dict[str, str]]:
    """Read a table of this package; lines that begin with # are remarks."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def judge(text: str, private_hosts: Mapping[str, str], ports: tuple[int, ...] = ()) -> Target:
    """Read the URL `text`; raises RefusedError unless it is http(s), without credentials, to a public place or a host of `private_hosts`."""
    text = text.strip(" \t\r\n").replace(" ", "%20")
    _check_text(text)
    try:
        url = URL(text)
        host = _host(url)
    except ValueError:
        raise RefusedError("expected a URL, found one that cannot be read") from None
    if host + "." == url.raw_host:
        url = url.with_host(host)
    opened = private(host, private_hosts)
    allowed = (*_PORTS, *ports, *([opened[1]] if opened else []))
    if url.port not in allowed:
        raise RefusedError(f"expected port {' or '.join(map(str, allowed))}, found {url.port}")
    if not opened:
        _check_host(host)
    return Target(url, host, opened)


def _check_text(text: str) -> None:
    if len(text) > LONGEST:
        raise RefusedError(f"expected a URL of at most {LONGEST} characters, found {len(text)}")
    if not text.isprintable() or "\\" in text:
        raise RefusedError("expected a URL, found one with control characters or backslashes")
    start = _START.match(text)
    if not start:
        scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]{0,20}(?=:)", text)
        raise RefusedError(f"expected http:// or https:// and a host, found {scheme.group() + ':' if scheme else 'neither'}")
    if "@" in start[2]:
        raise RefusedError("expected a URL without credentials, found some")
    if "[" in start[2] and not _BRACKETS.fullmatch(start[2]):
        raise RefusedError("expected an IPv6 address in brackets, found something else")
    if "%" in start[2]:
        raise RefusedError("expected a host, found an escape in its place")


def _host(url: URL) -> str:
    host = (url.raw_host or "").lower().removesuffix(".")
    if not host or url.raw_user is not None or url.raw_password is not None:
        raise RefusedError("expected a host and no credentials")
    return host


def private(host: str, private_hosts: Mapping[str, str]) -> tuple[str, int] | None:
    """Return the address and port that the settings open for `host`; None = it is not opened."""
    if host in private_hosts:
        return endpoint(private_hosts[host])
    parts = host.split(".")
    for at in range(1, len(parts)):
        suffix = "*." + ".".join(parts[at:])
        if suffix in private_hosts:
            return endpoint(private_hosts[suffix])
    return None


def _check_host(host: str) -> None:
    address = _literal(host)
    if address is not None:
        check_address(address)
        return
    labels = host.split(".")
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise RefusedError("expected a host name, found something else")
    if _NUMBER.fullmatch(labels[-1]):
        raise RefusedError("expected an IPv4 address in four decimal parts, found another spelling of one")
    if len(labels) == 1 or ("." + host).endswith(_private_names()):
        raise RefusedError(f"{host}: a name of private networks; private_hosts in the settings can open it")


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        if ":" in host:
            raise RefusedError("expected an IPv6 address, found something else") from None
        return None


def check_address(address: IPv4Address | IPv6Address) -> None:
    """Raise RefusedError unless `address` is one of the public internet."""
    if isinstance(address, IPv6Address):
        _check_ipv6(address)
    for network, name in _special():
        if address.version == network.version and address in network:
            raise RefusedError(f"{address}: {name} address, not a public one")
    if isinstance(address, IPv4Address) and not address.is_global:
        raise RefusedError(f"{address}: not a public address")


def _check_ipv6(address: IPv6Address) -> None:
    if address.scope_id is not None:
        raise RefusedError(f"{address}: link-local address, not a public one")
    if address in _NAT64:
        check_address(IPv4Address(int(address) & 0xFFFFFFFF))
    elif address not in _GLOBAL and not any(address in network for network, _ in _special() if network.version == address.version):
        raise RefusedError(f"{address}: reserved address, not a public one")
