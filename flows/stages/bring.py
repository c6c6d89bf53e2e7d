"""Bring: articles that the user has already, through the same door as items of a feed; each line ends as an item or as a problem."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from flows.archive.foreign import ForeignError, responses
from flows.records import Item, Response, Source
from flows.stages import read, store
from flows.stages.context import Context, Tally, total
from flows.steps import articles, imports

LINES = 2_000  # held in memory at once
PAGES = 100  # of a WARC file under way at once
_LONGEST_LINE = 20_000_000  # bytes
_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of bringing files."""

    tally: Tally
    problems: tuple[str, ...]  # what is no article, one message each


async def bring(context: Context, files: Sequence[Path]) -> Brought:
    """Spool and load the articles of `files`: WARC by their name (.warc, .warc.gz), JSON lines otherwise."""
    parts = []
    for number, path in enumerate(files):
        warc = path.name.endswith((".warc", ".warc.gz"))
        parts.append(await (_warc if warc else _lines)(context, f"{context.run_id}-bring-{number}", path))
    return Brought(total([part.tally for part in parts]), tuple(one for part in parts for one in part.problems))


async def _lines(context: Context, name: str, path: Path) -> Brought:
    tallies, problems = [], []
    with path.open("rb") as file:
        lines = ((number, line) for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), 1) if line.strip())
        for number, chunk in enumerate(_chunks(lines, LINES)):
            found = [_read(context, line, f"{path.name}:{place}") for place, line in chunk]
            problems += [one for one in found if isinstance(one, str)]
            tallies.append(_keep(context, f"{name}-{number:05d}", [one for one in found if not isinstance(one, str)]))
            await store.load(context)
    return Brought(total(tallies), tuple(problems))


def _read(context: Context, line: bytes, place: str) -> tuple[Item, Source] | str:
    try:
        return imports.read(line, place, context.clock(), context.sources)
    except imports.BroughtError as error:
        return str(error)


def _keep(context: Context, name: str, found: Sequence[tuple[Item, Source]]) -> Tally:
    new = context.memory.unseen([item for item, _ in found])
    if new:
        made_up = _made_up(context, [source for _, source in found])
        context.warehouse.spool(name, {"sources": made_up, "items": new, "articles": [articles.from_item(item) for item in new]})
    return {"brought": len(found), "items_new": len(new), "articles_new": len(new)}


def _made_up(context: Context, sources: Iterable[Source]) -> list[Source]:
    return list({source.source_id: source for source in sources if source.source_id not in context.sources}.values())


async def _warc(context: Context, name: str, path: Path) -> Brought:
    tallies = []
    pages = responses(path)
    try:
        for number, chunk in enumerate(_chunks(pages, PAGES)):
            tallies.append(await _pages(context, f"{name}-{number:05d}", chunk))
    except ForeignError as error:
        return Brought(total(tallies), (str(error),))
    return Brought(total(tallies), ())


async def _pages(context: Context, name: str, chunk: Sequence[Response]) -> Tally:
    made = [(*imports.from_page(response.url, response.fetched_at, context.sources), response) for response in chunk]
    new = {item.item_id for item in context.memory.unseen([item for item, _, _ in made])}
    reads = await asyncio.gather(*(read.conclude(context, [item], response) for item, _, response in made if item.item_id in new))
    context.archive.sync()
    context.warehouse.spool(f"{name}-sources", {"sources": _made_up(context, [source for _, source, _ in made])})
    read.spool(context, name, reads)
    await store.load(context)
    return {"brought": len(chunk), "items_new": len(new), "articles_new": sum(len(one.articles) for one in reads)}


def _chunks(things: Iterable[_Thing], size: int) -> Iterator[list[_Thing]]:
    iterator = iter(things)
    while part := list(islice(iterator, size)):
        yield part
