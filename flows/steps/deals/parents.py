"""Which deal grew out of which: new money for a plant, a firm or a venture that an earlier deal began. Compares deals, merges none."""

from collections import defaultdict
from collections.abc import Sequence

from flows.steps.deals import kinds, kinship, sites
from flows.steps.deals.clusters import Cluster
from flows.steps.deals.ledgers import Draft
from flows.steps.deals.sites import Relation

_BUILDS = {"plant", "venture", "research", "network"}
_BUYS = {"purchase"}


def find(drafts: Sequence[Draft]) -> dict[str, str]:
    """Return deal_id -> deal_id of its parent: the nearest earlier deal of the same payer at the same site or into the same firm."""
    by_party: dict[str, list[int]] = defaultdict(list)
    ordered = sorted(range(len(drafts)), key=lambda number: (drafts[number].deal.first_reported_at, drafts[number].deal.deal_id))
    parents = {}
    for number in ordered:
        own = drafts[number]
        keys = {key for name in own.cluster.principals.values() for key in name.keys}
        earlier = sorted({other for key in keys for other in by_party[key]}, key=ordered.index, reverse=True) if keys else []
        parent = next((drafts[other] for other in earlier if _grew_from(own, drafts[other])), None)
        if parent is not None:
            parents[own.deal.deal_id] = parent.deal.deal_id
        for key in keys:
            by_party[key].append(number)
    return parents


def _grew_from(child: Draft, parent: Draft) -> bool:
    families = kinds.load().families
    new, old = families.get(child.deal.deal_type), families.get(parent.deal.deal_type)
    if child.cluster.first_day <= parent.cluster.first_day or not _same_payer(child.cluster, parent.cluster):
        return False
    if new in _BUYS and old in _BUYS:
        return _same_target(child.cluster, parent.cluster)
    if new in _BUILDS and old in _BUILDS:
        fits = kinds.load().sector_points(child.deal.sector, parent.deal.sector) >= 0
        return fits and _same_site(child.cluster, parent.cluster)
    return False


def _same_payer(one: Cluster, other: Cluster) -> bool:
    return any(kinship.is_same(a, b) or kinship.is_kin(a, b) for a in one.leads.values() for b in other.leads.values())


def _same_target(one: Cluster, other: Cluster) -> bool:
    return any(kinship.is_same(a, b) for a in one.targets.values() for b in other.targets.values())


def _same_site(one: Cluster, other: Cluster) -> bool:
    exact = [place for place in one.sites if place.names]
    return any(sites.relation(place, known) is Relation.SAME for place in exact for known in other.sites if known.names)
