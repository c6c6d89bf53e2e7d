"""Readers get a copy of their own, in place by one rename: they never wait for the loader, and it never waits for them.

The copy is made by `cp` in a child (free where the file system can share blocks), flushed, opened once as a test, made read-only and
only then put behind the name that people open.
"""

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import time

import duckdb

from warehouse import checking, disk
from warehouse.errors import HeldError, NoRoomError, WarehouseError
from warehouse.opening import Private
from warehouse.places import Places

DAILY_BYTES = 200 * 2**30  # what copying may write in a day: sets the pause between two copies of a large file
FREELY = 256 * 2**20  # a file below this is published at any time
_NUMBER = re.compile(r"news-(\d+)\.duckdb")
_ROOM = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of the wish to publish."""

    published: bool
    number: int | None = None  # of the copy that readers see now; None = there is none
    reason: str | None = None  # why nothing was published; None where it was
    failures: tuple[checking.Failure, ...] = ()  # checks that stopped it


def publish(
    private: Private, run_id: str | None, *, keep: int = 3, daily_bytes: int = DAILY_BYTES, patience_s: float = 10.0
) -> Publication:
    """Give readers the present state, if there is anything new, it is sound, there is room, and the last copy is old enough.

    Raises CorruptError if the private file, or the copy, cannot be read.
    """
    places = private.places
    current = latest(places)
    try:
        if pause := _pause(places, current, daily_bytes):
            return Publication(published=False, number=current, reason=f"the file is large: next copy in {pause:.0f} s")
        with private.alone(patience_s):
            return _publish(private, run_id, current, keep)
    except (HeldError, NoRoomError) as error:
        return Publication(published=False, number=current, reason=str(error))


def latest(places: Places) -> int | None:
    """Return the number of the copy that readers see; None = there is none."""
    try:
        found = _NUMBER.fullmatch(places.link.resolve(strict=True).name)
    except OSError:
        return None
    return int(found.group(1)) if found else None


def _pause(places: Places, current: int | None, daily_bytes: int) -> float:
    if current is None or not places.file.exists() or places.file.stat().st_size < FREELY:
        return 0.0
    wait = 86_400 * places.file.stat().st_size / daily_bytes
    left = _path(places, current).stat().st_mtime + wait - time()
    return left if 0 < left <= wait else 0.0  # a copy from the future is a clock that went back


def _publish(private: Private, run_id: str | None, current: int | None, keep: int) -> Publication:
    places = private.places
    places.published.mkdir(parents=True, exist_ok=True)
    disk.require(places.published, _ROOM + disk.size(places.file), "publish")
    with private.opened() as connection:
        batches = int(connection.execute("SELECT count(*) FROM load_log").fetchall()[0][0])
        if _unchanged(connection, current, batches):
            return Publication(published=False, number=current, reason="nothing new")
        if failures := checking.failures(connection):
            named = ", ".join(f"{failure.name} ({failure.rows})" for failure in failures)
            return Publication(published=False, number=current, reason=f"checks failed: {named}", failures=failures)
        number = max([*_numbers(places), _highest(connection)], default=0) + 1
        connection.execute("INSERT INTO publication VALUES (?, ?, ?, ?)", [number, run_id, datetime.now(UTC), batches]).fetchall()
    _copy(places, number)
    _forget(places, number, keep)
    return Publication(published=True, number=number)


def _highest(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM publication").fetchall()[0][0])


def _unchanged(connection: duckdb.DuckDBPyConnection, current: int | None, batches: int) -> bool:
    """Whether the copy that readers see holds all batches and the present views."""
    told = connection.execute(
        "SELECT batches, published_at >= (SELECT max(applied_at) FROM schema_migrations) FROM publication WHERE number = ?", [current or 0]
    ).fetchall()
    return bool(told) and told[0] == (batches, True)


def _numbers(places: Places) -> list[int]:
    return [int(found.group(1)) for file in places.published.glob("news-*.duckdb") if (found := _NUMBER.fullmatch(file.name))]


def _path(places: Places, number: int) -> Path:
    return places.published / f"news-{number}.duckdb"


def _copy(places: Places, number: int) -> None:
    draft, target = places.published / f".news-{number}.draft", _path(places, number)
    try:
        _cp(places.file, draft)
        disk.flush(draft)
        _smoke(draft, number)
        draft.chmod(0o444)
        disk.place(draft, target)
        _point(places, target)
    finally:
        draft.unlink(missing_ok=True)


def _cp(source: Path, target: Path) -> None:
    """Copy in a child: reading an open database in this process would drop its locks."""
    program = shutil.which("cp") or "/bin/cp"
    for command in ([program, "--reflink=auto", str(source), str(target)], [program, str(source), str(target)]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own paths, no shell
        if done.returncode == 0:
            return
        if "reflink" not in done.stderr:
            break
    raise NoRoomError(f"{target}: could not be copied ({done.stderr.strip()}); readers keep the last copy; make room and run again")


def _smoke(draft: Path, number: int) -> None:
    """Open the copy as a reader would."""
    connection = duckdb.connect()
    try:
        path = str(draft).replace("'", "''")
        connection.execute(f"ATTACH '{path}' AS news (READ_ONLY)").fetchall()
        found = connection.execute("SELECT max(number) FROM news.publication").fetchall()[0][0]
    except duckdb.Error as error:
        raise WarehouseError(f"{draft.name}: expected a readable copy, found {error}; readers keep the last copy") from error
    finally:
        connection.close()
    if found != number:
        raise WarehouseError(f"{draft.name}: expected publication {number}, found {found}; readers keep the last copy")


def _point(places: Places, target: Path) -> None:
    """Swap the readers' name over to `target` in one step."""
    fresh = places.folder / ".news.duckdb.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.relative_to(places.folder))
    fresh.replace(places.link)
    disk.flush(places.folder)


def _forget(places: Places, number: int, keep: int) -> None:
    """Remove old copies; a process that still has one open keeps it until it lets go."""
    stray: Iterable[Path] = places.published.glob(".news-*.draft")
    old = [_path(places, one) for one in _numbers(places) if one <= number - max(keep, 1)]
    for file in [*stray, *old]:
        file.unlink(missing_ok=True)
