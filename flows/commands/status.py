"""`evwatch status`: the last runs, the health of the sources, gaps, sizes, and the age of what readers see."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from warehouse import Warehouse

_STATES = "SELECT state, count(*) AS sources FROM source_health GROUP BY state ORDER BY state"
_TROUBLED = """
SELECT source_id, state, reason, since FROM source_health WHERE state NOT IN ('ok', 'quiet', 'off', 'new')
ORDER BY list_position(['failing', 'blocked', 'silent_zero', 'stale', 'changed_volume'], state), source_id
"""
_OPEN_GAPS = "SELECT reason, count(DISTINCT source_id) AS sources, min(gap_from) AS oldest FROM coverage_gaps WHERE gap_to IS NULL GROUP BY reason ORDER BY reason"
_TOTALS = """
SELECT (SELECT count(*) FROM article_texts WHERE duplicate_of IS NULL) AS articles, (SELECT count(*) FROM flagged_stories) AS flagged,
  (SELECT count(*) FROM deals) AS deals, (SELECT count(*) FROM items WHERE outcome IS NULL) AS waiting_items,
  (SELECT date_diff('minute', max(published_at), now()) FROM publication) AS age_minutes
"""


@click.command(name="status")
@click.option(
    "--warehouse",
    "folder",
    type=click.Path(path_type=Path),
    default="warehouse",
    show_default=True,
    envvar="EVWATCH_WAREHOUSE",
    help="Folder of the data.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for machines.")
def command(folder: Path, as_json: bool) -> None:
    """Show the last runs, the health of the sources, gaps in coverage, sizes, and how old the readers' copy is."""
    from flows.commands.answers import answering
    from warehouse import Warehouse

    with answering():
        found = gathered(Warehouse(folder))
    if as_json:
        from flows.commands.answers import values

        click.echo(values.packed(found))
    else:
        _show(found)


def gathered(warehouse: "Warehouse") -> dict[str, Any]:
    """Return everything that status shows, as plain values."""
    found: dict[str, Any] = {
        "folder": str(warehouse.places.folder),
        "copy": warehouse.published(),
        "bytes": warehouse.sizes(),
        "waiting": warehouse.waiting(),
    }
    if warehouse.places.broken.exists():
        found["broken"] = warehouse.places.broken.read_text("utf-8")
    if found["copy"] is None:
        return found
    found |= warehouse.ask(_TOTALS).dicts()[0]
    found["runs"] = warehouse.answer("runs", {"limit": "5"}).dicts()
    found["states"] = {row["state"]: row["sources"] for row in warehouse.ask(_STATES).dicts()}
    found["troubled"] = warehouse.ask(_TROUBLED).dicts()
    found["notices"] = warehouse.answer("source_notices").dicts()
    found["open_gaps"] = warehouse.ask(_OPEN_GAPS).dicts()
    return found


def _show(found: dict[str, Any]) -> None:
    if "broken" in found:
        click.secho(found["broken"], fg="red", err=True)
    if found["copy"] is None:
        click.echo(f"{found['folder']}: nothing is published yet; `evwatch run` makes the first copy")
        _sizes(found)
        return
    click.echo(
        f"Readers see copy {found['copy']}, {_age(found['age_minutes'])} old: {found['articles']:,} articles, {found['flagged']:,} flagged, {found['deals']:,} deals."
    )
    _sizes(found)
    _section(
        "Last runs",
        found["runs"],
        (
            "started_at",
            "outcome",
            "way",
            "sources_polled",
            "sources_failed",
            "items_new",
            "articles_new",
            "articles_flagged",
            "deals_new",
            "error",
        ),
    )
    click.echo("\nSources: " + (", ".join(f"{count} {state}" for state, count in found["states"].items()) or "none"))
    _section("In trouble", found["troubled"], ("source_id", "state", "reason", "since"))
    _section("Since yesterday", found["notices"], ("source_id", "notice", "was", "state", "reason"))
    _section("Open gaps", found["open_gaps"], ("reason", "sources", "oldest"))


def _sizes(found: dict[str, Any]) -> None:
    sizes = ", ".join(f"{name} {_size(count)}" for name, count in found["bytes"].items())
    click.echo(f"On disk: {sizes}. Waiting: {found['waiting']} batches to load, {found.get('waiting_items', 0)} items to fetch.")


def _section(heading: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    from rich.console import Console

    from flows.commands.answers import tables, values

    if not rows:
        return
    click.echo(f"\n{heading}:")
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else 160)
    kept = [name for name in columns if any(row[name] is not None for row in rows)]
    tables.grid(console, kept, [[values.shown(row[name]) for name in kept] for row in rows])


def _age(minutes: int) -> str:
    hour, day = 60, 1440
    return f"{minutes} minutes" if minutes < 2 * hour else f"{minutes // hour} hours" if minutes < 2 * day else f"{minutes // day} days"


def _size(count: int) -> str:
    for unit, name in ((2**30, "GB"), (2**20, "MB"), (2**10, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} B"
