"""What the merging benchmark works on: labelled deals as reports, and articles to be read. Builds records; measures nothing."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from flows.records import Article, Party, Report, Reported, ReportParty, identity
from flows.steps import vocabulary
from flows.text import fold

SHARED = Path(os.environ.get("EVWATCH_CORPUS", Path(__file__).resolve().parents[2] / "shared"))
STORIES = Path(__file__).resolve().parents[1] / "tests" / "stories"

# Labels that name one deal twice: the items were labelled one by one, and nobody compared the names given. Each pair was read.
SAME_EVENT = {
    "tesla-shanghai-megafactory": "tesla-shanghai-megapack",  # the Megapack plant in Lingang, announced 9 April 2023
    "tesla-megafactory-shanghai": "tesla-shanghai-megapack",
    "gotion-manteno": "gotion-illinois",  # the same USD 2bn plant, by village and by state
    "gotion-vw-sagunto": "gotion-powerco-sagunto",  # two articles of 29 July 2026 on one talk
    "tinci-taizhou-lfp-160kt": "tinci-taizhou-lfp",  # 160,000 t, CNY 2.1bn, Taizhou
    "tuoyi-guneng-tumote": "tuoyi-guneng-hohhot",  # Tumote Left Banner lies in Hohhot; CNY 6bn, 30 GWh
    "byd-brazil-battery": "byd-manaus-battery-expansion",  # BRL 500m = KRW 149.6bn, June 2026
}


# The labels have no event types; an update is given the one that its status suggests.
_UPDATE = {
    "operating": "opening",
    "under_construction": "construction",
    "suspended": "pause",
    "cancelled": "cancel",
    "approved": "regulatory_ok",
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled deal of one article."""

    article: Article
    ordinal: int
    is_update: bool
    event: str
    facts: dict[str, Any]


def corpus(name: str) -> list[Labelled]:
    """Return the labelled deals of a file of the corpus; empty where the corpus is absent."""
    path = SHARED / "corpus" / name
    return list(_labelled(path)) if path.exists() else []


