"""Addresses: one article, one address, by pure rules.

What is dropped is data (links.toml); this module only knows how. It never asks the network where a link leads, and leaves alone what could
name another page: the order of parameters, `www.`, mobile hosts, http against https.
"""

import re
import tomllib
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, quote, unquote_plus, urlsplit

LONGEST = 4096  # characters of an address; longer ones carry data, not a place
_PORTS = {"http": 80, "https": 443}
_UNWRAPPINGS = 3  # a wrapper in a wrapper happens; a chain of them is a trap
_HOST = re.compile(r"[a-z0-9_.:\[\]-]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMP_TAIL = re.compile(r"(?<=[^/])/amp(/?)$|(?<=[^/])\.amp()(?=\.html$)|(?<=\.html)\.amp()$")
_AMP_CACHE = re.compile(r"https?://(?:(?:www\.)?google\.[a-z.]+/amp/|[a-z0-9-]+\.cdn\.ampproject\.org/[cv]/)(s/)?(.+)", re.IGNORECASE)
_TOKEN = re.compile(r"/articles/(CBM[\w-]+)")
_INSIDE = re.compile(rb"https?://[!-~]+?(?=\xd2|$|[^!-~])")


@dataclass(frozen=True, slots=True)
class _Rules:
    prefixes: tuple[str, ...]
    names: frozenset[str]
    hosts: dict[str, frozenset[str]]
    wrappers: tuple[tuple[str, str, tuple[str, ...]], ...]  # host, path, parameters
    opaque: tuple[tuple[str, tuple[str, ...]], ...]  # host, paths


@cache
def _rules() -> _Rules:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    parameters = data["parameters"]
    return _Rules(
        prefixes=tuple(parameters["prefixes"]),
        names=frozenset(parameters["names"]),
        hosts={host: frozenset(name.lower() for name in names) for host, names in parameters["hosts"].items()},
        wrappers=tuple((each["host"], each["path"], tuple(each["parameters"])) for each in data["wrappers"]),
        opaque=tuple((each["host"], tuple(each["paths"])) for each in data["opaque"]),
    )


@lru_cache(maxsize=8192)
def canonical(url: str) -> str | None:
    """Return the address that names the article of `url`: unwrapped, normalised, without tracking parameters, fragment and default port.

    `None` = not an http(s) address of a host. The same value comes back when it is asked again of the answer.
    """
    for _ in range(_UNWRAPPINGS):
        inner = unwrapped(url)
        if inner is None:
            break
        url = inner
    parts = _split(url)
    if parts is None:
        return None
    host = _host(parts)
    if host is None:
        return None
    path = _AMP_TAIL.sub(lambda tail: tail[1] or "", _path(parts.path)) or "/"
    query = "&".join(_kept(parts.query, parts.hostname or ""))
    fragment = f"#{_escaped(parts.fragment)}" if parts.fragment.startswith(("!", "/")) else ""  # routes of pages drawn by script
    return f"{parts.scheme}://{host}{path}{'?' + query if query else ''}{fragment}"


def unwrapped(url: str) -> str | None:
    """Return the address that a wrapper link carries in itself; `None` = no wrapper, or one that hides it."""
    amp = _AMP_CACHE.fullmatch(url.strip())
    if amp:
        return f"http{'s' if amp[1] else ''}://{amp[2]}"
    parts = _split(url)
    if parts is None:
        return None
    host = parts.hostname or ""
    if host == "news.google.com":
        return _decoded(parts.path)
    for owner, path, names in _rules().wrappers:
        if _belongs(host, owner) and parts.path.startswith(path):
            return _carried(parts.query, names)
    return None


def is_opaque(url: str) -> bool:
    """Tell whether `url` is a link that hides the article's address from everyone but its owner: nothing to fetch there."""
    parts = _split(url)
    if parts is None or unwrapped(url):
        return False
    host = parts.hostname or ""
    return any(_belongs(host, owner) and parts.path.startswith(paths) for owner, paths in _rules().opaque)


def host(url: str) -> str | None:
    """Return the host of `url` without `www.`, lower case; `None` = no http(s) address."""
    parts = _split(url)
    return (parts.hostname or "").removeprefix("www.") if parts else None


def _split(url: str) -> SplitResult | None:
    url = url.strip()
    if len(url) > LONGEST:
        return None
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is no number
    except ValueError:
        return None
    return parts if parts.scheme in _PORTS and parts.hostname else None


def _host(parts: SplitResult) -> str | None:
    name = (parts.hostname or "").rstrip(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    if ":" in name:
        name = f"[{name}]"
    if not _HOST.fullmatch(name):
        return None
    return name if parts.port in (None, _PORTS[parts.scheme]) else f"{name}:{parts.port}"


def _path(path: str) -> str:
    kept: list[str] = []
    segments = _escaped(path).split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept[-1:] = []
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _escaped(text: str) -> str:
    """Give percent-escapes one spelling: capitals, and only where needed."""
    text = _ESCAPE.sub(lambda escape: _spelt(escape[1]), text)
    text = re.sub(r"%(?![0-9A-F]{2})", "%25", text)
    return quote(text, safe="%/:@!$&'()*+,;=~?", errors="replace")


def _spelt(digits: str) -> str:
    character = chr(int(digits, 16))
    return character if character in _UNRESERVED else f"%{digits.upper()}"


def _kept(query: str, host: str) -> Iterator[str]:
    rules = _rules()
    local = frozenset[str]().union(*(names for owner, names in rules.hosts.items() if _belongs(host, owner)))
    for pair in query.replace("&amp;", "&").split("&"):
        name, _, value = pair.partition("=")
        name = unquote_plus(name).lower()
        droppable = name in rules.names or name in local or name.startswith(rules.prefixes)
        if pair and not (droppable and not _names_the_page(name, value)):
            yield _escaped(pair)


def _names_the_page(name: str, value: str) -> bool:
    """Tell the few values of droppable parameters that do choose a page."""
    return (name == "outputtype" and value != "amp") or (name in ("ref", "rss", "sh", "cmp", "iid", "icid") and value.isdigit())


def _belongs(host: str, owner: str) -> bool:
    return host == owner or host.endswith("." + owner)


def _carried(query: str, names: tuple[str, ...]) -> str | None:
    try:
        values = parse_qs(query, max_num_fields=100)
    except ValueError:
        return None
    found = (value for name in names for value in values.get(name, ()))
    return next((value for value in found if _split(value)), None)


def _decoded(path: str) -> str | None:
    """Read the address out of an old Google News token; those since 2024 (`AU_yq...`) hold none."""
    token = _TOKEN.search(path)
    if not token:
        return None
    try:
        raw = urlsafe_b64decode(token[1] + "=" * (-len(token[1]) % 4))
    except (NotBase64, ValueError):
        return None
    inside = _INSIDE.search(raw)
    return inside[0].decode("ascii") if inside and b"AU_yq" not in raw else None
