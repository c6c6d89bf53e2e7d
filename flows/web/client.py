"""The door itself: one request, its redirects and its body, within bounds, as one Response. Never raises for what the web does.

judge the URL | robots.txt | wait for the turn | dial (judged again) | head | body | unpack -> again for each redirect
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from flows.records import Outcome, Response
from flows.web import answers, bodies, dialling, domains
from flows.web.guard import RefusedError, Target, judge
from flows.web.robots import Robots
from flows.web.settings import Request, WebSettings
from flows.web.turns import ClosedError, Places, Turns

_FEEDS = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
_PAGES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_ACCEPT = {"feed": _FEEDS, "page": _PAGES, "robots": "text/plain, */*;q=0.5"}
_HEADER_BYTES = 16_384  # of one header; policies of several kilobytes are common
_HEADERS = 200
_READ = 65_536


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one exchange gave."""

    outcome: Outcome
    error: str | None = None
    status: int | None = None
    headers: answers.Headers = ()
    body: bytes = b""
    retry_after_s: int | None = None
    location: str | None = None  # None = no redirect


@dataclass(slots=True)
class _Trip:
    """A request on its way."""

    request: Request
    began_at: datetime | None = None  # when the first byte was about to be sent
    wire_s: float = 0.0  # time used so far, waits for a turn not counted
    hops: list[str] = field(default_factory=list)  # gone through, without the present one
    at: str = ""  # the present URL

    def end(self, answer: _Answer) -> Response:
        return Response(
            url=self.request.url,
            final_url=self.at or self.request.url,
            fetched_at=self.began_at or datetime.now(UTC),
            outcome=answer.outcome,
            status=answer.status,
            headers=answer.headers,
            body=answer.body if answer.outcome is Outcome.OK else b"",
            elapsed_ms=round(self.wire_s * 1000),
            error=answers.one_line(answer.error) if answer.error else None,
            retry_after_s=answer.retry_after_s,
            hops=tuple(self.hops),
        )


