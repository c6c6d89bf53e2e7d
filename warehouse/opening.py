"""The only place that opens the private database: one user at a time, in this process and among processes.

DuckDB guards a file against other processes, not against a second instance in the same one; so each path has one `Private` here, whose
lock everything takes. Reading keeps a connection open until somebody wants to write.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from time import monotonic, sleep

import duckdb

from warehouse import disk, schema
from warehouse.errors import CorruptError, HeldError, NoRoomError, WarehouseError
from warehouse.places import Places

STORAGE = "v1.5.0"  # what every DuckDB from 1.5 on can read and write
_HOLDER = re.compile(r"\(PID (\d+)\)")
_LOCKED = re.compile(r"Could not set lock|Conflicting lock", re.IGNORECASE)
_DAMAGED = re.compile(
    r"not a valid DuckDB database file|checksum|corrupt|Could not read enough bytes|Failed to load metadata|deserializ", re.IGNORECASE
)
_FULL = re.compile(
    r"No space left|could not write|disk is full|out of disk|File too large|Failed to write|Checkpoint failed", re.IGNORECASE
)
_PRIVATES: dict[Path, "Private"] = {}
_REGISTRY = RLock()


def private(places: Places) -> "Private":
    """Return the one `Private` of this process for the warehouse at `places`."""
    path = places.folder.resolve()
    with _REGISTRY:
        return _PRIVATES.setdefault(path, Private(Places(path)))


def explained(error: duckdb.Error, places: Places) -> WarehouseError | None:
    """Say in our words what a database error means, or return None where it is none of lock, damage and lack of room."""
    text = str(error)
    if _LOCKED.search(text):
        found = _HOLDER.search(text)
        pid = int(found.group(1)) if found else None
        return HeldError(
            f"{places.file}: expected nobody else to have it open, found process {pid or 'unknown'} holding it; close it there", pid
        )
    if _FULL.search(text):
        return NoRoomError(
            f"{places.file}: could not be written, probably no room on the disk; make room and run again ({text.splitlines()[0]})"
        )
    if _DAMAGED.search(text):
        return CorruptError(text.splitlines()[0])
    return None


class Private:
    """The loader's database file, opened by one at a time."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._lock = RLock()
        self._reader: duckdb.DuckDBPyConnection | None = None

    @contextmanager
    def writing(self, patience_s: float = 10.0) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the database for writing, up to date; closed (and so checkpointed) at the end.

        Raises HeldError if another process has it for longer than `patience_s`, CorruptError if it cannot be read, NoRoomError.
        """
        with self.alone(patience_s), self.opened() as connection:
            yield connection

    @contextmanager
    def alone(self, patience_s: float = 10.0) -> Iterator[None]:
        """Keep every other user of the private file out, without opening it."""
        with self._lock:
            self.close()
            self.places.private.mkdir(parents=True, exist_ok=True)
            with self._file_lock(patience_s):
                yield

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the database for writing, inside `alone`. Raises as `writing`."""
        self._whole()
        connection = self._attach(read_only=False)
        try:
            schema.migrate(connection)
            yield connection
        except duckdb.Error as error:
            raise self._told(error) from error
        finally:
            connection.close()

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection | None]:
        """Give a read-only cursor on the private file, or None where there is none: not yet, or not any more (whoever writes is told)."""
        with self._lock:
            reader = self._ready_to_read()
            if reader is None:
                yield None
                return
            cursor = reader.cursor()
            try:
                cursor.execute("USE news").fetchall()
                yield cursor
            except duckdb.Error as error:
                raise self._told(error) from error
            finally:
                cursor.close()

    def _ready_to_read(self) -> duckdb.DuckDBPyConnection | None:
        if self._reader is None and disk.size(self.places.file) and not self.places.broken.exists():
            try:
                self._reader = self._attach(read_only=True)
            except CorruptError:
                return None  # written down; loading and publishing will say so
        return self._reader

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    def _whole(self) -> None:
        """Raise CorruptError if the database is known to be lost, or is not there although there was one."""
        places = self.places
        if places.broken.exists():
            raise CorruptError(places.broken.read_text("utf-8"))
        if disk.size(places.file):
            return
        if places.link.exists() or places.journal.exists():
            raise self._broken("found none")
        places.file.unlink(missing_ok=True)  # of a kill while it was made

    def _attach(self, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        file = self.places.file
        option = "READ_ONLY" if read_only else "READ_WRITE" if file.exists() else f"STORAGE_VERSION '{STORAGE}'"
        connection = duckdb.connect()
        try:
            connection.execute(f"SET TimeZone = 'UTC'; SET temp_directory = '{_quoted(self.places.temporary)}'").fetchall()
            connection.execute(f"ATTACH '{_quoted(file)}' AS news ({option})").fetchall()
            connection.execute("USE news").fetchall()
        except duckdb.Error as error:
            connection.close()
            raise self._told(error) from error
        return connection

    def _told(self, error: duckdb.Error) -> Exception:
        told = explained(error, self.places)
        if isinstance(told, CorruptError):
            return self._set_aside(str(told))
        return told or error

    def _set_aside(self, found: str) -> CorruptError:
        """Keep the damaged file as evidence, and a note that stops every load until it is rebuilt."""
        aside = self.places.file.with_name(f"news.corrupt-{datetime.now(UTC):%Y%m%dT%H%M%S}.duckdb")
        shutil.copyfile(self.places.file, aside)  # the damaged file stays where it is: the note keeps everybody off it
        return self._broken(f"found damage ({found}; a copy is kept as {aside.name})")

    def _broken(self, found: str) -> CorruptError:
        note = (
            f"{self.places.file}: expected a sound database, {found}. Readers still have the last published copy. "
            "`evwatch replay` rebuilds the database from the archive; nothing that was seen is lost."
        )
        self.places.private.mkdir(parents=True, exist_ok=True)
        self.places.broken.write_text(note, "utf-8")
        disk.flush(self.places.broken)
        return CorruptError(note)

    @contextmanager
    def _file_lock(self, patience_s: float) -> Iterator[None]:
        with self.places.lock.open("a+", encoding="utf-8") as file:
            ends = monotonic() + patience_s
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if monotonic() >= ends:
                        file.seek(0)
                        raise self._held_by(file.read()) from None
                    sleep(0.05)
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()
            yield

    def _held_by(self, note: str) -> HeldError:
        pid = int(note) if note.isdigit() else None
        return HeldError(
            f"{self.places.lock}: expected the lock to be free, found process {pid or 'unknown'} loading; try again later", pid
        )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
