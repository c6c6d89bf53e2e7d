"""A whole pass over a made-up newsroom, against what its pages cost at least: a bare pool of trafilatura over the same pages.

`python -m benchmarks.passes [FEEDS PAGES]`; prints wall times, their ratio, an idle pass, and the peak memory of all processes.
"""

import asyncio
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, Self

from trafilatura import bare_extraction

from benchmarks import newsroom
from benchmarks.labelled import article_of
from flows import passes
from flows.opening import Options, opened
from flows.stages import judge
from flows.stages.context import Tally
from flows.steps import vocabulary

FEEDS, PAGES = 40, 10  # small enough for every check; the issue of scale is tried with 500 x 10


_FIRST = {
    "id": "first",
    "language": "en",
    "title": "CATL to build 2 billion euro battery plant in Hungary",
    "text": "The Chinese cell maker will invest in Debrecen.",
}


class Memory:
    """The peak of the resident memory of this process and all below it, in megabytes, sampled."""

    def __init__(self, without: int) -> None:
        self.peak = 0.0
        self._without = without
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.2):
            self.peak = max(self.peak, sum(_resident(pid) for pid in _family(os.getpid(), self._without)))


def _family(root: int, without: int) -> list[int]:
    parents = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid and child != without]
    return found


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0.0


def _bare(place: tuple[str, int]) -> int:
    found: Any = bare_extraction(newsroom.html(*place).encode(), with_metadata=True)
    return len(found.text or "") if found else 0


def bare_s(feeds: int, pages: int) -> float:
    """Return the seconds that a warm pool of trafilatura on all cores needs for the same pages."""
    places = [(f"feed{feed}.example", page) for feed in range(feeds) for page in range(pages)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_bare, places[: 2 * (os.cpu_count() or 1)]))
        begun = time.monotonic()
        list(pool.map(_bare, places, chunksize=10))
        return time.monotonic() - begun


async def _pass(listed: Path, home: Path) -> tuple[Tally, float]:
    """Return the counts of a pass, and its seconds with the doors open, the workers warm and the rules read: a process pays for these once."""
    async with opened(Options(str(listed), str(home), force=True)) as context:
        await context.extractor.warm()
        judge.verdict_of(article_of(_FIRST), vocabulary.load())  # which reads words and towns, and compiles the language's patterns
        begun = time.monotonic()
        tally = await passes.run(passes.Pass(context))
        return tally, time.monotonic() - begun


def measure(feeds: int = FEEDS, pages: int = PAGES) -> dict[str, float]:
    """Run everything once and return ratios and megabytes."""
    bare = bare_s(feeds, pages)
    with tempfile.TemporaryDirectory() as folder, newsroom.serving(pages) as (address, server):
        listed = Path(folder) / "sources.yaml"
        listed.write_text(newsroom.sources(feeds) + f"settings: {{pause_s: 0.0, private_hosts: {{'*.example': '{address}'}}}}\n")
        with Memory(without=server) as memory:
            tally, first = asyncio.run(_pass(listed, Path(folder) / "warehouse"))
            _, idle = asyncio.run(_pass(listed, Path(folder) / "warehouse"))
    count = feeds * pages
    print(
        f"{count} pages: bare pool {bare:.1f} s, whole pass {first:.1f} s ({first / bare:.2f} x), idle pass {idle:.1f} s, {memory.peak:.0f} MB"
    )
    return {"read": tally["articles_new"] / count, "ratio": first / bare, "idle_share": idle / first, "peak_megabytes": memory.peak}


if __name__ == "__main__":
    measure(*map(int, sys.argv[1:]))
