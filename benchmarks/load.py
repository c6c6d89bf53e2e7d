"""The load against a bare Arrow insert in the same run; how a load's cost grows with the warehouse; what publishing costs a reader.

Run it: `python -m benchmarks.load`.
"""

import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import duckdb

from flows.records import Article, Item, identity
from warehouse import Warehouse
from warehouse.spooling import as_arrow

ARTICLES = 4_000  # of a bulk load; about 5 kB each
RUN = 400  # articles of one ordinary run
GROWN = 10  # times as many articles are in the warehouse for the second measure
AT = datetime(2026, 3, 2, tzinfo=UTC)
_WORDS = ["".join(random.Random(number).choices("abcdefghijklmnopqrstuvwxyz", k=3 + number % 9)) for number in range(4000)]


def articles(start: int, count: int) -> list[Article]:
    """Return made-up articles of about 5 kB."""
    return [_article(number) for number in range(start, start + count)]


def _article(number: int) -> Article:
    chance = random.Random(number)
    url, body = f"http://voltpost.example/{number}", " ".join(chance.choices(_WORDS, k=650))
    at = AT + timedelta(minutes=number)
    return Article(
        article_id=identity(url), url=url, canonical_url=url, source_id=f"s{number % 300}", item_id=identity("i", url), title=" ".join(chance.choices(_WORDS, k=10)),
        body=body, author=None, outlet=None, language="en", published_at=at, published_from="feed", first_seen_at=at, fetched_at=at,
        body_sha256=identity(body), text_quality="full", rights_notice=None,
    )  # fmt: skip


def items(made: list[Article]) -> list[Item]:
    """Return the items that promised these articles."""
    return [
        Item(
            one.item_id or "",
            one.source_id,
            one.url,
            one.url,
            one.url,
            one.title,
            "",
            None,
            None,
            "en",
            one.published_at,
            "feed",
            one.first_seen_at,
        )
        for one in made
    ]


def measure() -> dict[str, float]:
    """Return the flat metrics that the floors speak of."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        return {**_bulk(home), **_growth(home), **_readers(home)}


def _timed(work: Callable[[], object]) -> float:
    """Return processor seconds of this process: neighbours on the machine do not count."""
    begun = process_time()
    work()
    return process_time() - begun


def _bulk(home: Path) -> dict[str, float]:
    """Compare spool and load of many articles with the barest way to get the same rows into the same kind of file."""
    made = articles(0, ARTICLES)
    warehouse = Warehouse(home / "bulk")
    warehouse.spool("tables", {"items": items(made[:1])})
    warehouse.load()

    def ours() -> None:
        warehouse.spool("bulk", {"articles": made, "items": items(made)})
        report = warehouse.load()
        assert report.rows["articles"] == ARTICLES, report

    def bare() -> None:
        rows, seen = as_arrow("bare", "articles", made), as_arrow("bare", "items", items(made))
        connection = duckdb.connect()
        connection.execute(f"ATTACH '{home / 'bare.duckdb'}' AS bare (STORAGE_VERSION 'v1.5.0')")
        connection.execute("CREATE TABLE bare.items AS FROM seen")
        connection.execute("CREATE TABLE bare.articles AS SELECT * EXCLUDE (body) FROM rows")
        connection.execute("CREATE TABLE bare.bodies (article_id VARCHAR, body VARCHAR USING COMPRESSION zstd)")
        connection.execute("INSERT INTO bare.bodies SELECT article_id, body FROM rows")
        connection.close()
        del rows, seen

    our_s, bare_s = _timed(ours), _timed(bare)
    warehouse.close()
    return {"bulk_ratio": bare_s / our_s, "bulk_articles_per_s": ARTICLES / our_s}


def _growth(home: Path) -> dict[str, float]:
    """Compare one ordinary run's load into a small warehouse and into one ten times as large."""
    warehouse = Warehouse(home / "growth")
    warehouse.spool("base", {"articles": articles(0, ARTICLES), "items": items(articles(0, ARTICLES))})
    warehouse.load()
    small = _ordinary(warehouse, 10**6)
    for number in range(1, GROWN):
        made = [replace(one, body=one.body[:300]) for one in articles(number * ARTICLES, ARTICLES)]
        warehouse.spool(f"base-{number}", {"articles": made, "items": items(made)})
        warehouse.load()
    large = _ordinary(warehouse, 2 * 10**6)
    warehouse.close()
    return {"growth_x10": large / small, "run_load_s": small}


def _ordinary(warehouse: Warehouse, start: int) -> float:
    times = []
    for number in range(3):
        made = articles(start + number * RUN, RUN)
        warehouse.spool(f"run-{start}-{number}", {"articles": made, "items": items(made)})
        times.append(_timed(warehouse.load))
    return statistics.median(times)


READER = """
import sys, duckdb
last = 0
while True:
    connection = duckdb.connect(sys.argv[1], read_only=True)
    found = connection.execute("SELECT count(*) FROM articles").fetchall()[0][0]
    connection.close()
    assert found >= last
    last = found
    print(found, flush=True)
"""


def _readers(home: Path) -> dict[str, float]:
    """Load and publish 20 times under a reader that connects again and again, and count its errors."""
    warehouse = Warehouse(home / "readers")
    publications = []
    reader = None
    for number in range(20):
        warehouse.spool(f"run-{number}", {"articles": articles(number * 20, 20)})
        warehouse.load()
        begun = perf_counter()
        published = warehouse.publish(f"run-{number}").published
        publications.append(perf_counter() - begun)
        assert published
        if reader is None:
            reader = subprocess.Popen(
                [sys.executable, "-c", READER, warehouse.places.link], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
    assert reader is not None
    reader.kill()
    out, errors = reader.communicate()
    warehouse.close()
    return {"reader_errors": float(bool(errors)), "reads": float(len(out.splitlines())), "publish_s": statistics.median(publications)}


def main() -> None:
    """Print the figures."""
    for name, value in measure().items():
        print(f"{name:24} {value:12.3f}")


if __name__ == "__main__":
    main()
