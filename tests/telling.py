"""Reports told in one line, for tests of merging: what is left out is what an article does not say."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flows.records import Article, Kind, Ledger, Report, ReportAmount, Reported, ReportEvidence, ReportParty, Source, identity
from flows.steps import deals, vocabulary

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SOURCES = {
    f"tier{tier}": Source(f"tier{tier}", f"Tier {tier}", f"https://tier{tier}.example/feed", Kind.FEED, tier=tier) for tier in (1, 2, 3, 4)
}


def told(name: str, day: str, parties: str, *, ordinal: int = 0, quote: str = "", **facts: Any) -> Reported:
    """Return the report of article `name` on `day`; `parties` is "byd:investor stellantis:partner", ids of the vocabulary or x-names."""
    article_id = identity("article", name)
    report_id = identity(article_id, str(ordinal))
    fields: dict[str, Any] = {
        "rules_version": "test",
        "deal_type": "greenfield",
        "direction": None,
        "status": "announced",
        "event_type": "first_report",
        "title": name,
        "announced_on": None,
        "date_precision": None,
        "sector": "vehicle_assembly",
        "host_country": None,
        "admin1": None,
        "place": None,
        "place_precision": None,
        "amount": None,
        "currency": None,
        "amount_kind": None,
        "amount_qualifier": None,
        "stake_pct": None,
        "capacity": None,
        "capacity_unit": None,
        "capacity_year": None,
        "jobs": None,
        "jobs_basis": None,
        "confidence": 0.9,
    }
    if "amount" in facts:
        fields |= {"amount_kind": "total_programme", "amount_qualifier": "exact"}
    if "announced_on" in facts:
        facts["announced_on"], fields["date_precision"] = date.fromisoformat(facts["announced_on"]), "day"
    fields |= facts
    report = Report(report_id=report_id, article_id=article_id, ordinal=ordinal, reported_at=at(day), **fields)
    evidence = (ReportEvidence(report_id, "deal_type", "known", report.deal_type, quote, "body", 0, len(quote), "test"),) if quote else ()
    amounts = ()
    if report.amount is not None and report.currency is not None:
        amounts = (ReportAmount(report_id, 0, report.amount, None, report.currency, report.amount_kind or "implied", "exact", ""),)
    return Reported(report, tuple(_party(report_id, one) for one in parties.split()), amounts, evidence)


def at(day: str) -> datetime:
    """Return noon of a day."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=12)


def _party(report_id: str, text: str) -> ReportParty:
    party_id, role = text.split(":")
    company = vocabulary.load().companies.get(party_id)
    name = company.name if company else party_id.removeprefix("x-").replace("-", " ")
    return ReportParty(report_id, party_id, name, role, company.controlled_from if company else None)


def article(name: str, day: str, *, source: str = "tier2", url: str | None = None, **more: Any) -> Article:
    """Return the article that `told` reports of; its outlet is its own unless `source` or `url` say otherwise."""
    fields: dict[str, Any] = {
        "item_id": None,
        "title": name,
        "body": "",
        "author": None,
        "outlet": None,
        "language": "en",
        "published_at": at(day),
        "published_from": "feed",
        "first_seen_at": at(day),
        "fetched_at": at(day),
        "body_sha256": "",
        "text_quality": "full",
        "rights_notice": None,
    }
    address = url or f"https://{name}.example.com/{name}"
    return Article(article_id=identity("article", name), url=address, canonical_url=address, source_id=source, **(fields | more))


def merged(
    *reported: Reported, articles: tuple[Article, ...] = (), ledger: Ledger | None = None, decisions: Any = (), now: datetime = NOW
) -> Ledger:
    """Return the ledger of some reports."""
    by_id = {one.article_id: one for one in articles}
    return deals.merge(reported, by_id, SOURCES, ledger or Ledger(), decisions, now)


def names(ledger: Ledger) -> set[frozenset[str]]:
    """Return the deals as sets of report ids: what must not depend on order or history."""
    found: dict[str, set[str]] = {}
    for row in ledger.articles:
        if row.report_id is not None:
            found.setdefault(row.deal_id, set()).add(row.report_id)
    return {frozenset(reports) for reports in found.values()}
