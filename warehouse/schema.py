"""The tables as the migrations make them: applied once, in order, each in a transaction; never edited once released.

Views, macros and comments are made again whenever their text has changed. The columns of every other module are read from here, so
that the SQL files are the only place that names them.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

import duckdb

from warehouse.errors import WarehouseError

_LOG = "CREATE TABLE IF NOT EXISTS schema_migrations (name VARCHAR NOT NULL, checksum VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL)"
_DERIVED = "views and comments"  # the name under which their joint checksum is kept
_FILE_ONLY = re.compile(r"/\*file: (.*?)\*/")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a base table."""

    name: str
    type: str
    nullable: bool


def migrate(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Bring the database in use up to date and return the names of the migrations applied.

    Raises WarehouseError if an applied migration's text has changed since, or if the file was made by a newer evwatch.
    """
    connection.execute(_LOG).fetchall()
    known = dict(connection.execute("SELECT name, checksum FROM schema_migrations").fetchall())
    steps = _steps()
    if newer := sorted(set(known) - set(steps) - {_DERIVED}):
        raise WarehouseError(
            f"warehouse: expected migrations up to {max(steps)}, found {', '.join(newer)}: made by a newer evwatch; update this one"
        )
    applied = tuple(name for name in steps if _apply(connection, name, steps[name], known))
    _derive(connection, known)
    return applied


def _steps() -> dict[str, str]:
    folder = files("warehouse") / "migrations"
    return {
        entry.name: entry.read_text("utf-8") for entry in sorted(folder.iterdir(), key=lambda one: one.name) if entry.name.endswith(".sql")
    }


def _checksum(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _apply(connection: duckdb.DuckDBPyConnection, name: str, text: str, known: dict[str, str]) -> bool:
    if name in known:
        if known[name] != _checksum(text):
            raise WarehouseError(
                f"warehouse/migrations/{name}: expected the text that was applied, found another; add a new migration instead"
            )
        return False
    connection.execute("BEGIN").fetchall()
    try:
        connection.execute(_FILE_ONLY.sub(r"\1", text)).fetchall()
        connection.execute("INSERT INTO schema_migrations VALUES (?, ?, now())", [name, _checksum(text)]).fetchall()
        connection.execute("COMMIT").fetchall()
    except duckdb.Error:
        connection.execute("ROLLBACK").fetchall()
        raise
    return True


def _derive(connection: duckdb.DuckDBPyConnection, known: dict[str, str]) -> None:
    """Make views, macros and comments anew if their text differs from what the file has."""
    text = derived()
    if known.get(_DERIVED) == _checksum(text):
        return
    connection.execute("BEGIN").fetchall()
    try:
        for (name,) in connection.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal AND database_name = current_database()"
        ).fetchall():
            connection.execute(f'DROP VIEW IF EXISTS "{name}"').fetchall()
        connection.execute(text).fetchall()
        connection.execute("DELETE FROM schema_migrations WHERE name = ?", [_DERIVED]).fetchall()
        connection.execute("INSERT INTO schema_migrations VALUES (?, ?, now())", [_DERIVED, _checksum(text)]).fetchall()
        connection.execute("COMMIT").fetchall()
    except duckdb.Error:
        connection.execute("ROLLBACK").fetchall()
        raise


@cache
def derived() -> str:
    """Return the SQL of all views, macros and comments, in the order of the views' file names."""
    folder = files("warehouse") / "views"
    views = [entry.read_text("utf-8") for entry in sorted(folder.iterdir(), key=lambda one: one.name) if entry.name.endswith(".sql")]
    return "\n".join([*views, *_comments()])


@cache
def words() -> tuple[tuple[str, str, str], ...]:
    """Return the data dictionary: (relation, column or empty, words), as written in columns.tsv."""
    text = (files("warehouse") / "columns.tsv").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(
        (row["relation"], row["column"] or "", row["words"]) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    )


def _comments() -> list[str]:
    lines = []
    views = _views()
    for relation, column, said in words():
        quoted = said.replace("'", "''")
        kind = "MACRO TABLE" if relation in _macros() else "VIEW" if relation in views else "TABLE"
        lines.append(
            f"COMMENT ON COLUMN {relation}.\"{column}\" IS '{quoted}';" if column else f"COMMENT ON {kind} {relation} IS '{quoted}';"
        )
    return lines


def _created(kind: str) -> frozenset[str]:
    folder = files("warehouse") / "views"
    texts = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return frozenset(name for text in texts for name in re.findall(rf"CREATE OR REPLACE {kind} (\w+)", text))


@cache
def _views() -> frozenset[str]:
    return _created("VIEW")


@cache
def _macros() -> frozenset[str]:
    return _created("MACRO")


@cache
def tables() -> dict[str, tuple[Column, ...]]:
    """Return the columns of every base table, in order, as the migrations make them."""
    connection = duckdb.connect()
    try:
        for text in _steps().values():
            connection.execute(text).fetchall()
        rows = connection.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index"
        ).fetchall()
    finally:
        connection.close()
    found: dict[str, list[Column]] = {}
    for table, name, kind, nullable in rows:
        found.setdefault(table, []).append(Column(name, "TIMESTAMPTZ" if kind == "TIMESTAMP WITH TIME ZONE" else kind, bool(nullable)))
    return {table: tuple(columns) for table, columns in found.items()}
