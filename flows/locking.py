"""One run at a time: a lock that the kernel drops when its holder dies, and a note that says who holds it.

The note is for people; the lock alone decides. Nothing here knows what a run does.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO


class AlreadyRunningError(Exception):
    """Another run holds the lock; the message says which."""


@contextmanager
def held(path: Path, *, purpose: str, now: datetime) -> Iterator[None]:
    """Hold the lock file at `path` for the time of the block.

    Raises AlreadyRunningError, naming the holder's process, purpose and start, if somebody else holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(_holder(path, file)) from None
        _sign(file, purpose, now)
        yield


def _sign(file: IO[str], purpose: str, now: datetime) -> None:
    file.seek(0)
    file.truncate()
    json.dump({"pid": os.getpid(), "purpose": purpose, "since": now.isoformat(timespec="seconds")}, file)
    file.flush()


def _holder(path: Path, file: IO[str]) -> str:
    file.seek(0)
    try:
        note = json.load(file)
        return f"{path}: held by process {note['pid']} ({note['purpose']}, since {note['since']}); expected it to be free"
    except (ValueError, KeyError, TypeError):
        return f"{path}: held by another process that has not signed it; expected it to be free"
