"""Whether a report tells of a deal: points for and against, each with its reason, and vetoes that no points outweigh.

Pure comparison of one claim with one cluster; it neither searches candidates nor changes anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from typing import Any

from flows.steps.deals import kinds, kinship, limits, sites
from flows.steps.deals.claims import Claim, Money
from flows.steps.deals.clusters import Cluster
from flows.steps.deals.kinship import Name
from flows.steps.deals.sites import Relation

Point = tuple[float, str, Any]  # points, what they are for, and the value compared: words are made only for the match that is kept
_NOTHING: Point = (0.0, "", "")
_BOUGHT = {"minority_stake", "acquisition"}
_OPEN_ROUNDS = {"vc_round", "capital_increase", "ipo", "fund"}
_MATURING = {"plant", "venture", "research", "network", "open"}


@dataclass(frozen=True, slots=True)
class Match:
    """How well a claim fits a cluster."""

    points: float
    said: tuple[Point, ...]

    @property
    def score(self) -> float:
        """Return the points as 0-1: 0.5 at the threshold."""
        return 1 / (1 + exp(limits.THRESHOLD - self.points))

    @property
    def reason(self) -> str:
        """Return what spoke for and against, in words."""
        return "; ".join(f"{what}{_in_words(value)}{f' ({points:+.2g})' if points else ''}" for points, what, value in self.said if what)


def because(reason: str, match: Match | None = None) -> Match:
    """Return a match that rests on something else than points, or one that a longer story leads to."""
    if match is None:
        return Match(float("inf"), ((0.0, reason, ""),))
    return Match(match.points, ((0.0, reason, ""), *match.said))


def _in_words(value: Any) -> str:
    if isinstance(value, Money):
        return f" {value.currency} {value.amount:.4g}"
    if isinstance(value, (list, tuple, set)):
        return " " + ", ".join(sorted(str(one) for one in value))
    return f" {value:g}" if isinstance(value, float) else f" {value}" if value else ""


def match(claim: Claim, cluster: Cluster) -> Match | None:
    """Return how well `claim` fits `cluster`; None = a veto, or nobody and nothing in common."""
    strange = _strange_payers(claim, cluster)
    if _vetoed(claim, cluster, strange):
        return None
    alike = _has_fingerprint(claim, cluster)
    place = _place(claim, cluster, alike=alike)
    parties = _parties(claim, cluster) if place else None
    if parties is None or place is None:
        return None
    points = (parties, place, *_others(claim, cluster, strange), *_facts(claim, cluster), _time(claim, cluster, alike=alike))
    return Match(sum(point[0] for point in points), tuple(point for point in points if point[0]))


def _vetoed(claim: Claim, cluster: Cluster, strange: tuple[bool, bool]) -> bool:
    """Tell whether the reports name different rounds, phases, lines or buyers, or are two deals of one article."""
    report = claim.report
    if report.article_id in cluster.articles or claim.original in cluster.articles:
        return _other_deal_of_one_article(claim, cluster)
    if all(strange) and report.deal_type in _BOUGHT and report.deal_type in cluster.types:
        return True  # two buyers of stakes in one firm may pay one price to one seller
    return any(sort in cluster.labels and label not in cluster.labels[sort] for sort, label in claim.labels)


def _has_fingerprint(claim: Claim, cluster: Cluster) -> bool:
    """Tell whether something agrees that two deals hardly share: the very sum, or three parties, while the deal is news."""
    gap = cluster.gap(claim.day)
    if gap <= limits.FINGERPRINT_PARTY_DAYS and len(claim.principals) >= limits.FINGERPRINT_PARTIES:
        same, _ = _shared(claim.principals, cluster.principals)
        if len(same) >= limits.FINGERPRINT_PARTIES and claim.family in cluster.families:
            return True
    money = claim.money
    if money is None or gap > limits.FINGERPRINT_DAYS.get(money.digits, gap):
        return False
    others = (other.amount for other in cluster.money if other.currency == money.currency)
    return any(max(money.amount, other) <= limits.FINGERPRINT_RATIO * min(money.amount, other) for other in others)


def _other_deal_of_one_article(claim: Claim, cluster: Cluster) -> bool:
    """Tell whether the reader of an article, who told its deals apart, also gave this one to the cluster; a copy has the same ordinal."""
    own = claim.report
    same = [other.report for other in cluster.claims if {other.original, other.report.article_id} & {claim.original, own.article_id}]
    return any(other.article_id == own.article_id or other.ordinal != own.ordinal for other in same)


# --- parties ------------------------------------------------------------------------------------------------------------------


def _parties(claim: Claim, cluster: Cluster) -> Point | None:
    same, kin = _shared(claim.principals, cluster.principals)
    minor = limits.MINOR_PARTY if claim.minor & cluster.minor else 0.0
    target = _meets(claim.targets, cluster.targets)
    if not same and not kin:
        return _nameless(claim, cluster, minor)
    names = (*same, *kin)
    if target and _meets(claim.leads, cluster.leads):
        return limits.BOTH_SIDES + minor, "same payer and target:", names
    if len(names) > 1:
        return limits.TWO_PARTIES + minor, "same parties:", names
    if target:
        return limits.ONE_TARGET + minor, "same target:", names
    return (limits.ONE_PARTY if same else limits.KIN_PARTY) + minor, "same party:", names


def _nameless(claim: Claim, cluster: Cluster, minor: float) -> Point | None:
    """Return the points where the parties cannot be compared: one side names nobody, or only names that nobody knows."""
    if not claim.principals or not cluster.principals:
        return limits.NAMELESS + minor, "one side names nobody", ""
    if all(map(_is_unknown, claim.principals)) or all(map(_is_unknown, cluster.principals.values())):
        numbers = _amounts(claim, cluster)[0] == limits.SAME_AMOUNT or _capacities(claim, cluster)[0] == limits.SAME_CAPACITY
        return (limits.STRANGE_NAMES + minor, "unknown name, same numbers", "") if numbers else None
    return None


def _is_unknown(name: Name) -> bool:
    return bool(name.core)


def _shared(names: tuple[Name, ...], others: dict[str, Name]) -> tuple[list[str], list[str]]:
    """Return (ids that are the same, ids that are kin), each party counted once."""
    same, kin = [], []
    for name in names:
        if name.party_id in others or any(kinship.is_same(name, other) for other in others.values()):
            same.append(name.party_id)
        elif any(kinship.is_kin(name, other) for other in others.values()):
            kin.append(name.party_id)
    return same, kin


def _meets(names: tuple[Name, ...], others: dict[str, Name]) -> bool:
    same, kin = _shared(names, others)
    return bool(same or kin)


def _strange_payers(claim: Claim, cluster: Cluster) -> tuple[bool, bool]:
    """Tell whether the claim's payers are strange to the cluster, and the cluster's to the claim; both know other payers."""
    if not claim.leads or not cluster.leads or _meets(claim.leads, cluster.leads):
        return False, False
    own = {name.party_id: name for name in claim.principals}
    return not _meets(claim.leads, cluster.principals), not _meets(tuple(cluster.leads.values()), own)


def _others(claim: Claim, cluster: Cluster, strange: tuple[bool, bool]) -> Iterator[Point]:
    """Yield what different payers and different targets say."""
    if any(strange) and not (claim.report.deal_type in _OPEN_ROUNDS and cluster.types <= _OPEN_ROUNDS):
        yield limits.OTHER_LEAD, "different payers", ""
    if claim.targets and cluster.targets and not _meets(claim.targets, cluster.targets):
        yield limits.OTHER_TARGET, "different targets", ""
    if _changes_sides(claim, cluster):
        yield limits.OTHER_SIDE, "pays in one report, is paid for in the other", ""


def _changes_sides(claim: Claim, cluster: Cluster) -> bool:
    """Tell whether a payer here is only a target there, or the other way round."""
    leads, targets = {name.party_id for name in claim.leads}, {name.party_id for name in claim.targets}
    return bool(
        leads & (cluster.targets.keys() - cluster.leads.keys()) or (targets - leads) & (cluster.leads.keys() - cluster.targets.keys())
    )


# --- place --------------------------------------------------------------------------------------------------------------------


def _place(claim: Claim, cluster: Cluster, *, alike: bool) -> Point | None:
    """Return what the places say; None = they are apart."""
    relations = {sites.relation(claim.site, other) for other in cluster.sites} if claim.site else set()
    if Relation.SAME in relations and claim.site:
        return limits.SAME_SITE, "same site:", claim.site.printed
    if Relation.APART in relations and not _is_seat(claim, cluster):
        return (limits.OTHER_PLACE, "another place, but the same fingerprint", "") if alike else None
    if Relation.NEAR in relations:
        return limits.NEAR_SITE, "same region", ""
    stranger = Relation.OTHER_NAME in relations or (claim.at_home and Relation.SAME_PROVINCE in relations)
    return _country(claim, cluster, limits.OTHER_NAME_OF_SITE if stranger else 0.0, alike=alike)


def _country(claim: Claim, cluster: Cluster, other_name: float, *, alike: bool) -> Point:
    """Return what the countries say, where the places say nothing or only that they have other names."""
    host = claim.report.host_country
    if host is None or not cluster.hosts:
        return other_name, "other name of the place", ""
    if host in cluster.hosts:
        return (limits.SAME_COUNTRY_HOME if claim.at_home else limits.SAME_COUNTRY_ABROAD) + other_name, "same country:", host
    other = limits.OTHER_PLACE if alike else limits.OTHER_COUNTRY
    return (limits.OTHER_SEAT if _is_seat(claim, cluster) else other), "other country:", host


def _is_seat(claim: Claim, cluster: Cluster) -> bool:
    """Tell whether the place is only a company's seat: for stakes and listings, outlets print head office, plant or exchange."""
    return {claim.family, *cluster.families} <= {"purchase", "listing"} and _meets(claim.targets, cluster.targets)


