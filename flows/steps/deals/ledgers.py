"""Clusters into rows of the ledger: each deal with its parties, sums, events, articles and contradictions. Knows the coding rules' counting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flows.records import Deal, DealArticle, DealConflict, DealParty, Ledger
from flows.steps.deals import amounts, casts, choices, kinds, limits, rates, statuses
from flows.steps.deals.choices import Choice
from flows.steps.deals.claims import Claim
from flows.steps.deals.clusters import Cluster
from flows.steps.deals.decisions import PARTY, Correction
from flows.steps.deals.points import Match

_SECONDARY_TYPES = {"licensing", "ipo", "mou", "project_contract"}
_SECONDARY_SECTORS = {"powertrain"}
_UNCOUNTED_STATUSES = {"rumoured", "mou", "suspended", "cancelled", "failed", "divested"}
_UNCOUNTED_TYPES = {
    "licensing": "licensing: the capital is the partner's",
    "ipo": "stock-market listing",
    "divestment": "exit of capital",
    "mou": "memorandum only",
}
_PLAIN_FIELDS = ("deal_type", "sector", "host_country", "admin1")


@dataclass(frozen=True, slots=True)
class Draft:
    """A deal with all its rows."""

    deal: Deal
    parties: tuple[DealParty, ...]
    ledger: Ledger  # the rows of this deal alone
    cluster: Cluster


def draft(deal_id: str, cluster: Cluster, matches: Mapping[str, Match], corrections: Sequence[Correction]) -> Draft:
    """Return the rows of one deal."""
    claims = sorted(cluster.claims, key=lambda claim: claim.order)
    chosen = _choices(claims)
    life = statuses.life(claims)
    deal = _deal(deal_id, claims, chosen, life)
    parties = _with_people(casts.cast(deal_id, claims), deal_id, corrections)
    conflicts = [row for name, choice in chosen.items() if name != "amount" for row in choices.conflicts(deal_id, name, choice)]
    conflicts += amounts.conflicts(deal_id, chosen["amount"]) + _status_conflicts(deal_id, claims, life)
    deal, overruled = _correct(deal, corrections, claims[0].report.article_id)
    deal = replace(deal, title=deal.title if any(one.field == "title" for one in corrections) else _title(deal, parties))
    rows = Ledger(
        deals=(deal,),
        parties=parties,
        amounts=tuple(amounts.rows(deal_id, claims, chosen["amount"])),
        events=statuses.events(deal_id, claims),
        articles=tuple(_articles(deal_id, claims, matches)),
        conflicts=(*conflicts, *overruled),
    )
    return Draft(deal, parties, rows, cluster)


def _choices(claims: Sequence[Claim]) -> dict[str, Choice]:
    found = {name: choices.field(claims, name) for name in _PLAIN_FIELDS}
    found["deal_type"] = choices.weighed(
        [option for option in choices.options(claims, lambda claim: claim.report.deal_type) if _is_firm(option, claims)]
    )
    found["place"] = choices.place(claims)
    found["direction"] = choices.direction(claims, found["host_country"].value)
    found["announced_on"] = choices.announced(claims)
    found["amount"] = amounts.choose(claims)
    found["capacity"] = choices.capacity(claims)
    found["stake_pct"] = choices.number(claims, "stake_pct", 1.04)
    found["jobs"] = choices.number(claims, "jobs", limits.SAME_RATIO)
    return found


def _is_firm(option: choices.Option, claims: Sequence[Claim]) -> bool:
    """Tell whether a type is more than a first word for it: a memorandum that became a plant is a plant."""
    return option.value != "mou" or all(claim.report.deal_type == "mou" for claim in claims)


def _deal(deal_id: str, claims: Sequence[Claim], chosen: Mapping[str, Choice], life: statuses.Life) -> Deal:
    amount, announced, capacity = chosen["amount"].value, chosen["announced_on"].value, chosen["capacity"].value
    day = announced[0] if announced else claims[0].day
    usd = rates.usd(amount.amount, amount.currency, day) if amount else None
    doubts = amounts.doubts(chosen["amount"], usd, *(capacity or (None, None)))
    return Deal(
        deal_id=deal_id,
        title="",
        deal_type=chosen["deal_type"].value,
        direction=chosen["direction"].value,
        status=life.status,
        announced_on=announced[0] if announced else None,
        date_precision=announced[1] if announced else None,
        sector=chosen["sector"].value,
        host_country=chosen["host_country"].value,
        admin1=chosen["admin1"].value,
        place=chosen["place"].value,
        amount=amount.amount if amount else None,
        currency=amount.currency if amount else None,
        amount_kind=amounts.kind(chosen["amount"]),
        amount_qualifier=amounts.qualifier(chosen["amount"]),
        amount_usd=usd.usd if usd else None,
        usd_rate_on=usd.rate_on if usd else None,
        stake_pct=chosen["stake_pct"].value,
        capacity=capacity[0] if capacity else None,
        capacity_unit=capacity[1] if capacity else None,
        capacity_year=choices.field(claims, "capacity_year").value,
        jobs=chosen["jobs"].value,
        tier=_tier(chosen["deal_type"].value, chosen["sector"].value),
        count_in_totals=True,
        not_counted_because=None,
        parent_deal_id=None,
        **_counts(claims),
        review="; ".join(filter(None, (life.doubt, *doubts))) or None,
    )


def _counts(claims: Sequence[Claim]) -> dict[str, Any]:
    return {
        "first_reported_at": claims[0].report.reported_at,
        "last_reported_at": claims[-1].report.reported_at,
        "report_count": len(claims),
        "outlet_count": len({claim.voice.family for claim in claims}),
        "languages": tuple(sorted({claim.language for claim in claims if claim.language})),
    }


def _tier(deal_type: str, sector: str | None) -> str:
    return "secondary" if deal_type in _SECONDARY_TYPES or sector in _SECONDARY_SECTORS else "core"


def _with_people(cast: Sequence[DealParty], deal_id: str, corrections: Sequence[Correction]) -> tuple[DealParty, ...]:
    """Return the parties with people's corrections in them, those named most first."""
    rows = {row.party_id: row for row in cast}
    for one in corrections:
        if not one.field.startswith(PARTY):
            continue
        party_id = one.field.removeprefix(PARTY)
        if one.value is None:
            rows.pop(party_id, None)
        else:
            old = rows.get(party_id, DealParty(deal_id, party_id, party_id, one.value, None, 0))
            rows[party_id] = replace(old, role=one.value)
    return tuple(sorted(rows.values(), key=lambda row: (-row.report_count, row.party_id)))


