"""Who takes part in a deal, each firm once: under one name however many it is printed with, in the role that most reports give it.

A mother firm named beside its daughter on the same side is how reports introduce the daughter ("Ampere, Renault's electric arm"): the daughter is the party.
"""

from collections import Counter
from collections.abc import Sequence

from flows.records import DealParty
from flows.steps.deals import kinship
from flows.steps.deals.claims import Claim

_SIDES = (  # roles that one firm and its mother may share by way of introduction
    {"investor", "lead_investor", "sponsor", "potential_investor", "fund_manager", "partner"},
    {"target"},
    {"seller"},
)


class _Tallies:
    """What the reports say of each party, counted."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.roles: dict[str, Counter[str]] = {}
        self.names: dict[str, Counter[str]] = {}
        self.countries: dict[str, Counter[str]] = {}
        for claim in claims:
            known = {party.party_id: party for party in claim.reported.known}
            for party in claim.reported.parties:
                record = known.get(party.party_id)
                self._count(party.party_id, party.role, record.name if record else party.name_as_printed, party.country)

    def _count(self, party_id: str, role: str, name: str, country: str | None) -> None:
        self.roles.setdefault(party_id, Counter())[role] += 1
        self.names.setdefault(party_id, Counter())[name] += 1
        if country:
            self.countries.setdefault(party_id, Counter())[country] += 1

    def name(self, party_id: str) -> str:
        return _most(self.names[party_id]) or party_id

    def role(self, party_id: str) -> str:
        return _most(self.roles[party_id]) or "partner"

    def join(self, party_id: str, other: str) -> None:
        """Count what was said of `party_id` for `other`, whose name stays."""
        self.roles[other].update(self.roles.pop(party_id))
        self.countries.setdefault(other, Counter()).update(self.countries.pop(party_id, Counter()))

    def drop(self, party_id: str) -> None:
        del self.roles[party_id]


def cast(deal_id: str, claims: Sequence[Claim]) -> tuple[DealParty, ...]:
    """Return the parties, those named most first."""
    tallies = _Tallies(claims)
    for party_id in sorted(tallies.roles):
        other = _other_name(party_id, tallies)
        if other is not None:
            tallies.join(party_id, other)
    for party_id in [party_id for party_id in sorted(tallies.roles) if _introduces(party_id, tallies)]:
        tallies.drop(party_id)
    rows = [
        DealParty(deal_id, party_id, tallies.name(party_id), tallies.role(party_id), _most(tallies.countries.get(party_id)), said.total())
        for party_id, said in tallies.roles.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.report_count, row.party_id)))


def _other_name(party_id: str, tallies: _Tallies) -> str | None:
    """Return the party whose other printed name this one is; None = it stands for itself."""
    own = kinship.name(party_id, tallies.name(party_id))
    if not own.core:
        return None  # the vocabulary knows it
    others = [other for other in sorted(tallies.roles) if other != party_id and _on_one_side(party_id, other, tallies)]
    known = [other for other in others if not kinship.name(other, tallies.name(other)).core]
    return next((other for other in (*known, *others) if _is_short_for(own, kinship.name(other, tallies.name(other)))), None)


def _is_short_for(own: kinship.Name, other: kinship.Name) -> bool:
    """Tell whether `own`, an unknown name, is the long form of a known one, or of an unknown one that comes before it."""
    if kinship.is_same(own, other):
        return own.party_id > other.party_id
    return kinship.is_kin(own, other) and (not other.core or (len(other.core), other.party_id) < (len(own.core), own.party_id))


def _introduces(party_id: str, tallies: _Tallies) -> bool:
    """Tell whether a party is only named as the mother of another one on its side."""
    return any(
        party_id in kinship.name(other, tallies.name(other)).line[1:] and _on_one_side(party_id, other, tallies)
        for other in tallies.roles
        if other != party_id
    )


def _on_one_side(one: str, other: str, tallies: _Tallies) -> bool:
    return any(tallies.role(one) in side and tallies.role(other) in side for side in _SIDES)


def _most(counted: Counter[str] | None) -> str | None:
    return min(counted, key=lambda value: (-counted[value], value)) if counted else None
