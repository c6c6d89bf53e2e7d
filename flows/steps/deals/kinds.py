"""What merging knows of deal types, roles, sectors and events: kinds.toml and labels.tsv, read once. Holds no rule of its own."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations

from flows.steps.deals import limits

_HERE = "flows.steps.deals"


@dataclass(frozen=True, slots=True)
class Kinds:
    """The words of the coding rules, grouped as merging compares them."""

    families: dict[str, str]  # deal_type -> family
    sectors: dict[str, str]  # sector -> group; "multi" has none
    lead: frozenset[str]  # roles of those who pay
    target: frozenset[str]
    principal: frozenset[str]
    minor: frozenset[str]
    cost: frozenset[str]  # amount kinds that are the price of the deal
    aside: frozenset[str]  # and those that come on top of it
    update_events: frozenset[str]
    update_statuses: frozenset[str]
    on_track: tuple[str, ...]  # in the order of a deal's life
    off_track: frozenset[str]
    _points: dict[frozenset[str], float]

    def type_points(self, one: str, other: str) -> float:
        """Return what two deal types, seen in two reports, say for (or against) one deal."""
        if one == other:
            return limits.SAME_TYPE
        direct = self._points.get(frozenset((one, other)))
        if direct is not None:
            return direct
        first, second = self.families.get(one, "open"), self.families.get(other, "open")
        if first == second:
            return limits.SAME_FAMILY
        return self._points.get(frozenset((first, second)), 0.0)

    def sector_points(self, one: str | None, other: str | None) -> float:
        """Return what two sectors say; unknown and mixed sectors say nothing."""
        if one is None or other is None or "multi" in {one, other}:
            return 0.0
        if one == other:
            return limits.SAME_SECTOR
        return 0.0 if self.sectors.get(one) == self.sectors.get(other) else limits.OTHER_SECTOR

    def rank(self, status: str) -> int:
        """Return how far a status is on the way from rumour to operation; -1 = off the track."""
        return self.on_track.index(status) if status in self.on_track else -1


@cache
def load() -> Kinds:
    """Return the packaged kinds."""
    table = tomllib.loads(files(_HERE).joinpath("kinds.toml").read_text(encoding="utf-8"))
    roles, events, money, statuses = table["roles"], table["events"], table["money"], table["statuses"]
    return Kinds(
        families=_inverse(table["families"]),
        sectors=_inverse(table["sectors"]),
        lead=frozenset(roles["lead"]),
        target=frozenset(roles["target"]),
        principal=frozenset(roles["principal"]),
        minor=frozenset(roles["minor"]),
        cost=frozenset(money["cost"]),
        aside=frozenset(money["aside"]),
        update_events=frozenset(events["update"]),
        update_statuses=frozenset(events["status"]),
        on_track=tuple(statuses["on_track"]),
        off_track=frozenset(statuses["off_track"]),
        _points=_family_points(table) | {frozenset(pair.split("-")): points for pair, points in table["between_types"].items()},
    )


def _inverse(groups: dict[str, list[str]]) -> dict[str, str]:
    return {member: group for group, members in groups.items() for member in members}


def _family_points(table: dict[str, dict[str, float]]) -> dict[frozenset[str], float]:
    pairs = {f"{one}_{other}": frozenset((one, other)) for one, other in combinations(table["families"], 2)}
    unknown = set(table["between_families"]) - set(pairs)
    if unknown:
        raise ValueError(f"kinds.toml: between_families: expected pairs in the order of [families], found {sorted(unknown)}")
    return {pairs[name]: points for name, points in table["between_families"].items()}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A line of labels.tsv or agencies.tsv."""

    sort: str
    label: str
    pattern: re.Pattern[str]


@cache
def labels() -> tuple[Pattern, ...]:
    """Return the patterns of rounds, phases and product lines."""
    return tuple(Pattern(sort, label, re.compile(pattern)) for sort, label, pattern in _lines("labels.tsv"))


@cache
def agencies() -> tuple[Pattern, ...]:
    """Return the patterns by which agencies are known."""
    return tuple(Pattern("agency", name, re.compile(pattern)) for name, pattern in _lines("agencies.tsv"))


def _lines(name: str) -> list[list[str]]:
    text = files(_HERE).joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t")[:-1] for line in text.splitlines() if line and not line.startswith("#")]
