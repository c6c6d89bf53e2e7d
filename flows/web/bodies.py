"""Unpacks bodies within bounds. Pure: bytes in, bytes or BodyError out.

A body is unpacked after it came in whole, which its own size bounds; each layer stops at the first byte too many.
"""

import io
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli
import zstandard

from flows.records import Outcome

LAYERS = 3  # of encoding; nobody honest needs more than one
_MEMBERS = 64  # of one gzip body; each costs a copy of the rest
_WINDOW = 8 * 1024 * 1024  # RFC 9659: the largest window of zstd on the web
_CHUNK = 256 * 1024
_RATIO_FROM = 1024 * 1024  # bytes; below that a high ratio is only a dull page
_GZIP = b"\x1f\x8b\x08"
_PLAIN = frozenset({"", "identity", "none", "utf-8", "utf8", "binary", "8bit"})  # found in the wild where nothing is packed


class BodyError(Exception):
    """A body that cannot be had: too large, or not what it says it is."""

    def __init__(self, outcome: Outcome, text: str) -> None:
        super().__init__(text)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a body may unpack."""

    most: int  # bytes
    ratio: int  # unpacked to packed

    def limit(self, packed: int) -> int:
        """Return how many bytes `packed` bytes may become."""
        return min(self.most, max(_RATIO_FROM, packed * self.ratio))


def unpack(raw: bytes, encoding: str, bounds: Bounds) -> bytes:
    """Undo the Content-Encoding `encoding` of `raw`, and one layer of gzip that no header tells of; raises BodyError."""
    names = [name for name in re.split(r"[,\s]+", encoding.lower()) if name not in _PLAIN]
    if len(names) > LAYERS:
        raise BodyError(Outcome.TOO_LARGE, f"expected at most {LAYERS} layers of content encoding, found {len(names)}")
    limit = bounds.limit(len(raw))
    body = raw
    for name in reversed(names):
        body = _unpack_one(body, name, limit)
    if body.startswith(_GZIP):
        body = _unpack_one(body, "gzip", limit)
    if len(body) > bounds.most:
        raise BodyError(Outcome.TOO_LARGE, f"expected at most {bounds.most} bytes, found more")
    return body


def _unpack_one(data: bytes, name: str, limit: int) -> bytes:
    unpacker = _UNPACKERS.get(name)
    if unpacker is None:
        raise BodyError(Outcome.CONNECTION, f"expected gzip, deflate, br or zstd as content encoding, found {name[:40]!r}")
    if not data:
        return b""
    try:
        body = unpacker(data, limit)
    except (zlib.error, brotli.error, zstandard.ZstdError) as problem:
        text = " ".join(str(problem).split())[:120]
        raise BodyError(Outcome.CONNECTION, f"a body that is not {name}, as it says it is: {text}") from None
    if len(body) > limit:
        raise BodyError(Outcome.TOO_LARGE, f"{len(data)} bytes of {name} unpack to more than {limit}")
    return body


def _gunzip(data: bytes, limit: int) -> bytes:
    if not data.startswith(_GZIP[:2]):
        return data  # a header that lies about a plain body is commoner than a broken archive
    parts: list[bytes] = []
    size = 0
    for _ in range(_MEMBERS):
        member = zlib.decompressobj(wbits=31)
        parts.append(member.decompress(data, limit + 1 - size))
        size += len(parts[-1])
        data = member.unused_data.lstrip(b"\0")
        if size > limit or not data.startswith(_GZIP):
            return _ended(b"".join(parts), "gzip", ended=member.eof or size > limit)
    raise BodyError(Outcome.TOO_LARGE, f"expected at most {_MEMBERS} members in a gzip body, found more")


def _inflate(data: bytes, limit: int) -> bytes:
    zlib_header = len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0  # noqa: PLR2004  # RFC 1950
    stream = zlib.decompressobj(wbits=15 if zlib_header else -15)
    body = stream.decompress(data, limit + 1)
    return _ended(body, "deflate", ended=stream.eof or len(body) > limit)


def _unbrotli(data: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    body = bytes(stream.process(data, output_buffer_limit=limit + 1))
    while len(body) <= limit and not stream.is_finished() and not stream.can_accept_more_data():
        body += stream.process(b"", output_buffer_limit=limit + 1 - len(body))
    return _ended(body, "br", ended=stream.is_finished() or len(body) > limit)


def _unzstd(data: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(io.BytesIO(data), read_across_frames=True) as stream:
        while size <= limit and (part := stream.read(min(_CHUNK, limit + 1 - size))):
            parts.append(part)
            size += len(part)
    return b"".join(parts)


def _ended(body: bytes, name: str, *, ended: bool) -> bytes:
    if not ended:
        raise BodyError(Outcome.CONNECTION, f"a {name} body that ends early")
    return body


_UNPACKERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
