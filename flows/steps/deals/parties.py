"""Parties compared: whom a claim and a cluster have in common, and who of them is strange to the other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.steps.deals import figures, kinship, limits
from flows.steps.deals.claims import Claim
from flows.steps.deals.clusters import Cluster
from flows.steps.deals.kinship import Name
from flows.steps.deals.points import Point

_OPEN_ROUNDS = {"vc_round", "capital_increase", "ipo", "fund"}


def compared(claim: Claim, cluster: Cluster) -> Point | None:
    """Return what parties in common say; None = there are none, and nothing in their stead."""
    same, kin = shared(claim.principals, cluster.principals)
    minor = limits.MINOR_PARTY if claim.minor & cluster.minor else 0.0
    if not same and not kin:
        return _nameless(claim, cluster, minor)
    points, what = _in_common(claim, cluster, len(same), len(kin))
    return points + minor, what, (*same, *kin)


def _in_common(claim: Claim, cluster: Cluster, same: int, kin: int) -> tuple[float, str]:
    """Return what the number and the sides of the parties in common say."""
    target = meets(claim.targets, cluster.targets)
    if same + kin >= limits.FINGERPRINT_PARTIES:
        return limits.MANY_PARTIES, "same parties:"
    if target and meets(claim.leads, cluster.leads):
        return limits.BOTH_SIDES, "same payer and target:"
    if claim.family == "listing" and cluster.families == {"listing"}:
        return limits.ONE_ISSUER, "same issuer:"
    if same + kin > 1:
        return limits.TWO_PARTIES, "same parties:"
    if target:
        return limits.ONE_TARGET, "same target:"
    return (limits.ONE_PARTY if same else limits.KIN_PARTY), "same party:"


def _nameless(claim: Claim, cluster: Cluster, minor: float) -> Point | None:
    """Return the points where the parties cannot be compared: one side names nobody, or only names that nobody knows."""
    if not claim.principals or not cluster.principals:
        return limits.NAMELESS + minor, "one side names nobody", ""
    if all(map(_is_unknown, claim.principals)) or all(map(_is_unknown, cluster.principals.values())):
        numbers = figures.amounts(claim, cluster)[0] == limits.SAME_AMOUNT or figures.capacities(claim, cluster)[0] == limits.SAME_CAPACITY
        return (limits.STRANGE_NAMES + minor, "unknown name, same numbers", "") if numbers else None
    return None


def _is_unknown(name: Name) -> bool:
    return bool(name.core)


def shared(names: Iterable[Name], others: dict[str, Name]) -> tuple[list[str], list[str]]:
    """Return (ids that are the same, ids that are kin); each party of the other side counts once."""
    same, kin, left = [], [], dict(others)
    waiting = []
    for name in names:
        found = name.party_id if name.party_id in left else next((key for key, other in left.items() if kinship.is_same(name, other)), None)
        if found is None:
            waiting.append(name)
        else:
            same.append(name.party_id)
            del left[found]
    for name in waiting:
        found = next((key for key, other in left.items() if kinship.is_kin(name, other)), None)
        if found is not None:
            kin.append(name.party_id)
            del left[found]
    return same, kin


def meets(names: tuple[Name, ...], others: dict[str, Name]) -> bool:
    """Tell whether any of `names` is, or is kin to, one of the others."""
    same, kin = shared(names, others)
    return bool(same or kin)


@dataclass(frozen=True, slots=True)
class Strangers:
    """Which parties of one side the other has never heard of, where both sides name some and have none in common."""

    payers: bool  # some payer of one side is strange to the other
    known_payers: bool  # a well-known payer of each side is strange to the other: two payers
    targets: bool  # some target of each side is strange to the other
    known_targets: bool  # and well known


def strangers(claim: Claim, cluster: Cluster) -> Strangers:
    """Return who is strange to the other side."""
    own = {name.party_id: name for name in claim.principals}
    payers = known = targets = known_targets = False
    if claim.leads and cluster.leads and not meets(claim.leads, cluster.leads):
        here, there = _strange(claim.leads, cluster.principals), _strange(cluster.leads.values(), own)
        payers = len(here) == len(claim.leads) or len(there) == len(cluster.leads)
        known = _any_known(here) and _any_known(there)
    if claim.targets and cluster.targets and not meets(claim.targets, cluster.targets):
        here, there = _strange(claim.targets, cluster.principals), _strange(cluster.targets.values(), own)
        targets, known_targets = bool(here and there), _any_known(here) and _any_known(there)
    return Strangers(payers, known, targets, known_targets)


def _strange(names: Iterable[Name], others: dict[str, Name]) -> list[Name]:
    return [name for name in names if not meets((name,), others)]


def _any_known(names: Iterable[Name]) -> bool:
    return any(not _is_unknown(name) for name in names)


def others(claim: Claim, cluster: Cluster, found: Strangers) -> Iterator[Point]:
    """Yield what different payers, targets and partners say."""
    if found.payers and not is_open_round(claim, cluster):
        yield limits.OTHER_LEAD, "different payers", ""
    if found.targets:
        yield limits.OTHER_TARGET, "different targets", ""
    same, _ = shared(claim.principals, cluster.principals)
    if len(same) != 1:
        return
    if claim.family != "listing" and _changes_sides(claim, cluster):
        yield limits.OTHER_SIDE, "pays in one report, is paid for in the other", ""
    if not is_open_round(claim, cluster) and not {claim.family, *cluster.families} <= {"plant"} and _has_other_partners(claim, cluster):
        yield limits.OTHER_PARTNER, "other partners", ""


def is_open_round(claim: Claim, cluster: Cluster) -> bool:
    """Tell whether every outlet may name other payers of one deal."""
    return claim.report.deal_type in _OPEN_ROUNDS and cluster.types <= _OPEN_ROUNDS


def _has_other_partners(claim: Claim, cluster: Cluster) -> bool:
    own = {name.party_id: name for name in claim.principals}
    return _any_known(_strange(claim.principals, cluster.principals)) and _any_known(_strange(cluster.principals.values(), own))


def _changes_sides(claim: Claim, cluster: Cluster) -> bool:
    """Tell whether a payer here is only a target there, or the other way round."""
    leads, targets = {name.party_id for name in claim.leads}, {name.party_id for name in claim.targets}
    return bool(
        leads & (cluster.targets.keys() - cluster.leads.keys()) or (targets - leads) & (cluster.leads.keys() - cluster.targets.keys())
    )
