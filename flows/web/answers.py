"""What an answer means: status, headers and failures -> one of the closed outcomes, in one line without secrets. Pure, told the time."""

import asyncio
import os
import re
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp.http_exceptions import LineTooLong

from flows.records import Outcome
from flows.web.bodies import BodyError
from flows.web.guard import RefusedError, rows

Headers = tuple[tuple[str, str], ...]  # names in lower case

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = frozenset({200, 203, 204})
_UNCHANGED = 304
_STATUSES = {
    401: Outcome.BLOCKED,
    403: Outcome.BLOCKED,
    451: Outcome.BLOCKED,
    402: Outcome.PAYWALLED,
    404: Outcome.GONE,
    410: Outcome.GONE,
    429: Outcome.RATE_LIMITED,
}
_BUSY = 503
_START = 2048  # bytes in which a page says that it is one
_SHORT = 65_536  # bytes; a page that stands in for another is short
_LONGEST_ERROR = 300


def one_line(text: str) -> str:
    """Return `text` as one printable line of bounded length."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST_ERROR else line[: _LONGEST_ERROR - 1] + "…"


def clean(raw: Iterable[tuple[str, str]]) -> Headers:
    """Return headers in lower case, as text that any table can hold, without cookies."""
    kept = ((name.lower(), value) for name, value in raw)
    return tuple((_text(name), _text(value)) for name, value in kept if name not in {"set-cookie", "set-cookie2"})


def _text(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "")


def is_redirect(status: int) -> bool:
    """Whether `status` sends us elsewhere."""
    return status in _REDIRECTS


def location(value: str) -> str:
    """Return the Location header as ASCII; bytes of any charset are kept as escapes."""
    return quote(value.encode("utf-8", "surrogateescape"), safe="%/:=&?~#+!$,;'@()*[]")


def outcome_of_status(status: int, headers: dict[str, str], *, conditional: bool) -> tuple[Outcome, str | None]:
    """Return the outcome of an answer whose body was not looked at yet, and what was wrong."""
    provider = challenger(headers)
    if provider:
        return Outcome.BLOCKED, f"status {status}, a challenge of {provider}"
    if status in _OK or (status == _UNCHANGED and conditional):
        return (Outcome.UNCHANGED if status == _UNCHANGED else Outcome.OK), None
    if status == _BUSY and "retry-after" in headers:
        return Outcome.RATE_LIMITED, f"status {status} with Retry-After"
    if status == _UNCHANGED:
        return Outcome.HTTP_ERROR, "status 304, though nothing was asked on condition"
    guarded = ", guarded by DataDome" if "x-datadome" in headers and status in _STATUSES else ""
    return _STATUSES.get(status, Outcome.HTTP_ERROR), f"status {status}{guarded}"


@cache
def _marks(where: str) -> tuple[tuple[str, str], ...]:
    return tuple((row["mark"], row["provider"]) for row in rows("challenges.csv") if row["where"] == where)


def challenger(headers: dict[str, str]) -> str | None:
    """Return who challenges the visitor, by the headers; None = nobody."""
    for mark, provider in _marks("header"):
        name, _, part = mark.partition("=")
        if part in headers.get(name, "").lower():
            return provider
    return None


def stand_in(body: bytes) -> str | None:
    """Return whose challenge `body` is instead of the page asked for; None = it looks like none."""
    if len(body) > _SHORT or b"<html" not in body[:_START].lower():
        return None
    return next((provider for mark, provider in _marks("body") if mark.encode() in body), None)


def retry_after(headers: dict[str, str], now: datetime, longest_s: int) -> int | None:
    """Return the seconds that Retry-After asks for (a number or a date), at most `longest_s`; None = it asks for nothing readable."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return min(int(value), longest_s)
    if re.fullmatch(r"[0-9]{10,}", value):
        return longest_s
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0, min(round((at - now).total_seconds()), longest_s))


def outcome_of_failure(problem: Exception, timeout_s: float) -> tuple[Outcome, str]:
    """Return the outcome of an exchange that failed. Libraries' texts can hold URLs and what a server sent: only kinds and codes are told."""
    if isinstance(problem, BodyError):
        return problem.outcome, str(problem)
    if isinstance(problem, aiohttp.ClientResponseError):
        return _bad_head(problem)
    if isinstance(problem.__cause__, RefusedError):  # by the socket, wrapped by the connector
        problem = problem.__cause__
    for kinds, outcome, text in _FAILURES:
        if isinstance(problem, kinds):
            return outcome, text(problem, timeout_s)
    return Outcome.CONNECTION, f"the exchange broke off: {_kind(problem)}"


def _bad_head(problem: aiohttp.ClientResponseError) -> tuple[Outcome, str]:
    if any(isinstance(cause, LineTooLong) or "Too many headers" in str(cause) for cause in _causes(problem)):
        return Outcome.TOO_LARGE, "expected fewer or shorter headers, found more than allowed"
    return Outcome.CONNECTION, f"an answer that is not HTTP: {_kind(problem)}"


def _causes(problem: BaseException) -> Iterator[BaseException]:
    cause = problem.__cause__
    while cause:
        yield cause
        cause = cause.__cause__


def _kind(problem: BaseException) -> str:
    return " from ".join(one.__class__.__name__ for one in (problem, *_causes(problem)))


def _code(problem: aiohttp.ClientConnectorError) -> str:
    inner = problem.os_error
    if isinstance(inner, socket.gaierror) or not inner.errno:
        return one_line(str(inner.strerror or inner.__class__.__name__))
    return os.strerror(inner.errno)


def _reason(problem: BaseException) -> str:
    inner = problem if isinstance(problem, ssl.SSLError) else problem.__cause__
    return str(getattr(inner, "reason", None) or problem.__class__.__name__)


def _certificate(problem: aiohttp.ClientConnectorCertificateError) -> str:
    inner = problem.certificate_error
    return one_line(str(getattr(inner, "verify_message", "") or inner.__class__.__name__))


_FAILURES: tuple[tuple[tuple[type[Exception], ...], Outcome, Callable[[Any, float], str]], ...] = (  # the first that fits
    ((RefusedError,), Outcome.REFUSED, lambda problem, _: str(problem)),
    ((aiohttp.ConnectionTimeoutError,), Outcome.TIMEOUT, lambda *_: "no connection in time"),
    ((asyncio.TimeoutError,), Outcome.TIMEOUT, lambda _, timeout_s: f"not done after {timeout_s:g} s"),
    ((aiohttp.ClientConnectorDNSError,), Outcome.DNS, lambda problem, _: f"the name has no address: {_code(problem)}"),
    ((aiohttp.ClientConnectorCertificateError,), Outcome.TLS, lambda problem, _: f"the certificate does not hold: {_certificate(problem)}"),
    ((aiohttp.ClientSSLError, ssl.SSLError), Outcome.TLS, lambda problem, _: f"no TLS: {_reason(problem)}"),
    ((aiohttp.ClientConnectorError,), Outcome.CONNECTION, lambda problem, _: f"no connection: {_code(problem)}"),
    ((aiohttp.ServerDisconnectedError,), Outcome.CONNECTION, lambda *_: "the server hung up"),
    ((aiohttp.ClientPayloadError,), Outcome.CONNECTION, lambda problem, _: f"a body cut short or framed wrongly: {_kind(problem)}"),
)
