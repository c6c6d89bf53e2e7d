"""Recover: finish what a killed run left, before anything new is begun.

Batches in its spool are loaded; responses that it archived without concluding anything are concluded from now; its row is closed.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from flows.records import Capture, Run
from flows.stages import poll, read, store
from flows.stages.context import Context, Tally


async def recover(context: Context) -> Tally:
    """Finish what was left, and begin this run."""
    await store.load(context)
    found = await asyncio.to_thread(context.archive.repair, context.memory.captures)
    feeds = [capture for capture in found if capture.kind == "feed"]
    pages = [capture for capture in found if capture.kind == "page"]
    if feeds:
        poll.spool(context, f"{context.run_id}-recover-feeds", await _feeds(context, feeds))
        await store.load(context)
    if pages:
        read.spool(context, f"{context.run_id}-recover-pages", await _pages(context, pages))
    if killed := [replace(run, outcome="killed") for run in _unfinished(context)]:
        context.warehouse.spool(f"{context.run_id}-recover-runs", {"runs": killed})
    await store.begin(context)
    if found or killed:
        context.progress.end("recover", f"{len(killed)} runs did not end; {len(found)} responses of theirs were read now")
    return {"recovered": len(found)}


async def _feeds(context: Context, captures: Sequence[Capture]) -> list[poll.Polled]:
    states = context.memory.feed_states()
    return [
        await poll.conclude(context, source, states.get(source.source_id), context.archive.read(capture), capture)
        for capture in captures
        if (source := context.sources.get(capture.source_id))
    ]


async def _pages(context: Context, captures: Sequence[Capture]) -> list[read.Read]:
    items = context.memory.items([capture.item_id for capture in captures if capture.item_id])
    works = [
        read.conclude(context, [items[capture.item_id]], context.archive.read(capture), capture)
        for capture in captures
        if capture.item_id in items and items[capture.item_id].outcome is None
    ]
    return list(await asyncio.gather(*works))


def _unfinished(context: Context) -> list[Run]:
    return [run for run in context.memory.runs() if run.outcome == "running" and run.run_id != context.run_id]
