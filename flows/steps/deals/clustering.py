"""Reports into deals: one walk through all claims in their one order, then a look at whether two deals are one.

The order is that of the reports' dates, so it does not matter in which order they came in; the decisions of people bind it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.steps.deals import limits, matching
from flows.steps.deals.claims import Claim
from flows.steps.deals.clusters import Cluster
from flows.steps.deals.points import Match, because

FIRST = because("first report of the deal")
DECIDED = because("joined by a person's decision")
COPY = because("copy of a report of the deal")
_ROUNDS = 3  # of joining deals with each other: each can make the next possible, more than two were never seen


@dataclass(slots=True)
class Bonds:
    """What people decided about reports that belong together, or do not."""

    together: dict[str, str] = field(default_factory=dict)  # report_id -> name of its bundle
    apart: set[frozenset[str]] = field(default_factory=set)  # pairs of bundle names (or report ids) that stay two deals

    def bundle(self, report_id: str) -> str:
        """Return the name of the bundle that a report is in: its own id where nobody decided."""
        return self.together.get(report_id, report_id)


@dataclass(slots=True)
class Clustered:
    """Clusters, and for each report how it came to its cluster."""

    clusters: list[Cluster]
    matches: dict[str, Match]


def keys(claims: Sequence[Claim]) -> dict[str, tuple[str, ...]]:
    """Return what each claim (by report id) is found by: its keys that are awake."""
    awake = {key.text for claim in claims for key in claim.keys if key.wakes}
    return {claim.report.report_id: tuple(dict.fromkeys(key.text for key in claim.keys if key.text in awake)) for claim in claims}


def cluster(claims: Sequence[Claim], bonds: Bonds) -> Clustered:
    """Return the deals that `claims`, in their order, tell of."""
    walk = _Walk(bonds, keys(claims))
    for claim in claims:
        walk.place(claim)
    for _ in range(_ROUNDS):
        if not walk.join():
            break
    return Clustered([one for one in walk.clusters if one.claims], walk.matches)


class _Walk:
    """The state of one clustering."""

    def __init__(self, bonds: Bonds, found_by: Mapping[str, tuple[str, ...]]) -> None:
        self._bonds, self._keys = bonds, found_by
        self.clusters: list[Cluster] = []
        self.matches: dict[str, Match] = {}
        self._by_key: dict[str, dict[int, None]] = defaultdict(dict)
        self._by_bundle: dict[str, int] = {}
        self._bundles: list[set[str]] = []

    def place(self, claim: Claim) -> None:
        """Put a claim into the deal that it fits best, or open one for it."""
        number, match = self._home(claim)
        if number is None:
            number = len(self.clusters)
            self.clusters.append(Cluster())
            self._bundles.append(set())
        self._add(claim, number, match)

    def _home(self, claim: Claim) -> tuple[int | None, Match]:
        bundle = self._bonds.bundle(claim.report.report_id)
        if bundle in self._by_bundle:
            return self._by_bundle[bundle], DECIDED
        best: tuple[int | None, Match] = (None, FIRST)
        for number in self._candidates(claim):
            if self._forbidden({bundle}, self._bundles[number]):
                continue
            if self._is_copy(claim, number):
                return number, COPY
            match = matching.match(claim, self.clusters[number])
            if match and match.points >= limits.THRESHOLD and (best[0] is None or match.points > best[1].points):
                best = (number, match)
        return best

    def _is_copy(self, claim: Claim, number: int) -> bool:
        return claim.original != claim.report.article_id and any(
            other.original == claim.original and other.report.ordinal == claim.report.ordinal for other in self.clusters[number].claims
        )

    def _candidates(self, claim: Claim) -> list[int]:
        return sorted({number for key in self._keys[claim.report.report_id] for number in self._by_key.get(key, ())})

    def _add(self, claim: Claim, number: int, match: Match) -> None:
        bundle = self._bonds.bundle(claim.report.report_id)
        self.clusters[number].add(claim)
        self._bundles[number].add(bundle)
        self._by_bundle[bundle] = number
        self.matches[claim.report.report_id] = match
        for key in self._keys[claim.report.report_id]:
            self._by_key[key][number] = None

    def _forbidden(self, bundles: set[str], others: set[str]) -> bool:
        return any(len(pair & bundles) == 1 and pair & others and not pair <= bundles for pair in self._bonds.apart)

    def join(self) -> bool:
        """Join deals that, now that all is known, are one; return whether any were."""
        changed = False
        for number in range(len(self.clusters)):
            target = self._wider(number)
            if target is not None:
                self._pour(number, *target)
                changed = True
        return changed

    def _wider(self, number: int) -> tuple[int, Match] | None:
        """Return the other deal that this (not larger) one fits into, all its claims together."""
        own = self.clusters[number]
        best: tuple[int, Match] | None = None
        for other in sorted({one for claim in own.claims for one in self._candidates(claim)} - {number}):
            if not self._may_join(number, other):
                continue
            match = _all_match(own, self.clusters[other])
            if match and match.points >= limits.JOIN_THRESHOLD and (best is None or match.points > best[1].points):
                best = (other, match)
        return best

    def _may_join(self, number: int, other: int) -> bool:
        own, wide = self.clusters[number], self.clusters[other]
        if not wide.claims or len(own.claims) > len(wide.claims):
            return False
        return not self._forbidden(self._bundles[number], self._bundles[other])

    def _pour(self, number: int, other: int, match: Match) -> None:
        claims, self.clusters[number] = self.clusters[number].claims, Cluster()
        for claim in claims:
            before = self.matches[claim.report.report_id]
            self._add(claim, other, match if before is FIRST else before)
        self._bundles[number] = set()


def _all_match(own: Cluster, wide: Cluster) -> Match | None:
    """Return the match of the fullest claim, which drew the others to it, with the other deal; None = one of them may not join."""
    matches = {claim.order: matching.match(claim, wide) for claim in own.claims}
    fullest = max(own.claims, key=lambda claim: (_fullness(claim), claim.order))
    found = matches[fullest.order]
    if found is None or any(match is None for match in matches.values()):
        return None
    return because("two deals found to be one", found)


def _fullness(claim: Claim) -> int:
    """Return how much a claim tells that can be compared."""
    return 2 * len(claim.principals) + sum(
        fact is not None for fact in (claim.site, claim.money, claim.report.capacity, claim.report.stake_pct)
    )


def components(claims: Iterable[Claim], bonds: Bonds) -> list[list[Claim]]:
    """Return the claims in groups that share no key and no decision: deals never reach from one group into another."""
    groups = _Groups()
    ordered = list(claims)
    found_by = keys(ordered)
    for claim in ordered:
        own = f"report:{claim.report.report_id}"
        for key in (*found_by[claim.report.report_id], f"bundle:{bonds.bundle(claim.report.report_id)}"):
            groups.unite(own, key)
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in ordered:
        found[groups.root(f"report:{claim.report.report_id}")].append(claim)
    return list(found.values())


class _Groups:
    """Union-find over keys."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def root(self, key: str) -> str:
        """Return the name of the group that `key` is in."""
        self._parents.setdefault(key, key)
        while self._parents[key] != key:
            self._parents[key] = self._parents[self._parents[key]]
            key = self._parents[key]
        return key

    def unite(self, one: str, other: str) -> None:
        """Make one group of two."""
        self._parents[self.root(other)] = self.root(one)
