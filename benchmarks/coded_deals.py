"""The labelled deals: articles with the facts that were read from them by hand, and how a fact counts as found.

Names are matched tolerantly, as the corpus asks: two names are the same party if the vocabulary gives both the same id, or if one, without signs and case, contains the other.
"""

import csv
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.labelled import REPORTED
from flows.records import Article, Flag, identity
from flows.steps.reports.amounts import Sum
from flows.steps.reports.folding import folded
from flows.steps.reports.names import Name
from flows.steps.vocabulary import load

HERE = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("EVWATCH_CORPUS", HERE.parent / "shared"))
_GROUPS = {
    "lead_investor": "investor",
    "potential_investor": "investor",
    "sponsor": "investor",
    "fund_manager": "investor",
    "guarantor": "lender",
}


@dataclass(frozen=True)
class GoldParty:
    """A party as labelled."""

    name: str
    role: str
    country: str | None


@dataclass(frozen=True)
class GoldDeal:
    """A deal as labelled; None = not stated."""

    deal_type: str
    direction: str
    status: str
    parties: tuple[GoldParty, ...]
    amount: float | None
    currency: str | None
    host_country: str | None
    place: str | None
    sector: str
    capacity: str | None
    stake_pct: float | None
    event: str


@dataclass(frozen=True)
class CodedArticle:
    """An article with its deals."""

    collection: str  # news, retold, stories, practice, headlines, written, reported, apart, real
    article: Article
    verdict: str
    deals: tuple[GoldDeal, ...]
    has_status: bool  # the label's status is the article's own, not the deal's latest

    @property
    def flag(self) -> Flag:
        """A flag that says no more than the label does."""
        return Flag(self.article.article_id, "benchmark", self.verdict, True, 1.0, 1.0, 1.0, 1.0, None, "labelled")  # noqa: FBT003 - a record's field


def article_of(row: dict[str, Any], collection: str) -> Article:
    """Return a labelled row as an article."""
    day = datetime.fromisoformat((row.get("published") or "2024-01-01")[:10]).replace(tzinfo=UTC)
    url = row.get("url") or f"https://{row.get('source') or 'unknown.example'}/{row['id']}"
    text = row.get("text") or ""
    return Article(
        identity(collection, row["id"]), url, url, row.get("source") or "unknown", None, row.get("title") or "", text, None, None,
        row.get("language"), day, "feed", day, day, "", "full" if text else "short", None,
    )  # fmt: skip


def _deal(row: dict[str, Any]) -> GoldDeal:
    people = tuple(GoldParty(party["name"], party["role"], party["country"]) for party in row["parties"])
    amount = float(row["amount"]) if row["amount"] not in (None, "") else None
    share = float(row["stake_pct"]) if row.get("stake_pct") else None
    return GoldDeal(
        row["deal_type"], row["direction"], row["status"], people, amount, row["currency"] or None, row["host_country"] or None,
        row["place"] or None, row["sector"], row["capacity"] or None, share, row["event"],
    )  # fmt: skip


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def corpus(name: str) -> list[CodedArticle]:
    """Return the labelled deals of `news` or `retold`; empty where the corpus is absent."""
    rows = [row for row in _lines(SHARED / "corpus" / f"{name}.jsonl") if row.get("deals")]
    return [
        CodedArticle(name, article_of(row, name), row["verdict"], tuple(_deal(deal) for deal in row["deals"]), has_status=True)
        for row in rows
    ]


def stories() -> list[CodedArticle]:
    """Return the project's own stories with the coded facts of their deals, where these are known."""
    path = SHARED / "gold" / "deals.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        gold = {row["deal_id"]: row for row in csv.DictReader(file)}
    out = []
    for row in _lines(HERE / "tests" / "stories" / "deals.jsonl"):
        coded: dict[str, Any] | None = gold.get(row["gold"] or "")
        if coded is None or not row["expected"].startswith(("deal_new", "deal_update")):
            continue
        people = [dict(zip(("name", "role", "country"), text.rsplit(":", 2), strict=True)) for text in coded["parties"].split(";")]
        deal = _deal(coded | {"parties": people, "place": coded["location"], "event": coded["deal_id"], "stake_pct": None})
        out.append(CodedArticle("stories", article_of(row, "stories"), row["expected"], (deal,), has_status=False))
    return out


def practice() -> list[CodedArticle]:
    """Return the made-up stories; they tell type, status, direction, sector and host, no parties and no amounts."""
    return [_practised(row, f"practice-{number}", "practice") for number, row in enumerate(_table("practice_facts.tsv"))]