class Web:
    """The network, for all tasks of a run: share one, inside `async with`."""

    def __init__(self, settings: WebSettings | None = None, *, lookup: dialling.Lookup | None = None) -> None:
        """Take `lookup` instead of the system's resolver: name, port -> addresses."""
        self.settings = settings or WebSettings()
        self._system = None if lookup else dialling.SystemLookup(threads=self.settings.concurrency * 2)
        self._lookup = lookup or self._system
        self._session: aiohttp.ClientSession | None = None
        self._asides: list[Response] = []

    async def __aenter__(self) -> Self:
        settings = self.settings
        domains.registered("example.com")  # reads its list now, not while requests are under way
        places = Places(settings.concurrency, settings.slow_s)
        self._turns = Turns(places, settings.pause_s, {**domains.pauses(), **settings.pauses}, settings.patience_s)
        agent = settings.user_agent.split("/")[0].split()[0]
        self._robots = Robots(self._fetch_robots, agent, settings.robots_s, settings.robots_folder)
        self._session = self._open()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        if self._session:
            await self._session.close()
        if self._system:
            self._system.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._lookup is None:
            raise RuntimeError("Web was opened without a resolver")
        connector = aiohttp.TCPConnector(
            resolver=dialling.Resolver(self._lookup),
            use_dns_cache=False,  # each connection asks and judges for itself
            socket_factory=dialling.open_socket,
            limit=0,  # Turns limits
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.settings.user_agent, "Accept-Encoding": "gzip, deflate, br, zstd"},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self.settings.connect_s),
            auto_decompress=False,
            trust_env=False,  # a proxy would dial in our place, past the guard
            max_line_size=_HEADER_BYTES,
            max_field_size=_HEADER_BYTES,
            max_headers=_HEADERS,
            read_bufsize=_READ,
        )

    def domain(self, url: str) -> str:
        """Return the registered domain whose turn a request for `url` takes."""
        return domains.of_url(url)

    async def fetch(self, request: Request) -> Response:
        """Fetch one thing; whatever the web does is an outcome of the Response, in one line of `error`."""
        trip = _Trip(request)
        following = request.url
        target: Target | None = None
        for _ in range(self.settings.redirects + 1):
            try:
                target = self._target(following, target)
            except RefusedError as problem:
                return trip.end(_Answer(Outcome.REFUSED, ("a redirect: " if trip.at else "") + str(problem)))
            answer = await self._step(target, trip)
            if answer.location is None:
                return trip.end(answer)
            following = answer.location
            if following in {trip.at, *trip.hops}:
                return trip.end(replace(answer, outcome=Outcome.REDIRECT, error="a redirect that goes round in circles"))
        return trip.end(replace(answer, outcome=Outcome.REDIRECT, error=f"more than {self.settings.redirects} redirects"))

    def _target(self, url: str, before: Target | None) -> Target:
        target = judge(url, self.settings.private_hosts, self.settings.ports)
        if before and target.opened and not before.opened:
            raise RefusedError("from the public web to a private host")
        return target

    async def _step(self, target: Target, trip: _Trip) -> _Answer:
        """Go to one URL of the trip: ask robots.txt, wait for the turn, exchange."""
        if trip.at:
            trip.hops.append(trip.at)
        trip.at = str(target.url) if trip.hops else trip.request.url
        domain = domains.registered(target.host)
        if trip.request.robots and (forbidden := await self._forbidden(target, domain)):
            return forbidden
        try:
            async with self._turns.take(domain):
                answer = await self._timed(target, trip)
                self._obey(answer, domain)
        except ClosedError as closed:
            return _Answer(Outcome.RATE_LIMITED, str(closed), retry_after_s=round(closed.seconds))
        if answer.outcome is Outcome.DNS:
            self._turns.spare(domain)  # dozens of search feeds of one domain would wait for each other's failed look-ups
        return answer

    async def _forbidden(self, target: Target, domain: str) -> _Answer | None:
        verdict = await self._robots.verdict(target.url)
        if verdict.crawl_delay_s:
            self._turns.slow_down(domain, min(verdict.crawl_delay_s, self.settings.longest_crawl_delay_s))
        if verdict.outcome is Outcome.OK:
            return None
        return _Answer(verdict.outcome, verdict.error, retry_after_s=verdict.retry_after_s)

    async def _fetch_robots(self, url: str) -> Response:
        response = await self.fetch(Request(url, kind="robots"))
        self._asides.append(replace(response, body=b""))
        return response

    def asides(self) -> tuple[Response, ...]:
        """Return the requests for robots.txt made since the last call, without bodies, so that each can have its row."""
        made, self._asides = tuple(self._asides), []
        return made

    def _obey(self, answer: _Answer, domain: str) -> None:
        if answer.outcome is Outcome.RATE_LIMITED:
            seconds = self.settings.closed_s if answer.retry_after_s is None else answer.retry_after_s
            self._turns.close(domain, seconds)

    async def _timed(self, target: Target, trip: _Trip) -> _Answer:
        """Exchange within what is left of the trip's time."""
        clock = asyncio.get_running_loop().time
        trip.began_at = trip.began_at or datetime.now(UTC)
        began = clock()
        permit = dialling.PERMITTED.set(target.opened)
        try:
            async with asyncio.timeout(max(self.settings.timeout_s - trip.wire_s, 0)):
                return await self._exchange(target, trip.request)
        except Exception as problem:  # noqa: BLE001  # what a server can make a library raise is an open list; it ends as an outcome
            return _Answer(*answers.outcome_of_failure(problem, self.settings.timeout_s))
        finally:
            dialling.PERMITTED.reset(permit)
            trip.wire_s += clock() - began

    async def _exchange(self, target: Target, request: Request) -> _Answer:
        async with self._get(target.url, _asking(request)) as reply:
            status, headers = reply.status, answers.clean(reply.headers.items())
            first = _first(headers)
            if answers.is_redirect(status):
                return _redirect(target.url, status, headers, reply.headers.get("Location", ""))
            conditional = bool(request.etag or request.last_modified)
            outcome, error = answers.outcome_of_status(status, first, conditional=conditional)
            wish = answers.retry_after(first, datetime.now(UTC), self.settings.longest_wait_s)
            answer = _Answer(outcome, error, status, headers, retry_after_s=wish)
            if outcome is not Outcome.OK:
                return answer
            try:
                return self._concluded(answer, await self._body(reply, request, first))
            except bodies.BodyError as problem:
                return replace(answer, outcome=problem.outcome, error=str(problem))

    @asynccontextmanager
    async def _get(self, url: URL, headers: Mapping[str, str]) -> AsyncIterator[aiohttp.ClientResponse]:
        if self._session is None:
            raise RuntimeError("Web is used outside `async with`")
        async with self._session.get(url, headers=headers, allow_redirects=False) as reply:
            yield reply

    def _concluded(self, answer: _Answer, body: bytes) -> _Answer:
        provider = answers.stand_in(body)
        if provider:
            return replace(answer, outcome=Outcome.BLOCKED, error=f"a challenge of {provider} instead of the page")
        return replace(answer, body=body)

    async def _body(self, reply: aiohttp.ClientResponse, request: Request, headers: Mapping[str, str]) -> bytes:
        most = self.settings.largest(request.kind)
        cut = request.kind == "robots"
        if not cut and (reply.content_length or 0) > most:
            raise bodies.BodyError(Outcome.TOO_LARGE, f"expected at most {most} bytes, {reply.content_length} announced")
        raw = await _read(reply, most, cut=cut)
        bounds = bodies.Bounds(most, self.settings.ratio)
        encoding = headers.get("content-encoding", "")
        if len(raw) < _READ:
            return bodies.unpack(raw, encoding, bounds)
        return await asyncio.to_thread(bodies.unpack, raw, encoding, bounds)


def _asking(request: Request) -> dict[str, str]:
    headers = {"Accept": _ACCEPT.get(request.kind, _PAGES)}
    if request.etag and request.etag.isprintable():
        headers["If-None-Match"] = request.etag
    if request.last_modified and request.last_modified.isprintable():
        headers["If-Modified-Since"] = request.last_modified
    return headers


def _first(headers: answers.Headers) -> dict[str, str]:
    """Return each header's first value, but all of those that are lists."""
    found: dict[str, str] = {}
    for name, value in headers:
        if name not in found:
            found[name] = value
        elif name in {"content-encoding", "cache-control"}:
            found[name] += ", " + value
    return found


def _redirect(url: URL, status: int, headers: answers.Headers, header: str) -> _Answer:
    try:
        aim = str(url.join(URL(answers.location(header.strip()), encoded=True)).with_fragment(None)) if header.strip() else None
    except ValueError:
        aim = None
    if aim is None:
        return _Answer(Outcome.REDIRECT, f"status {status}, a redirect to nowhere", status, headers)
    return _Answer(Outcome.REDIRECT, None, status, headers, location=aim)


async def _read(reply: aiohttp.ClientResponse, most: int, *, cut: bool) -> bytes:
    """Read at most `most` bytes; what is longer is cut, or raises BodyError."""
    parts: list[bytes] = []
    size = 0
    async for part in reply.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > most and cut:
            return b"".join(parts)[:most]
        if size > most:
            raise bodies.BodyError(Outcome.TOO_LARGE, f"expected at most {most} bytes, found more")
    return b"".join(parts)