def _title(deal: Deal, parties: Sequence[DealParty]) -> str:
    """Return who does what where: "BYD: greenfield, Szeged (HU)"; a stake, a round or a listing by its target: "Pony.ai: minority stake by Uber (CN)"."""
    words = kinds.load()
    leads = [party.name for party in parties if party.role in words.lead] or [
        party.name for party in parties if party.role in words.principal
    ]
    targets = [party.name for party in parties if party.role in words.target and party.name not in leads]
    kind, who = deal.deal_type.replace("_", " "), " + ".join(leads[:2])
    country = f"({deal.host_country})" if deal.host_country else None
    bought = f"{targets[0]}: {kind} by {who}" if targets and who else f"{targets[0]}: {kind}" if targets else None
    what = bought or f"{who or 'unnamed'}: {kind}"
    place = f"{what}, {deal.place}" if deal.place else what
    return " ".join(filter(None, (place, country)))


def _status_conflicts(deal_id: str, claims: Sequence[Claim], life: statuses.Life) -> list[DealConflict]:
    if not life.said_otherwise:
        return []
    holding = tuple(claim for claim in claims if claim.report.status == life.status)
    others = choices.options(life.said_otherwise, lambda claim: claim.report.status)
    return choices.conflicts(deal_id, "status", Choice(life.status, life.because, choices.Option(life.status, holding), tuple(others)))