def headlines() -> list[CodedArticle]:
    """Return the made-up headlines on which flags are practised, with facts; they tell the same, and often no more than a headline does."""
    rows = _told(_table("practice_codes.tsv"))
    return [_practised(row, f"headlines-{number}", "headlines") for number, row in enumerate(rows)]


def written() -> list[CodedArticle]:
    """Return the stories made up for practice that are coded whole."""
    return _coded_whole("practice/written", "written")


def apart() -> list[CodedArticle]:
    """Return the stories that were written to measure with: nothing is learnt from them."""
    return _coded_whole("unseen", "apart")


def reported() -> list[CodedArticle]:
    """Return the real reports that were told anew for practice."""
    return _coded_whole("practice/reported", REPORTED)


def reported_apart() -> list[CodedArticle]:
    """Return the real reports told anew that were set apart to measure with: nothing is learnt from them."""
    return _coded_whole("unseen/reported", "real")


def _coded_whole(folder: str, collection: str) -> list[CodedArticle]:
    rows = [row for path in sorted((HERE / "benchmarks" / folder).glob("*.jsonl")) for row in _lines(path) if row["deals"]]
    optional: dict[str, Any] = {"place": None, "capacity": None, "stake_pct": None}
    return [
        CodedArticle(
            collection, article_of(row, collection), row["verdict"], tuple(_deal(optional | deal) for deal in row["deals"]), has_status=True
        )
        for row in rows
    ]


def _practised(row: dict[str, Any], name: str, collection: str) -> CodedArticle:
    people = [text.rsplit(":", 1) for text in (row.get("parties") or "").split("|") if text]
    deal = GoldDeal(
        row["deal_type"], row["direction"], row["status"], tuple(GoldParty(who, role, None) for who, role in people), None, None,
        row["host_country"], None, row["sector"], None, None, name,
    )  # fmt: skip
    article = article_of({**row, "id": name, "published": "2025-06-15"}, collection)
    return CodedArticle(collection, article, "deal_new", (deal,), has_status=True)


def _table(name: str) -> list[dict[str, Any]]:
    lines = (HERE / "benchmarks" / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("# ")), delimiter="\t", quoting=csv.QUOTE_NONE))


def _told(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the coded practice stories with their texts, which stand where flags are practised."""
    texts: dict[tuple[str, str], str] = {}
    for path in sorted((HERE / "benchmarks" / "practice").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and line[0] != "#":
                _, language, title, text = line.split("\t")[:4]
                texts.setdefault((language, title), text)
    for row in rows:
        key = (row["language"], row["title"])
        if key not in texts:
            raise LookupError(f"practice_codes.tsv: no story in practice/ has this title: {row['title']!r}")
        yield {**row, "text": texts[key]}


def coded() -> list[CodedArticle]:
    """Return everything labelled."""
    return [*corpus("news"), *corpus("retold"), *stories(), *practice(), *headlines(), *written(), *reported()]


@cache
def _keys(name: str) -> frozenset[str]:
    vocabulary = load()
    found = {mention.key for mention in vocabulary.mentions(name, None) if mention.kind == "company"}
    for part in (name, *re.split(r"[()（）,]", name)):
        company = vocabulary.company_named(part.strip()) if part.strip() else None
        if company is not None:
            found.add(company.party_id)
    return frozenset(found)


def _core(name: str) -> str:
    return re.sub(r"[\W_]+", "", folded(name))


def fits(gold: str, key: str, printed: str) -> bool:
    """Say whether a party found (`key`, `printed`) is the labelled one."""
    one, other = _core(gold), _core(printed)
    return key in _keys(gold) or (len(one) > 1 and len(other) > 1 and (one in other or other in one))


def group_of(item: CodedArticle, name: Name) -> str:
    """Return the coarse role that the labels give `name`, or none."""
    for deal in item.deals:
        for party in deal.parties:
            if fits(party.name, name.key, name.printed):
                return coarse(party.role)
    return "none"


def coarse(role: str) -> str:
    """Return the coarse role by which roles are compared."""
    return _GROUPS.get(role, role)


def pays(one: Sum, deal: GoldDeal) -> bool:
    """Say whether a sum is the labelled amount of `deal`."""
    return deal.amount is not None and one.money.currency == deal.currency and abs(one.money.amount - deal.amount) <= 1e-6 * deal.amount
