"""What is asked of the network door, and within which bounds. Values only; a unit is in each name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

MEGABYTE = 1024 * 1024
ROBOTS_BYTES = MEGABYTE // 2  # RFC 9309 asks for at least 500 KiB; what is longer is cut, not refused


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to fetch."""

    url: str
    kind: str = "page"  # feed, page or robots: decides the size allowed and the types asked for
    etag: str | None = None  # of the last good answer; None = do not ask whether it still holds
    last_modified: str | None = None  # as `etag`
    robots: bool = False  # True = only where robots.txt lets us, at every redirect


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The bounds of every request. The defaults are polite and safe."""

    user_agent: str = "evwatch"  # product/version (+contact); the product is the name looked for in robots.txt
    pause_s: float = 2.0  # from the end of one request to a registered domain to the begin of the next
    pauses: Mapping[str, float] = field(default_factory=dict)  # registered domain -> its own pause, on top of domains.csv
    concurrency: int = 16  # requests under way at once; one that waits long for a slow server no longer counts
    slow_s: float = 4.0  # so long a request counts
    timeout_s: float = 25.0  # for the whole: name, connection, redirects, body; waiting for one's turn not counted
    connect_s: float = 10.0  # for one connection
    feed_bytes: int = 10 * MEGABYTE  # largest feed, packed and unpacked
    page_bytes: int = 5 * MEGABYTE  # largest page, packed and unpacked
    ratio: int = 200  # an answer that unpacks to more than so many times its size is a bomb
    redirects: int = 8
    ports: tuple[int, ...] = ()  # allowed besides 80 and 443
    private_hosts: Mapping[str, str] = field(default_factory=dict)  # name or *.suffix -> ip:port dialled for it, private or not
    longest_wait_s: int = 86_400  # a Retry-After that asks for more is taken as this
    patience_s: float = 5.0  # a wait asked for that is not longer is sat out; else the request ends as rate_limited
    closed_s: float = 60.0  # so long a domain that answered 429 without Retry-After is left alone
    longest_crawl_delay_s: float = 20.0  # a Crawl-delay that asks for more is taken as this
    robots_s: int = 86_400  # so long a robots.txt is remembered
    robots_folder: Path | None = None  # where it is remembered across runs; None = in memory only

    def __post_init__(self) -> None:
        problems = [*self._numbers(), *self._texts(), *_unusable(self.private_hosts)]
        if problems:
            raise ValueError("web settings: " + "; ".join(problems))

    def _numbers(self) -> list[str]:
        above = ("concurrency", "slow_s", "timeout_s", "connect_s", "feed_bytes", "page_bytes", "ratio", "longest_wait_s")
        least = ("pause_s", "redirects", "patience_s", "closed_s", "longest_crawl_delay_s", "robots_s")
        found = [(name, getattr(self, name), "above 0") for name in above if getattr(self, name) <= 0]
        found += [(name, getattr(self, name), "0 or more") for name in least if getattr(self, name) < 0]
        return [f"{name}: expected {expected}, found {value}" for name, value, expected in found]

    def _texts(self) -> list[str]:
        if self.user_agent.strip() and self.user_agent.isascii() and self.user_agent.isprintable():
            return []
        return [f"user_agent: expected printable ASCII, found {self.user_agent!r}"]

    def largest(self, kind: str) -> int:
        """Return how many bytes the body of a `kind` of request may have."""
        return {"feed": self.feed_bytes, "robots": ROBOTS_BYTES}.get(kind, self.page_bytes)


def endpoint(text: str) -> tuple[str, int]:
    """Read `ip:port` or `[ip6]:port`; raises ValueError."""
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:  # noqa: PLR2004  # the ports there are
        raise ValueError(f"expected ip:port, found {text!r}")
    return str(ip_address(host.removeprefix("[").removesuffix("]"))), int(port)


def _unusable(private_hosts: Mapping[str, str]) -> list[str]:
    problems = []
    for name, text in private_hosts.items():
        try:
            endpoint(text)
        except ValueError as problem:
            problems.append(f"private_hosts[{name}]: {problem}")
        if name != name.lower():
            problems.append(f"private_hosts[{name}]: expected lower case")
        if not name.removeprefix("*.").strip("*"):
            problems.append(f"private_hosts[{name}]: expected a host name or *.suffix, found one that opens every host")
    return problems
