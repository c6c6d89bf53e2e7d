"""What every stage of a pass shares: the doors to the world, opened once, and the clock.

Stages are the only code that holds a step in one hand and a door in the other; the decisions are the steps'.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.archive import Archive
from flows.extraction import Extractor
from flows.memory import Memory
from flows.progress import Progress
from flows.records import Source
from flows.settings import Settings
from flows.web import Web
from warehouse import Warehouse

Tally = dict[str, int]  # counts by name: all that crosses the border between a stage and the order of the stages


@dataclass(frozen=True, slots=True)
class Context:
    """The world as one pass sees it."""

    run_id: str
    started_at: datetime
    clock: Callable[[], datetime]
    sources: Mapping[str, Source]  # by id; those of the source list, enabled or not
    settings: Settings
    web: Web
    extractor: Extractor
    archive: Archive
    warehouse: Warehouse
    memory: Memory
    progress: Progress
    rules_version: str
    way: str  # prefect, direct, replay, import
    force: bool = False  # poll every source, due or not


def total(tallies: list[Tally]) -> Tally:
    """Add up counts by name."""
    sums: Tally = {}
    for tally in tallies:
        for name, count in tally.items():
            sums[name] = sums.get(name, 0) + count
    return sums