def stories() -> list[Labelled]:
    """Return the project's own stories of coded deals: the event is known, the facts are not."""
    rows = [json.loads(line) for name in ("deals", "first_story") for line in (STORIES / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [
        Labelled(article(row), 0, row["expected"] == "deal_update", row["gold"], {})
        for row in rows
        if row["gold"] and row["expected"] in {"deal_new", "deal_update"}
    ]


def _labelled(path: Path) -> Iterator[Labelled]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for ordinal, facts in enumerate(row["deals"]):
            yield Labelled(article(row), ordinal, row["verdict"] == "deal_update", facts["event"], facts)


def article(row: dict[str, Any]) -> Article:
    """Return a labelled item as an article of its outlet."""
    at = datetime.fromisoformat(row["published"][:10]).replace(tzinfo=UTC)
    url = row.get("url") or f"https://{row['source']}/{row['id']}"
    return Article(
        article_id=identity("article", row["id"]),
        url=url,
        canonical_url=url,
        source_id="benchmark",
        item_id=None,
        title=row["title"],
        body=row["text"],
        author=None,
        outlet=row["source"].removeprefix("zeti: "),
        language=row["language"],
        published_at=at,
        published_from="feed",
        first_seen_at=at,
        fetched_at=at,
        body_sha256="",
        text_quality="full",
        rights_notice=None,
    )


def from_labels(items: Sequence[Labelled]) -> list[Reported]:
    """Return labelled deals as reports, as a perfect reader would give them; names are linked through the vocabulary."""
    return [_reported(item) for item in items]


def report_id(item: Labelled) -> str:
    """Return the id of a labelled deal's report."""
    return identity(item.article.article_id, str(item.ordinal))


def _reported(item: Labelled) -> Reported:
    facts, key = item.facts, report_id(item)
    parties = [(_party(one["name"], one["country"]), one) for one in facts["parties"]]
    capacity, unit = _capacity(facts["capacity"])
    report = Report(
        report_id=key,
        article_id=item.article.article_id,
        ordinal=item.ordinal,
        rules_version="labels",
        reported_at=item.article.published_at or item.article.first_seen_at,
        deal_type=facts["deal_type"],
        direction=facts["direction"],
        status=facts["status"],
        event_type=_UPDATE.get(facts["status"], "financing") if item.is_update else "first_report",
        title=item.article.title,
        announced_on=None,
        date_precision=None,
        sector=facts["sector"],
        host_country=facts["host_country"],
        admin1=None,
        place=_place(facts["place"], facts["host_country"]),
        place_precision=None,
        amount=facts["amount"],
        currency=facts["currency"],
        amount_kind=facts["amount_kind"],
        amount_qualifier=None,
        stake_pct=facts["stake_pct"],
        capacity=capacity,
        capacity_unit=unit,
        capacity_year=None,
        jobs=None,
        jobs_basis=None,
        confidence=1.0,
    )
    rows = tuple(ReportParty(key, party.party_id, one["name"], one["role"], one["country"]) for party, one in parties)
    return Reported(report, rows, known=tuple(party for party, _ in parties))


@cache
def _party(name: str, country: str | None) -> Party:
    words = vocabulary.load()
    company = words.company_named(name) or words.company_named(re.sub(r"\s*[(（].*", "", name))
    if company is None:
        inner = [hit for hit in words.mentions(name) if hit.kind == "company"]
        company = words.companies[inner[0].key] if inner else None
    if company is not None:
        return company.party
    slug = "-".join(fold(name).text.split())
    return Party(f"x-{slug}", name, None, country, country, "unknown", None, None)


def _place(printed: str | None, country: str | None) -> str | None:
    """Return the place unless it is the country itself."""
    known = vocabulary.load().country_named(printed) if printed else None
    return None if known is not None and known == country else printed


def _capacity(printed: str | None) -> tuple[float | None, str | None]:
    found = re.fullmatch(r"([\d,.]+)\s+(\D.*)", printed or "")
    return (float(found[1].replace(",", "")), found[2]) if found else (None, None)


@cache
def _stock() -> tuple[list[str], list[vocabulary.Place]]:
    """Return firms and large cities to make reports of."""
    cities = [place for place in vocabulary.load().places.values() if place.level == "city"]
    return sorted(vocabulary.load().companies), sorted(cities, key=lambda place: -place.population)[:400]


def made_up(number: int) -> Reported:
    """Return a report that never was: few firms have many deals, most have few, each is told about five times within weeks or years."""
    dice = Random(number // 5 * 7919)
    firms, places = _stock()
    firm, place, start = firms[int(len(firms) * dice.random() ** 3)], dice.choice(places), dice.randint(0, 2500)
    kind, amount = (
        dice.choice(["greenfield", "joint_venture", "minority_stake", "vc_round", "expansion"]),
        dice.choice([None, dice.randint(1, 900) * 1e7]),
    )
    own = Random(number)
    at = datetime(2019, 1, 1, 12, tzinfo=UTC) + timedelta(days=start + own.choice([0, 1, 2, 14, 400]))
    late = (at - datetime(2019, 1, 1, tzinfo=UTC)).days > start + 30
    facts = {"deal_type": kind, "direction": None, "status": "under_construction" if late else "announced", "sector": None} | {
        "host_country": place.country,
        "place": own.choice([place.name, None]),
        "amount": own.choice([amount, None]),
        "currency": "USD" if amount else None,
        "amount_kind": "total_programme" if amount else None,
        "stake_pct": None,
        "capacity": None,
        "parties": [{"name": vocabulary.load().companies[firm].name, "role": "investor", "country": None}],
    }
    row = {"id": f"made-up-{number}", "published": at.isoformat(), "source": "made-up.example", "title": "", "text": "", "language": "en"}
    return _reported(Labelled(article(row), 0, late, "", facts))
