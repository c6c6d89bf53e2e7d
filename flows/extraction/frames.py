"""Frames: what goes over the pipes between the pool and its workers.

A frame is four bytes of length and its content. Questions (a page, or the answer of a source) go as pickles, for their sender is trusted;
answers come as JSON, for a worker has read what strangers wrote, and an answer must be able to carry values only.
"""

import json
import os
import pickle
import select
import struct
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from operator import attrgetter

from flows.records import Article, Item, Outcome, Page, Reading, Response, Source
from flows.steps.articles.failures import Unreadable

_LENGTH = struct.Struct(">I")
_CHUNK = 1 << 18


def _times(record: type[Article | Item]) -> frozenset[str]:
    return frozenset(field.name for field in fields(record) if field.type is datetime or field.type == datetime | None)


_TIMES = _times(Article)
_ITEM = tuple(field.name for field in fields(Item))
_ITEM_TIMES = tuple(_ITEM.index(name) for name in _times(Item))
_values: Callable[[Item], tuple[object, ...]] = attrgetter(*_ITEM)


@dataclass(frozen=True, slots=True)
class Feed:
    """What reading the answer of a source works on."""

    source: Source
    response: Response
    now: datetime


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


def of_question(question: Page | Feed) -> bytes:
    """Return the frame's content for a page, or for the answer of a source."""
    return pickle.dumps(question, protocol=pickle.HIGHEST_PROTOCOL)


def to_question(content: bytes) -> Page | Feed:
    """Return what is asked by a frame that the pool sent."""
    question = pickle.loads(content)  # noqa: S301 -- read by the worker only, from the process that started it
    if not isinstance(question, Page | Feed):
        raise TypeError(f"frame: expected Page or Feed, found {type(question).__name__}")
    return question


def of_answer(answer: Article | Reading | Unreadable) -> bytes:
    """Return the frame's content for what came of a question."""
    if isinstance(answer, Unreadable):
        return json.dumps({"unreadable": answer.reason}).encode()
    if isinstance(answer, Reading):
        items = [_values(item) for item in answer.items]
        return json.dumps({**{name: getattr(answer, name) for name in _READING}, "items": items}, default=_printed).encode()
    return json.dumps(asdict(answer), default=_printed).encode()


def to_article(content: bytes) -> Article | Unreadable:
    """Return what came of a page. Raises ValueError, TypeError or KeyError if the frame holds something else."""
    values = json.loads(content)
    if "unreadable" in values:
        return Unreadable(str(values["unreadable"]))
    for name in _TIMES:
        if values[name] is not None:
            values[name] = datetime.fromisoformat(values[name])
    return Article(**values)


_READING = tuple(field.name for field in fields(Reading) if field.name != "items")


def to_reading(content: bytes) -> Reading | Unreadable:
    """Return what came of the answer of a source. Raises ValueError, TypeError or KeyError if the frame holds something else."""
    values = json.loads(content)
    if "unreadable" in values:
        return Unreadable(str(values["unreadable"]))
    items = tuple(_item(one) for one in values["items"])
    more = {name: values[name] for name in _READING if name not in {"outcome", "follow"}}
    return Reading(items=items, outcome=Outcome(values["outcome"]), follow=tuple(values["follow"]), **more)


def _item(values: list[object]) -> Item:
    for index in _ITEM_TIMES:
        if values[index] is not None:
            values[index] = datetime.fromisoformat(str(values[index]))
    named = dict(zip(_ITEM, values, strict=True))
    outcome = named.pop("outcome")
    return Item(**named, outcome=None if outcome is None else Outcome(str(outcome)))  # type: ignore[arg-type] # as `of_answer` wrote them


def _printed(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"answer: expected values that JSON knows, or times, found {type(value).__name__}")
