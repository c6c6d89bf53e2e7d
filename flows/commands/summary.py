"""What a pass found, for a newcomer: what was polled, what failed and why, what was flagged, and what to type next."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.commands.console import harmless
from flows.stages.context import Tally
from warehouse import Warehouse

_FAILED = """
SELECT f.source_id, f.outcome, coalesce(f.error, '') AS error
FROM fetches f
WHERE f.kind = 'feed' AND f.run_id = (SELECT arg_max(run_id, number) FROM publication) AND f.outcome NOT IN ('ok', 'unchanged', 'empty')
ORDER BY f.source_id
"""

_DEALS = """
SELECT CAST(d.last_reported_at AS DATE) AS last_told, d.title, d.status, d.report_count AS reports, d.languages, d.deal_id
FROM deals d
ORDER BY d.last_reported_at DESC, d.deal_id
LIMIT 15
"""

_COUNTS = """
SELECT
    (SELECT count(*) FROM articles WHERE duplicate_of IS NULL) AS articles,
    (SELECT count(*) FROM flagged_stories) AS flagged,
    (SELECT count(*) FROM deals) AS deals
"""

_WIDTH = 120  # characters of a line where no terminal says how many it has
_EXAMPLE = "FROM deal_ledger LIMIT 5"

_UNREACHED = frozenset({"dns", "connection", "timeout", "tls"})  # what a machine that is cut off finds everywhere
_MANY = 2  # sources that must all be out of reach before the fault is looked for on our side

_PLAIN = {
    "gone": "there is nothing at this address",
    "not_a_feed": "answers with something that is no feed",
    "broken": "the feed cannot be read",
    "blocked": "refuses us",
    "http_error": "answers with an error",
    "rate_limited": "asks us to come later",
    "timeout": "did not answer in time",
    "dns": "the name is unknown",
    "tls": "no secure connection",
    "connection": "no connection",
    "too_large": "is larger than allowed",
    "unreadable": "takes too long to read",
    "redirect": "leads in circles",
    "refused": "an address that is not let through",
}


def as_values(home: Path, tally: Tally) -> dict[str, Any]:
    """Return the result of a pass as plain values."""
    warehouse = Warehouse(home)
    failed = _rows(warehouse, _FAILED)
    return {"counts": tally, "cut_off": cut_off(tally, failed), "failed_sources": failed, "totals": _rows(warehouse, _COUNTS)[0]}


def cut_off(tally: Tally, failed: Sequence[dict[str, Any]]) -> bool:
    """Whether no source at all could be reached, which says more of this machine than of the sources."""
    polled = tally.get("sources_polled", 0)
    return polled >= _MANY and len(failed) == polled and all(row["outcome"] in _UNREACHED for row in failed)


def _rows(warehouse: Warehouse, query: str) -> Sequence[dict[str, Any]]:
    answer = warehouse.ask(query)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def show(home: Path, tally: Tally, *, sample: bool) -> None:
    """Print the result of a pass."""
    warehouse = Warehouse(home)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDTH)
    totals = _rows(warehouse, _COUNTS)[0]
    console.print()
    console.print(_polled(tally))
    failed = _rows(warehouse, _FAILED)
    if cut_off(tally, failed):
        _show_cut_off(console, failed)
    else:
        _show_failed(console, failed)
    console.print(_found(tally))
    console.print(f"The warehouse holds {totals['articles']:,} articles, {totals['flagged']:,} flagged stories, {totals['deals']:,} deals.")
    deals = _rows(warehouse, _DEALS)
    _show_deals(console, deals)
    _show_next(console, home, deals[0]["deal_id"] if deals else None, sample=sample)


def _polled(tally: Tally) -> str:
    polled, failed = tally.get("sources_polled", 0), tally.get("sources_failed", 0)
    return f"Polled {polled} sources: {polled - failed} fine, {failed} failed; {tally.get('items_new', 0)} new items."


def _found(tally: Tally) -> str:
    pages, lost = tally.get("pages_fetched", 0), tally.get("pages_failed", 0)
    instead = f" ({lost} could not be read: their feed text is used)" if lost else ""
    faulty = tally.get("articles_faulty", 0)
    beside = f" ({faulty} could not be: `evwatch review list` says why)" if faulty else ""
    return (
        f"Fetched {pages} pages{instead}, judged {tally.get('articles_judged', 0)} articles{beside}: "
        f"{tally.get('articles_flagged', 0)} flagged; {tally.get('deals_new', 0)} new deals, {tally.get('deals_changed', 0)} changed."
    )


def _show_cut_off(console: Console, failed: Sequence[dict[str, Any]]) -> None:
    """Say once what would be said of each source."""
    counts = ", ".join(f"{_PLAIN[outcome]}: {count}" for outcome, count in Counter(row["outcome"] for row in failed).most_common())
    console.print(f"  [yellow]Not one source could be reached[/] ({counts}): is this machine online, and its name server?")
    console.print(f"  First: {escape(failed[0]['source_id'])}: {escape(harmless(failed[0]['error']))}")
    console.print("  Nothing is lost: all are asked again in the next runs, after growing pauses; `evwatch run --force` asks now.")


def _show_failed(console: Console, failed: Sequence[dict[str, Any]]) -> None:
    for row in failed:
        why = _PLAIN.get(row["outcome"], row["outcome"])
        console.print(
            f"  [yellow]{escape(row['source_id'])}[/]: {escape(why)}" + (f" ({escape(harmless(row['error']))})" if row["error"] else "")
        )


def _show_deals(console: Console, deals: Sequence[dict[str, Any]]) -> None:
    if not deals:
        return
    table = Table(title="Deals of the latest news", title_justify="left", box=None, pad_edge=False)
    for name in ("last told", "deal", "status", "reports", "languages"):
        table.add_column(name, no_wrap=name not in {"deal", "languages"})
    for row in deals:
        cells = (row["last_told"], row["title"], row["status"], row["reports"], " ".join(row["languages"]))
        table.add_row(*(escape(harmless(str(cell))) for cell in cells))
    console.print()
    console.print(table)


def _show_next(console: Console, home: Path, deal_id: str | None, *, sample: bool) -> None:
    where = "" if home == Path("warehouse") else f" --warehouse {home}"
    console.print()
    console.print("Ask it: ", end="")
    click.echo(f"evwatch deals{where}")
    if deal_id:
        click.echo(f"        evwatch deals{where} {deal_id}")
    click.echo(f"        evwatch query{where}")
    click.echo(f"        evwatch sql{where} {_EXAMPLE!r}")
    if sample:
        console.print("This was the bundled sample. For the live feeds of sources.yaml: ", end="")
        click.echo("evwatch run")
