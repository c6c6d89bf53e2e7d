"""Articles that only recall a deal: linked, never counted."""

from dataclasses import replace

from telling import merged, told
from warehouse_rows import article, flag, warehouse_at

from flows.memory import Memory
from flows.records import Ledger
from flows.steps import deals

SZEGED = told("plant", "2025-01-10", "byd:investor", host_country="HU", place="Szeged", direction="outbound", amount=4e9, currency="EUR")
TURKEY = told("turkey", "2025-02-01", "byd:investor", host_country="TR", place="Manisa", direction="outbound", amount=1e9, currency="USD")
PROTEST = told("protest", "2025-06-01", "byd:investor", host_country="HU", place="Szeged")


def roles(ledger: Ledger) -> dict[str, tuple[str, str | None]]:
    """Return article -> role and report."""
    return {row.article_id: (row.role, row.report_id) for row in ledger.articles}


def test_an_article_at_the_place_of_a_deal_with_its_party_is_linked() -> None:
    """The link is a row; the deal stays as it was."""
    ledger = merged(SZEGED, TURKEY)
    found = deals.recalled(ledger, Ledger(), [PROTEST])
    assert roles(found)[PROTEST.report.article_id] == ("background", None)
    assert next(row.deal_id for row in found.articles if row.role == "background") == next(
        deal.deal_id for deal in ledger.deals if deal.place == "Szeged"
    )
    assert (found.deals, found.events, found.amounts, found.parties) == (ledger.deals, ledger.events, ledger.amounts, ledger.parties)


def test_the_only_deal_of_a_party_in_a_foreign_country_is_recalled_by_the_country() -> None:
    """Two deals there, and nobody knows which is meant."""
    vague = replace(PROTEST, report=replace(PROTEST.report, place=None))
    assert vague.report.article_id in roles(deals.recalled(merged(SZEGED, TURKEY), Ledger(), [vague]))
    second = told(
        "second", "2025-03-01", "byd:investor", host_country="HU", place="Komárom", direction="outbound", amount=3e8, currency="EUR"
    )
    assert vague.report.article_id not in roles(deals.recalled(merged(SZEGED, second), Ledger(), [vague]))


def test_nothing_is_linked_to_a_deal_that_comes_later_or_lies_elsewhere() -> None:
    """A place or a party alone is not enough."""
    early = replace(PROTEST, report=replace(PROTEST.report, reported_at=SZEGED.report.reported_at.replace(year=2024)))
    elsewhere = replace(PROTEST, report=replace(PROTEST.report, place="Pécs"))
    other = replace(PROTEST, parties=())
    ledger = merged(SZEGED, TURKEY)
    assert deals.recalled(ledger, ledger, [early, elsewhere, other]) is ledger


def test_links_outlive_the_next_merge_and_change_nothing_when_made_again() -> None:
    """The ledger with links is the old one of the next pass."""
    first = deals.recalled(merged(SZEGED, TURKEY), Ledger(), [PROTEST])
    assert deals.recalled(merged(SZEGED, TURKEY, ledger=first), first, []) is first
    assert deals.recalled(merged(SZEGED, TURKEY, ledger=first), first, [PROTEST]) is first


def test_the_memory_gives_background_articles_that_are_not_linked(tmp_path):
    """Only those with that verdict; copies are left out."""
    warehouse = warehouse_at(tmp_path / "w")
    copy = replace(article("3"), duplicate_of=article("1").article_id)
    verdicts = [replace(flag(name, flagged=False), verdict="deal_background") for name in ("1", "3")]
    warehouse.spool("a", {"articles": [article("1"), article("2"), copy], "flags": [*verdicts, flag("2")]})
    warehouse.load()
    assert [one.article_id for one in Memory(warehouse).unlinked_background(limit=5)] == [article("1").article_id]
    warehouse.close()
