"""A source met for the first time must not flood: its newest items are read in full, the older ones keep their feed text."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flows.records import Item, Outcome, Source

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def seed(items: Sequence[Item], source: Source, now: datetime, pages: int) -> tuple[Item, ...]:
    """Mark as SEEDED all of a new source's `items` but the `pages` newest that are younger than the source's `max_age_days`.

    Items without a date rank after dated ones, in the order of the feed.
    """
    horizon = now - timedelta(days=source.max_age_days)
    newest_first = sorted(items, key=lambda item: item.published_at or _LONG_AGO, reverse=True)
    read = {item.item_id for item in newest_first[:pages] if item.published_at is None or item.published_at >= horizon}
    return tuple(item if item.item_id in read else replace(item, outcome=Outcome.SEEDED) for item in items)
