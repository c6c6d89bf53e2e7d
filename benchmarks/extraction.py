"""Extraction: ours and bare trafilatura over the same real pages in one run: bodies, titles, dates, and the time both take.

Bodies are compared by runs of four words, as article-extraction-benchmark does. Bare trafilatura is `bare_extraction` with metadata on the
page's bytes, in a plain process pool; ours goes through the pool of the product. The two take turns over slices of the pages. `time_ratio`
compares the processor time of all their processes, which other work on the machine does not change; on an idle one it is that of the clock.

The publishers are parted in two by a hash of their domain. After a first look at lines of both parts, markers were written and numbers
chosen on the `tuned` part only; `untouched` is the figure to believe. `--full` reads all pages, else a fixed two fifths of them.
"""

import argparse
import asyncio
import os
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import trafilatura

from benchmarks import stories
from flows.extraction import Extractor, Unreadable
from flows.records import Article, Item, Page
from flows.steps.articles import charsets, dates, heads, trees

_FETCHED = datetime(2026, 11, 1, tzinfo=UTC)
_SLICES = 6
_SHARE = 2, 5  # of the pages, without --full
_WORKERS = 2
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Read:
    """What one of the two made of a page."""

    body: str
    title: str
    day: str  # ISO; empty = none found


def measure(*, full: bool = False) -> dict[str, float]:
    """Return the figures of both, and the ratio of their times (ours to bare)."""
    rows = [row for row in stories.pages() if full or _number(row["file"]) % _SHARE[1] < _SHARE[0]]
    bare, ours, ratio = asyncio.run(_both(rows))
    metrics = {"time_ratio": ratio, "pages": float(len(rows))}
    for name, read in (("bare", bare), ("ours", ours)):
        metrics |= {f"{name}_{key}": value for key, value in _scores(rows, read).items()}
        for part, label in enumerate(("tuned", "untouched")):
            metrics[f"{name}_f1_{label}"] = _bodies(
                [(row["body"], one.body) for row, one in zip(rows, read, strict=True) if _part(row) == part]
            )[2]
    metrics["f1_gain"] = metrics["ours_f1"] - metrics["bare_f1"]
    metrics["f1_gain_untouched"] = metrics["ours_f1_untouched"] - metrics["bare_f1_untouched"]
    _print(metrics)
    return metrics


async def _both(rows: Sequence[dict[str, Any]]) -> tuple[list[Read], list[Read], float]:
    """Read all pages with both, slice by slice in turns."""
    bare: list[Read] = []
    ours: list[Read] = []
    spent = [0.0, 0.0]
    with ProcessPoolExecutor(_WORKERS, mp_context=get_context("spawn")) as pool:
        async with Extractor(_WORKERS, seconds=60) as extractor:
            await extractor.warm()
            list(pool.map(_bare, [(b"<html><body><p>warm</p></body></html>", "https://example.org/")] * _WORKERS * 4))
            for start in range(_SLICES):
                pages = [(row, stories.content(row)) for row in rows[start::_SLICES]]
                begun = _processor_time()
                plain = list(pool.map(_bare, [(content, row["url"]) for row, content in pages]))
                halfway = _processor_time()
                read = await asyncio.gather(*(extractor.extract(_page(row, content)) for row, content in pages))
                spent[0] += halfway - begun
                spent[1] += _processor_time() - halfway
                bare += plain
                ours += [_ours(row, content, article) for (row, content), article in zip(pages, read, strict=True)]
    order = [index for start in range(_SLICES) for index in range(start, len(rows), _SLICES)]
    return _sorted(bare, order), _sorted(ours, order), spent[1] / spent[0]


def _processor_time() -> float:
    """Return the seconds of processor time that this process and its living children have used (Linux)."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if os.getpid() in {int(fields[1]), int(path.parent.name)}:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _sorted(read: list[Read], order: list[int]) -> list[Read]:
    return [one for _, one in sorted(zip(order, read, strict=True), key=lambda pair: pair[0])]


def _bare(asked: tuple[bytes, str]) -> Read:
    document: Any = trafilatura.bare_extraction(asked[0], url=asked[1], with_metadata=True)
    return Read(document.text or "", document.title or "", document.date or "") if document else Read("", "", "")


def _page(row: dict[str, Any], content: bytes) -> Page:
    item = Item(row["file"], "", None, row["url"], None, "", "", None, None, None, None, "first_seen", _FETCHED)
    return Page(item, row["url"] or "https://example.org/article", "text/html", content, _FETCHED)


def _ours(row: dict[str, Any], content: bytes, article: Article | Unreadable) -> Read:
    """Return what we read; the day as printed, for an article keeps its date in UTC and the truth has the day alone."""
    if isinstance(article, Unreadable):
        return Read("", "", "")
    if article.published_from == "text" and article.published_at:
        return Read(article.body, article.title, article.published_at.date().isoformat())
    page = _page(row, content)
    head = heads.read(trees.parse(charsets.decode(content, page.content_type).text))
    dated = dates.choose(head, page.final_url, page.item, page.fetched_at)
    return Read(article.body, article.title, dated.day.isoformat() if dated else "")


def _scores(rows: Sequence[dict[str, Any]], read: Sequence[Read]) -> dict[str, float]:
    pairs = list(zip(rows, read, strict=True))
    precision, recall, f1 = _bodies([(row["body"], one.body) for row, one in pairs])
    stated = [(row, one) for row, one in pairs if row["truth_by"] == "publisher-parser"]
    return {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "title": statistics.mean(_words(row["title"]) == _words(one.title) for row, one in pairs if row["title"]),
        "date": statistics.mean(row["date"] == one.day for row, one in stated if row["date"] and not row["date_suspect"]),
        "failed_pages": statistics.mean(_matched(row["body"], one.body)[0] < 1 / 3 for row, one in pairs),
    }


def _bodies(pairs: Iterable[tuple[str, str]]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of runs of four words: means over the pages, as article-extraction-benchmark takes them."""
    matched = [_matched(truth, found) for truth, found in pairs]
    precision = statistics.mean(both / (both + wrong) for both, wrong, _ in matched if both + wrong > 0)
    recall = statistics.mean(both / (both + lost) for both, _, lost in matched if both + lost > 0)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _matched(truth: str, found: str) -> tuple[float, float, float]:
    """Return the shares of runs in both texts, in the found one only, and in the true one only."""
    true, seen = _runs(truth), _runs(found)
    both, wrong, lost = (true & seen).total(), (seen - true).total(), (true - seen).total()
    whole = max(1, both + wrong + lost)
    return both / whole, wrong / whole, lost / whole


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[start : start + 4]) for start in range(max(1, len(words) - 3)) if words)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _number(text: str) -> int:
    return int(sha256(text.encode()).hexdigest(), 16)


def _part(row: dict[str, Any]) -> int:
    host = urlsplit(row["url"] or "").hostname or row["file"]
    return _number(".".join(host.split(".")[-2:])) % 2


def _print(metrics: dict[str, float]) -> None:
    print(f"{int(metrics['pages'])} pages, time ours / bare {metrics['time_ratio']:.2f}")
    columns = ("precision", "recall", "f1", "f1_tuned", "f1_untouched", "title", "date", "failed_pages")
    print(f"{'':16}" + "".join(f"{column:>14}" for column in columns))
    for name in ("bare", "ours"):
        print(f"{name:16}" + "".join(f"{metrics[f'{name}_{column}']:14.4f}" for column in columns))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="read all pages")
    measure(full=parser.parse_args().full)
