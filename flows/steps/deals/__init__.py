"""Reports into deals: one row for each commitment of capital, however many outlets and languages tell of it.

    claims      a report, made comparable          kinship  sites  outlets  rates
    clustering  claims that tell of one deal       matching (points, vetoes)  limits (every threshold)  kinds (data)
    identities  ids that keep their meaning        decisions (what people decided wins)
    ledgers     a deal's rows out of its claims    choices  amounts  statuses  parents
    background  links of articles that only recall a deal

Pure: told the time, the old ledger and people's decisions, it returns the new ledger. The result depends on what is known, not on the
order in which it came in; only ids remember history.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from itertools import chain

from flows.records import Article, DealArticle, Decision, Ledger, Reported, Source
from flows.steps.deals import claims, clustering, identities, ledgers, parents
from flows.steps.deals import decisions as rulings_of
from flows.steps.deals.background import linked
from flows.steps.deals.clusters import Cluster
from flows.steps.deals.decisions import CORRECTABLE, Rulings
from flows.steps.deals.identities import follow
from flows.steps.deals.ledgers import Draft
from flows.steps.deals.outlets import Voices

__all__ = ["CORRECTABLE", "follow", "merge", "recalled", "touched"]


def merge(
    reported: Iterable[Reported],
    articles: Mapping[str, Article],
    sources: Mapping[str, Source],
    ledger: Ledger,
    decisions: Iterable[Decision],
    now: datetime,
    *,
    complete: bool = True,
    gone: Collection[str] = (),
) -> Ledger:
    """Return the ledger that `reported` and people's `decisions` make of the old `ledger`.

    `articles` and `sources` are by id; an article's body may be empty. With `complete`, `reported` is all there is. Without, it is what
    `touched` returned: deals of which no report is among it (or among `gone`, the reports that exist no more) stay as they are.
    """
    reported = list(reported)
    rulings = rulings_of.rule(decisions, ledger.redirects, reported)
    own = claims.comparable(rulings_of.corrected(reported, rulings), articles, Voices(articles, sources))
    clustered = clustering.cluster(own, rulings.bonds)
    clusters = sorted(clustered.clusters, key=lambda cluster: cluster.first.order)
    stays = _untouched(ledger, {one.report.report_id for one in reported} | set(gone)) if not complete else frozenset()
    named = identities.name(
        clusters, (*ledger.redirects, *rulings.named), [row for row in ledger.articles if row.deal_id not in stays], now
    )
    drafts = [
        _drafted(deal_id, cluster, clustered, rulings)
        for deal_id, cluster in zip(named.ids, clusters, strict=True)
        if not cluster.report_ids & set(rulings.no_deals)
    ]
    copies = _copies_by_original(articles)
    rows = [_with_copies(one, copies) for one in _related(drafts, rulings)]
    merged = replace(_together([_only(ledger, stays), *rows]), redirects=named.redirects)
    return ledger if _is_same(ledger, merged) else merged


def recalled(ledger: Ledger, before: Ledger, background: Iterable[Reported]) -> Ledger:
    """Return the merged `ledger` with links of the articles that only recall a deal; `before` itself where it holds the same rows.

    `background` is what was read in such articles. They are linked, never counted: deals, events and amounts stay as they are.
    """
    found = linked(ledger, before, background)
    return before if _is_same(before, found) else found


def touched(
    reported: Iterable[Reported], changed: Collection[str], articles: Mapping[str, Article], ledger: Ledger, decisions: Iterable[Decision]
) -> list[Reported]:
    """Return the reports that `merge(..., complete=False)` needs when those with the ids `changed` are new, different or gone."""
    reported = list(reported)
    rulings = rulings_of.rule(decisions, ledger.redirects, reported)
    own = claims.comparable(reported, articles, Voices(articles, {}))
    deals_of: dict[str, set[str]] = defaultdict(set)
    for row in ledger.articles:
        if row.report_id is not None:
            deals_of[row.deal_id].add(row.report_id)
    groups = [*({claim.report.report_id for claim in group} for group in clustering.components(own, rulings.bonds)), *deals_of.values()]
    wanted = _closure(set(changed), groups)
    return [one for one in reported if one.report.report_id in wanted]


def _closure(wanted: set[str], groups: Sequence[set[str]]) -> set[str]:
    """Return `wanted` with all members of every group that it reaches."""
    by_member: dict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        for member in group:
            by_member[member].append(number)
    reached, waiting, seen = set(wanted), list(wanted), set[int]()
    while waiting:
        for number in by_member.get(waiting.pop(), ()):
            if number not in seen:
                seen.add(number)
                waiting += groups[number] - reached
                reached |= groups[number]
    return reached


def _drafted(deal_id: str, cluster: Cluster, clustered: clustering.Clustered, rulings: Rulings) -> Draft:
    corrections = [one for one in rulings.corrections if one.anchor in cluster.report_ids]
    made = ledgers.draft(deal_id, cluster, clustered.matches, corrections)
    if not cluster.report_ids & set(rulings.accepted):
        return made
    deal = replace(made.deal, review=None)
    return replace(made, deal=deal, ledger=replace(made.ledger, deals=(deal,)))


def _related(drafts: Sequence[Draft], rulings: Rulings) -> Iterator[Draft]:
    """Yield the deals with their parents and the verdict on totals, which depends on the parent."""
    deals = {one.deal.deal_id: one.deal for one in drafts}
    grown = parents.find(drafts)
    for one in drafts:
        parent = grown.get(one.deal.deal_id)
        fixed = frozenset(ruling.field for ruling in rulings.corrections if ruling.anchor in one.cluster.report_ids)
        deal = ledgers.counted(replace(one.deal, parent_deal_id=parent), deals.get(parent or ""), fixed)
        yield replace(one, deal=deal, ledger=replace(one.ledger, deals=(deal,)))


def _copies_by_original(articles: Mapping[str, Article]) -> dict[str, list[str]]:
    copies: dict[str, list[str]] = defaultdict(list)
    for article in articles.values():
        if article.duplicate_of is not None:
            copies[article.duplicate_of].append(article.article_id)
    return copies


def _with_copies(one: Draft, copies: Mapping[str, Sequence[str]]) -> Ledger:
    """Return the deal's rows with the copies of its articles that were not read for reports of their own."""
    found = {copy for article_id in one.cluster.articles for copy in copies.get(article_id, ())} - one.cluster.articles
    rows = [DealArticle(one.deal.deal_id, copy, None, "copy", 1.0, "copy of a report of the deal") for copy in sorted(found)]
    return replace(one.ledger, articles=(*one.ledger.articles, *rows))


