"""`evwatch serve`: stay, and run on a schedule."""

import re
from datetime import timedelta
from pathlib import Path

import click

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(context: click.Context, option: click.Parameter, value: str | None) -> timedelta | None:
    del context, option
    if value is None:
        return None
    if not (match := re.fullmatch(r"(\d+)([smhd])", value)) or int(match[1]) == 0:
        raise click.BadParameter(f"expected a number and s, m, h or d, as in 15m; found {value!r}")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


@click.command(name="serve")
@click.option("--every", callback=_duration, metavar="TIME", help="Pause between starts: 15m, 1h ...  [default: 15m]")
@click.option("--cron", metavar="EXPR", help="A cron expression instead, in UTC: '*/20 6-20 * * *'.")
@click.option("--sources", default="sources.yaml", show_default=True, help="The source list.")
@click.option("--warehouse", default="warehouse", show_default=True, envvar="EVWATCH_WAREHOUSE", help="Folder of the data.")
@click.option("--port", default=4200, show_default=True, help="Port of our own Prefect server; another free one is taken if it is in use.")
@click.option("--sample", is_flag=True, help="Use the bundled newsroom instead of the internet.")
def command(every: timedelta | None, cron: str | None, sources: str, warehouse: str, port: int, sample: bool) -> None:
    """Stay, and run on a schedule through Prefect.

    Uses the server that PREFECT_API_URL names; without one, starts a server of its own, watches it and stops it cleanly. Runs never
    overlap. Stop with Ctrl-C.
    """
    if every and cron:
        raise click.UsageError("expected --every or --cron, found both")
    from flows.commands.passing import errors_as_exit_codes
    from flows.opening import Options
    from flows.serving import ServerError, serve
    from flows.sources import load

    with errors_as_exit_codes():
        if not sample:
            load(Path(sources))  # a broken list is told now, not in the first run's log
    try:
        serve(Options(sources, warehouse, sample=sample, way="prefect"), every=every, cron=cron, port=port, tell=click.echo)
    except KeyboardInterrupt:
        pass  # before the schedule began
    except ServerError as error:
        raise click.ClickException(str(error)) from error
    click.echo("stopped")
