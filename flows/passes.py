"""One pass of the monitor, in order. This is the only place that knows the order; who carries the stages out does not matter to it.

    recover | poll sources | load | read pages | load | judge articles | merge deals | load | publish

`do` carries out one stage: directly, or as a task of an orchestrator. Only names, counts and ids go through it, never pages or rows.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from flows.stages import bring, judge, merge, poll, read, recover, store
from flows.stages.context import Context, Tally, total
from flows.steps import batching, polling

SOURCES_PER_BATCH = 100
PAGES_PER_BATCH = 100
ITEMS_PER_PASS = 20_000  # held in memory at once; more wait for the next pass


class Do(Protocol):
    """Carries out a stage under a name."""

    def __call__(self, name: str, stage: Callable[..., Awaitable[Tally]], *args: Any) -> Awaitable[Tally]:
        """Run `stage(*args)` and return its counts."""


async def directly(name: str, stage: Callable[..., Awaitable[Tally]], *args: Any) -> Tally:
    """Carry out a stage with nothing in between."""
    del name  # only orchestrators show it
    return await stage(*args)


class Pass:
    """The stages of one pass, bound to their context, so that nothing but ids and counts need be handed to them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._batches: tuple[tuple[batching.Line, ...], ...] = ()

    def due(self) -> tuple[tuple[str, ...], ...]:
        """Return the ids of the sources to poll now, in batches."""
        states, now = self.context.memory.feed_states(), self.context.clock()
        names = [name for name, source in self.context.sources.items() if source.enabled and self._due(states.get(name), now)]
        self.context.progress.begin("poll", len(names))
        return batching.batches(names, SOURCES_PER_BATCH)

    def _due(self, state: Any, now: Any) -> bool:
        return self.context.force or polling.is_due(state, now)

    def pending(self) -> range:
        """Lay out the items to read now, in batches, and return the batches' numbers."""
        items = self.context.memory.due_items(self.context.clock(), limit=ITEMS_PER_PASS)
        known = self.context.memory.already_read([item.canonical_url for item in items if item.canonical_url])
        unread = read.settle(self.context, items, known)
        lines = batching.lines(unread, self.context.web.domain, self.context.settings.pages_per_domain)
        self._batches = batching.pack(lines, PAGES_PER_BATCH)
        self.context.progress.begin("read", sum(len(line) for line in lines))
        return range(len(self._batches))

    def failing(self) -> list[dict[str, str]]:
        """Return the sources whose last poll failed, as rows for people."""
        states = self.context.memory.feed_states().values()
        bad = [state for state in states if state.failures and state.source_id in self.context.sources]
        return [
            {"source": state.source_id, "outcome": str(state.last_outcome), "next poll": str(state.next_poll_at)}
            for state in sorted(bad, key=lambda state: state.source_id)
        ]

    async def recover(self) -> Tally:
        """Finish what a killed run left."""
        return await recover.recover(self.context)

    async def poll(self, number: int, source_ids: list[str]) -> Tally:
        """Poll one batch of sources."""
        return await poll.poll(self.context, f"{self.context.run_id}-poll-{number:04d}", source_ids)

    async def read(self, number: int) -> Tally:
        """Read one batch of pages."""
        return await read.read(self.context, f"{self.context.run_id}-read-{number:04d}", self._batches[number])

    async def load(self) -> Tally:
        """Load what was spooled."""
        return await store.load(self.context)

    async def judge(self) -> Tally:
        """Judge new articles."""
        return await judge.judge(self.context, f"{self.context.run_id}-judge")

    async def merge(self, judged: int) -> Tally:
        """Merge new reports into the ledger; `judged` articles are new to it."""
        return await merge.merge(self.context, f"{self.context.run_id}-merge", judged)

    async def publish(self, tally: Tally) -> Tally:
        """Close the run's row and give readers the new state."""
        return await store.publish(self.context, tally)


async def run(work: Pass, do: Do = directly) -> Tally:
    """Carry out one pass and return its counts. An unexpected error of any stage stops it; what is spooled stays."""
    try:
        return await _run(work, do)
    except BaseException as error:
        store.fail(work.context, error)
        raise


async def _run(work: Pass, do: Do) -> Tally:
    counts = [await do("recover", work.recover)]
    counts += await asyncio.gather(*(do(f"poll-{n}", work.poll, n, list(ids)) for n, ids in enumerate(work.due())))
    counts += [await do("load-items", work.load)]
    counts += await asyncio.gather(*(do(f"read-{n}", work.read, n) for n in work.pending()))
    counts += [await do("load-articles", work.load)]
    judged = await do("judge", work.judge)
    counts += [judged, await do("merge", work.merge, judged["articles_judged"])]
    counts += [await do("load-deals", work.load)]
    counts += [await do("publish", work.publish, total(counts))]
    return total(counts)


async def bring_in(work: Pass, files: Sequence[Path]) -> bring.Brought:
    """Carry out a pass over articles that the user has already, instead of over feeds."""
    counts = [await work.recover()]
    brought = await bring.bring(work.context, files)
    judged = await work.judge()
    counts += [brought.tally, judged, await work.merge(judged["articles_judged"])]
    await work.load()
    await work.publish(total(counts))
    return replace(brought, tally=total(counts))
