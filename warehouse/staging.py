"""Parquet files of several batches become one TEMP table for each table, its rows numbered by arrival. No table of ours is changed here."""

# ruff: noqa: S608 - the names in the statements are our own (RULES, migrations, records); values travel as parameters

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from warehouse import schema
from warehouse.spooling import columns_of

Arrivals = Sequence[tuple[Path, int]]  # files of one table, each with the number of its batch; higher = later


def stage(connection: duckdb.DuckDBPyConnection, table: str, arrivals: Arrivals) -> int:
    """Make the TEMP table `stage_<table>` of all rows of `arrivals`, with `_seq` and `_row`, and return their number.

    Columns that an older file lacks become NULL.
    """
    columns = columns_of("load", table)
    selects = " UNION ALL ".join(_select(path, sequence, columns) for path, sequence in arrivals)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE stage_{table} AS {selects}").fetchall()
    return int(connection.execute(f"SELECT count(*) FROM stage_{table}").fetchall()[0][0])


def _select(path: Path, sequence: int, columns: Iterable[schema.Column]) -> str:
    there = set(pq.read_schema(path).names)
    casts = ", ".join(f'CAST({_named(column, there)} AS {column.type}) AS "{column.name}"' for column in columns)
    number = "_seq" if "_seq" in there else f"{sequence}"
    file = str(path).replace("'", "''")
    return f"SELECT {casts}, CAST({number} AS BIGINT) AS _seq, file_row_number AS _row FROM read_parquet('{file}', file_row_number = true)"


def _named(column: schema.Column, there: set[str]) -> str:
    return f'"{column.name}"' if column.name in there else "NULL"
