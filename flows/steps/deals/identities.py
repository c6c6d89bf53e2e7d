"""Ids that never change their meaning: a deal keeps the id that its first known report earned it.

A new deal's id is made from its earliest report. When two deals prove to be one, the older id stays and the other leads to it; when one
falls into two, the part with the report that earned the id keeps it. The memory of all this is the ledger's redirect rows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flows.records import DealArticle, DealRedirect
from flows.steps.deals.clusters import Cluster
from flows.steps.deals.decisions import deal_identity


@dataclass(frozen=True, slots=True)
class Named:
    """Clusters with their ids, and the redirect rows after that."""

    ids: tuple[str, ...]  # one for each cluster, in order
    redirects: tuple[DealRedirect, ...]


def name(clusters: Sequence[Cluster], redirects: Iterable[DealRedirect], linked: Iterable[DealArticle], now: datetime) -> Named:
    """Return the id of every cluster; `linked` are the old ledger's rows, for ids whose own first report is gone."""
    homes = {report_id: number for number, cluster in enumerate(clusters) for report_id in cluster.report_ids}
    memory = [_reanchored(row, homes, heirs) for heirs in [_heirs(linked)] for row in redirects]
    claims: dict[int, list[DealRedirect]] = {}
    for row in memory:
        if row.anchor_report_id in homes:
            claims.setdefault(homes[row.anchor_report_id], []).append(row)
    ids: list[str] = []
    kept = {row.deal_id: row for row in memory}
    for number, cluster in enumerate(clusters):
        order = {claim.report.report_id: place for place, claim in enumerate(sorted(cluster.claims, key=lambda claim: claim.order))}
        rows = sorted(claims.get(number, ()), key=lambda row: (row.since, order[row.anchor_report_id], row.deal_id))
        own = next((row for row in rows if row.redirect_to is None), rows[0]) if rows else _new(cluster, now, kept)
        ids.append(own.deal_id)
        kept[own.deal_id] = replace(own, redirect_to=None)
        kept |= {row.deal_id: replace(row, redirect_to=own.deal_id) for row in rows if row.deal_id != own.deal_id}
    return Named(tuple(ids), tuple(sorted(kept.values(), key=lambda row: (row.since, row.deal_id))))


def _new(cluster: Cluster, now: datetime, taken: Mapping[str, DealRedirect]) -> DealRedirect:
    """Return the row of a new deal: named after its earliest report whose id is not already another deal's."""
    free = (claim.report.report_id for claim in sorted(cluster.claims, key=lambda claim: claim.order))
    anchor = next((one for one in free if deal_identity(one) not in taken), None)
    if anchor is not None:
        return DealRedirect(deal_identity(anchor), anchor, None, now)
    first = cluster.first.report.report_id
    return DealRedirect(deal_identity(f"{first}+{len(taken)}"), first, None, now)


def _heirs(linked: Iterable[DealArticle]) -> Mapping[str, list[str]]:
    """Return the reports that each deal had."""
    reports: dict[str, list[str]] = {}
    for row in linked:
        if row.report_id is not None:
            reports.setdefault(row.deal_id, []).append(row.report_id)
    return reports


def _reanchored(row: DealRedirect, homes: Mapping[str, int], heirs: Mapping[str, list[str]]) -> DealRedirect:
    """Return the row with an anchor that still exists: the first of the old reports, in the cluster that holds most of them."""
    left = [report_id for report_id in heirs.get(row.deal_id, ()) if report_id in homes]
    if row.anchor_report_id in homes or not left:
        return row
    fullest = Counter(homes[report_id] for report_id in left).most_common(1)[0][0]
    return replace(row, anchor_report_id=next(report_id for report_id in left if homes[report_id] == fullest))


def follow(deal_id: str, redirects: Iterable[DealRedirect]) -> str:
    """Return the id in use that `deal_id` leads to now."""
    leads = {row.deal_id: row.redirect_to for row in redirects if row.redirect_to}
    seen = set()
    while deal_id in leads and deal_id not in seen:
        seen.add(deal_id)
        deal_id = leads[deal_id]
    return deal_id
