"""The labelled material as rows: article, label and features; read where it lies, never copied.

It is looked for beside the checkout (../shared), or where EVWATCH_CORPUS points.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flows.records import Article
from flows.steps import vocabulary
from flows.steps.flags import phrasing
from flows.steps.flags.features import features, sign
from flows.steps.flags.reading import read

ROOT = Path(__file__).resolve().parents[1]
CORPUS = Path(os.environ.get("EVWATCH_CORPUS", ROOT.parent / "shared")) / "corpus"
_SEEN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled item, ready to be scored."""

    article: Article
    verdict: str
    flagged: bool
    category: str | None
    language: str
    year: str
    collection: str
    weight: float
    events: tuple[str, ...]
    values: tuple[float, ...]
    told: Mapping[str, int]  # runs of words of headline and lead


def article_of(item: dict[str, Any]) -> Article:
    """Return a labelled item as an article."""
    return Article(
        article_id=item.get("id", item.get("url", "")), url=item.get("url") or "", canonical_url=item.get("url") or "", source_id=item.get("source") or "", item_id=None,
        title=item.get("title") or "", body=item.get("text") or "", author=None, outlet=None, language=item.get("language"), published_at=None, published_from="feed",
        first_seen_at=_SEEN, fetched_at=_SEEN, body_sha256="", text_quality="full", rights_notice=None,
    )  # fmt: skip


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the items of a JSON-lines file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def seen(article: Article) -> tuple[tuple[float, ...], Mapping[str, int]]:
    """Return the features of an article, and the runs of words in which it is told."""
    words = vocabulary.load()
    story = read(article, words)
    return tuple(features(sign(story, words), words)), phrasing.told(story, words)


def _row(item: dict[str, Any], verdict: str) -> Labelled:
    article = article_of(item)
    events = tuple(deal["event"] for deal in item.get("deals") or () if deal.get("event"))
    return Labelled(
        article, verdict, verdict in {"deal_new", "deal_update"}, item.get("category"), item.get("language") or "", str(item.get("published") or "")[:4],
        item.get("collection", "own"), float(item.get("stratum_weight") or 1), events, *seen(article),
    )  # fmt: skip


@cache
def news() -> tuple[Labelled, ...]:
    """Return the labelled news; unclear ones are not scored."""
    return tuple(_row(item, item["verdict"]) for item in lines(CORPUS / "news.jsonl") if item["verdict"] != "unclear")


@cache
def retold() -> tuple[Labelled, ...]:
    """Return the reports that were retold in own words."""
    return tuple(_row(item, item["verdict"]) for item in lines(CORPUS / "retold.jsonl") if item["verdict"] != "unclear")


@cache
def own_words() -> tuple[Labelled, ...]:
    """Return the stories written for the tests."""
    return tuple(_row(item, item["expected"]) for path in sorted((ROOT / "tests" / "stories").glob("*.jsonl")) for item in lines(path))


@cache
def practice() -> tuple[Labelled, ...]:
    """Return the headlines and stories made up for practice: they only train, nothing is measured on them."""
    verdicts = {"d": "deal_new", "u": "deal_update", "b": "deal_background", "n": "not_deal"}
    rows = [
        line.split("\t")
        for path in sorted((ROOT / "benchmarks" / "practice").glob("*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and line[0] != "#"
    ]
    items = [
        ({"id": f"practice-{number}", "language": row[1], "title": row[2], "text": row[3]}, verdicts[row[0]])
        for number, row in enumerate(rows)
    ]
    return (*(_row(item, verdict) for item, verdict in items), *written(), *reported())


@cache
def written() -> tuple[Labelled, ...]:
    """Return the part of practice that was made hard on purpose: deals told in passing, and what reads like one."""
    return _told_in("practice/written", "own")


REPORTED = "reported"  # the collection of real reports that were told anew for practice


@cache
def reported() -> tuple[Labelled, ...]:
    """Return the part of practice that real outlets reported, each told anew in own words."""
    return _told_in("practice/reported", REPORTED)


@cache
def reported_apart() -> tuple[Labelled, ...]:
    """Return real reports told anew that were set apart to measure with: nothing is learnt from them and no rule is made by them."""
    return _told_in("unseen/reported", REPORTED)


def _told_in(folder: str, collection: str) -> tuple[Labelled, ...]:
    """Return the labelled stories in the files of a folder."""
    items = (item for path in sorted((ROOT / "benchmarks" / folder).glob("*.jsonl")) for item in lines(path))
    return tuple(_row(item | {"collection": collection}, item["verdict"]) for item in items)


@cache
def unseen() -> tuple[Labelled, ...]:
    """Return the stories that were written to measure with, apart from all practice: nothing is learnt from them and no rule is made by them."""
    return _told_in("unseen", "own")


def ordinary() -> list[Article]:
    """Return the unlabelled ordinary news."""
    return [article_of({**item, "id": item.get("url", "")}) for item in lines(CORPUS / "ordinary.jsonl")]


def groups(rows: Sequence[Labelled]) -> list[str]:
    """Return a group name for each row: rows about the same event, or with the same beginning, belong together."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for row in rows:
        keys = [f"event:{event}" for event in row.events] + ([f"text:{row.article.body[:80]}"] if row.article.body else [])
        for key in keys:
            parent[root(key)] = root(row.article.article_id)
    return [root(row.article.article_id) for row in rows]
