"""`evwatch deals`: the ledger, narrowed as wished; or one deal with every fact and its sentence."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.commands.answers import options

if TYPE_CHECKING:
    from flows.commands.answers import Wanted

_NARROWED = """
FROM deal_ledger
WHERE ($since IS NULL OR deal_date >= CAST($since AS DATE))
  AND ($country IS NULL OR host_country = upper($country)) AND ($sector IS NULL OR sector = $sector) AND ($status IS NULL OR status = $status)
  AND ($type IS NULL OR deal_type = $type) AND ($direction IS NULL OR direction = $direction)
  AND ($party IS NULL OR deal_id IN (SELECT p.deal_id FROM deal_parties AS p LEFT JOIN parties AS n ON n.party_id = p.party_id
       WHERE contains(lower(p.name), lower($party)) OR contains(lower(n.name), lower($party)) OR contains(n.name_zh, $party) OR p.party_id = $party))
  AND ($usd IS NULL OR amount_usd >= CAST($usd AS DOUBLE))
ORDER BY deal_date DESC, deal_id LIMIT CAST($limit AS BIGINT)
"""
_LIST = (
    """
SELECT deal_date, title, deal_type AS type, status, host_country AS country, amount_usd AS usd, amount, currency, investors, outlet_count AS outlets, deal_id"""
    + _NARROWED
)
_FOR_PEOPLE = (
    """
SELECT deal_date AS date, title AS deal, status, CASE
    WHEN amount IS NULL THEN '' WHEN amount >= 1e12 THEN format('{} {:.5g} tn', currency, amount / 1e12)
    WHEN amount >= 1e9 THEN format('{} {:.5g} bn', currency, amount / 1e9) ELSE format('{} {:.5g} m', currency, amount / 1e6) END AS amount,
  CAST(round(amount_usd / 1e6) AS BIGINT) AS usd_m, outlet_count AS outlets, CASE WHEN review IS NULL THEN '' ELSE 'yes' END AS doubtful, deal_id"""
    + _NARROWED
)
_ONE = """
SELECT * FROM deal_ledger WHERE deal_id = coalesce((SELECT redirect_to FROM deal_redirects WHERE deal_id = $deal), $deal) OR starts_with(deal_id, $deal)
"""


@click.command(name="deals")
@click.argument("deal", required=False)
@click.option("--since", help="Deals announced (or first reported) from this day on, YYYY-MM-DD.")
@click.option("--country", help="Host country, two letters.")
@click.option("--sector", help="Sector, as in the coding rules: battery_cells, vehicle_assembly, ...")
@click.option("--status", help="Status: rumoured, announced, under_construction, cancelled, ...")
@click.option("--type", "type_", help="Deal type: greenfield, joint_venture, fund, ...")
@click.option("--direction", type=click.Choice(["outbound", "inbound", "domestic", "third_country"]), help="Where the capital goes.")
@click.option("--party", help="Part of a party's name, in any script.")
@click.option("--usd", help="Deals of at least so many US dollars.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=1), help="Rows at most.")
@options
def command(deal: str | None, type_: str | None, folder: Path, form: str, output: Path | None, **narrowed: str | int | None) -> None:
    """List deals of the ledger, newest first; or show DEAL (its id, or the id's beginning) with every fact and the sentence behind it."""
    from flows.commands.answers import Wanted, answering, asked

    wanted = Wanted(folder, form, output)
    with answering():
        if deal is not None:
            _one(wanted, deal)
            return
        sql = _FOR_PEOPLE if form == "table" else _LIST
        asked(wanted, sql, {name: None if value is None else str(value) for name, value in {**narrowed, "type": type_}.items()})


def _one(wanted: "Wanted", deal: str) -> None:
    """Show one deal: a page for people, the facts as rows for programs."""
    from flows.commands.answers import asked, pages
    from warehouse import Warehouse, questions

    warehouse, story = Warehouse(wanted.folder), questions.named("deal_story").sql
    found = warehouse.ask(_ONE, {"deal": deal}).dicts()
    if len(found) != 1:
        raise click.ClickException(
            f"expected the id of a deal, found {deal!r}, which {len(found) or 'no'} have; `evwatch deals` lists them"
        )
    named = {"deal": str(found[0]["deal_id"])}
    if wanted.form != "table":
        asked(wanted, story, named)
        return
    pages.give(warehouse, found[0], warehouse.ask(story, named).dicts(), wanted.output)
