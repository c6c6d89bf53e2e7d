"""A deal's life out of its reports: which status is the latest credible one, and which reports tell of a change.

A status is credible from one outlet of tier 1-2, or two independent ones of tier 3. Reports that only retell an earlier stage change nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.records import DealEvent
from flows.steps.deals import kinds, limits
from flows.steps.deals.claims import Claim

COPIES_ONLY = "told by outlets of tier 4 only"  # a doubt that keeps a deal out of totals until someone accepts it


@dataclass(frozen=True, slots=True)
class Life:
    """What became of a deal."""

    status: str
    because: str
    doubt: str | None  # why a person should look; None = nothing doubtful
    said_otherwise: tuple[Claim, ...]  # reports whose status contradicts the chosen one


def life(claims: Sequence[Claim]) -> Life:
    """Return the status of the deal that `claims`, in their order, tell of."""
    status, source = claims[0].report.status, claims[0]
    for claim in claims[1:]:
        if _moves(status, claim) and _is_believed(claim, claims) and not _is_outvoted(claim, claims):
            status, source = claim.report.status, claim
    doubt = _doubt(status, claims)
    otherwise = tuple(claim for claim in claims if _contradicts(claim, status, source))
    return Life(status, f"latest credible: {source.voice.outlet}, {source.day} (tier {source.voice.tier})", doubt, otherwise)


def _moves(status: str, claim: Claim) -> bool:
    """Tell whether a later report changes the status: forward, off the track, or back on it by a restart."""
    words, said = kinds.load(), claim.report.status
    if said == status:
        return False
    if said in words.off_track:
        return words.rank(status) != words.rank("completed") or said == "divested"
    if status in words.off_track:
        return claim.report.event_type == "restart" or words.rank(said) >= words.rank("under_construction")
    return words.rank(said) > words.rank(status)


def _is_believed(claim: Claim, claims: Sequence[Claim]) -> bool:
    """Tell whether a change is credible; what was unknown before needs no more than the first report did."""
    if is_credible(claim, claims):
        return True
    before = [other for other in claims if other.order < claim.order]
    best = min(other.voice.tier for other in before)
    on_track = claim.report.status not in kinds.load().off_track
    return on_track and claim.voice.tier <= max(best, limits.CORROBORATING_TIER)


def _is_outvoted(claim: Claim, claims: Sequence[Claim]) -> bool:
    """Tell whether most outlets of the same days put the deal at an earlier stage: "starts in 2026", misread as started, is found out so.

    Only stages that take years to reach: of a signature the others may just not speak.
    """
    words, said = kinds.load(), claim.report.status
    if said in words.off_track or words.rank(said) < words.rank("under_construction"):
        return False
    near = timedelta(days=limits.SAME_NEWS_DAYS)
    beside = [other for other in claims if abs(other.day - claim.day) <= near and other.report.status not in words.off_track]
    with_it = {other.voice.family for other in beside if words.rank(other.report.status) >= words.rank(said)}
    return len({other.voice.family for other in beside} - with_it) > len(with_it)


def is_credible(claim: Claim, claims: Sequence[Claim]) -> bool:
    """Tell whether a report's status rests on an outlet of tier 1-2, or on two independent ones of tier 3."""
    if claim.voice.tier <= limits.CREDIBLE_TIER:
        return True
    within = timedelta(days=limits.CORROBORATION_DAYS)
    agreeing = [other for other in claims if _agrees(other, claim) and abs(other.day - claim.day) <= within]
    if any(other.voice.tier <= limits.CREDIBLE_TIER for other in agreeing):
        return True
    return len({other.voice.family for other in agreeing if other.voice.tier <= limits.CORROBORATING_TIER}) > 1


def _agrees(other: Claim, claim: Claim) -> bool:
    """Tell whether another report says the same or more of the same way."""
    words, said, own = kinds.load(), other.report.status, claim.report.status
    if said == own:
        return True
    return said not in words.off_track and own not in words.off_track and words.rank(said) > words.rank(own)


def _doubt(status: str, claims: Sequence[Claim]) -> str | None:
    holding = [claim for claim in claims if claim.report.status == status]
    if status == "rumoured" and not any(is_credible(claim, claims) and _is_named(claim) for claim in holding):
        return "rumour: needs a named party and target from one outlet of tier 1-2 or two independent ones of tier 3"
    if status in kinds.load().off_track and not any(is_credible(claim, claims) for claim in holding):
        return f"status {status} rests on a single outlet of tier {min(claim.voice.tier for claim in holding)}"
    if all(claim.voice.tier > limits.CORROBORATING_TIER for claim in claims):
        return COPIES_ONLY
    return None


def _is_named(claim: Claim) -> bool:
    """Tell whether a report names a party and a target, site or country."""
    return bool(claim.principals) and (len(claim.principals) > 1 or claim.site is not None or claim.report.host_country is not None)


def _contradicts(claim: Claim, status: str, source: Claim) -> bool:
    words = kinds.load()
    off, said_off = status in words.off_track, claim.report.status in words.off_track
    if off == said_off:
        return off and claim.report.status != status
    return abs((claim.day - source.day).days) <= limits.CONTRADICTION_DAYS


def events(deal_id: str, claims: Sequence[Claim]) -> tuple[DealEvent, ...]:
    """Return the steps of a deal's life: one for each change, from its first and best report."""
    told: list[list[Claim]] = []
    for claim in claims:
        group = next((group for group in told if _is_same_event(group, claim)), None)
        if group is None:
            told.append([claim])
        else:
            group.append(claim)
    return tuple(_event(deal_id, group) for group in told)


def _is_same_event(group: Sequence[Claim], claim: Claim) -> bool:
    first = group[0].report
    if first.event_type == "first_report" == claim.report.event_type and first.status == claim.report.status:
        return True  # a deal is new once for each status that it was first told with
    close = (claim.day - group[-1].day).days <= limits.SAME_EVENT_DAYS
    return close and (first.event_type, first.status) == (claim.report.event_type, claim.report.status)


def _event(deal_id: str, group: Sequence[Claim]) -> DealEvent:
    best = min(group, key=lambda claim: (claim.voice.tier > limits.CREDIBLE_TIER, claim.order))
    report = best.report
    return DealEvent(
        deal_id=deal_id,
        event_date=_event_date(group),
        reported_at=min(claim.report.reported_at for claim in group),
        event_type=report.event_type,
        status_after=report.status,
        article_id=report.article_id,
        report_id=report.report_id,
        quote=_quote(best),
    )


def _event_date(group: Sequence[Claim]) -> date | None:
    """Return the day that the reports state, if it lies near them: a follow-up's `announced_on` is the deal's, not the change's."""
    near = timedelta(days=limits.SAME_EVENT_DAYS)
    stated = [claim.report.announced_on for claim in group if claim.report.date_precision in {"day", None} and claim.report.announced_on]
    return min((day for day in stated if abs(day - group[0].day) <= near), default=None)


def _quote(claim: Claim) -> str:
    """Return the sentence that shows the change."""
    quotes = {one.field: one.quote for one in claim.reported.evidence if one.quote}
    return next((quotes[name] for name in ("event_type", "status", "deal_type") if name in quotes), "")
