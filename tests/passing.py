"""Whole passes inside a test's own process: over a server that the test holds in its hand, at a time that it chooses, with one set of workers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hostile import Hostile, answer

from benchmarks import newsroom
from flows import opening, passes
from flows.extraction import Extractor
from flows.stages.context import Tally
from warehouse import Warehouse

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass
class Desk:
    """A newsroom of a few hosts, a warehouse and a clock."""

    folder: Path
    server: Hostile
    hosts: int
    now: datetime = START
    settings: str = ""
    left: set[int] = field(default_factory=set)

    @property
    def home(self) -> Path:
        return self.folder / "warehouse"

    @property
    def listed(self) -> Path:
        return self.folder / "sources.yaml"

    def publish(self, pages: int) -> None:
        """Let every host have so many pages, the newest in its feed."""
        for host in (f"feed{number}.example" for number in range(self.hosts)):
            body = newsroom.rss(host, pages).encode()
            self.server.routes[f"{host}/rss"] = answer(body, Content_Type="application/rss+xml")
            for page in range(pages):
                self.server.routes[f"{host}/{page}"] = answer(newsroom.html(host, page).encode(), Content_Type="text/html")

    def write(self, hosts: str = "") -> None:
        """Write the source list; `hosts` instead of the server is dialled for every name."""
        dialled = f"private_hosts: {{'*.example': '{hosts or self.server.address}'}}"
        self.listed.write_text(newsroom.sources(self.hosts) + f"settings: {{pause_s: 0, {self.settings}{dialled}}}\n")

    async def run(self, *, force: bool = True) -> Tally:
        """Carry out one pass."""
        async with opening.opened(opening.Options(str(self.listed), str(self.home), force=force)) as context:
            return await passes.run(passes.Pass(context))

    def later(self, **time: float) -> None:
        """Move the clock."""
        self.now += timedelta(**time)

    def rows(self, sql: str) -> tuple[tuple[object, ...], ...]:
        """Ask the published copy."""
        return Warehouse(self.home).ask(sql).rows


@asynccontextmanager
async def desk(folder: Path, monkeypatch: pytest.MonkeyPatch, hosts: int = 2, settings: str = "") -> AsyncIterator[Desk]:
    """Open a desk whose hosts have one page each."""
    async with Hostile() as server, Extractor(1) as workers:
        made = Desk(folder, server, hosts, settings=settings)
        monkeypatch.setattr(opening, "now", lambda: made.now)
        monkeypatch.setattr(opening, "Extractor", lambda **_: nullcontext(workers))  # a pass's own would be started for each
        made.publish(1)
        made.write()
        yield made
