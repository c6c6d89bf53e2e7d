"""A run: one pass of the monitor, as its own row tells it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One pass, written when it starts and again when it ends."""

    run_id: str  # sorts by time: 20250710T081500Z-1a2b3c
    started_at: datetime
    finished_at: datetime | None  # None = still going, or killed
    outcome: str  # running, completed, partial, failed, killed
    version: str
    rules_version: str
    way: str  # prefect, direct, replay, import
    sources_polled: int = 0
    sources_failed: int = 0
    items_new: int = 0
    pages_fetched: int = 0
    pages_failed: int = 0
    articles_new: int = 0
    articles_flagged: int = 0
    deals_new: int = 0
    deals_changed: int = 0
    error: str | None = None
