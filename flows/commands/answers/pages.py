"""One deal as a page for people: what it is, who takes part, its life, what is disputed, and every sentence with the facts it carries."""

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.commands.answers.values import shown

if TYPE_CHECKING:
    from warehouse import Warehouse

Row = Mapping[str, Any]

_PARTIES = "SELECT role, name, country, report_count FROM deal_parties WHERE deal_id = $deal ORDER BY report_count DESC, role, name"
_EVENTS = "SELECT coalesce(event_date, CAST(reported_at AS DATE)) AS day, event_type, status_after, quote FROM deal_events WHERE deal_id = $deal ORDER BY day, reported_at"
_AMOUNTS = """
SELECT currency, amount, kind, qualifier, chosen, because, count(*) AS reports FROM deal_amounts WHERE deal_id = $deal
GROUP BY ALL ORDER BY chosen DESC, reports DESC, amount DESC
"""
_CONFLICTS = (
    "SELECT field, value, chosen, outlet, CAST(reported_at AS DATE) AS day, because FROM deal_conflicts WHERE deal_id = $deal ORDER BY ALL"
)
_WIDTH = 110
_WHAT = (
    "status",
    "direction",
    "sector",
    "place",
    "admin1",
    "host_country",
    "stake_pct",
    "capacity",
    "capacity_unit",
    "capacity_year",
    "jobs",
)


def give(warehouse: "Warehouse", deal: Row, story: Sequence[Row], output: Path | None) -> None:
    """Print the page of a deal, or write it to a file; from its row of deal_ledger and the rows of the query deal_story."""
    text = "".join(f"{line}\n" for line in _lines(warehouse, deal, story))
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")


def _lines(warehouse: "Warehouse", deal: Row, story: Sequence[Row]) -> Iterator[str]:
    named = {"deal": deal["deal_id"]}
    yield from _head(deal)
    yield from _titled("Parties", (_party(row) for row in warehouse.ask(_PARTIES, named).dicts()))
    yield from _titled("Sums of money (* = the ledger's)", (_sum(row) for row in warehouse.ask(_AMOUNTS, named).dicts()))
    yield from _titled("Life", (line for row in warehouse.ask(_EVENTS, named).dicts() for line in _event(row)))
    yield from _titled("Told differently (* = the ledger's)", (_dispute(row) for row in warehouse.ask(_CONFLICTS, named).dicts()))
    yield from _titled("Every report, with the sentences behind its facts", _reports(story))


def _head(deal: Row) -> Iterator[str]:
    yield f"{shown(deal['title'])}   [{deal['deal_id']}]"
    yield ""
    for name in _WHAT:
        if deal[name] is not None:
            yield f"  {name:14} {shown(deal[name])}"
    yield f"  {'announced':14} {shown(deal['announced_on']) or 'not stated'}; first reported {shown(deal['first_reported_at'])[:10]}"
    yield f"  {'amount':14} {_money(deal)}"
    counted = "yes" if deal["count_in_totals"] else f"no: {shown(deal['not_counted_because'])}"
    yield f"  {'in totals':14} {counted}"
    yield f"  {'reported by':14} {deal['outlet_count']} independent outlets, {deal['report_count']} reports, in {shown(deal['languages'])}"
    if deal["review"]:
        yield f"  {'doubtful':14} {shown(deal['review'])}"


def _money(deal: Row) -> str:
    if deal["amount"] is None:
        return "no report states a sum"
    usd = f"; USD {deal['amount_usd']:,.0f} at the rate of {shown(deal['usd_rate_on'])}" if deal["amount_usd"] is not None else ""
    return f"{deal['currency']} {shown(deal['amount'])} ({shown(deal['amount_qualifier'])}, {shown(deal['amount_kind'])}{usd})"


def _titled(title: str, lines: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == 0:
            yield ""
            yield title
        yield line


def _party(row: Row) -> str:
    country = f" ({row['country']})" if row["country"] else ""
    return f"  {row['role']:18} {shown(row['name'])}{country}, in {row['report_count']} report{'' if row['report_count'] == 1 else 's'}"


def _sum(row: Row) -> str:
    mark = "*" if row["chosen"] else " "
    return f" {mark} {row['currency']} {shown(row['amount'])} ({row['qualifier']}, {row['kind']}), in {row['reports']}: {shown(row['because'])}"


def _event(row: Row) -> Iterator[str]:
    yield f"  {shown(row['day'])}  {row['event_type']} -> {row['status_after']}"
    yield from _quoted(row["quote"], "              ")


def _dispute(row: Row) -> str:
    mark = "*" if row["chosen"] else " "
    return f" {mark} {row['field']:14} {shown(row['value'])}: {shown(row['outlet'])}, {shown(row['day'])} ({shown(row['because'])})"


def _reports(story: Sequence[Row]) -> Iterator[str]:
    """Yield each report's heading, then each of its sentences followed by the facts that it carries."""
    seen: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for row in story:
        heading = (shown(row["reported_on"]), f"{shown(row['outlet'])} ({row['language']}), {row['role']}", shown(row["url"]))
        facts = seen.setdefault(heading, {})
        if row["field"]:
            facts.setdefault(row["quote"], []).append(f"{row['field']} = {shown(row['value'])}")
    for (day, outlet, url), facts in seen.items():
        yield f"  {day}  {outlet}  {url}"
        for quote, found in facts.items():
            yield from _quoted(quote, "    ")
            yield from textwrap.wrap("; ".join(found), _WIDTH, initial_indent="      -> ", subsequent_indent="         ")


def _quoted(quote: str, indent: str) -> Iterator[str]:
    yield from textwrap.wrap(f'"{shown(quote)}"', _WIDTH, initial_indent=indent, subsequent_indent=f"{indent} ")
