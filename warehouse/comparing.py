"""Two databases compared: table by table for whoever must be sure, and the stories and deals that change for whoever decides."""

# ruff: noqa: S608 - the names in the statements are our own (RULES, migrations, records); values travel as parameters

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from warehouse import disk, schema
from warehouse.places import Places
from warehouse.rules import RULES, stored

_EXAMPLES = 20
_BESIDE = {"article_past": ("article_id", "body_sha256"), "bodies": ("article_id", "text_id")}
_TOLD = 100  # stories, and deals, that are named
_SHOWN = (
    "deal_type",
    "direction",
    "status",
    "sector",
    "host_country",
    "place",
    "amount",
    "currency",
    "stake_pct",
    "capacity",
    "count_in_totals",
)
_STORIES = f"""
SELECT coalesce(o.verdict, 'not judged'), coalesce(n.verdict, 'not judged'), coalesce(t.title, u.title, CAST(article_id AS VARCHAR))
FROM old.flags AS o FULL JOIN new.flags AS n USING (article_id)
LEFT JOIN new.article_texts AS t USING (article_id) LEFT JOIN old.article_texts AS u USING (article_id)
WHERE o.flagged IS DISTINCT FROM n.flagged OR (o.verdict = 'review') IS DISTINCT FROM (n.verdict = 'review')
ORDER BY n.flagged DESC, 3 LIMIT {_TOLD}
"""
_DEALS = f"""
SELECT o.deal_id IS NULL, n.deal_id IS NULL, coalesce(n.title, o.title), deal_id, {", ".join(f"o.{name}, n.{name}" for name in _SHOWN)}
FROM old.deals AS o FULL JOIN new.deals AS n USING (deal_id)
WHERE o.deal_id IS NULL OR n.deal_id IS NULL OR {" OR ".join(f"o.{name} IS DISTINCT FROM n.{name}" for name in _SHOWN)}
ORDER BY o.deal_id IS NULL DESC, n.deal_id IS NULL DESC, 3, 4 LIMIT {_TOLD}
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one table differs between two databases."""

    table: str
    added: int  # rows that only the other one has
    removed: int  # rows that only the present one has
    changed: int  # rows of the same key with other values
    examples: tuple[str, ...] = ()  # keys of some of them, each after +, - or ~


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two databases differ."""

    tables: tuple[Difference, ...] = ()
    stories: tuple[str, ...] = ()  # "not_deal -> deal_new: title", for those that begin or cease to be flagged or doubted
    deals: tuple[str, ...] = ()  # "new: title", "gone: title", "title [id]: status announced -> operating"


def compare(old: Places, new: Places) -> Comparison:
    """Compare two databases; tables that are the same are left out, and all where the old one is lost."""
    if old.broken.exists() or not disk.size(old.file):
        return Comparison()  # nothing left to compare with
    connection = duckdb.connect()
    try:
        connection.execute("SET TimeZone = 'UTC'").fetchall()
        for name, places in (("old", old), ("new", new)):
            path = str(places.file).replace("'", "''")
            connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)").fetchall()
        found = [_difference(connection, table) for table in [*RULES, *_BESIDE]]
        return Comparison(
            tuple(one for one in found if one.added or one.removed or one.changed), tuple(_stories(connection)), tuple(_deals(connection))
        )
    finally:
        connection.close()


def _stories(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for before, after, title in connection.execute(_STORIES).fetchall():
        yield f"{before} -> {after}: {title}"


def _deals(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for is_new, is_gone, title, deal_id, *values in connection.execute(_DEALS).fetchall():
        pairs = zip(_SHOWN, values[::2], values[1::2], strict=True)
        changes = ", ".join(f"{name} {_said(before)} -> {_said(after)}" for name, before, after in pairs if before != after)
        yield f"new: {title} [{deal_id}]" if is_new else f"gone: {title} [{deal_id}]" if is_gone else f"{title} [{deal_id}]: {changes}"


def _said(value: object) -> str:
    return "none" if value is None else f"{value:,.10g}" if isinstance(value, float) else str(value)


def _difference(connection: duckdb.DuckDBPyConnection, table: str) -> Difference:
    key = _BESIDE.get(table) or RULES[table].key
    base = stored(table)
    columns = [f'"{column.name}"' for column in schema.tables()[base]]
    return _keyed(connection, table, base, key, columns) if key else _bag(connection, table, ", ".join(columns))


def _keyed(connection: duckdb.DuckDBPyConnection, table: str, base: str, key: tuple[str, ...], columns: list[str]) -> Difference:
    same = " AND ".join(f'o."{name}" = n."{name}"' for name in key)
    differ = " OR ".join(f"o.{column} IS DISTINCT FROM n.{column}" for column in columns)
    name = " || '/' || ".join(f'CAST(coalesce(o."{one}", n."{one}") AS VARCHAR)' for one in key)
    rows = connection.execute(
        f"""WITH pairs AS (
            SELECT CASE WHEN o."{key[0]}" IS NULL THEN '+' WHEN n."{key[0]}" IS NULL THEN '-' ELSE '~' END AS how, {name} AS name
            FROM old.{base} AS o FULL JOIN new.{base} AS n ON {same}
            WHERE o."{key[0]}" IS NULL OR n."{key[0]}" IS NULL OR {differ})
        SELECT how, count(*), list(name ORDER BY name)[:{_EXAMPLES}] FROM pairs GROUP BY how ORDER BY how"""
    ).fetchall()
    counts = {how: count for how, count, _ in rows}
    examples = tuple(f"{how}{one}" for how, _, names in rows for one in names)
    return Difference(table, counts.get("+", 0), counts.get("-", 0), counts.get("~", 0), examples)


def _bag(connection: duckdb.DuckDBPyConnection, table: str, columns: str) -> Difference:
    added, removed = (
        int(
            connection.execute(
                f"SELECT count(*) FROM (SELECT {columns} FROM {one}.{table} EXCEPT ALL SELECT {columns} FROM {other}.{table})"
            ).fetchall()[0][0]
        )
        for one, other in (("new", "old"), ("old", "new"))
    )
    return Difference(table, added, removed, 0)
