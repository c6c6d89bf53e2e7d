"""How each table takes new rows: which columns name a row, which arrival wins, what goes when its owner is replaced.

Data only, so that the loader, the checks, the rebuild and the comparison all speak of the same keys.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """How a spooled table is loaded."""

    key: tuple[str, ...]  # columns that name a row
    way: str  # latest: the last arrival wins; append: a row never changes; owned: replaced with its owner; text, verdict, report, deal: own rules
    observed: bool = False  # seen, not concluded: kept in the journal for ever
    within: str | None = None  # append only: the time that bounds the search for rows already there
    owner: str | None = None  # owned only: the table whose rows take these with them
    by: str | None = None  # owned only: the column that names the owner


RULES: dict[str, Rule] = {
    "sources": Rule(("source_id",), "latest", observed=True),
    "runs": Rule(("run_id",), "latest", observed=True),
    "fetches": Rule(("run_id", "kind", "source_id", "url", "fetched_at"), "append", observed=True, within="fetched_at"),
    "captures": Rule(("warc_file", "warc_offset"), "append", observed=True, within="fetched_at"),
    "items": Rule(("item_id",), "item", observed=True),
    "feed_states": Rule(("source_id",), "latest", observed=True),
    "decisions": Rule(("decision_id",), "latest", observed=True),
    "deal_redirects": Rule(("deal_id",), "latest", observed=True),
    "articles": Rule(("article_id",), "text"),
    "signatures": Rule(("article_id",), "latest"),
    "parties": Rule(("party_id",), "latest"),
    "flags": Rule(("article_id",), "verdict"),
    "flag_evidence": Rule((), "owned", owner="flags", by="article_id"),
    "reports": Rule(("report_id",), "report"),
    "report_parties": Rule((), "owned", owner="reports", by="report_id"),
    "report_amounts": Rule(("report_id", "ordinal"), "owned", owner="reports", by="report_id"),
    "report_evidence": Rule((), "owned", owner="reports", by="report_id"),
    "deals": Rule(("deal_id",), "deal"),
    "deal_parties": Rule((), "owned", owner="deals", by="deal_id"),
    "deal_amounts": Rule((), "owned", owner="deals", by="deal_id"),
    "deal_events": Rule((), "owned", owner="deals", by="deal_id"),
    "deal_articles": Rule((), "owned", owner="deals", by="deal_id"),
    "deal_conflicts": Rule((), "owned", owner="deals", by="deal_id"),
}

STORED = {"articles": "article_texts", "reports": "report_facts"}  # spooled name -> base table, where they differ: the name is a view
FILLED = {
    "flags": ("text_id",),
    "article_texts": ("text_id",),
    "article_past": ("text_id",),
    "bodies": ("text_id",),
}  # by the loader, not by records
LEDGER = tuple(name for name, rule in RULES.items() if name == "deals" or rule.owner == "deals")
OBSERVED = tuple(name for name, rule in RULES.items() if rule.observed)


def stored(table: str) -> str:
    """Return the base table that keeps the rows spooled as `table`."""
    return STORED.get(table, table)


def owned(owner: str) -> tuple[str, ...]:
    """Return the tables whose rows go when a row of `owner` is replaced."""
    return tuple(name for name, rule in RULES.items() if rule.owner == owner)
