"""A fresh database from the journal, and its swap with the present one. Conclusions are filled in by whoever replays."""

from pathlib import Path

from warehouse import disk, journal
from warehouse.errors import WarehouseError
from warehouse.loading import merge_arrivals
from warehouse.opening import Private
from warehouse.rules import OBSERVED


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
