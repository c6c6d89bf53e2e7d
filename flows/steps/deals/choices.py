"""One value out of many: which of the values that reports give stands in the ledger, why, and which ones stand against it.

Weighed by the tier of the outlets and the number of independent ones; dates take the first, changed amounts the latest. Knows no deal.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.records import DealConflict
from flows.steps.deals import kinds, limits
from flows.steps.deals.claims import Claim

_TIER_WEIGHT = {1: 4.0, 2: 2.0, 3: 1.0, 4: 0.25}  # one filing outweighs two agencies; many copies never outweigh one quality report


@dataclass(frozen=True, slots=True)
class Option:
    """A value, with the reports that give it."""

    value: Any
    claims: tuple[Claim, ...]

    @property
    def weight(self) -> float:
        """Return the weight of the independent outlets that give it."""
        best: dict[str, int] = {}
        for claim in self.claims:
            best[claim.voice.family] = min(claim.voice.tier, best.get(claim.voice.family, 4))
        return sum(_TIER_WEIGHT[tier] for tier in best.values())

    @property
    def first(self) -> Claim:
        """The earliest report that gives it."""
        return self.claims[0]

    def told(self) -> str:
        """Return who gives it, in words."""
        outlets = len({claim.voice.family for claim in self.claims})
        tier = min(claim.voice.tier for claim in self.claims)
        return f"{outlets} independent outlet{'s' if outlets > 1 else ''}, best tier {tier}"


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen option, why, and the others."""

    value: Any
    because: str
    chosen: Option | None  # None = no report gives any
    others: tuple[Option, ...] = ()


def options(
    claims: Sequence[Claim], read: Callable[[Claim], Hashable | None], same: Callable[[Any, Any], bool] | None = None
) -> list[Option]:
    """Return the values that `read` finds, those that are the `same` together, in the order in which they were first told."""
    found: list[tuple[Any, list[Claim]]] = []
    for claim in claims:
        value = read(claim)
        if value is None:
            continue
        group = next((group for known, group in found if known == value or (same is not None and same(known, value))), None)
        if group is None:
            found.append((value, [claim]))
        else:
            group.append(claim)
    return [Option(value, tuple(group)) for value, group in found]


def weighed(found: Sequence[Option]) -> Choice:
    """Choose the option with the weightiest outlets; of equals the one told first."""
    if not found:
        return Choice(None, "no report says", None)
    best = max(found, key=lambda option: (option.weight, -found.index(option)))
    why = best.told() if len(found) > 1 else "all reports that say so agree"
    return Choice(best.value, why, best, tuple(option for option in found if option is not best))


def field(claims: Sequence[Claim], name: str) -> Choice:
    """Choose the value of a column of the reports."""
    return weighed(options(claims, lambda claim: getattr(claim.report, name)))


def number(claims: Sequence[Claim], name: str, ratio: float) -> Choice:
    """Choose a number; values within `ratio` of each other count as one."""
    return weighed(options(claims, lambda claim: getattr(claim.report, name), lambda one, other: _within(one, other, ratio)))


def _within(one: float, other: float, ratio: float) -> bool:
    return min(one, other) > 0 and max(one, other) <= ratio * min(one, other)


def capacity(claims: Sequence[Claim]) -> Choice:
    """Choose capacity and unit together."""

    def read(claim: Claim) -> tuple[float, str] | None:
        report = claim.report
        return (report.capacity, report.capacity_unit) if report.capacity is not None and report.capacity_unit is not None else None

    return weighed(options(claims, read, lambda one, other: one[1] == other[1] and _within(one[0], other[0], limits.CAPACITY_RATIO)))


def place(claims: Sequence[Claim]) -> Choice:
    """Choose the place: the most exact precision wins, then the weight; places of one site count as one."""
    found = options(claims, lambda claim: claim.report.place, _same_place(claims))
    exact = [option for option in found if any(claim.site is not None and claim.site.names for claim in option.claims)]
    choice = weighed(exact or found)
    rest = tuple(option for option in found if option is not choice.chosen)
    return Choice(choice.value, choice.because, choice.chosen, rest)


