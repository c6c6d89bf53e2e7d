"""The warehouse: a private DuckDB file that one loader writes, and a copy of it that everybody may read.

    records | spool (Parquet, on disk) | load (one transaction) | publish (copy, rename) | ask (read-only)

It takes any dataclass records whose field names are its columns, and knows nothing of who makes them.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow as pa

from warehouse import asking, checking, comparing, disk, loading, publishing, questions, rebuilding, spooling
from warehouse.asking import Answer
from warehouse.comparing import Comparison
from warehouse.errors import (
    CorruptError,
    HeldError,
    NoRoomError,
    NotPublishedError,
    QuestionError,
    SpoolError,
    WarehouseError,
)
from warehouse.loading import LoadReport
from warehouse.opening import private
from warehouse.places import Places
from warehouse.publishing import Publication
from warehouse.questions import Question

__all__ = [
    "Answer",
    "Comparison",
    "CorruptError",
    "HeldError",
    "LoadReport",
    "NoRoomError",
    "NotPublishedError",
    "Publication",
    "Question",
    "QuestionError",
    "SpoolError",
    "Warehouse",
    "WarehouseError",
]


class Warehouse:
    """All that can be done with the warehouse in one folder."""

    def __init__(self, folder: Path | str, *, keep_journal: bool = True) -> None:
        self.places = Places(Path(folder).resolve())
        self._keep_journal = keep_journal
        self._private = private(self.places)

    def spool(self, name: str, tables: spooling.Tables, *, whole_ledger: bool = False) -> Path:
        """Write records, by table, as one batch that waits to be loaded; the same name and content twice is one batch.

        `whole_ledger` says that the batch's deals are all there are. Raises SpoolError where a record does not fit its table, NoRoomError.
        """
        return spooling.spool(self.places.spool, name, tables, whole_ledger=whole_ledger)

    def load(self, *, patience_s: float = 10.0) -> LoadReport:
        """Load all batches that wait, each exactly once. Raises CorruptError; a file held by others only defers, as the report says."""
        return loading.load(self._private, keep_journal=self._keep_journal, patience_s=patience_s)

    def publish(
        self, run_id: str | None = None, *, keep: int = 3, daily_bytes: int = publishing.DAILY_BYTES, patience_s: float = 10.0
    ) -> Publication:
        """Give readers the present state if it is new and sound. Raises CorruptError."""
        return publishing.publish(self._private, run_id, keep=keep, daily_bytes=daily_bytes, patience_s=patience_s)

    def ask(self, sql: str, parameters: asking.Parameters = None) -> Answer:
        """Ask the published copy: nothing can be written, no file or network reached. Raises NotPublishedError, QuestionError."""
        return asking.ask(self.places, sql, parameters)

    def ask_arrow(self, sql: str, parameters: asking.Parameters = None) -> pa.Table:
        """As `ask`, as an Arrow table."""
        return asking.ask_arrow(self.places, sql, parameters)

    def save(self, target: Path | BinaryIO, sql: str, parameters: asking.Parameters = None) -> int:
        """As `ask`, but write the answer as Parquet, and return its number of rows."""
        return asking.save(self.places, target, sql, parameters)

    def answer(self, question: str, values: dict[str, str] | None = None) -> Answer:
        """Answer a named query. Raises QuestionError where there is none of that name, or a value does not fit."""
        asked = questions.named(question)
        return self.ask(asked.sql, asked.parameters(values or {}))

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection | None]:
        """Read what is loaded, published or not: for the pass itself. None = nothing was ever loaded, or it is lost. Raises HeldError."""
        with self._private.reading() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the private file."""
        self._private.close()

    def check(self) -> tuple[checking.Failure, ...]:
        """Return the checks that fail on what is loaded."""
        with self.reading() as connection:
            return checking.failures(connection) if connection else ()

    def published(self) -> int | None:
        """Return the number of the copy that readers see; None = none yet."""
        return publishing.latest(self.places)

    def broken(self) -> str | None:
        """Return what happened to the database, if it is lost and has to be rebuilt; None = it is sound, as far as known."""
        with self.reading():
            return self.places.broken.read_text("utf-8") if self.places.broken.exists() else None

    def waiting(self) -> int:
        """Return how many batches wait to be loaded."""
        return len(spooling.pending(self.places.spool))

    def sizes(self) -> dict[str, int]:
        """Return the bytes on disk of each part of the warehouse."""
        places = self.places
        parts = {"database": places.file, "published": places.published, "spool": places.spool, "archive": places.folder / "archive"}
        return {name: disk.size(path) for name, path in parts.items()}

    def rebuild(self) -> "Warehouse":
        """Make a warehouse beside this one that holds everything observed and nothing concluded: spool and load into it, compare, swap."""
        folder = self.places.private / "rebuild"
        fresh = Warehouse(folder, keep_journal=False)
        fresh.close()
        shutil.rmtree(folder, ignore_errors=True)
        rebuilding.rebuild(self._private, fresh._private)
        return fresh

    def compare(self, fresh: "Warehouse") -> Comparison:
        """Say what would change if `fresh` took this one's place."""
        with self._private.alone(), fresh._private.alone():  # noqa: SLF001 - of the same class
            return comparing.compare(self.places, fresh.places)

    def swap(self, fresh: "Warehouse") -> Path | None:
        """Let `fresh` take this one's place, and return where the old database is kept; publish afterwards."""
        kept = rebuilding.swap(self._private, fresh._private)  # noqa: SLF001 - of the same class
        shutil.rmtree(fresh.places.folder, ignore_errors=True)
        return kept
