"""The archive: every response kept before anything is concluded from it, as WARC/1.1 files that standard tools read.

Only files here: no database, no network. A file is `.open` while it may still grow; whatever killed its writer, `repair` cuts it back
to its last whole record and gives back what it holds, so that conclusions nobody has written down yet can be drawn again.
"""

import fcntl
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self
from uuid import uuid4

from flows.archive import envelopes, members
from flows.records import Capture, Response

__all__ = ["Archive", "ArchiveError"]

FILE_BYTES = 256 * 2**20  # a file is closed when it grows beyond this
_OPEN = ".open"
_DATED = re.compile(r"(\d{8}T\d{6})Z-.*\.warc\.gz")
_LATE = timedelta(hours=1)  # a response may have begun this much before the file that it went into
_LONGEST_RUN = timedelta(days=2)  # a file may hold records this much younger than its name


class ArchiveError(Exception):
    """The archive cannot give or take a record; the message says which, what was expected, and what was found."""


class Archive:
    """The WARC files under one folder, for one writer of this process and any number of readers."""

    def __init__(self, folder: Path | str, *, file_bytes: int = FILE_BYTES) -> None:
        self.folder = Path(folder)
        self._file_bytes = file_bytes
        self._lock = RLock()
        self._handle: int | None = None  # of the file being written
        self._name = ""  # its name in captures, relative to the folder
        self._size = 0
        self._unfinished: list[int] = []  # handles of rotated or repaired files, locked until they are finished
        self._names: dict[int, str] = {}
        self._seen: dict[tuple[str, str], Capture] = {}

    def __enter__(self) -> Self:
        """Begin to use the archive."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Finish the files; after an error they stay open to repair, so that the next run looks at them again."""
        self.close(finish=kind is None)

    def remember(self, captures: Iterable[Capture]) -> None:
        """Tell the archive of captures made before, so that the same body from the same address is not stored again."""
        for capture in captures:
            self._seen.setdefault((capture.url, capture.sha256), capture)

    def append(self, response: Response, *, source_id: str, item_id: str | None, kind: str, run_id: str) -> Capture:
        """Write one response and return where it is; it is safe only after `sync`.

        A body already stored for this address is not stored again: the same item gets the old capture, another one a record that
        refers to it. Raises ArchiveError if the record cannot be written; the file then is as it was before.
        """
        with self._lock:
            sha256 = envelopes.digest(response.body)
            known = self._seen.get((response.url, sha256))
            if known and (known.source_id, known.item_id, known.kind) == (source_id, item_id, kind):
                return known
            handle = self._ready(response.fetched_at, run_id)
            capture = Capture(
                sha256=sha256,
                url=response.url,
                final_url=response.final_url,
                source_id=source_id,
                item_id=item_id,
                kind=kind,
                run_id=run_id,
                fetched_at=response.fetched_at,
                http_status=response.status,
                content_type=next((value for name, value in response.headers if name == "content-type"), None),
                warc_file=self._name,
                warc_offset=self._size,
            )
            refers_to = known if known and response.status is not None and kind != "import" else None
            self._write(handle, envelopes.pack(response, capture, refers_to))
            self._seen.setdefault((response.url, sha256), capture)
            return capture

    def sync(self) -> None:
        """Force everything appended so far to disk."""
        with self._lock:
            for handle in [*self._unfinished, *([self._handle] if self._handle is not None else [])]:
                os.fsync(handle)

    def close(self, *, finish: bool = True) -> None:
        """Force everything to disk and let go of the files; with `finish`, they will not be looked at by `repair` again."""
        with self._lock:
            self.sync()
            if self._handle is not None:
                self._unfinished.append(self._handle)
                self._handle = None
            for handle in self._unfinished:
                if finish:
                    self._finish(self._names[handle])
                os.close(handle)
            self._unfinished, self._names = [], {}

    def read(self, capture: Capture) -> Response:
        """Return the response that a capture points to, its digest verified. Raises ArchiveError if it is gone or damaged."""
        found = self._at(capture.warc_file, capture.warc_offset)
        if found is None or found[0].sha256 != capture.sha256:
            raise ArchiveError(f"{capture.warc_file}@{capture.warc_offset}: expected the body {capture.sha256}, found another record")
        return found[1]

    def walk(self, since: datetime | None = None) -> Iterator[tuple[Capture, Response]]:
        """Yield every response (fetched from `since` on) in the order of time; damaged stretches and bodies dropped by age are left out."""
        for fetched_at, name, offset in self._ordered(since):
            found = self._found(name, offset)
            if found and (since is None or fetched_at >= since):
                yield found

    def _ordered(self, since: datetime | None) -> Iterator[tuple[datetime, str, int]]:
        """Yield time and place of every record in the order of time, holding no more than the records of two days."""
        waiting: list[tuple[datetime, str, int]] = []
        for begin, paths in self._days(since):
            yield from sorted(one for one in waiting if one[0] < begin - _LATE)
            waiting = [one for one in waiting if one[0] >= begin - _LATE]
            for path in paths:
                waiting += [(capture.fetched_at, capture.warc_file, capture.warc_offset) for capture in self._captures(path)]
        yield from sorted(waiting)

    def repair(self, known: Callable[[list[str]], Iterable[Capture]] | None = None) -> tuple[Capture, ...]:
        """Cut files that a killed run left back to their last whole record, and return the captures in them, in order of time.

        `known` tells which captures of some files are written down already (`memory.captures`); they are left out. The files stay open to
        repair until `close`, so that a run killed before its conclusions are written down loses nothing.
        """
        with self._lock:
            names = [name for path in sorted(self.folder.rglob(f"*.warc.gz{_OPEN}")) if (name := self._take_over(path))]
        there = {(one.warc_file, one.warc_offset) for one in known(names)} if known and names else set()
        found = [capture for name in names for capture in self._captures(self._path(name))]
        return tuple(sorted((one for one in found if (one.warc_file, one.warc_offset) not in there), key=lambda one: one.fetched_at))

    def prune(self, before: datetime) -> tuple[str, ...]:
        """Remove the finished files that hold nothing fetched since `before`, and return their names."""
        old = [path for path in self._files() if path.suffix != _OPEN and self._begun(path) + _LONGEST_RUN < before]
        for path in old:
            path.unlink()
        return tuple(str(path.relative_to(self.folder)) for path in old)

    def _ready(self, at: datetime, run_id: str) -> int:
        """Return the handle of the file to write to: one for each run and size."""
        run = re.sub(r"[^A-Za-z0-9]+", "-", run_id)[-40:]
        if self._handle is not None and (self._size >= self._file_bytes or f"Z-{run}-" not in self._name):
            self._unfinished.append(self._handle)
            self._handle = None
        if self._handle is None:
            at = at.astimezone(UTC)
            self._name = f"{at:%Y/%m}/{at:%Y%m%dT%H%M%S}Z-{run}-{uuid4().hex[:8]}.warc.gz"
            self._handle, self._size = self._create(self.folder / f"{self._name}{_OPEN}"), 0
            self._names[self._handle] = self._name
            self._write(self._handle, envelopes.warcinfo(Path(self._name).name, f"evwatch/{version('evwatch')}"))
        return self._handle

    def _create(self, path: Path) -> int:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o644)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _flush(path.parent)
        except OSError as error:
            raise ArchiveError(f"{path}: expected to create it, found {error}; make room, or let evwatch write there") from error
        return handle

    def _write(self, handle: int, member: bytes) -> None:
        try:
            left = memoryview(member)
            while left:
                left = left[os.write(handle, left) :]
        except OSError as error:
            os.ftruncate(handle, self._size)
            raise ArchiveError(f"{self._name}: expected to write {len(member):,} bytes, found {error}; make room and run again") from error
        self._size += len(member)

    def _finish(self, name: str) -> None:
        path = self.folder / f"{name}{_OPEN}"
        if path.exists():
            path.replace(self.folder / name)
            _flush(path.parent)

    def _take_over(self, path: Path) -> str | None:
        """Lock and cut back one unfinished file, and return its name; None = its writer lives, or it held nothing."""
        if str(path.relative_to(self.folder)).removesuffix(_OPEN) in self._names.values():
            return None
        handle = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        whole = members.end(path)
        os.ftruncate(handle, whole)
        os.fsync(handle)
        if not whole:
            path.unlink()
            os.close(handle)
            return None
        name = str(path.relative_to(self.folder)).removesuffix(_OPEN)
        self._unfinished.append(handle)
        self._names[handle] = name
        return name

    def _path(self, name: str) -> Path:
        finished = self.folder / name
        return finished if finished.exists() else self.folder / f"{name}{_OPEN}"

    def _files(self) -> list[Path]:
        return sorted([*self.folder.glob("*/*/*.warc.gz"), *self.folder.glob(f"*/*/*.warc.gz{_OPEN}")])

    def _begun(self, path: Path) -> datetime:
        found = _DATED.match(path.name)
        return datetime.strptime(found.group(1), "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if found else datetime.now(UTC)

    def _days(self, since: datetime | None) -> Iterator[tuple[datetime, list[Path]]]:
        """Yield the files of each day on which any were begun, with the day's first moment."""
        days: dict[datetime, list[Path]] = {}
        for path in self._files():
            if since is None or self._begun(path) + _LONGEST_RUN >= since:
                days.setdefault(self._begun(path).replace(hour=0, minute=0, second=0), []).append(path)
        yield from sorted(days.items())

    def _captures(self, path: Path) -> Iterator[Capture]:
        """Yield the captures of a file in the order of its records."""
        name = str(path.relative_to(self.folder)).removesuffix(_OPEN)
        for member in members.members(path):
            found = self._unpacked(path, name, member)
            if found:
                yield found[0]

    def _unpacked(self, path: Path, name: str, member: members.Member) -> tuple[Capture, Response, tuple[str, int] | None] | None:
        with path.open("rb") as file:
            file.seek(member.offset)
            data = file.read(member.length)
        try:
            return envelopes.unpack(data, name, member.offset)
        except envelopes.UnfitError:
            return None  # whole by its checksum, but no record of ours

    def _found(self, name: str, offset: int) -> tuple[Capture, Response] | None:
        try:
            return self._at(name, offset)
        except ArchiveError:
            return None  # a revisit whose body was dropped by age

    def _at(self, name: str, offset: int) -> tuple[Capture, Response] | None:
        path = self._path(name)
        if not path.exists():
            raise ArchiveError(f"{name}: expected the file in {self.folder}, found none; it was dropped by age, or moved")
        member = next(iter(members.members(path, offset)), None)
        if member is None or member.offset != offset:
            raise ArchiveError(f"{name}@{offset}: expected a whole record, found damage")
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read(member.length)
        try:
            found = envelopes.unpack(data, name, offset)
        except envelopes.UnfitError as error:
            raise ArchiveError(str(error)) from error
        return self._resolved(*found) if found else None

    def _resolved(self, capture: Capture, response: Response, refers_to: tuple[str, int] | None) -> tuple[Capture, Response]:
        if refers_to is None:
            return capture, response
        found = self._at(*refers_to)
        if found is None or found[0].sha256 != capture.sha256:
            raise ArchiveError(
                f"{capture.warc_file}@{capture.warc_offset}: expected the body at {refers_to[0]}@{refers_to[1]}, found another"
            )
        return capture, replace(response, body=found[1].body)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