def _articles(deal_id: str, claims: Sequence[Claim], matches: Mapping[str, Match]) -> Iterable[DealArticle]:
    first = claims[0]
    for claim in claims:
        report, match = claim.report, matches[claim.report.report_id]
        role = "first_report" if claim is first else _role(claim, first)
        score = 1.0 if claim is first else match.score
        yield DealArticle(deal_id, report.article_id, report.report_id, role, round(score, 4), match.reason)


def _role(claim: Claim, first: Claim) -> str:
    if claim.original != claim.report.article_id:
        return "copy"
    late = (claim.day - first.day).days > limits.UPDATE_AFTER_DAYS
    return "update" if claim.is_update and late else "report"


def _correct(deal: Deal, corrections: Sequence[Correction], article_id: str) -> tuple[Deal, list[DealConflict]]:
    """Return the deal with people's values in it, and a row for each that says what it replaced."""
    rows = []
    for one in corrections:
        if one.field.startswith(PARTY):
            continue
        before = getattr(deal, one.field)
        deal = replace(deal, **{one.field: one.value})
        at, by = one.decision.decided_at, one.decision.by or "a person"
        rows.append(_overruled(deal, one.field, one.value, (article_id, at), f"set by {by}", chosen=True))
        if before is not None and before != one.value:
            rows.append(_overruled(deal, one.field, before, (article_id, at), f"corrected by {by}", chosen=False))
    return (_revalued(deal) if rows else deal), rows


def _revalued(deal: Deal) -> Deal:
    """Return the deal with its sum in dollars after a person changed sum, currency or day."""
    usd = rates.usd(deal.amount, deal.currency, deal.announced_on or deal.first_reported_at.date()) if deal.amount is not None else None
    return replace(deal, amount_usd=usd.usd if usd else None, usd_rate_on=usd.rate_on if usd else None)


def _overruled(deal: Deal, name: str, value: Any, where: tuple[str, datetime], because: str, *, chosen: bool) -> DealConflict:
    """Return a row of a person's word; it stands with the deal's first article, for it has none of its own."""
    told = choices.as_text(value) if value is not None else ""
    return DealConflict(deal.deal_id, name, told, chosen, "review", *where, because)


def counted(deal: Deal, parent: Deal | None, fixed: frozenset[str]) -> Deal:
    """Return the deal with the verdict on totals, unless a person set it (`fixed`: names of corrected fields)."""
    if "count_in_totals" in fixed:
        reason = None if deal.count_in_totals else (deal.not_counted_because or "by a person's decision")
        return replace(deal, not_counted_because=reason)
    reason = _reason_not_to_count(deal, parent)
    return replace(deal, count_in_totals=reason is None, not_counted_because=reason)


def _reason_not_to_count(deal: Deal, parent: Deal | None) -> str | None:
    if deal.status in _UNCOUNTED_STATUSES:
        return f"status {deal.status}"
    if statuses.COPIES_ONLY in (deal.review or ""):
        return statuses.COPIES_ONLY
    if deal.deal_type in _UNCOUNTED_TYPES:
        return _UNCOUNTED_TYPES[deal.deal_type]
    if parent is not None and deal.deal_type == "project_financing":
        return "debt for a plant that is counted"
    if parent is not None and deal.amount_kind == "phase" and parent.amount_kind == "total_programme" and _covers(parent, deal):
        return "part of a programme that is counted"
    return None


def _covers(parent: Deal, deal: Deal) -> bool:
    """Tell whether a programme's sum is so large, and so much older or equal in date, that the part is in it."""
    if parent.amount_usd is None or deal.amount_usd is None or not _is_within(parent.announced_on, deal.announced_on):
        return False
    return parent.amount_usd >= deal.amount_usd * limits.TWICE


def _is_within(parent: date | None, child: date | None) -> bool:
    return parent is None or child is None or parent <= child
