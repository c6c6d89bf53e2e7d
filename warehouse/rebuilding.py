"""A fresh database from the journal, its comparison with the present one, and the swap. Conclusions are filled in by whoever replays."""

# ruff: noqa: S608 - the names in the statements are our own (RULES, migrations, records); values travel as parameters

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import disk, journal, schema
from warehouse.errors import WarehouseError
from warehouse.loading import merge_arrivals
from warehouse.opening import Private
from warehouse.places import Places
from warehouse.rules import OBSERVED, RULES, stored

_EXAMPLES = 20
_BESIDE = {"article_past": ("article_id", "body_sha256"), "bodies": ("article_id", "text_id")}


@dataclass(frozen=True, slots=True)
class Difference:
    """How one table differs between two databases."""

    table: str
    added: int  # rows that only the other one has
    removed: int  # rows that only the present one has
    changed: int  # rows of the same key with other values
    examples: tuple[str, ...] = ()  # keys of some of them, each after +, - or ~


def rebuild(private: Private, fresh: Private) -> dict[str, int]:
    """Fill the empty database of `fresh` with everything in the journal of `private`, and return the rows read by table.

    The journal's files of one table are merged in order of arrival, so the same rows win as when they first came.
    """
    disk.require(private.places.folder, 4 * disk.size(private.places.journal), "rebuild")
    arrivals = journal.files(private.places)
    counts: dict[str, int] = {}
    with fresh.writing() as connection:
        for table in OBSERVED:
            for start in range(0, len(arrivals.get(table, [])), 32):
                part = {table: arrivals[table][start : start + 32]}
                connection.execute("BEGIN").fetchall()
                counts[table] = counts.get(table, 0) + merge_arrivals(connection, part)[table]
                connection.execute("COMMIT").fetchall()
    return counts


def differences(old: Places, new: Places) -> tuple[Difference, ...]:
    """Compare two databases table by table; tables that are the same are left out, and all where the old one is lost."""
    if old.broken.exists() or not disk.size(old.file):
        return ()  # nothing left to compare with
    connection = duckdb.connect()
    try:
        connection.execute("SET TimeZone = 'UTC'").fetchall()
        for name, places in (("old", old), ("new", new)):
            path = str(places.file).replace("'", "''")
            connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)").fetchall()
        found = [_difference(connection, table) for table in [*RULES, *_BESIDE]]
    finally:
        connection.close()
    return tuple(one for one in found if one.added or one.removed or one.changed)


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


def swap(private: Private, fresh: Private) -> Path | None:
    """Put the database of `fresh` in place of the present one, and return where the old one is kept (None = there was none).

    Raises WarehouseError if `fresh` has no database.
    """
    with private.alone(), fresh.alone():
        source, target = fresh.places.file, private.places.file
        if not source.exists():
            raise WarehouseError(f"{source}: expected a rebuilt database, found none; rebuild first")
        kept = target.with_name("news.before.duckdb") if target.exists() else None
        if kept:
            target.replace(kept)
        target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
        disk.place(source, target)
        private.places.broken.unlink(missing_ok=True)
    return kept
