"""What the pass remembers: rows of the warehouse as the records they were. Only reads; the spool is the only way to write.

Each question is one bounded SQL statement on what is loaded, published or not. Nothing here decides anything.
"""

# ruff: noqa: S608 - the names in the statements are our own (RULES, migrations, records); values travel as parameters

import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from flows import rows
from flows.records import (
    Article,
    Capture,
    Deal,
    DealAmount,
    DealArticle,
    DealConflict,
    DealEvent,
    DealParty,
    DealRedirect,
    Decision,
    FeedState,
    Flag,
    FlagEvidence,
    Item,
    Ledger,
    Party,
    Report,
    ReportAmount,
    Reported,
    ReportEvidence,
    ReportParty,
    Run,
    Signature,
    Source,
)
from warehouse import Warehouse

Record = TypeVar("Record")

LEDGER = {
    "deals": Deal,
    "deal_parties": DealParty,
    "deal_amounts": DealAmount,
    "deal_events": DealEvent,
    "deal_articles": DealArticle,
    "deal_conflicts": DealConflict,
    "deal_redirects": DealRedirect,
}


class Memory:
    """Questions of the pass to the warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def feed_states(self) -> dict[str, FeedState]:
        """Return what is remembered of each source, by its id."""
        return {state.source_id: state for state in self._all(FeedState, "FROM feed_states")}

    def sources(self) -> dict[str, Source]:
        """Return the sources as they were last seen in the list, by id."""
        return {source.source_id: source for source in self._all(Source, "FROM sources")}

    def runs(self, limit: int = 20) -> tuple[Run, ...]:
        """Return the last runs, newest first."""
        return self._all(Run, "FROM runs ORDER BY started_at DESC LIMIT ?", [limit])

    def due_items(self, now: datetime, limit: int = 20_000) -> tuple[Item, ...]:
        """Return the items that wait to be fetched and may be tried now: those never tried first, then by age, newest first.

        A next try that is further away than any pause was planned by a clock that has gone back since; it counts as now.
        """
        where = "FROM items WHERE outcome IS NULL AND (next_try_at IS NULL OR next_try_at <= ? OR next_try_at > ?)"
        order = "ORDER BY tries, coalesce(published_at, first_seen_at) DESC, item_id LIMIT ?"
        return self._all(Item, f"{where} {order}", [now, now + _LONGEST_PAUSE, limit])

    def unseen(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """Return those of `items` that the warehouse does not have, each once, in order."""
        known = self._known(
            "SELECT CAST(item_id AS VARCHAR) FROM items WHERE item_id IN (SELECT CAST(unnest(from_json(?, '[\"VARCHAR\"]')) AS UUID))",
            [item.item_id for item in items],
        )
        return tuple({item.item_id: item for item in items if item.item_id not in known}.values())

    def first_titles(self, items: Sequence[Item], most: int) -> dict[str, str]:
        """Return the first headlines of those of `items` that were read and have fewer than `most` revisions, by item id."""
        sql = (
            f"SELECT CAST(i.item_id AS VARCHAR), i.title FROM items AS i LEFT JOIN items AS r ON r.revision_of = i.item_id "
            f"WHERE i.item_id IN ({_IDS}) AND i.outcome IN ('ok', 'feed_text') GROUP BY ALL HAVING count(r.item_id) < ?"
        )
        with self._warehouse.reading() as connection:
            ids = json.dumps([item.item_id for item in items])
            return dict(connection.execute(sql, [ids, most]).fetchall()) if connection and items else {}

    def items(self, item_ids: Iterable[str]) -> dict[str, Item]:
        """Return the items of these ids, by id; unknown ones are left out."""
        return {
            item.item_id: item
            for item in self._all(
                Item, "FROM items WHERE item_id IN (SELECT CAST(unnest(from_json(?, '[\"VARCHAR\"]')) AS UUID))", [list(item_ids)]
            )
        }

    def already_read(self, canonical_urls: Iterable[str]) -> set[str]:
        """Return those of these addresses whose page was read before, for whatever item."""
        wanted = sorted(set(canonical_urls))
        return self._known(
            "SELECT DISTINCT canonical_url FROM items WHERE outcome = 'ok' AND canonical_url IN (SELECT unnest(from_json(?, '[\"VARCHAR\"]')))",
            wanted,
        )

    def items_after(self, item_id: str | None, limit: int = 2_000) -> tuple[Item, ...]:
        """Return the next items in the order of their ids: all of them, a slice at a time."""
        return self._all(
            Item,
            "FROM items WHERE item_id > coalesce(CAST(? AS UUID), CAST(? AS UUID)) ORDER BY items.item_id LIMIT ?",
            [item_id, _FIRST, limit],
        )

    def unjudged(self, rules_version: str | None = None, *, limit: int = 500) -> tuple[Article, ...]:
        """Return articles whose present text has no verdict (of `rules_version`, if given), oldest first."""
        judged = "f.article_id = t.article_id AND f.text_id = t.text_id" + ("" if rules_version is None else " AND f.rules_version = ?")
        which = (
            f"SELECT t.article_id FROM article_texts AS t ANTI JOIN flags AS f ON {judged} ORDER BY t.first_seen_at, t.article_id LIMIT ?"
        )
        parameters = [limit] if rules_version is None else [rules_version, limit]
        return self._all(Article, f"FROM articles WHERE article_id IN ({which}) ORDER BY first_seen_at, article_id", parameters)

    def articles(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles of these ids, by id; unknown ones are left out."""
        found = self._all(
            Article, "FROM articles WHERE article_id IN (SELECT CAST(unnest(from_json(?, '[\"VARCHAR\"]')) AS UUID))", [list(article_ids)]
        )
        return {article.article_id: article for article in found}

    def reporting_articles(self) -> dict[str, Article]:
        """Return the articles that report deals, and the copies of them, by id; without their bodies."""
        which = "SELECT article_id FROM report_facts"
        columns = rows.columns(Article).replace('"body",', "'' AS body,")
        where = f"article_id IN ({which}) OR duplicate_of IN ({which})"
        return {article.article_id: article for article in self._all(Article, f"FROM articles WHERE {where}", columns=columns)}

    def unlinked_background(self, *, limit: int) -> tuple[Article, ...]:
        """Return articles that only recall a deal and are linked to none yet, newest first; no copies."""
        which = "SELECT f.article_id FROM flags AS f ANTI JOIN deal_articles AS d USING (article_id) WHERE f.verdict = 'deal_background'"
        where = f"FROM articles WHERE article_id IN ({which}) AND duplicate_of IS NULL"
        return self._all(Article, f"{where} ORDER BY first_seen_at DESC, article_id LIMIT ?", [limit])

    def versions(self, item_ids: Iterable[str]) -> tuple[Article, ...]:
        """Return every version of the articles of these items."""
        return self._all(
            Article, f"FROM (FROM articles UNION ALL BY NAME FROM article_versions) WHERE item_id IN ({_IDS})", [list(item_ids)]
        )

    def same_text(self, body_sha256: Iterable[str]) -> tuple[Article, ...]:
        """Return articles with exactly one of these texts, oldest first."""
        return self._all(
            Article,
            "FROM articles WHERE body_sha256 IN (SELECT unnest(from_json(?, '[\"VARCHAR\"]'))) ORDER BY first_seen_at",
            [list(body_sha256)],
        )

    def signature_candidates(self, bands: Iterable[int], *, since: datetime | None = None, limit: int = 50_000) -> tuple[Signature, ...]:
        """Return signatures that share at least one band (of articles first seen from `since` on), oldest first."""
        wanted = sorted(set(bands))
        if not wanted:
            return ()
        which = "SELECT DISTINCT article_id FROM (SELECT article_id, unnest(bands) AS band FROM signatures WHERE first_seen_at >= coalesce(?, first_seen_at)) SEMI JOIN (SELECT unnest(from_json(?, '[\"UBIGINT\"]')) AS band) USING (band)"
        return self._all(
            Signature, f"FROM signatures WHERE article_id IN ({which}) ORDER BY first_seen_at, article_id LIMIT ?", [since, wanted, limit]
        )

    def flags(self, article_ids: Iterable[str]) -> dict[str, Flag]:
        """Return the verdicts on these articles with their evidence, by article."""
        wanted = [list(article_ids)]
        evidence = _grouped(self._all(FlagEvidence, f"FROM flag_evidence WHERE article_id IN ({_IDS})", wanted), "article_id")
        return {
            flag.article_id: Flag(**{**_values(flag), "evidence": evidence.get(flag.article_id, ())})
            for flag in self._all(Flag, f"FROM flags WHERE article_id IN ({_IDS})", wanted)
        }

    def reported(self, *, since: datetime | None = None, unmerged: bool = False) -> tuple[Reported, ...]:
        """Return reports with all that belongs to them, oldest first: all, those of articles from `since` on, or those in no deal.

        What only stories under review report is left out until a person says that it is a deal.
        """
        where = f"reported_at >= coalesce(?, reported_at) AND {_SETTLED}"
        if unmerged:
            where += " AND report_id NOT IN (SELECT report_id FROM deal_articles WHERE report_id IS NOT NULL)"
        which, parameters = f"SELECT report_id FROM report_facts WHERE {where}", [since]
        return self._reported(which, parameters)

    def reported_by(self, article_ids: Iterable[str]) -> tuple[Reported, ...]:
        """Return the reports of these articles."""
        return self._reported(f"SELECT report_id FROM report_facts WHERE article_id IN ({_IDS})", [list(article_ids)])

    def _reported(self, which: str, parameters: list[Any]) -> tuple[Reported, ...]:
        reports = self._all(Report, f"FROM report_facts WHERE report_id IN ({which}) ORDER BY reported_at, report_id", parameters)
        parties = _grouped(
            self._all(ReportParty, f"FROM report_parties WHERE report_id IN ({which}) ORDER BY rowid", parameters), "report_id"
        )
        amounts = _grouped(
            self._all(ReportAmount, f"FROM report_amounts WHERE report_id IN ({which}) ORDER BY ordinal", parameters), "report_id"
        )
        evidence = _grouped(
            self._all(ReportEvidence, f"FROM report_evidence WHERE report_id IN ({which}) ORDER BY rowid", parameters), "report_id"
        )
        known = self.parties()
        return tuple(
            Reported(
                report,
                parties.get(report.report_id, ()),
                amounts.get(report.report_id, ()),
                evidence.get(report.report_id, ()),
                tuple(known[party.party_id] for party in parties.get(report.report_id, ()) if party.party_id in known),
            )
            for report in reports
        )

    def parties(self) -> dict[str, Party]:
        """Return all parties met so far, by id."""
        return {party.party_id: party for party in self._all(Party, "FROM parties")}

    def ledger(self) -> Ledger:
        """Return the whole ledger, its rows in the order in which they were written."""
        order = {"deal_redirects": "since, deal_id"}
        return Ledger(*(self._all(record, f"FROM {table} ORDER BY {order.get(table, 'rowid')}") for table, record in LEDGER.items()))

    def decisions(self) -> tuple[Decision, ...]:
        """Return what people decided, in order."""
        return self._all(Decision, "FROM decisions ORDER BY decided_at, decision_id")

    def captures(self, warc_files: Iterable[str]) -> tuple[Capture, ...]:
        """Return the captures known of these files of the archive."""
        return self._all(Capture, "FROM captures WHERE warc_file IN (SELECT unnest(from_json(?, '[\"VARCHAR\"]')))", [list(warc_files)])

    def captured(self, urls: Iterable[str]) -> tuple[Capture, ...]:
        """Return the captures of these addresses, oldest first."""
        return self._all(
            Capture, "FROM captures WHERE url IN (SELECT unnest(from_json(?, '[\"VARCHAR\"]'))) ORDER BY fetched_at", [list(urls)]
        )

    def last_captures(self, urls: Iterable[str]) -> tuple[Capture, ...]:
        """Return the newest capture of each of these addresses."""
        newest = "QUALIFY row_number() OVER (PARTITION BY url ORDER BY fetched_at DESC, warc_offset DESC) = 1"
        return self._all(Capture, f"FROM captures WHERE url IN (SELECT unnest(from_json(?, '[\"VARCHAR\"]'))) {newest}", [list(urls)])

    def unmerged(self) -> bool:
        """Whether there is a report in no deal, or a decision made since the last run began."""
        with self._warehouse.reading() as connection:
            return bool(connection and connection.execute(_UNMERGED).fetchall()[0][0])

    def all_captures(self, since: datetime | None = None) -> tuple[Capture, ...]:
        """Return every capture (from `since` on) in the order of time: what a replay walks through."""
        return self._all(
            Capture, "FROM captures WHERE fetched_at >= coalesce(?, fetched_at) ORDER BY fetched_at, warc_file, warc_offset", [since]
        )

    def _known(self, sql: str, ids: list[str]) -> set[str]:
        if not ids:
            return set()
        with self._warehouse.reading() as connection:
            return {row[0] for row in connection.execute(sql, [json.dumps(ids)]).fetchall()} if connection else set()

    def _all(
        self, record: type[Record], what: str, parameters: list[Any] | None = None, *, columns: str | None = None
    ) -> tuple[Record, ...]:
        with self._warehouse.reading() as connection:
            if connection is None:
                return ()
            found = connection.execute(f"SELECT {columns or rows.columns(record)} {what}", _bound(parameters)).fetchall()
        make = rows.maker(cast("Hashable", record))
        return tuple(make(row) for row in found)


