"""Background: articles that only recall a deal are linked to it, and change nothing of it. Makes links, never a deal, an event or a count.

A link needs more than one shared fact: the place of the deal and a party of it, or two of its parties, or a party and a foreign country in which that party has one
deal only. Where two deals fit as well, there is none.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from flows.records import Deal, DealArticle, Ledger, Reported
from flows.steps.deals.identities import follow

ROLE = "background"
_SLACK = timedelta(days=2)  # a deal that was first reported later than this after the article cannot be recalled by it
_PLACE_AND_PARTY, _TWO_PARTIES, _ONLY_THERE = 0.9, 0.8, 0.6  # how sure a link is, 0-1


@dataclass(frozen=True, slots=True)
class _Known:
    """The deals of a ledger, found by party."""

    deals: Mapping[str, Deal]
    parties: Mapping[str, frozenset[str]]  # deal -> party ids
    by_party: Mapping[str, tuple[str, ...]]  # party -> deal ids


def linked(ledger: Ledger, before: Ledger, background: Iterable[Reported]) -> Ledger:
    """Return `ledger` with the links that `before` had, as far as their deals live, and those of the `background` articles.

    A background article comes as what was read in it: its first report tells parties and place; it is not merged. The same links again give the same ledger.
    """
    known = _known(ledger)
    taken = {(row.deal_id, row.article_id) for row in ledger.articles}
    rows = [*_kept(ledger, before), *(row for one in background if (row := _link(one, known)) is not None)]
    new = {(row.deal_id, row.article_id): row for row in rows if row.deal_id in known.deals and (row.deal_id, row.article_id) not in taken}
    return replace(ledger, articles=(*ledger.articles, *(new[key] for key in sorted(new)))) if new else ledger


def _kept(ledger: Ledger, before: Ledger) -> Iterator[DealArticle]:
    for row in before.articles:
        if row.role == ROLE:
            yield replace(row, deal_id=follow(row.deal_id, ledger.redirects))


def _known(ledger: Ledger) -> _Known:
    parties: dict[str, set[str]] = defaultdict(set)
    by_party: dict[str, list[str]] = defaultdict(list)
    for row in ledger.parties:
        if row.party_id not in parties[row.deal_id]:
            parties[row.deal_id].add(row.party_id)
            by_party[row.party_id].append(row.deal_id)
    return _Known(
        {deal.deal_id: deal for deal in ledger.deals},
        {deal_id: frozenset(found) for deal_id, found in parties.items()},
        {party: tuple(found) for party, found in by_party.items()},
    )


def _link(one: Reported, known: _Known) -> DealArticle | None:
    """Return the link of an article to the one deal that it fits best; None where none fits, or two do equally."""
    named = {party.party_id for party in one.parties}
    candidates = sorted({deal_id for party in named for deal_id in known.by_party.get(party, ())})
    found = [(*fit, deal_id) for deal_id in candidates if (fit := _fit(one, named, known, deal_id)) is not None]
    best = max(found, default=None)
    if best is None or sum(fit[0] == best[0] for fit in found) > 1:
        return None
    sure, reason, deal_id = best
    return DealArticle(deal_id, one.report.article_id, None, ROLE, sure, f"recalls it: {reason}")


def _fit(one: Reported, named: set[str], known: _Known, deal_id: str) -> tuple[float, str] | None:
    """Return how sure it is that an article recalls a deal, and why; None where it does not."""
    report, deal, shared = one.report, known.deals[deal_id], known.parties[deal_id] & named
    if deal.first_reported_at > report.reported_at + _SLACK:
        return None
    same_place = report.place is not None and report.place == deal.place and report.host_country == deal.host_country
    if same_place:
        return _PLACE_AND_PARTY, f"same place ({deal.place}) and {len(shared)} of its parties"
    if report.place is not None and deal.place is not None:
        return None
    same_country = report.host_country is not None and report.host_country == deal.host_country
    if len(shared) > 1 and (same_country or report.host_country is None or deal.host_country is None):
        return _TWO_PARTIES, f"{len(shared)} of its parties"
    if same_country and any(_only_one(party, deal, known) for party in shared):
        return _ONLY_THERE, f"its party's only deal in {deal.host_country}"
    return None


def _only_one(party: str, deal: Deal, known: _Known) -> bool:
    """Tell whether a deal is the only one of `party` in its country, abroad for the party."""
    there = [other for other in known.by_party[party] if known.deals[other].host_country == deal.host_country]
    return deal.direction in {"outbound", "inbound"} and len(there) == 1