# --- facts --------------------------------------------------------------------------------------------------------------------


def _facts(claim: Claim, cluster: Cluster) -> Iterator[Point]:
    words, report = kinds.load(), claim.report
    yield max(words.type_points(report.deal_type, other) for other in cluster.types), "types:", {report.deal_type, *cluster.types}
    if report.sector and cluster.sectors:
        yield max(words.sector_points(report.sector, other) for other in cluster.sectors), "sector:", report.sector
    yield _amounts(claim, cluster)
    if claim.aside is not None and any((_ratio(claim.aside, other) or limits.TWICE) <= limits.SAME_RATIO for other in cluster.aside):
        yield limits.SAME_ASIDE, "same aid, loan or valuation:", claim.aside
    yield _capacities(claim, cluster)
    yield _stakes(claim, cluster)
    if any(label in cluster.labels.get(sort, ()) for sort, label in claim.labels):
        yield limits.SAME_LABEL, "same round, phase or line", ""


def _amounts(claim: Claim, cluster: Cluster) -> Point:
    """Return what the sums say: the nearest of the cluster's counts."""
    if claim.money is None or not cluster.money:
        return _NOTHING
    ratio = min((found for other in cluster.money if (found := _ratio(claim.money, other)) is not None), default=None)
    if ratio is None:
        return _NOTHING
    if ratio <= limits.SAME_RATIO:
        return limits.SAME_AMOUNT, "same sum:", claim.money
    if ratio <= limits.NEAR_RATIO:
        return limits.NEAR_AMOUNT, "nearly the same sum:", claim.money
    if claim.family == "purchase":
        return limits.FAR_PRICE, "other price:", claim.money
    return (limits.OTHER_AMOUNT if ratio <= limits.TWICE else limits.FAR_AMOUNT), "other sum:", claim.money


