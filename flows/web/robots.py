"""What robots.txt allows, by RFC 9309: asked once a day per origin, through the same door, remembered across runs where a folder is given."""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from protego import Protego
from yarl import URL

from flows.records import Outcome, Response

_RULES = 10_000  # lines for us; a file with more is not about us
_AGENT = re.compile(r"user[ -]?agent[ \t]*[: \t][ \t]*([^\s/]*)", re.IGNORECASE)
_RULE = re.compile(r"(?!sitemap|site-map|host)([^:]+:|(allow|dis|crawl|request|visit))", re.IGNORECASE)
Fetch = Callable[[str], Awaitable[Response]]

_UNREACHABLE_S = 900  # so long a server is not asked again for a robots.txt that it failed to give
_TOO_MANY = 429
_REFUSALS = range(400, 500)


@dataclass(frozen=True, slots=True)
class Rules:
    """A robots.txt as it was found."""

    origin: str
    fetched_at: datetime
    outcome: Outcome
    status: int | None
    text: str  # empty = everything is allowed, or (unreachable) nothing


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a URL may be fetched."""

    outcome: Outcome  # OK; ROBOTS; or why the file could not be had, which forbids for a while
    error: str | None
    crawl_delay_s: float | None
    retry_after_s: int | None = None


class Robots:
    """The memory of all origins' rules."""

    def __init__(self, fetch: Fetch, agent: str, keep_s: int, folder: Path | None) -> None:
        self._fetch = fetch
        self._agent = agent
        self._keep = timedelta(seconds=keep_s)
        self._folder = folder
        self._known: dict[str, tuple[Rules, Protego]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def verdict(self, url: URL) -> Verdict:
        """Return whether `url` may be fetched."""
        origin = str(url.origin())
        async with self._locks.setdefault(origin, asyncio.Lock()):
            rules, parsed = self._remembered(origin, datetime.now(UTC)) or await self._ask(origin)
        if not _readable(rules):
            left_s = round((rules.fetched_at + timedelta(seconds=_UNREACHABLE_S) - datetime.now(UTC)).total_seconds())
            return Verdict(rules.outcome, f"robots.txt could not be had ({rules.outcome.value})", None, max(left_s, 0))
        delay = parsed.crawl_delay(self._agent)
        if parsed.can_fetch(str(url), self._agent):
            return Verdict(Outcome.OK, None, delay)
        return Verdict(Outcome.ROBOTS, "robots.txt does not let us", delay)

    def _remembered(self, origin: str, now: datetime) -> tuple[Rules, Protego] | None:
        if origin not in self._known and self._folder:
            rules = _load(_path(self._folder, origin), origin)
            if rules:
                self._known[origin] = (rules, Protego.parse(rules.text))
        known = self._known.get(origin)
        if not known:
            return None
        keep = self._keep if _readable(known[0]) else timedelta(seconds=_UNREACHABLE_S)
        return known if timedelta(0) <= now - known[0].fetched_at < keep else None

    async def _ask(self, origin: str) -> tuple[Rules, Protego]:
        response = await self._fetch(origin + "/robots.txt")
        text = response.body.decode("utf-8-sig", "replace").replace("\0", "") if response.outcome is Outcome.OK else ""
        text = relevant(text, self._agent)
        rules = Rules(origin, response.fetched_at, response.outcome, response.status, text)
        self._known[origin] = (rules, Protego.parse(text))
        if self._folder:
            _save(_path(self._folder, origin), rules)
        return self._known[origin]


def relevant(text: str, agent: str) -> str:
    """Return the groups of a robots.txt that are for `agent` or everybody: thousands of others' would cost time and memory for each rule."""
    kept: list[str] = []
    ours, naming = False, False
    for line in text.splitlines():
        plain = line.partition("#")[0].strip()
        named = _AGENT.match(plain)
        if named:
            name = "*" if named[1] == "*" else named[1].lower().rstrip("*")
            mine = name in {agent.lower(), "*"}
            ours, naming = mine or (ours and naming), True
            if mine:
                kept.append(f"User-agent: {name}")
        elif _RULE.match(plain):
            naming = False
            if ours:
                kept.append(plain)
        if len(kept) >= _RULES:
            break
    return "\n".join(kept)


def _readable(rules: Rules) -> bool:
    """Whether the file, or its absence, was seen: a status of 4xx means that all is allowed; anything else unreadable forbids for a while."""
    return rules.outcome is Outcome.OK or (rules.status in _REFUSALS and rules.status != _TOO_MANY)


def _path(folder: Path, origin: str) -> Path:
    return folder / (blake2b(origin.encode(), digest_size=16).hexdigest() + ".json")


def _load(path: Path, origin: str) -> Rules | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        rules = Rules(data["origin"], datetime.fromisoformat(data["fetched_at"]), Outcome(data["outcome"]), data["status"], data["text"])
        whole = rules.origin == origin and isinstance(rules.text, str) and rules.fetched_at.tzinfo is not None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a memory that is gone or torn is only asked for again
    return rules if whole else None


def _save(path: Path, rules: Rules) -> None:
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps({**asdict(rules), "fetched_at": rules.fetched_at.isoformat()}), encoding="utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)  # a full disk costs the memory, not the run
