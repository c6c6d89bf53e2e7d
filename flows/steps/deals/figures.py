"""Sums, capacities and stakes compared: a claim's with those of a cluster. The nearest of the cluster's values counts."""

from flows.steps.deals import limits
from flows.steps.deals.claims import Claim, Money
from flows.steps.deals.clusters import Cluster
from flows.steps.deals.points import NOTHING, Point


def amounts(claim: Claim, cluster: Cluster) -> Point:
    """Return what the sums say: the nearest of the cluster's counts."""
    if claim.money is None or not cluster.money:
        return NOTHING
    ratio = min((found for other in cluster.money if (found := ratio_of(claim.money, other)) is not None), default=None)
    if ratio is None:
        return NOTHING
    if ratio <= limits.SAME_RATIO:
        return limits.SAME_AMOUNT, "same sum:", claim.money
    if ratio <= limits.NEAR_RATIO:
        return limits.NEAR_AMOUNT, "nearly the same sum:", claim.money
    if claim.family == "purchase" and ratio > limits.FAR_PRICE_RATIO:
        return limits.FAR_PRICE, "other price:", claim.money
    return (limits.OTHER_AMOUNT if ratio <= limits.TWICE else limits.FAR_AMOUNT), "other sum:", claim.money


def ratio_of(one: Money, other: Money) -> float | None:
    """Return the larger through the smaller sum; None = not comparable."""
    if one.currency == other.currency:
        a, b = one.amount, other.amount
    elif one.usd is not None and other.usd is not None:
        a, b = one.usd, other.usd
    else:
        return None
    return max(a, b) / min(a, b) if min(a, b) > 0 else None


def capacities(claim: Claim, cluster: Cluster) -> Point:
    """Return what the capacities say, where the units agree."""
    capacity, unit = claim.report.capacity, claim.report.capacity_unit
    others = [other for other, other_unit in cluster.capacities if other_unit == unit] if capacity else []
    if not capacity or not others:
        return NOTHING
    if any(max(capacity, other) <= limits.CAPACITY_RATIO * min(capacity, other) for other in others):
        return limits.SAME_CAPACITY, "same capacity:", f"{capacity:g} {unit}"
    return limits.OTHER_CAPACITY, "other capacity:", f"{capacity:g} {unit}"


def stakes(claim: Claim, cluster: Cluster) -> Point:
    """Return what the stakes say."""
    stake = claim.report.stake_pct
    if stake is None or not cluster.stakes:
        return NOTHING
    if any(abs(stake - other) <= limits.STAKE_POINTS for other in cluster.stakes):
        return limits.SAME_STAKE, "same stake in %:", stake
    return limits.OTHER_STAKE, "other stake in %:", stake