def _ratio(one: Money, other: Money) -> float | None:
    """Return the larger through the smaller sum; None = not comparable."""
    if one.currency == other.currency:
        a, b = one.amount, other.amount
    elif one.usd is not None and other.usd is not None:
        a, b = one.usd, other.usd
    else:
        return None
    return max(a, b) / min(a, b) if min(a, b) > 0 else None


def _capacities(claim: Claim, cluster: Cluster) -> Point:
    capacity, unit = claim.report.capacity, claim.report.capacity_unit
    others = [other for other, other_unit in cluster.capacities if other_unit == unit] if capacity else []
    if not capacity or not others:
        return _NOTHING
    if any(max(capacity, other) <= limits.CAPACITY_RATIO * min(capacity, other) for other in others):
        return limits.SAME_CAPACITY, "same capacity:", f"{capacity:g} {unit}"
    return limits.OTHER_CAPACITY, "other capacity:", f"{capacity:g} {unit}"


def _stakes(claim: Claim, cluster: Cluster) -> Point:
    stake = claim.report.stake_pct
    if stake is None or not cluster.stakes:
        return _NOTHING
    if any(abs(stake - other) <= limits.STAKE_POINTS for other in cluster.stakes):
        return limits.SAME_STAKE, "same stake in %:", stake
    return limits.OTHER_STAKE, "other stake in %:", stake


# --- time ---------------------------------------------------------------------------------------------------------------------


def _time(claim: Claim, cluster: Cluster, *, alike: bool) -> Point:
    gap = cluster.gap(claim.day)
    for days, points in limits.NEAR_DAYS:
        if gap <= days:
            return points, "days apart:", float(gap)
    early = (cluster.first_day - claim.day).days
    if alike or (claim.is_update and early <= limits.UPDATE_BEFORE_DAYS) or (early <= 0 and _matured(claim, cluster, gap)):
        return _NOTHING
    families = {claim.family, *cluster.families}
    if not claim.is_update and "purchase" in families:
        return limits.STALE_PURCHASE, "a purchase of its own, days apart:", float(gap)
    rare = families <= _MATURING and not claim.at_home and gap <= limits.MATURING_DAYS
    return (limits.STALE_ABROAD if rare else limits.STALE_FIRST_REPORT), "told as new, days apart:", float(gap)


def _matured(claim: Claim, cluster: Cluster, gap: int) -> bool:
    """Tell whether talks or plans became more in the time that this takes."""
    if gap > limits.MATURING_DAYS or not {claim.family, *cluster.families} <= _MATURING:
        return False
    words = kinds.load()
    return cluster.statuses.keys() <= {"rumoured", "mou"} or words.rank(claim.report.status) > words.rank(cluster.status) >= 0
