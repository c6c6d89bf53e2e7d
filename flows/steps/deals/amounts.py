"""The money of a deal: every sum side by side, the headline one chosen and explained, and the doubts that its size raises.

A figure that appears in two currencies is a slip of the pen in one of them; a sum that does not fit the capacity is for a person to see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flows.records import DealAmount, DealConflict
from flows.steps.deals import choices, kinds, limits, rates
from flows.steps.deals.choices import Choice, Option
from flows.steps.deals.claims import Claim

_BANDS = {"GWh/yr": (limits.USD_PER_GWH, "GWh"), "vehicles/yr": (limits.USD_PER_VEHICLE, "vehicle")}


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum as a report's headline gives it."""

    amount: float
    currency: str
    kind: str | None


def choose(claims: Sequence[Claim]) -> Choice:
    """Choose the headline sum (a Sum): the price before aid and debt, then the weightiest outlets, a credible later change before all."""
    found = choices.options(claims, _headline, _is_same)
    prices = [option for option in found if option.value.kind in kinds.load().cost | {None}] or found
    sound = [option for option in prices if not _is_slip(option, prices)] or prices
    changed = [option for option in sound if any(_is_change(claim) for claim in option.claims)]
    if changed and len(sound) > 1:
        best = max(changed, key=lambda option: max(claim.order for claim in option.claims if _is_change(claim)))
        return _choice(best, f"changed sum: {best.told()}", found)
    choice = choices.weighed(_with_echoes(sound))
    chosen = next((option for option in sound if choice.chosen is not None and option.value == choice.chosen.value), None)
    return _choice(chosen, choice.because, found) if chosen is not None else choice


def _choice(best: Option, because: str, found: Sequence[Option]) -> Choice:
    return Choice(best.value, because, best, tuple(option for option in found if option is not best))


def _headline(claim: Claim) -> Sum | None:
    report = claim.report
    return Sum(report.amount, report.currency, report.amount_kind) if report.amount is not None and report.currency is not None else None


def _is_same(one: Sum, other: Sum) -> bool:
    aside = kinds.load().cost | {None}
    near = max(one.amount, other.amount) <= limits.SAME_RATIO * min(one.amount, other.amount)
    return one.currency == other.currency and near and (one.kind in aside) == (other.kind in aside)


def _is_change(claim: Claim) -> bool:
    return claim.report.event_type == "amount_change" and claim.voice.tier <= limits.CREDIBLE_TIER


def _is_slip(option: Option, others: Sequence[Option]) -> bool:
    """Tell whether the same figure, better told, stands in another currency."""
    return any(_same_figure(option.value, other.value) and other.weight > option.weight for other in others)


def _same_figure(one: Sum, other: Sum) -> bool:
    return one.currency != other.currency and max(one.amount, other.amount) <= limits.SLIP_RATIO * min(one.amount, other.amount)


def _with_echoes(found: Sequence[Option]) -> list[Option]:
    """Return the options, each backed by those that give nearly the same sum in another currency."""
    return [
        Option(
            one.value,
            tuple(sorted({*one.claims, *_echoes(one, found)}, key=lambda claim: claim.order)) if _echoes(one, found) else one.claims,
        )
        for one in found
    ]


def _echoes(one: Option, found: Sequence[Option]) -> list[Claim]:
    """Return the reports that give nearly the same sum in another currency."""
    own = one.first.money
    if own is None or own.usd is None:
        return []
    others = [claim for other in found if other.value.currency != one.value.currency for claim in other.claims]
    return [claim for claim in others if claim.money is not None and _is_near(claim.money.usd, own.usd)]


def _is_near(one: float | None, other: float) -> bool:
    return one is not None and min(one, other) > 0 and max(one, other) <= limits.NEAR_RATIO * min(one, other)


def qualifier(choice: Choice) -> str | None:
    """Return the qualifier of the chosen sum, as most of its reports print it."""
    return choices.field(choice.chosen.claims, "amount_qualifier").value if choice.chosen is not None else None


def kind(choice: Choice) -> str | None:
    """Return the kind of the chosen sum."""
    return choices.field(choice.chosen.claims, "amount_kind").value if choice.chosen is not None else None


def rows(deal_id: str, claims: Sequence[Claim], choice: Choice) -> list[DealAmount]:
    """Return one row for each sum and kind that some report gives, with the report that gave it first."""
    found: dict[tuple[float, str, str], DealAmount] = {}
    for claim in claims:
        for amount in claim.reported.amounts or _own(claim):
            key = (amount[0], amount[1], amount[2]) if isinstance(amount, tuple) else (amount.amount, amount.currency, amount.kind)
            qualified = amount[3] if isinstance(amount, tuple) else amount.qualifier
            if key not in found:
                chosen, because = _standing(key, choice)
                report = claim.report
                found[key] = DealAmount(deal_id, *key, qualified, report.article_id, report.reported_at, chosen, because)
    return list(found.values())


def _own(claim: Claim) -> tuple[tuple[float, str, str, str], ...]:
    """Return the report's headline sum where it has no rows of its own."""
    report = claim.report
    if report.amount is None or report.currency is None:
        return ()
    return ((report.amount, report.currency, report.amount_kind or "total_programme", report.amount_qualifier or "exact"),)


def _standing(key: tuple[float, str, str], choice: Choice) -> tuple[bool, str]:
    amount, currency, kind_ = key
    chosen: Any = choice.value
    if chosen is not None and (amount, currency) == (chosen.amount, chosen.currency) and chosen.kind in {kind_, None}:
        return True, choice.because
    if kind_ not in kinds.load().cost:
        return False, f"{kind_} is not the price of the deal"
    if chosen is not None and _same_figure(Sum(amount, currency, kind_), chosen):
        return False, f"the same figure as in {chosen.currency}: one of the currencies is a slip"
    return False, "another sum is better supported, or is the headline"


def conflicts(deal_id: str, choice: Choice) -> list[DealConflict]:
    """Return the rows of sums of the same sort that disagree."""
    words = kinds.load().cost | {None}
    if choice.chosen is None:
        return []
    others = tuple(option for option in choice.others if (option.value.kind in words) == (choice.value.kind in words))
    shown = Choice((choice.value.amount, choice.value.currency), choice.because, choice.chosen, tuple(_shown(option) for option in others))
    return choices.conflicts(deal_id, "amount", shown)


def _shown(option: Option) -> Option:
    return Option((option.value.amount, option.value.currency), option.claims)


def doubts(choice: Choice, usd: rates.Converted | None, capacity: float | None, unit: str | None) -> list[str]:
    """Return what a person should look at: a slip of the currency, or a sum that does not fit the capacity."""
    found = []
    if choice.value is not None:
        slips = [option.value for option in choice.others if _same_figure(option.value, choice.value)]
        found += [f"the figure {choice.value.amount:.12g} is given in {choice.value.currency} and in {slip.currency}" for slip in slips]
    band, each = _BANDS.get(unit or "", (None, ""))
    if usd is not None and band and capacity and choice.value.kind in {"total_programme", "phase", None}:
        price = usd.usd / capacity
        if not band[0] <= price <= band[1]:
            found.append(f"USD {price:,.0f} for each {each} of yearly capacity; usual are {band[0]:,.0f} to {band[1]:,.0f}")
    return found
