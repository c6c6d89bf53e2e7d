"""Where the gzip members of a file begin and end. A torn or damaged stretch is stepped over, never taken for data."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

MAGIC = b"\x1f\x8b\x08"
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """A whole gzip member of a file."""

    offset: int
    length: int


def members(path: Path, offset: int = 0) -> Iterator[Member]:
    """Yield the whole members of a file from `offset` on; their checksums have been verified."""
    if not path.stat().st_size:
        return
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        while 0 <= offset < len(data):
            length = _length(data, offset)
            if length:
                yield Member(offset, length)
                offset += length
            else:
                offset = data.find(MAGIC, offset + 1)


def _length(data: mmap, offset: int) -> int:
    """Return the length of the member at `offset`; 0 = there is no whole one."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    at = offset
    try:
        while at < len(data) and not unpacker.eof:
            unpacker.decompress(data[at : at + _CHUNK])
            at += _CHUNK
    except zlib.error:
        return 0
    return min(at, len(data)) - len(unpacker.unused_data) - offset if unpacker.eof else 0


def end(path: Path) -> int:
    """Return where the last whole member ends: what follows is torn."""
    return max((member.offset + member.length for member in members(path)), default=0)
