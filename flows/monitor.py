"""The monitor as a Prefect flow: one task for each stage and batch, the order from `flows.passes`, the truth in the warehouse.

Prefect shows and schedules; it decides nothing and keeps nothing. Data is committed inside the tasks, so a dead server costs no row.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from prefect import flow, task
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows import passes
from flows.opening import Options, opened
from flows.stages.context import Tally

_TELL_S = 30.0  # in which the server must take what a run found; without it the pages lack the run, the warehouse lacks nothing
_GOODBYE_S = 20.0  # in which Prefect may close a run whose pass is done: with a server that is gone it would try for many minutes

# Given the counts as soon as the pass is done, whatever the server says afterwards. Set by `carried_out`, never by an orchestrator.
_DONE: ContextVar[Callable[[Tally], None]] = ContextVar("_DONE")


def _nobody(tally: Tally) -> None:
    """Be told the counts where nobody waits for them."""


def _as_task(name: str, stage: Callable[..., Awaitable[Tally]], *args: Any) -> Awaitable[Tally]:
    """Carry out a stage as a task run of that name; a whole batch that breaks is tried once more, single pages never are here."""
    wrapped: Any = task(
        name=stage.__name__,
        task_run_name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=1,
        retry_delay_seconds=2,
    )(stage)
    running: Awaitable[Tally] = wrapped(*args)
    return running


@flow(name="monitor", persist_result=False)
async def monitor(
    sources: str = "sources.yaml",
    warehouse: str = "warehouse",
    only: list[str] | None = None,
    force: bool = False,
    sample: bool = False,
) -> State[Tally]:
    """Poll, read, judge, merge and publish once."""
    options = Options(sources, warehouse, tuple(only or ()), force, sample, "prefect")
    async with opened(options) as context:
        work = passes.Pass(context)
        tally = await passes.run(work, _as_task)
        _DONE.get(_nobody)(tally)
        with suppress(Exception):  # a server that is gone costs the display only
            await asyncio.wait_for(asyncio.shield(_tell(work, tally)), _TELL_S)
    return _state(tally)


async def _tell(work: passes.Pass, tally: Tally) -> None:
    """Leave what the run found as artifacts."""
    failing = work.failing()
    lines = [f"- {name.replace('_', ' ')}: {count:,}" for name, count in tally.items()]
    await acreate_markdown_artifact(key="evwatch-run", markdown=f"# Run {work.context.run_id}\n\n" + "\n".join(lines))
    await acreate_table_artifact(key="evwatch-failing-sources", table=failing)


def _state(tally: Tally) -> State[Tally]:
    failed = tally.get("sources_failed", 0)
    if not failed:
        return Completed(message=f"{tally.get('items_new', 0)} new items", data=tally)
    return Completed(name="Partial", message=f"{failed} of {tally['sources_polled']} sources failed", data=tally)


async def carried_out(parameters: dict[str, Any]) -> tuple[Tally | BaseException, bool]:
    """Run the flow once; return its counts or what stopped it, and whether Prefect took note of its end in time."""
    done: list[Tally] = []
    _DONE.set(done.append)
    run = asyncio.ensure_future(monitor(**parameters, return_state=True))
    while not run.done() and not done:
        await asyncio.wait({run}, timeout=0.2)
    await asyncio.wait({run}, timeout=_GOODBYE_S)
    if not run.done():
        return done[0], False
    found: Any
    try:
        found = await (await run).aresult(raise_on_failure=False)
    except Exception as error:  # noqa: BLE001 - whatever a server that is gone makes of it
        found = error
    if done and isinstance(found, BaseException):
        return done[0], False
    return found, True
