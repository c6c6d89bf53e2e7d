"""The records that steps hand to each other, in the order of the pipeline.

A record is frozen, holds values only and knows no step; each field says where its value comes from and what `None` means. The
warehouse keeps one table per record, with the same field names. Times are aware and in UTC.
"""

from flows.records.articles import Article, Flag, FlagEvidence, Page, Signature
from flows.records.deals import (
    Deal,
    DealAmount,
    DealArticle,
    DealConflict,
    DealEvent,
    DealParty,
    DealRedirect,
    Decision,
    Ledger,
)
from flows.records.identity import identity
from flows.records.items import Capture, FeedState, Fetch, Item, Outcome, Reading, Response
from flows.records.reports import (
    Party,
    Report,
    ReportAmount,
    Reported,
    ReportEvidence,
    ReportParty,
)
from flows.records.runs import Run
from flows.records.sources import Kind, Rights, Source

__all__ = [
    "Article",
    "Capture",
    "Deal",
    "DealAmount",
    "DealArticle",
    "DealConflict",
    "DealEvent",
    "DealParty",
    "DealRedirect",
    "Decision",
    "FeedState",
    "Fetch",
    "Flag",
    "FlagEvidence",
    "Item",
    "Kind",
    "Ledger",
    "Outcome",
    "Page",
    "Party",
    "Reading",
    "Report",
    "ReportAmount",
    "ReportEvidence",
    "ReportParty",
    "Reported",
    "Response",
    "Rights",
    "Run",
    "Signature",
    "Source",
    "identity",
]