def _same_place(claims: Sequence[Claim]) -> Callable[[str, str], bool]:
    names = {claim.report.place: claim.site.names | claim.site.admin for claim in claims if claim.report.place and claim.site}
    return lambda one, other: bool(names.get(one, frozenset()) & names.get(other, frozenset()))


def announced(claims: Sequence[Claim]) -> Choice:
    """Choose the day of the first public commitment: the earliest that is stated credibly, else the first report's own day.

    A deal that was first seen in a follow-up has none unless a report states it. The value is (date, precision).
    """
    stated = options(claims, _stated_day, lambda one, other: one[1] == other[1] and abs(one[0] - other[0]) <= limits.ANNOUNCED_SLACK)
    sound = [one for one in stated if one.weight >= _TIER_WEIGHT[limits.CREDIBLE_TIER]] or stated
    exact = [one for one in sound if one.value[1] == "day"] or sound
    if exact:
        best = min(exact, key=lambda option: (min(_stated_day(claim) or option.value for claim in option.claims), option.first.order))
        value = min(_stated_day(claim) or best.value for claim in best.claims)
        return Choice(value, f"earliest stated: {best.told()}", best, tuple(option for option in stated if option is not best))
    first = claims[0]
    if first.is_update:
        return Choice(None, "first seen in a follow-up; no report states the day", None)
    return Choice((first.day, "day"), "day of the first report; none states it", Option((first.day, "day"), (first,)))


def _stated_day(claim: Claim) -> tuple[date, str] | None:
    day = claim.report.announced_on
    return (day, claim.report.date_precision or "day") if day is not None and day <= claim.day + limits.ANNOUNCED_SLACK else None


def direction(claims: Sequence[Claim], host: str | None) -> Choice:
    """Choose the direction by the controlling parents of those who pay and the place; the reports' own word where these do not say."""
    derived = _derived_direction(claims, host)
    told = field(claims, "direction")
    if derived is None or derived == told.value:
        return told
    backing = next((option for option in (told.chosen, *told.others) if option is not None and option.value == derived), None)
    others = tuple(option for option in (told.chosen, *told.others) if option is not None and option is not backing)
    return Choice(derived, "by the controlling parents of those who pay, and the place", backing, others)


def _derived_direction(claims: Sequence[Claim], host: str | None) -> str | None:
    words = kinds.load()
    if host is None or {claim.report.deal_type for claim in claims} & {"licensing", "ipo", "fund", "divestment"}:
        return None
    roles: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        for party in claim.reported.parties:
            if party.country and party.role in words.principal:
                roles["pays" if party.role in {"investor", "lead_investor", "sponsor"} else "beside"].add(party.country)
    chinese, foreign = roles["pays"] & {"CN", "HK"}, roles["pays"] - {"CN", "HK"}
    if not roles["pays"]:
        return None
    if host in {"CN", "HK"}:
        return "inbound" if foreign else "domestic"
    return "outbound" if chinese else ("third_country" if foreign else None)


def conflicts(deal_id: str, name: str, choice: Choice) -> list[DealConflict]:
    """Return the rows of a field on which reports disagree: every value with its first outlet, the chosen one marked."""
    if choice.chosen is None or not choice.others:
        return []
    rows = [_conflict(deal_id, name, choice.chosen, choice.value, choice.because, chosen=True)]
    return rows + [_conflict(deal_id, name, option, option.value, option.told(), chosen=False) for option in choice.others]


def _conflict(deal_id: str, name: str, option: Option, value: Any, because: str, *, chosen: bool) -> DealConflict:
    best = min(option.claims, key=lambda claim: (claim.voice.tier, claim.order))
    report = best.report
    return DealConflict(deal_id, name, as_text(value), chosen, best.voice.outlet, report.article_id, report.reported_at, because)


def as_text(value: Any) -> str:
    """Return a value as it stands in a conflict's row."""
    if isinstance(value, tuple):
        return " ".join(as_text(part) for part in value if part is not None)
    return f"{value:.12g}" if isinstance(value, float) else str(value)
