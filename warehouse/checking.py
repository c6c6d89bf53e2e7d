"""What must be true of the tables, as SQL that finds what is not. Nothing is published while one of these finds a row."""

# ruff: noqa: S608 - the names in the statements are our own (RULES, migrations, records); values travel as parameters

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from warehouse import schema
from warehouse.rules import RULES, stored


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that found something."""

    name: str  # unique:items, orphan:flags.article_id, not_null:deals.title
    rows: int


_KEYS = {stored(table): rule.key for table, rule in RULES.items() if rule.key} | {
    "article_past": ("article_id", "body_sha256"),
    "bodies": ("article_id", "text_id"),
}
_ORPHANS = (  # child, its column, parent, its column
    ("bodies", "article_id", "article_texts", "article_id"),
    ("article_past", "article_id", "article_texts", "article_id"),
    ("flag_evidence", "article_id", "flags", "article_id"),
    ("report_parties", "report_id", "report_facts", "report_id"),
    ("report_amounts", "report_id", "report_facts", "report_id"),
    ("report_evidence", "report_id", "report_facts", "report_id"),
    ("deal_parties", "deal_id", "deals", "deal_id"),
    ("deal_amounts", "deal_id", "deals", "deal_id"),
    ("deal_events", "deal_id", "deals", "deal_id"),
    ("deal_articles", "deal_id", "deals", "deal_id"),
    ("deal_conflicts", "deal_id", "deals", "deal_id"),
    ("flags", "article_id", "article_texts", "article_id"),
    ("report_facts", "article_id", "article_texts", "article_id"),
)
_GROWING = ("fetches", "captures")  # looked at only as far back as rows can still come in twice
_DAYS = 2


def failures(connection: duckdb.DuckDBPyConnection) -> tuple[Failure, ...]:
    """Return every check that finds rows it should not, with their number."""
    found = []
    for name, sql in checks():
        rows = int(connection.execute(sql).fetchall()[0][0])
        if rows:
            found.append(Failure(name, rows))
    return tuple(found)


def checks() -> Iterator[tuple[str, str]]:
    """Yield each check's name and the SQL that counts what breaks it."""
    for table, key in _KEYS.items():
        yield f"unique:{table}", _twice(table, key)
    for child, column, parent, by in _ORPHANS:
        yield f"orphan:{child}.{column}", f"SELECT count(*) FROM {child} WHERE {column} NOT IN (SELECT {by} FROM {parent})"
    yield (
        "body:article_texts",
        "SELECT count(*) FROM article_texts WHERE (article_id, text_id) NOT IN (SELECT (article_id, text_id) FROM bodies)",
    )
    for table, columns in schema.tables().items():
        if nulls := " OR ".join(f'"{column.name}" IS NULL' for column in columns if not column.nullable):
            yield f"not_null:{table}", f"SELECT count(*) FROM {table} WHERE {nulls}{_recent(table, ' AND ')}"


def _twice(table: str, key: tuple[str, ...]) -> str:
    keys = ", ".join(f'"{name}"' for name in key)
    return f"SELECT count(*) - count(DISTINCT ({keys})) FROM {table}{_recent(table, ' WHERE ')}"


def _recent(table: str, word: str) -> str:
    return f"{word} fetched_at >= (SELECT max(fetched_at) FROM {table}) - INTERVAL {_DAYS} DAY" if table in _GROWING else ""
