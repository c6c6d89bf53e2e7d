"""`evwatch replay`: everything again, from the archive, under today's rules."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from flows.commands.console import harmless

if TYPE_CHECKING:
    from flows.replaying import Replayed


@click.command(name="replay")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Extract again only pages fetched since this day; all is judged and merged again."
)
@click.option("--yes", is_flag=True, help="Publish without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--sources", default="sources.yaml", show_default=True, help="The source list.")
@click.option("--warehouse", default="warehouse", show_default=True, envvar="EVWATCH_WAREHOUSE", help="Folder of the data.")
def command(since: datetime | None, yes: bool, dry_run: bool, sources: str, warehouse: str) -> None:
    """Conclude everything again from the archive, under today's rules, and show what would change before it is published.

    Nothing is fetched. Deals keep their ids, and people's decisions stay. Also the way back after the database file was lost.
    """
    from flows import replaying
    from flows.commands import passing
    from flows.opening import Options, opened

    async def once() -> None:
        async with opened(Options(sources, warehouse, way="replay")) as context:
            replayed = await replaying.replay(context, since.replace(tzinfo=UTC) if since else None)
            _show(replayed)
            if dry_run or not (yes or click.confirm("Publish this?")):
                click.echo("nothing was changed")
                return
            await replaying.accept(context, replayed)
            click.echo("published")

    with passing.errors_as_exit_codes():
        asyncio.run(once())


def _show(replayed: "Replayed") -> None:
    found = replayed.comparison
    if found is None:
        counts = replayed.counts
        click.echo(
            f"no database to compare with; from the archive: {counts['articles_new']} articles, {counts['articles_flagged']} flagged, {counts['deals']} deals"
        )
        return
    if not found.tables:
        click.echo("the replay gives the same tables")
    for one in found.tables:
        click.echo(f"{one.table}: {one.added} rows more, {one.removed} fewer, {one.changed} changed")
    for heading, lines in (("Stories judged otherwise", found.stories), ("Deals", found.deals)):
        if lines:
            click.echo(f"{heading}:")
        for line in lines:
            click.echo(f"    {harmless(line)}")
