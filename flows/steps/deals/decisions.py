"""What people decided, as what merging must obey: bonds between reports, deals that are none, and corrected values.

A decision names a deal by its id; an id stands for the report that first earned it, so a decision holds through every replay, merge
and split, even if the ledger itself was lost. The latest decision on a subject wins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from flows.records import Deal, DealRedirect, Decision, Report, Reported, identity
from flows.steps.deals.clustering import Bonds

_FIXED = {"deal_id", "first_reported_at", "last_reported_at", "report_count", "outlet_count", "languages", "parent_deal_id"}
CORRECTABLE = tuple(one.name for one in fields(Deal) if one.name not in _FIXED)
CORRECTABLE_REPORT = tuple(one.name for one in fields(Report) if one.name in CORRECTABLE)
_ID_DIGITS = 12  # 48 bits: short enough to type, and no two of a million deals alike
PARTY = "party:"  # field of a correction that gives a party its role; an empty value takes the party out


def deal_identity(report_id: str) -> str:
    """Return the id of the deal that `report_id` is the first report of."""
    digits = identity("deal", report_id).replace("-", "")
    return f"deal-{digits[:_ID_DIGITS]}"


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that a person set, for the deal that a report belongs to."""

    anchor: str  # report_id
    field: str
    value: Any
    decision: Decision


@dataclass(slots=True)
class Rulings:
    """All decisions, resolved to reports."""

    bonds: Bonds = field(default_factory=Bonds)
    dropped: set[str] = field(default_factory=set)  # report and article ids that tell of no deal
    no_deals: dict[str, Decision] = field(default_factory=dict)  # anchor report -> the decision that its deal is none
    accepted: dict[str, Decision] = field(default_factory=dict)  # anchor report -> the decision that all is well
    corrections: list[Correction] = field(default_factory=list)
    report_corrections: dict[str, dict[str, Any]] = field(default_factory=dict)
    named: tuple[DealRedirect, ...] = ()  # deals that decisions name and the ledger has forgotten: their ids stay


def rule(decisions: Iterable[Decision], redirects: Iterable[DealRedirect], reported: Iterable[Reported]) -> Rulings:
    """Return what `decisions` mean for these reports; one that names nothing known waits until its subject is there."""
    anchors = {deal_identity(one.report.report_id): one.report.report_id for one in reported}
    remembered = {row.deal_id: row.anchor_report_id for row in redirects}
    anchors |= remembered
    rulings, named = Rulings(), dict[str, DealRedirect]()
    for decision in sorted(decisions, key=lambda one: (one.decided_at, one.decision_id)):
        _APPLY[decision.action](rulings, decision, anchors)
        for deal_id in {decision.subject, decision.value or ""} & (anchors.keys() - remembered.keys()):
            named.setdefault(deal_id, DealRedirect(deal_id, anchors[deal_id], None, decision.decided_at))
    rulings.named = tuple(named.values())
    return rulings


def _merge(rulings: Rulings, decision: Decision, anchors: Mapping[str, str]) -> None:
    one, other = anchors.get(decision.subject, decision.subject), anchors.get(decision.value or "", decision.value or "")
    bonds = rulings.bonds
    old, new = bonds.bundle(other), bonds.bundle(one)
    bonds.apart = {pair for pair in bonds.apart if pair != frozenset((old, new))}
    _bind(bonds, [one, other, *(report for report, name in bonds.together.items() if name == old)], new)
    bonds.apart = {frozenset(new if name == old else name for name in pair) for pair in bonds.apart}


def _split(rulings: Rulings, decision: Decision, anchors: Mapping[str, str]) -> None:
    anchor = anchors.get(decision.subject, decision.subject)
    leaving = sorted({report.strip() for report in (decision.value or "").split(",") if report.strip()} - {anchor})
    if not leaving:
        return
    bonds = rulings.bonds
    _bind(bonds, leaving, f"split:{leaving[0]}")
    _bind(bonds, [anchor], bonds.bundle(anchor))
    bonds.apart.add(frozenset((bonds.bundle(anchor), bonds.bundle(leaving[0]))))


def _bind(bonds: Bonds, reports: Sequence[str], name: str) -> None:
    for report in reports:
        bonds.together[report] = name


def _not_a_deal(rulings: Rulings, decision: Decision, anchors: Mapping[str, str]) -> None:
    if decision.subject in anchors:
        rulings.no_deals[anchors[decision.subject]] = decision
        rulings.accepted.pop(anchors[decision.subject], None)
    else:
        rulings.dropped.add(decision.subject)


def _is_a_deal(rulings: Rulings, decision: Decision, anchors: Mapping[str, str]) -> None:
    rulings.dropped.discard(decision.subject)
    _accept(rulings, decision, anchors)


def _accept(rulings: Rulings, decision: Decision, anchors: Mapping[str, str]) -> None:
    anchor = anchors.get(decision.subject, decision.subject)
    rulings.no_deals.pop(anchor, None)
    rulings.accepted[anchor] = decision


def _correct(rulings: Rulings, decision: Decision, anchors: Mapping[str, str]) -> None:
    name = decision.field or ""
    if decision.subject not in anchors:
        if name in CORRECTABLE_REPORT:
            rulings.report_corrections.setdefault(decision.subject, {})[name] = parse(name, decision.value)
        return
    if name in CORRECTABLE or name.startswith(PARTY):
        rulings.corrections.append(Correction(anchors[decision.subject], name, parse(name, decision.value), decision))


_APPLY = {
    "merge": _merge,
    "split": _split,
    "not_a_deal": _not_a_deal,
    "is_a_deal": _is_a_deal,
    "accept": _accept,
    "correct": _correct,
}
ACTIONS = tuple(_APPLY)


def parse(name: str, value: str | None) -> Any:
    """Return a corrected value in its field's type; empty = None. Raises ValueError that names field, expected and found."""
    if name.startswith(PARTY):
        return value or None
    kind = str(next((one.type for one in fields(Deal) if one.name == name), ""))
    if not kind or name in _FIXED:
        raise ValueError(f"field: expected one of {', '.join(CORRECTABLE)} or party:<id>, found {name!r}")
    if value is None or value == "":
        if "None" not in kind:
            raise ValueError(f"{name}: expected a value, found nothing")
        return None
    return _parsed(name, kind, value)


def _parsed(name: str, kind: str, value: str) -> Any:
    try:
        if "bool" in kind:
            return {"true": True, "yes": True, "false": False, "no": False}[value.lower()]
        if "date" in kind:
            return date.fromisoformat(value)
        if "float" in kind:
            return float(value)
        return int(value) if "int" in kind else value
    except (KeyError, ValueError) as error:
        raise ValueError(f"{name}: expected {kind}, found {value!r}") from error


def corrected(reported: Iterable[Reported], rulings: Rulings) -> list[Reported]:
    """Return the reports that tell of deals, with people's corrections in them."""
    kept = []
    for one in reported:
        if {one.report.report_id, one.report.article_id} & rulings.dropped:
            continue
        changes = rulings.report_corrections.get(one.report.report_id)
        kept.append(replace(one, report=replace(one.report, **changes)) if changes else one)
    return kept
