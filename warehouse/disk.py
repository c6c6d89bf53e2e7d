"""Writing that survives a power cut: flush the file, flush its folder, put it in place by one rename. Knows nothing of tables."""

import os
import shutil
from pathlib import Path

from warehouse.errors import NoRoomError


def flush(path: Path) -> None:
    """Force a file or a folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def place(source: Path, target: Path) -> None:
    """Move `source`, already on disk, to `target` in one step, and force both folders to disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    flush(target.parent)
    if source.parent != target.parent and source.parent.exists():
        flush(source.parent)


def require(folder: Path, needed: int, purpose: str) -> None:
    """Raise NoRoomError if less than `needed` bytes are free on the disk of `folder`."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoomError(f"{folder}: expected at least {needed:,} bytes free to {purpose}, found {free:,}; make room and run again")


def size(path: Path) -> int:
    """Return the bytes of a file, or of all files under a folder; 0 where there is nothing."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) if path.is_dir() else 0
