"""Questions to the published copy: read-only, no files, no network, no settings. Knows nothing of what is asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import NotPublishedError, QuestionError
from warehouse.places import Places

Parameters = Mapping[str, Any] | Sequence[Any] | None
_LOCKED = (
    "SET TimeZone = 'UTC'",
    "SET temp_directory = ''",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gave: rows in order, under named columns."""

    columns: tuple[str, ...]
    types: tuple[str, ...]  # DuckDB's names of the columns' types
    rows: tuple[tuple[Any, ...], ...]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Go through the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.rows)

    def dicts(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def ask(places: Places, sql: str, parameters: Parameters = None) -> Answer:
    """Ask the published copy. Raises NotPublishedError, or QuestionError where the SQL is wrong or forbidden."""
    connection = connected(places.link)
    try:
        cursor = connection.execute(sql, parameters)
        described = cursor.description or []
        return Answer(tuple(one[0] for one in described), tuple(str(one[1]) for one in described), tuple(cursor.fetchall()))
    except duckdb.Error as error:
        raise QuestionError(str(error)) from error
    finally:
        connection.close()


def ask_arrow(places: Places, sql: str, parameters: Parameters = None) -> pa.Table:
    """As `ask`, but as an Arrow table: for files, and for many rows."""
    connection = connected(places.link)
    try:
        return connection.execute(sql, parameters).to_arrow_table()
    except duckdb.Error as error:
        raise QuestionError(str(error)) from error
    finally:
        connection.close()


def save(places: Places, target: Path | BinaryIO, sql: str, parameters: Parameters = None) -> int:
    """Write an answer as a Parquet file and return its number of rows."""
    rows = ask_arrow(places, sql, parameters)
    pq.write_table(rows, target, compression="zstd")
    return rows.num_rows


def connected(link: Path) -> duckdb.DuckDBPyConnection:
    """Open the copy behind `link`, read-only and locked down. Raises NotPublishedError where there is none."""
    if not link.exists():
        raise NotPublishedError(f"{link}: expected a published warehouse, found none; `evwatch run` (or `evwatch run --sample`) makes one")
    connection = duckdb.connect()
    try:
        path = str(link.resolve()).replace("'", "''")
        connection.execute(f"ATTACH '{path}' AS news (READ_ONLY)").fetchall()
        connection.execute("USE news").fetchall()
        for statement in _LOCKED:
            connection.execute(statement).fetchall()
    except duckdb.Error:
        connection.close()
        raise
    return connection