def _bound(parameters: list[Any] | None) -> list[Any] | None:
    """Return `parameters` with lists as JSON: DuckDB looks for a module of the system at each element of a list."""
    return parameters and [json.dumps(one) if isinstance(one, list) else one for one in parameters]


_SETTLED = """(
  article_id NOT IN (SELECT article_id FROM flags WHERE verdict = 'review')
  OR CAST(article_id AS VARCHAR) IN (SELECT subject FROM decisions WHERE action = 'is_a_deal')
)"""
_UNMERGED = f"""
SELECT EXISTS (FROM report_facts ANTI JOIN deal_articles USING (report_id) WHERE {_SETTLED})
  OR EXISTS (FROM decisions WHERE decided_at >= coalesce((SELECT max(started_at) FROM runs WHERE outcome IN ('completed', 'partial')), decided_at))
"""
_LONGEST_PAUSE = timedelta(hours=30)  # before a next try: a day, and what makes it uneven
_FIRST = "00000000-0000-0000-0000-000000000000"
_IDS = "SELECT CAST(unnest(from_json(?, '[\"VARCHAR\"]')) AS UUID)"


def ledger_tables(ledger: Ledger) -> dict[str, Sequence[Any]]:
    """Sort a ledger into its tables, ready for the spool."""
    return dict(zip(LEDGER, (getattr(ledger, field.name) for field in fields(Ledger)), strict=True))


def _values(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _grouped(records: Iterable[Record], by: str) -> dict[str, tuple[Record, ...]]:
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(getattr(record, by), []).append(record)
    return {name: tuple(group) for name, group in groups.items()}
