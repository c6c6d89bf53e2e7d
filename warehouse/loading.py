"""All batches of the spool go into the private file, each exactly once; a batch leaves the spool only after its rows are on disk.

Batches are taken together in one transaction as far as memory allows; if one cannot be loaded, each is tried alone, so that a bad one
stops nobody else. Whoever holds the file only defers the load.
"""

# ruff: noqa: S608 - the names in the statements are our own (RULES, migrations, records); values travel as parameters

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import disk, journal, merging
from warehouse.errors import HeldError, NoRoomError
from warehouse.opening import Private, explained
from warehouse.places import Places
from warehouse.rules import LEDGER, RULES
from warehouse.spooling import Batch, pending
from warehouse.staging import stage

_GROUP_BYTES = 32 * 2**20  # of Parquet in one transaction: bounds the memory of a load
_ROOM = 16 * 2**20  # bytes that must be free beyond the batches' own size, unpacked and logged twice
_UNPACKED = 8  # what a batch may need on disk, in times of its packed size
_UNFIT = (duckdb.Error, pa.ArrowException, OSError)  # what a batch that cannot be loaded raises
_TOGETHER = [table for table, rule in RULES.items() if rule.way != "owned"]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of the batches that waited."""

    loaded: tuple[str, ...] = ()  # names of the batches that are in now
    rows: dict[str, int] = field(default_factory=dict)  # staged rows by table
    deferred: tuple[str, ...] = ()  # batches that wait for the next load
    reason: str | None = None  # why they wait; None = none does
    pid: int | None = None  # of the process that holds the file; None = nobody does, or nobody knows
    refused: dict[str, str] = field(default_factory=dict)  # batches that cannot be loaded, with the error; they stay in the spool


def load(private: Private, *, keep_journal: bool = True, patience_s: float = 10.0) -> LoadReport:
    """Load what waits. Raises CorruptError if the private file is damaged; everything else is told in the report."""
    if not pending(private.places.spool):
        return LoadReport()
    try:
        with private.alone(patience_s):
            return _load(private, pending(private.places.spool), keep_journal=keep_journal)
    except (HeldError, NoRoomError) as error:
        left = tuple(batch.name for batch in pending(private.places.spool))
        return LoadReport(deferred=left, reason=str(error), pid=getattr(error, "pid", None))


def _load(private: Private, waiting: Sequence[Batch], *, keep_journal: bool) -> LoadReport:
    places = private.places
    disk.require(places.private, _ROOM + _UNPACKED * sum(disk.size(batch.path) for batch in waiting), "load")
    loaded: list[str] = []
    rows: dict[str, int] = {}
    refused: dict[str, str] = {}
    with private.opened() as connection:
        known = {name for (name,) in connection.execute("SELECT batch FROM load_log").fetchall()}
        for group in _groups([batch for batch in waiting if batch.name not in known]):
            for batches, counts, error in _attempts(connection, group, places):
                if error:
                    refused |= {batch.name: error for batch in batches}
                    continue
                loaded += [batch.name for batch in batches]
                rows = {table: rows.get(table, 0) + counts.get(table, 0) for table in rows | counts}
    for batch in waiting:  # the file is closed, and so checkpointed: now the batches may leave
        if batch.name not in refused:
            _leave(places, batch, keep_journal=keep_journal)
    journal.compact(places)
    return LoadReport(loaded=tuple(loaded), rows=rows, refused=refused)


def _groups(batches: Sequence[Batch]) -> Iterator[list[Batch]]:
    group: list[Batch] = []
    total = 0
    for batch in batches:
        group.append(batch)
        total += disk.size(batch.path)
        if total >= _GROUP_BYTES:
            yield group
            group, total = [], 0
    if group:
        yield group


def _attempts(
    connection: duckdb.DuckDBPyConnection, group: list[Batch], places: Places
) -> Iterator[tuple[list[Batch], dict[str, int], str | None]]:
    """Try a group as one; where that fails for its content, each of its batches alone."""
    try:
        yield group, _transaction(connection, group), None
    except _UNFIT as error:
        if isinstance(error, duckdb.Error) and (explained(error, places) or isinstance(error, duckdb.FatalException)):
            raise
        if len(group) == 1:
            yield group, {}, str(error).splitlines()[0]
            return
        for batch in group:
            yield from _attempts(connection, [batch], places)


def _transaction(connection: duckdb.DuckDBPyConnection, group: Sequence[Batch]) -> dict[str, int]:
    connection.execute("BEGIN").fetchall()
    try:
        counts = take(connection, group)
        for batch in group:
            rows = sum(pq.read_metadata(file).num_rows for file in batch.tables.values())
            connection.execute("INSERT INTO load_log VALUES (?, now(), ?, ?)", [batch.name, rows, disk.size(batch.path)]).fetchall()
        connection.execute("COMMIT").fetchall()
    except _UNFIT:
        _roll_back(connection)
        raise
    return counts


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.execute("ROLLBACK").fetchall()
    except duckdb.Error:
        return  # the transaction died with its error; the file still has everything committed before


def take(connection: duckdb.DuckDBPyConnection, group: Sequence[Batch]) -> dict[str, int]:
    """Stage and merge the rows of `group`, in the transaction that is open, and return the staged rows by table."""
    whole = max((batch.sequence for batch in group if batch.whole_ledger), default=None)
    arrivals: dict[str, list[tuple[Path, int]]] = {}
    for batch in group:
        for table, file in batch.tables.items():
            if table not in LEDGER or whole is None or batch.sequence >= whole:
                arrivals.setdefault(table, []).append((file, batch.sequence))
    if whole is not None:
        merging.clear_ledger(connection)
    return merge_arrivals(connection, arrivals)


def merge_arrivals(connection: duckdb.DuckDBPyConnection, arrivals: dict[str, list[tuple[Path, int]]]) -> dict[str, int]:
    """Stage the given files and merge them in the order of RULES."""
    counts = {table: stage(connection, table, files) for table, files in arrivals.items()}
    staged = set(counts)
    if staged & {"flags", "reports"}:
        _decide(connection, staged)
    for table in _TOGETHER:
        if table in staged:
            merging.apply(connection, table, staged)
    if staged & {"deals", "deal_redirects"}:
        merging.follow_redirects(connection)
    return counts


def _decide(connection: duckdb.DuckDBPyConnection, staged: set[str]) -> None:
    """Note the articles whose reports are replaced: those with a new verdict, and those with new reports."""
    parts = [f"SELECT article_id, _seq FROM stage_{table}" for table in ("flags", "reports") if table in staged]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE decided AS SELECT article_id, max(_seq) AS _seq FROM ({' UNION ALL '.join(parts)}) GROUP BY article_id"
    ).fetchall()
    if "reports" not in staged:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE stage_reports AS SELECT *, NULL::BIGINT AS _seq, NULL::BIGINT AS _row FROM report_facts LIMIT 0"
        ).fetchall()
        staged.add("reports")


def _leave(places: Places, batch: Batch, *, keep_journal: bool) -> None:
    """Take a loaded batch out of the spool: what was observed goes into the journal, what was concluded is forgotten."""
    if keep_journal:
        journal.keep(places, batch)
    done = batch.path.with_name(f".{batch.path.name}")  # one step out of sight: never half a batch
    batch.path.rename(done)
    shutil.rmtree(done, ignore_errors=True)
