"""Store: load what was spooled, keep the run's own row, and give readers the new state."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields, replace
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from flows.records import Run
from flows.stages.context import Context, Tally
from warehouse import LoadReport, WarehouseError

_DAY = timedelta(days=1)


class NotLoadedError(Exception):
    """Batches wait in the spool and could not be loaded; nothing is lost, the next run tries again. The message says why."""


async def begin(context: Context) -> Tally:
    """Write down that the run has begun, and the source list as it is now."""
    tables: dict[str, Sequence[Any]] = {"sources": list(context.sources.values()), "runs": [_run(context, "running", {})]}
    context.warehouse.spool(f"{context.run_id}-begin", tables)
    return await load(context)


async def load(context: Context) -> Tally:
    """Load all batches that wait. Raises NotLoadedError if one cannot be taken."""
    taken(await asyncio.to_thread(context.warehouse.load))
    return {}


def taken(report: LoadReport) -> None:
    """Raise NotLoadedError unless all batches were loaded: no stage may conclude from half of what is known."""
    if report.deferred:
        raise NotLoadedError(f"{len(report.deferred)} batches wait in the spool: {report.reason}")
    if report.refused:
        name, why = next(iter(report.refused.items()))
        raise NotLoadedError(f"{len(report.refused)} batches cannot be loaded and stay in the spool; the first, {name}: {why}")


async def publish(context: Context, tally: Tally) -> Tally:
    """Close the run's row, drop what is older than the archive keeps, and publish."""
    outcome = "partial" if tally.get("sources_failed") else "completed"
    context.warehouse.spool(f"{context.run_id}-end", {"runs": [_run(context, outcome, tally)]})
    await load(context)
    if context.settings.keep_archive_days:
        await asyncio.to_thread(context.archive.prune, context.clock() - _DAY * context.settings.keep_archive_days)
    done = await asyncio.to_thread(context.warehouse.publish, context.run_id, keep=context.settings.publish_versions)
    context.progress.end("publish", f"copy {done.number} is out" if done.published else str(done.reason))
    return {"published": int(done.published)}


def fail(context: Context, error: BaseException) -> None:
    """Write down that the run failed; the row is loaded by the next run."""
    row = replace(_run(context, "failed", {}), error=f"{type(error).__name__}: {error}"[:500])
    with suppress(WarehouseError, OSError):  # what stopped the run may stop this, too; then the next run says that it was killed
        context.warehouse.spool(f"{context.run_id}-end", {"runs": [row]})


def _run(context: Context, outcome: str, tally: Tally) -> Run:
    counted: dict[str, Any] = {field.name: tally[field.name] for field in fields(Run) if field.name in tally}
    return Run(
        run_id=context.run_id,
        started_at=context.started_at,
        finished_at=None if outcome == "running" else context.clock(),
        outcome=outcome,
        version=version("evwatch"),
        rules_version=context.rules_version,
        way=context.way,
        **counted,
    )