def _untouched(ledger: Ledger, present: Collection[str]) -> frozenset[str]:
    """Return the ids of deals none of whose reports is present."""
    moved = {row.deal_id for row in ledger.articles if row.report_id in present}
    return frozenset(deal.deal_id for deal in ledger.deals if deal.deal_id not in moved)


def _only(ledger: Ledger, deal_ids: Collection[str]) -> Ledger:
    """Return the rows of some deals."""
    names = [one.name for one in fields(Ledger) if one.name != "redirects"]
    return Ledger(**{name: tuple(row for row in getattr(ledger, name) if row.deal_id in deal_ids) for name in names})


def _is_same(one: Ledger, other: Ledger) -> bool:
    """Tell whether two ledgers hold the same rows, in whatever order a database gives them back."""
    return all(set(getattr(one, field.name)) == set(getattr(other, field.name)) for field in fields(Ledger))


def _together(parts: Iterable[Ledger]) -> Ledger:
    """Return all rows, deals by their first report and every other row by its deal."""
    parts = list(parts)
    deals = sorted(chain.from_iterable(part.deals for part in parts), key=lambda deal: (deal.first_reported_at, deal.deal_id))
    place = {deal.deal_id: number for number, deal in enumerate(deals)}
    names = [one.name for one in fields(Ledger) if one.name not in {"deals", "redirects"}]
    rows = {
        name: tuple(sorted(chain.from_iterable(getattr(part, name) for part in parts), key=lambda row: place[row.deal_id]))
        for name in names
    }
    return Ledger(deals=tuple(deals), **rows)
