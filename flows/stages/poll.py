"""Poll: ask sources what is new, keep their answers, and write down the new items.

A response is in the archive before anything is concluded from it, and the archive is on disk before the conclusions are spooled.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from flows.records import Article, Capture, FeedState, Fetch, Item, Outcome, Reading, Response, Source
from flows.stages.context import Context, Tally
from flows.steps import articles, polling, revisions, seeding
from flows.web import Request

FOLLOWED = 3  # further lists read of one source in one poll


@dataclass(frozen=True, slots=True)
class Polled:
    """All that one answer of one source gives."""

    fetch: Fetch
    state: FeedState
    capture: Capture | None = None  # None = nothing came, or it was the same as before
    items: tuple[Item, ...] = ()  # new or changed ones only
    texts: tuple[Article, ...] = ()  # of the items whose page will not be fetched
    follow: tuple[str, ...] = ()  # addresses of further lists that the answer names, newest first


async def poll(context: Context, name: str, source_ids: Sequence[str]) -> Tally:
    """Poll the sources of one batch at once and spool what they gave as batch `name`."""
    states = context.memory.feed_states()
    context.archive.remember(context.memory.last_captures([context.sources[one].url for one in source_ids]))
    answers = await asyncio.gather(*(_poll(context, context.sources[one], states.get(one)) for one in source_ids))
    polled = [*chain.from_iterable(answers)]
    context.archive.sync()
    spool(context, name, polled)
    return {
        "sources_polled": len(answers),
        "sources_failed": sum(one[0].fetch.outcome not in _FINE for one in answers),
        "items_new": sum(len(one.items) for one in polled),
    }


_FINE = (Outcome.OK, Outcome.UNCHANGED, Outcome.EMPTY)


async def _poll(context: Context, source: Source, state: FeedState | None) -> list[Polled]:
    """Poll one source; where its answer is a list of further lists (a sitemap's index), the newest of them, too."""
    etag, last_modified = polling.conditional(state, context.clock())
    response = await context.web.fetch(Request(source.url, kind="feed", etag=etag, last_modified=last_modified))
    first = await conclude(context, source, state, replace(response, fetched_at=context.clock()))
    context.progress.advance("poll", f"{source.source_id}: {first.fetch.outcome}, {len(first.items)} new")
    return [first, *[await _follow(context, source, state, first, url) for url in first.follow[:FOLLOWED]]]


async def _follow(context: Context, source: Source, state: FeedState | None, first: Polled, url: str) -> Polled:
    response = await context.web.fetch(Request(url, kind="feed"))
    polled = await conclude(context, source, state, replace(response, fetched_at=context.clock()))
    return replace(polled, state=first.state, follow=())  # the source's validators are those of its own address


async def conclude(context: Context, source: Source, state: FeedState | None, response: Response, capture: Capture | None = None) -> Polled:
    """Archive `response` (unless `capture` says that it is) and read its items."""
    if response.outcome is Outcome.OK and capture is None:
        capture = context.archive.append(response, source_id=source.source_id, item_id=None, kind="feed", run_id=context.run_id)
    reading = await context.extractor.read(source, response, response.fetched_at)
    new = context.memory.unseen(reading.items)
    if state is None or state.last_ok_at is None:
        new = seeding.seed(new, source, response.fetched_at, context.settings.seed_pages)
    changed = revisions.revised(reading.items, source, context.memory.first_titles(reading.items, revisions.MOST))
    return Polled(
        fetch=_row(context.run_id, source, response, reading, new=len(new), sha256=capture.sha256 if capture else None),
        state=polling.after_poll(source, state, response, reading, len(new), response.fetched_at),
        capture=capture,
        items=(*new, *context.memory.unseen(changed)),
        texts=tuple(articles.from_item(item) for item in new if item.outcome is Outcome.SEEDED),
        follow=reading.follow,
    )


def _row(run_id: str, source: Source, response: Response, reading: Reading, *, new: int, sha256: str | None) -> Fetch:
    return Fetch(
        run_id=run_id,
        url=response.url,
        kind="feed",
        source_id=source.source_id,
        fetched_at=response.fetched_at,
        outcome=reading.outcome,
        http_status=response.status,
        bytes=len(response.body),
        elapsed_ms=response.elapsed_ms,
        item_count=len(reading.items) if response.outcome is Outcome.OK else None,
        new_count=new if response.outcome is Outcome.OK else None,
        sha256=sha256,
        error=reading.error or response.error,
    )


def spool(context: Context, name: str, polled: Sequence[Polled]) -> None:
    """Write what was concluded, in one batch that the loader takes whole or not at all."""
    context.warehouse.spool(
        name,
        {
            "fetches": [one.fetch for one in polled],
            "captures": [one.capture for one in polled if one.capture],
            "feed_states": [one.state for one in polled],
            "items": list(chain.from_iterable(one.items for one in polled)),
            "articles": list(chain.from_iterable(one.texts for one in polled)),
        },
    )
