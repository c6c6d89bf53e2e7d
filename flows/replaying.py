"""Concluding everything again: from the journal and the archive, under today's rules, beside what readers see.

    rebuild what was observed | articles from pages and feed texts | judge | merge | compare -> a decision -> swap | publish

Nothing is fetched and nothing that readers see changes before the swap; killed half-way, it leaves only a folder to be made anew.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from flows.archive import ArchiveError
from flows.extraction import Unreadable
from flows.memory import Memory
from flows.records import Article, Capture, Item, Outcome
from flows.stages import judge, merge, read, store
from flows.stages.context import Context, Tally
from flows.steps import articles
from warehouse import Comparison, Warehouse

_PAGES = 200  # pages under way at once
_FROM_A_PAGE = frozenset({Outcome.OK, Outcome.PAYWALLED, Outcome.CONSENT, Outcome.EMPTY})  # what only a page that was read can be


@dataclass(frozen=True, slots=True)
class Replayed:
    """A warehouse concluded again, waiting for a decision."""

    fresh: Warehouse
    comparison: Comparison | None  # None = there was no database to compare with
    counts: Tally


async def replay(context: Context, since: datetime | None = None) -> Replayed:
    """Conclude again what the warehouse of `context` observed; pages fetched before `since` keep their present articles.

    Raises NotLoadedError if batches that wait cannot be loaded first.
    """
    there = context.warehouse.places.file.exists() and not context.warehouse.broken()
    if there:
        await store.load(context)
    context.archive.repair(context.memory.captures)
    fresh = await asyncio.to_thread(context.warehouse.rebuild)
    again = replace(context, warehouse=fresh, memory=Memory(fresh))
    counts = await _articles(again, context.memory, since)
    counts |= await judge.judge(again, f"{context.run_id}-judge")
    counts |= await merge.merge(again, f"{context.run_id}-merge", counts["articles_judged"])
    await store.load(again)
    return Replayed(fresh, await asyncio.to_thread(context.warehouse.compare, fresh) if there else None, counts)


async def accept(context: Context, replayed: Replayed) -> None:
    """Let the replayed warehouse take the present one's place, and publish it."""
    await asyncio.to_thread(context.warehouse.swap, replayed.fresh)
    await store.publish(context, replayed.counts)


async def _articles(again: Context, before: Memory, since: datetime | None) -> Tally:
    """Spool and load the articles of all items, from feed texts and from archived pages."""
    captures = [capture for capture in again.memory.all_captures() if capture.kind == "page"]
    again.progress.begin("replay", len(captures))
    count = 0
    for number, items in enumerate(_slices(again.memory)):
        texts = [articles.from_item(item) for item in items if spoke_first(item)]
        count += await _keep(again, f"{again.run_id}-texts-{number:05d}", texts)
    for number, start in enumerate(range(0, len(captures), _PAGES)):
        part = captures[start : start + _PAGES]
        count += await _keep(again, f"{again.run_id}-pages-{number:05d}", await _read(again, before, part, since))
    return {"articles_new": count}


def spoke_first(item: Item) -> bool:
    """Whether the feed's text of `item` became an article: by design, or because the first try of its page failed."""
    if item.outcome in {Outcome.FEED_TEXT, Outcome.SEEDED}:
        return True
    return item.revision_of is None and (item.tries > 1 or (item.tries == 1 and item.outcome not in _FROM_A_PAGE))


def _slices(memory: Memory) -> Iterator[tuple[Item, ...]]:
    last = None
    while part := memory.items_after(last):
        yield part
        last = part[-1].item_id


async def _read(again: Context, before: Memory, captures: Sequence[Capture], since: datetime | None) -> list[Article]:
    items = again.memory.items([capture.item_id for capture in captures if capture.item_id])
    known = [one for one in captures if one.item_id in items]
    kept = [one.item_id for one in known if one.item_id and since is not None and one.fetched_at < since]
    new = [one for one in known if since is None or one.fetched_at >= since]
    extracted = await asyncio.gather(*(_extract(again, items, one) for one in new))
    return [*before.versions(kept), *chain.from_iterable(extracted)]


async def _extract(again: Context, items: dict[str, Item], capture: Capture) -> tuple[Article, ...]:
    item = items[capture.item_id or ""]
    try:
        response = await asyncio.to_thread(again.archive.read, capture)
    except ArchiveError:  # dropped by age: the feed's text is what is left
        return (articles.from_item(item),)
    found = await again.extractor.extract(read.page_of(item, response))
    again.progress.advance("replay", capture.url)
    if isinstance(found, Unreadable):
        return ()
    return read.told(replace(item, tries=item.tries - 1), found)  # as it was before the try that read it


async def _keep(again: Context, name: str, found: Sequence[Article]) -> int:
    if found:
        again.warehouse.spool(name, {"articles": found})
        await store.load(again)
    return len(found)
