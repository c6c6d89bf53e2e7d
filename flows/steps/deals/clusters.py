"""A deal in the making: the claims that tell of it, and what they say together. Gathers; decides nothing."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from datetime import date

from flows.steps.deals.claims import Claim, Money
from flows.steps.deals.kinship import Name
from flows.steps.deals.sites import Site


class Cluster:
    """Claims of one deal, with their facts gathered so that the next claim is compared with all of them at once."""

    def __init__(self, claims: Iterable[Claim] = ()) -> None:
        self.claims: list[Claim] = []
        self.principals: dict[str, Name] = {}
        self.leads: dict[str, Name] = {}
        self.targets: dict[str, Name] = {}
        self.minor: set[str] = set()
        self.hosts: set[str] = set()
        self.sites: list[Site] = []
        self.types: set[str] = set()
        self.families: set[str] = set()
        self.sectors: set[str] = set()
        self.money: list[Money] = []
        self.aside: list[Money] = []
        self.statuses: Counter[str] = Counter()
        self.capacities: set[tuple[float, str]] = set()
        self.stakes: set[float] = set()
        self.labels: dict[str, set[str]] = {}
        self.days: list[date] = []  # ascending
        self.articles: set[str] = set()
        self.report_ids: set[str] = set()
        for claim in claims:
            self.add(claim)

    def add(self, claim: Claim) -> None:
        """Take in one more claim."""
        report = claim.report
        self.claims.append(claim)
        self.principals |= {name.party_id: name for name in claim.principals}
        self.leads |= {name.party_id: name for name in claim.leads}
        self.targets |= {name.party_id: name for name in claim.targets}
        self.minor |= claim.minor
        self.types.add(report.deal_type)
        self.families.add(claim.family)
        self.statuses[report.status] += 1
        insort(self.days, claim.day)
        self.articles |= {report.article_id, claim.original}
        self.report_ids.add(report.report_id)
        for sort, label in claim.labels:
            self.labels.setdefault(sort, set()).add(label)
        self._add_facts(claim)

    def _add_facts(self, claim: Claim) -> None:
        report = claim.report
        if report.host_country:
            self.hosts.add(report.host_country)
        if report.sector:
            self.sectors.add(report.sector)
        if claim.site is not None and claim.site not in self.sites:
            self.sites.append(claim.site)
        if claim.money is not None and claim.money not in self.money:
            self.money.append(claim.money)
        if claim.aside is not None and claim.aside not in self.aside:
            self.aside.append(claim.aside)
        if report.capacity is not None and report.capacity_unit is not None:
            self.capacities.add((report.capacity, report.capacity_unit))
        if report.stake_pct is not None:
            self.stakes.add(report.stake_pct)

    @property
    def first(self) -> Claim:
        """The earliest claim."""
        return min(self.claims, key=lambda claim: claim.order)

    @property
    def status(self) -> str:
        """What most claims say of its status."""
        return max(sorted(self.statuses), key=self.statuses.__getitem__)

    @property
    def first_day(self) -> date:
        """The day of the earliest claim."""
        return self.days[0]

    def gap(self, day: date) -> int:
        """Return the days between `day` and the nearest claim."""
        place = bisect_left(self.days, day)
        return min(abs((day - other).days) for other in self.days[max(0, place - 1) : place + 1])
