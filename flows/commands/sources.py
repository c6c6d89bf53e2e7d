"""`evwatch sources`: the source list as a product. Prints what comes from the web only after `harmless`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from flows.extraction import Extractor
    from flows.progress import Progress
    from flows.records import Reading, Response, Source
    from flows.web import Web

_FILE = click.option(
    "--sources", "file", default="sources.yaml", show_default=True, type=click.Path(path_type=Path), help="The source list."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, for machines.")


@click.group(name="sources")
def command() -> None:
    """Check, list, discover, import and export sources."""


@command.command(name="list")
@_FILE
@_JSON
def list_(file: Path, as_json: bool) -> None:
    """List the sources, disabled ones too."""
    from dataclasses import asdict

    sources = _loaded(file)
    if as_json:
        _lines(asdict(source) for source in sources)
        return
    columns = ("source_id", "kind", "language", "country", "tier", "enabled", "name")
    _table(columns, ([_shown(getattr(source, name)) for name in columns] for source in sources))
    click.echo(f"{len(sources)} sources, {sum(source.enabled for source in sources)} enabled")


@command.command()
@_FILE
@_JSON
@click.option("--only", multiple=True, metavar="ID", help="Check only this source, enabled or not; may be given again.")
@click.option("--strict", is_flag=True, help="End with code 1 unless every source is ok.")
def check(file: Path, as_json: bool, only: tuple[str, ...], strict: bool) -> None:
    """Poll the sources without loading anything, and name the state of each.

    ok, stale (nothing new for max_age_days), empty (no items), html (no feed), blocked (we are refused), dead (no answer).
    """
    import asyncio

    sources = _loaded(file)
    if unknown := set(only) - {source.source_id for source in sources}:
        raise click.UsageError(f"--only: expected a source_id of {file}, found {', '.join(sorted(unknown))}")
    chosen = [source for source in sources if (source.source_id in only if only else source.enabled)]
    rows = asyncio.run(_checked(chosen, file, quiet=as_json))
    if as_json:
        _lines(rows)
    else:
        columns = ("source_id", "state", "items", "detail")
        _table(
            columns,
            ([_shown(row[name]) for name in columns] for row in sorted(rows, key=lambda row: (row["state"] == "ok", row["source_id"]))),
        )
        click.echo(_summary([row["state"] for row in rows]))
    if strict and any(row["state"] != "ok" for row in rows):
        raise SystemExit(1)


@command.command()
@click.argument("url")
@_FILE
@_JSON
def discover(url: str, file: Path, as_json: bool) -> None:
    """Find the feeds of the site at URL and print entries to paste into the source list."""
    import asyncio

    import yaml

    entries = asyncio.run(_discovered(url if "://" in url else f"https://{url}", file))
    if as_json:
        _lines(entries)
    elif entries:
        click.echo(_safe_yaml(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False)))
    if not entries:
        click.echo(f"{_safe(url)}: expected a feed that can be read, found none; a page of links can be a source of kind listing", err=True)
        raise SystemExit(1)


@command.command(name="import-opml")
@click.argument("opml_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_FILE
def import_opml(opml_file: Path, file: Path) -> None:
    """Print the feeds of an OPML file as entries to paste into the source list; those that it has already are left out."""
    import yaml

    from flows.sources import opml

    try:
        entries = opml.imported(opml_file.read_bytes(), _loaded(file) if file.exists() else ())
    except opml.OpmlError as error:
        raise click.ClickException(f"{opml_file}: {error}") from error
    listed = [{name: list(value) if isinstance(value, tuple) else value for name, value in entry.items()} for entry in entries]
    if listed:
        click.echo(_safe_yaml(yaml.safe_dump(listed, allow_unicode=True, sort_keys=False)), nl=False)
    click.echo(f"{len(listed)} new sources", err=True)


@command.command(name="export-opml")
@click.argument("opml_file", type=click.Path(dir_okay=False, path_type=Path))
@_FILE
def export_opml(opml_file: Path, file: Path) -> None:
    """Write the source list as OPML, for feed readers."""
    from flows.sources import opml

    sources = _loaded(file)
    opml_file.write_bytes(opml.exported(sources))
    click.echo(f"{opml_file}: {len(sources)} sources")


@command.command()
def schema() -> None:
    """Print the JSON Schema of sources.yaml, for editors."""
    import json

    from flows import sources

    click.echo(json.dumps(sources.schema(), indent=2, ensure_ascii=False))


def _loaded(file: Path) -> "tuple[Source, ...]":
    from flows.sources import SourcesError, load

    try:
        return load(file)
    except SourcesError as error:
        click.echo(_safe_yaml(str(error)), err=True)
        raise SystemExit(2) from error


async def _checked(sources: "list[Source]", file: Path, *, quiet: bool) -> list[dict[str, Any]]:
    import asyncio

    from flows.commands.console import BarLines, listener
    from flows.extraction import Extractor
    from flows.web import Web

    progress = listener(quiet=quiet)
    progress.begin("check", len(sources))
    async with Web(_web_settings(file)) as web, Extractor() as reader:
        rows = await asyncio.gather(*(_check(web, reader, source, progress) for source in sources))
    progress.end("check", _summary([row["state"] for row in rows]))
    if isinstance(progress, BarLines):
        progress.close()
    return list(rows)


async def _check(web: "Web", reader: "Extractor", source: "Source", progress: "Progress") -> dict[str, Any]:
    from flows.sources import health

    response, reading = await _read(web, reader, source)
    progress.advance("check", source.source_id)
    return {
        "source_id": source.source_id,
        "state": str(health.state(source, reading, response.fetched_at)),
        "outcome": str(reading.outcome),
        "items": len(reading.items),
        "detail": health.detail(reading, response),
        "url": response.url,
    }


async def _read(web: "Web", reader: "Extractor", source: "Source") -> "tuple[Response, Reading]":
    from flows.web import Request

    response = await web.fetch(Request(source.url, kind="feed"))
    return response, await reader.read(source, response, response.fetched_at)


async def _discovered(url: str, file: Path) -> list[dict[str, Any]]:
    from flows.extraction import Extractor
    from flows.records import Kind, Source
    from flows.sources import discovery
    from flows.web import Request, Web

    async with Web(_web_settings(file)) as web, Extractor(1) as reader:
        page = await web.fetch(Request(url, kind="page"))
        front = page if page.final_url == discovery.front(page) else await web.fetch(Request(discovery.front(page), kind="page"))
        robots = await web.fetch(Request(discovery.robots(page), kind="robots"))
        entries: dict[str, dict[str, Any]] = {}
        for candidate in discovery.candidates(url, (page, front), robots):
            if entries and not candidate.said:
                break  # the site named its feeds: no need to guess
            response, reading = await _read(web, reader, Source("candidate", "", candidate.url, Kind.FEED))
            if reading.items:
                found = discovery.entry(candidate, reading, response)
                entries.setdefault(str(found["url"]), {**found, "source_id": _unused(str(found["source_id"]), entries)})
    return list(entries.values())


def _unused(wanted: str, entries: dict[str, dict[str, Any]]) -> str:
    taken = {entry["source_id"] for entry in entries.values()}
    return next(name for name in (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))) if name not in taken)


def _web_settings(file: Path) -> Any:
    from dataclasses import replace

    from flows.opening import web_settings
    from flows.settings import Settings
    from flows.sources import settings

    chosen = settings(file) if file.exists() else Settings()
    return replace(web_settings(chosen, file.parent), robots_folder=None)  # a look leaves nothing behind


def _summary(states: list[str]) -> str:
    from collections import Counter

    counted = Counter(states)
    return f"{len(states)} checked: " + (", ".join(f"{count} {state}" for state, count in counted.most_common()) or "none")


def _table(columns: tuple[str, ...], rows: Any) -> None:
    listed = [list(columns), *([_safe(cell) for cell in row] for row in rows)]
    widths = [max(len(row[index]) for row in listed) for index in range(len(columns) - 1)]
    for row in listed:
        click.echo("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip())


def _lines(rows: Any) -> None:
    import json

    for row in rows:
        click.echo(json.dumps(row, default=str))


def _shown(value: Any) -> str:
    return "" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _safe(text: str) -> str:
    from flows.commands.console import harmless

    return harmless(text)


def _safe_yaml(text: str) -> str:
    return "\n".join(_safe(line) for line in text.split("\n"))
