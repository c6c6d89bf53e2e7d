"""Merge: all reports into the ledger of deals, with what people decided."""

import asyncio

from flows.memory import ledger_tables
from flows.records import Deal, Ledger, Reported
from flows.stages.context import Context, Tally
from flows.stages.judge import told
from flows.steps import deals, vocabulary

RECALLED = 300  # background articles that are tried in one pass; a deal that becomes known later still finds the newest


async def merge(context: Context, name: str, judged: int) -> Tally:
    """Merge what the warehouse holds and spool the ledger, if it is another one than before.

    Where no article was `judged` by this pass, no report is left over and nobody decided anything, the ledger stays as it is.
    """
    if not judged and not context.memory.unmerged():
        return {"deals_new": 0, "deals_changed": 0}
    return await asyncio.to_thread(_merge, context, name)


def _merge(context: Context, name: str) -> Tally:
    before = context.memory.ledger()
    reported = context.memory.reported()
    articles = context.memory.reporting_articles()
    made = deals.merge(reported, articles, context.memory.sources(), before, context.memory.decisions(), context.clock())
    after = deals.recalled(made, before, _background(context))
    if after != before:
        context.warehouse.spool(name, ledger_tables(after), whole_ledger=True)
    return changes(before, after)


def _background(context: Context) -> list[Reported]:
    """Return what the newest background articles that are not linked yet tell of the deal that they recall."""
    articles = context.memory.unlinked_background(limit=RECALLED)
    flags, words = context.memory.flags([article.article_id for article in articles]), vocabulary.load()
    return [one for article in articles for one in told(article, flags[article.article_id], words)[:1]]


def changes(before: Ledger, after: Ledger) -> Tally:
    """Count the deals that are new, and those that are not as they were."""
    old: dict[str, Deal] = {deal.deal_id: deal for deal in before.deals}
    known = [deal for deal in after.deals if deal.deal_id in old]
    return {
        "deals": len(after.deals),
        "deals_new": len(after.deals) - len(known),
        "deals_changed": sum(deal != old[deal.deal_id] for deal in known),
    }
