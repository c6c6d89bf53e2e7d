"""`evwatch import`: articles that the user has already."""

import asyncio
import sys
from pathlib import Path

import click

_SHOWN = 20  # problems told one by one


@click.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--sources", default="sources.yaml", show_default=True, help="The source list, to know whose articles they are; need not exist."
)
@click.option("--warehouse", default="warehouse", show_default=True, envvar="EVWATCH_WAREHOUSE", help="Folder of the data.")
def command(files: tuple[Path, ...], sources: str, warehouse: str) -> None:
    """Load articles from FILES through flag, report and merge, as if they had come in by feed.

    JSONL, one article a line: {"url": ..., "title": ..., "text": ..., "published": "2025-07-10", "language": "fr", "source": "..."} (a
    title or a text is enough), or WARC. Bringing the same file again changes nothing. Lines that are no articles are named, the others
    are loaded, and the exit code is 1.
    """
    from flows import passes
    from flows.commands import console, passing
    from flows.opening import Options, opened
    from flows.stages.bring import Brought

    async def once() -> Brought:
        async with opened(Options(sources, warehouse, way="import")) as context:
            return await passes.bring_in(passes.Pass(context), files)

    with passing.errors_as_exit_codes():
        brought = asyncio.run(once())
    for problem in brought.problems[:_SHOWN]:
        click.echo(f"evwatch: {console.harmless(problem)}", err=True)
    if len(brought.problems) > _SHOWN:
        click.echo(f"evwatch: and {len(brought.problems) - _SHOWN} more like these", err=True)
    told = brought.tally
    click.echo(
        f"{told['brought']} articles brought, {told['articles_new']} of them new, {told['articles_flagged']} flagged; {told['deals_new']} new deals"
    )
    sys.exit(1 if brought.problems else 0)
