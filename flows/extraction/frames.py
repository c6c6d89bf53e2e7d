"""Frames: what goes over the pipes between the pool and its workers.

A frame is four bytes of length and its content. Pages go as pickles, for their sender is trusted; answers come as JSON, for a worker
has read what strangers wrote, and an answer must be able to carry values only.
"""

import json
import os
import pickle
import select
import struct
import time
from dataclasses import asdict, fields
from datetime import datetime

from flows.records import Article, Page
from flows.steps.articles.failures import Unreadable

_LENGTH = struct.Struct(">I")
_CHUNK = 1 << 18
_TIMES = frozenset(field.name for field in fields(Article) if field.type is datetime or field.type == datetime | None)


class Silence(Exception):  # noqa: N818 -- what happened on the pipe, not whose error it is
    """Nothing more came, or nothing more could be sent, before the deadline."""


class Ended(Exception):  # noqa: N818 -- as above
    """The other side closed its pipe."""


def send(pipe: int, content: bytes, deadline: float | None = None) -> None:
    """Write one frame. Raises Silence at `deadline` (of time.monotonic; None = waits for ever), Ended if nobody reads."""
    rest = memoryview(_LENGTH.pack(len(content)) + content)
    while rest:
        if deadline is not None and not select.select([], [pipe], [], max(0.0, deadline - time.monotonic()))[1]:
            raise Silence
        try:
            rest = rest[os.write(pipe, rest[:_CHUNK] if deadline is None else rest[: select.PIPE_BUF]) :]
        except BrokenPipeError as error:
            raise Ended from error


def receive(pipe: int, deadline: float | None = None) -> bytes:
    """Read one frame. Raises Silence at `deadline` (of time.monotonic; None = waits for ever), Ended if the writer is gone."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size, deadline))
    return _exactly(pipe, length, deadline)


def _exactly(pipe: int, size: int, deadline: float | None) -> bytes:
    read = bytearray()
    while len(read) < size:
        if deadline is not None and not select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise Silence
        chunk = os.read(pipe, min(_CHUNK, size - len(read)))
        if not chunk:
            raise Ended
        read += chunk
    return bytes(read)


def of_page(page: Page) -> bytes:
    """Return the frame's content for a page."""
    return pickle.dumps(page, protocol=pickle.HIGHEST_PROTOCOL)


def to_page(content: bytes) -> Page:
    """Return the page of a frame that the pool sent."""
    page = pickle.loads(content)  # noqa: S301 -- read by the worker only, from the process that started it
    if not isinstance(page, Page):
        raise TypeError(f"frame: expected Page, found {type(page).__name__}")
    return page


def of_answer(answer: Article | Unreadable) -> bytes:
    """Return the frame's content for what came of a page."""
    if isinstance(answer, Unreadable):
        return json.dumps({"unreadable": answer.reason}).encode()
    return json.dumps(asdict(answer), default=_printed).encode()


def to_answer(content: bytes) -> Article | Unreadable:
    """Return what came of a page. Raises ValueError, TypeError or KeyError if the frame holds something else."""
    values = json.loads(content)
    if "unreadable" in values:
        return Unreadable(str(values["unreadable"]))
    for name in _TIMES:
        if values[name] is not None:
            values[name] = datetime.fromisoformat(values[name])
    return Article(**values)


def _printed(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"answer: expected values that JSON knows, or times, found {type(value).__name__}")
