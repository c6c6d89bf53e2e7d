"""Whether a report tells of a deal: points for and against, each with its reason, and vetoes that no points outweigh.

Pure comparison of one claim with one cluster; it neither searches candidates nor changes anything.
"""

from collections.abc import Iterator

from flows.steps.deals import figures, kinds, limits, parties, sites
from flows.steps.deals.claims import Claim
from flows.steps.deals.clusters import Cluster
from flows.steps.deals.points import NOTHING, Match, Point
from flows.steps.deals.sites import Relation

_MATURING = {"plant", "venture", "research", "network", "open"}


def match(claim: Claim, cluster: Cluster) -> Match | None:
    """Return how well `claim` fits `cluster`; None = a veto, or nobody and nothing in common."""
    strangers = parties.strangers(claim, cluster)
    if _vetoed(claim, cluster, strangers):
        return None
    alike = _has_fingerprint(claim, cluster)
    place = _place(claim, cluster, alike=alike)
    common = parties.compared(claim, cluster) if place else None
    if common is None or place is None:
        return None
    points = (
        common,
        place,
        *parties.others(claim, cluster, strangers),
        *_facts(claim, cluster, alike=alike),
        _time(claim, cluster, alike=alike),
    )
    return Match(sum(point[0] for point in points), tuple(point for point in points if point[0]))


def _vetoed(claim: Claim, cluster: Cluster, strangers: parties.Strangers) -> bool:
    """Tell whether the reports name different rounds, phases, lines or buyers, or are two deals of one article."""
    report = claim.report
    if report.article_id in cluster.articles or claim.original in cluster.articles:
        return _other_deal_of_one_article(claim, cluster)
    if strangers.known_payers and not parties.is_open_round(claim, cluster):
        return True  # two buyers of stakes in one firm may pay one price to one seller; two firms may build with one partner
    if strangers.known_targets and "purchase" in {claim.family} & cluster.families:
        return True  # one buyer may pay the same for two firms on one day
    return any(sort in cluster.labels and label not in cluster.labels[sort] for sort, label in claim.labels)


def _has_fingerprint(claim: Claim, cluster: Cluster) -> bool:
    """Tell whether something agrees that two deals hardly share: the very sum, or three parties, while the deal is news."""
    gap = cluster.gap(claim.day)
    if gap <= limits.FINGERPRINT_PARTY_DAYS and len(claim.principals) >= limits.FINGERPRINT_PARTIES:
        same, _ = parties.shared(claim.principals, cluster.principals)
        if len(same) >= limits.FINGERPRINT_PARTIES:
            return True
    if _is_same_news(claim, cluster, gap):
        return True
    money = claim.money
    if money is None or gap > limits.FINGERPRINT_DAYS.get(money.digits, gap):
        return False
    others = (other.amount for other in cluster.money if other.currency == money.currency)
    return any(max(money.amount, other) <= limits.FINGERPRINT_RATIO * min(money.amount, other) for other in others)


def _is_same_news(claim: Claim, cluster: Cluster, gap: int) -> bool:
    """Tell whether the same follow-up about the same two parties was reported these days."""
    if not claim.is_update or gap > limits.FINGERPRINT_NEWS_DAYS or len(parties.shared(claim.principals, cluster.principals)[0]) <= 1:
        return False
    near = [other.report for other in cluster.claims if abs((other.day - claim.day).days) <= limits.FINGERPRINT_NEWS_DAYS]
    return any((other.event_type, other.status) == (claim.report.event_type, claim.report.status) for other in near)


def _other_deal_of_one_article(claim: Claim, cluster: Cluster) -> bool:
    """Tell whether the reader of an article, who told its deals apart, also gave this one to the cluster; a copy has the same ordinal."""
    own = claim.report
    same = [other.report for other in cluster.claims if {other.original, other.report.article_id} & {claim.original, own.article_id}]
    return any(other.article_id == own.article_id or other.ordinal != own.ordinal for other in same)


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
    families = {claim.family, *cluster.families}
    if families == {"listing"}:
        return "CN" in {claim.report.host_country, *cluster.hosts}  # two venues are two listings
    if not families <= {"purchase", "listing"}:
        return False
    return parties.meets(claim.targets, cluster.targets) or len(parties.shared(claim.principals, cluster.principals)[0]) > 1


# --- facts --------------------------------------------------------------------------------------------------------------------


def _facts(claim: Claim, cluster: Cluster, *, alike: bool) -> Iterator[Point]:
    words, report = kinds.load(), claim.report
    types = max(words.type_points(report.deal_type, other) for other in cluster.types)
    misread = alike and "listing" not in {claim.family, *cluster.families}
    yield max(types, limits.OTHER_TYPE) if misread else types, "types:", {report.deal_type, *cluster.types}
    if report.sector and cluster.sectors:
        yield max(words.sector_points(report.sector, other) for other in cluster.sectors), "sector:", report.sector
    yield figures.amounts(claim, cluster)
    if claim.aside is not None and any(
        (figures.ratio_of(claim.aside, other) or limits.TWICE) <= limits.SAME_RATIO for other in cluster.aside
    ):
        yield limits.SAME_ASIDE, "same aid, loan or valuation:", claim.aside
    yield figures.capacities(claim, cluster)
    yield figures.stakes(claim, cluster)
    if any(label in cluster.labels.get(sort, ()) for sort, label in claim.labels):
        yield limits.SAME_LABEL, "same round, phase or line", ""


# --- time ---------------------------------------------------------------------------------------------------------------------


def _time(claim: Claim, cluster: Cluster, *, alike: bool) -> Point:
    gap = cluster.gap(claim.day)
    for days, points in limits.NEAR_DAYS:
        if gap <= days:
            return points, "days apart:", float(gap)
    early = (cluster.first_day - claim.day).days
    families = {claim.family, *cluster.families}
    if alike or (early <= 0 and _matured(claim, cluster, gap)):
        return NOTHING
    if claim.is_update and early <= limits.UPDATE_BEFORE_DAYS:
        placeless = families <= _MATURING and not (claim.report.host_country and cluster.hosts)
        return (limits.STALE_ABROAD, "follow-up, but no place in common", "") if placeless else NOTHING
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
