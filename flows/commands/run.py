"""`evwatch run`: one pass."""

from pathlib import Path

import click


@click.command(name="run")
@click.option("--sources", default="sources.yaml", show_default=True, help="The source list.")
@click.option(
    "--warehouse",
    default=None,
    envvar="EVWATCH_WAREHOUSE",
    help="Folder of the data.  [default: warehouse; sample-warehouse with --sample]",
)
@click.option("--only", multiple=True, metavar="ID", help="Poll only this source, due or not; may be given again.")
@click.option("--force", is_flag=True, help="Poll also the sources that are not due yet.")
@click.option("--sample", is_flag=True, help="Use the bundled newsroom instead of the internet.")
@click.option("--direct", is_flag=True, help="Run the steps without Prefect: for plain cron.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON object, for machines.")
def command(sources: str, warehouse: str | None, only: tuple[str, ...], force: bool, sample: bool, direct: bool, as_json: bool) -> None:
    """Poll the sources once, read what is new, load it and publish.

    Safe to run at any time and to kill at any point: the next run goes on where this one stopped, and running twice changes nothing.
    Ends with 0 when done (failed sources are reported), 1 when the run failed, 2 for a broken source list, 75 if another run is active.
    """
    from flows.commands import passing
    from flows.opening import Options

    home = warehouse or ("sample-warehouse" if sample else "warehouse")
    options = Options(sources, str(Path(home)), only, force, sample, "direct" if direct else "prefect")
    passing.carry_out(options, as_json=as_json)
