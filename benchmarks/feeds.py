"""Reading feeds: entries found, titles and dates right, nothing raised, and the time beside bare feedparser in the same run.

`python -m benchmarks.feeds`. Dates are held against the standard library where it reads the printed string strictly and with a zone.
"""

import gzip
import io
import json
import os
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser

from flows.records import Kind, Outcome, Response, Source
from flows.steps import feeds
from flows.steps.feeds.plaintext import line

HERE = Path(__file__).resolve().parents[1]
CORPUS = Path(os.environ.get("EVWATCH_CORPUS", HERE.parent / "shared")) / "corpus"
SAMPLES = HERE / "tests" / "feeds"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SAMPLES_NOW = datetime(2025, 7, 10, 12, tzinfo=UTC)
LIVE = "f_fastfeedparser"  # the suite of feeds as they were on the web


@dataclass
class Counts:
    """What was right, of how many."""

    files: int = 0
    raised: int = 0
    stated: int = 0  # entries that a suite states
    found: int = 0  # of these
    titles: int = 0
    titles_right: int = 0
    dates: int = 0
    dates_right: int = 0
    ours_s: float = 0.0
    bare_s: float = 0.0
    bare_lost: int = 0  # entries that we found and bare feedparser did not
    wrong: list[str] = field(default_factory=list)


def measure() -> dict[str, float]:
    """Return the metrics by name."""
    counts = Counts()
    for row, body in _corpus():
        _count(counts, row, body)
    sample_right, sample_all = _samples()
    metrics = {
        "raised": float(counts.raised),
        "entries_found": counts.found / max(counts.stated, 1),
        "titles_right": counts.titles_right / max(counts.titles, 1),
        "dates_right": counts.dates_right / max(counts.dates, 1),
        "samples_right": sample_right / sample_all,
        "speed_ratio": counts.bare_s / counts.ours_s if counts.ours_s else 0.0,
    }
    _show(counts, metrics)
    return metrics


def _corpus() -> Iterator[tuple[dict[str, Any], bytes]]:
    for text in (CORPUS / "feeds.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(text)
        yield row, gzip.decompress((CORPUS / row["file"]).read_bytes())


def _count(counts: Counts, row: dict[str, Any], body: bytes) -> None:
    counts.files += 1
    began = time.process_time()
    try:
        reading = feeds.read(Source("s", "S", "https://source.example/feed", Kind.FEED), _response(body), NOW)
    except Exception as error:  # noqa: BLE001 - that nothing raises is what is measured
        counts.raised += 1
        counts.wrong.append(f"{row['file']}: raised {error!r}")
        return
    took = time.process_time() - began
    if row["count"] is not None:
        counts.stated += row["count"]
        counts.found += min(reading.found, row["count"])
        if reading.found != row["count"]:
            counts.wrong.append(f"{row['file']}: expected {row['count']} entries, found {reading.found}")
    if row["titles"] and len(row["titles"]) == len(reading.items):
        pairs = [
            (line(title), item.title) for title, item in zip(row["titles"], reading.items, strict=True) if title and "\ufffd" not in title
        ]
        counts.titles += len(pairs)
        counts.titles_right += sum(stated == ours for stated, ours in pairs)
    if row["suite"] == LIVE:
        _beside_bare(counts, body, reading, took)


def _beside_bare(counts: Counts, body: bytes, reading: feeds.Reading, took: float) -> None:
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bare = feedparser.parse(io.BytesIO(body))
    counts.bare_s += time.process_time() - began
    counts.ours_s += took
    counts.bare_lost += max(0, reading.found - len(bare.entries))
    if len(bare.entries) != len(reading.items):
        return
    for entry, item in zip(bare.entries, reading.items, strict=True):
        truth = _truth(dict.get(entry, "published") or dict.get(entry, "updated") or "")
        if truth and datetime(1990, 1, 1, tzinfo=UTC) < truth < NOW:
            counts.dates += 1
            counts.dates_right += item.published_at == truth


def _truth(printed: str) -> datetime | None:
    """Return what the standard library makes of a date with a zone; `None` = it does not read it strictly."""
    if " 0001 " in printed:  # a default value of some generators, which the standard library takes for 2001
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(printed.strip())
        except (ValueError, TypeError, IndexError):
            continue
        return found.astimezone(UTC).replace(microsecond=0) if found.tzinfo else None
    return None


def _samples() -> tuple[int, int]:
    """Return how many of our own samples read as expected, of how many."""
    right = total = 0
    for path in sorted(SAMPLES.glob("*.expected.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        told = {"source_id": "sample", "name": "Sample", "url": "https://voltpost.example/feed", "kind": "feed", **case.get("source", {})}
        source = Source(**{**told, "kind": Kind(told["kind"])})
        body = (SAMPLES / path.name.removesuffix(".expected.json")).read_bytes()
        reading = feeds.read(source, _response(body, source.url, tuple(case.get("headers", {}).items())), SAMPLES_NOW)
        dated = [item.published_at.isoformat() if item.published_at else None for item in reading.items]
        total += 1
        right += (
            reading.outcome == case["outcome"]
            and dated == [item.get("published_at") for item in case["items"]]
            and [item.title for item in reading.items] == [item.get("title", "") for item in case["items"]]
        )
    return right, total


def _response(body: bytes, url: str = "https://source.example/feed", headers: tuple[tuple[str, str], ...] = ()) -> Response:
    return Response(url, url, NOW, Outcome.OK, 200, headers, body, 1)


def _show(counts: Counts, metrics: dict[str, float]) -> None:
    print(
        f"{counts.files} feeds of parser suites; {counts.stated} entries stated, {counts.found} found; {counts.titles} titles, {counts.dates} dates with a zone"
    )
    print(f"live feeds: bare feedparser {counts.bare_s:.1f} s, lost {counts.bare_lost} entries that we found; ours {counts.ours_s:.1f} s")
    for name, value in metrics.items():
        print(f"  {name:<16} {value:.4f}")
    for wrong in counts.wrong[:20]:
        print(f"  {wrong}")


if __name__ == "__main__":
    measure()
