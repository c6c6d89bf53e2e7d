"""Revisions: an entry of a feed whose headline has changed is read again, under an id of its own, so that both texts stay and can be rebuilt.

Each wording is read once, and an entry only so often: some sites try out headlines on their readers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from flows.records import Item, Kind, Source, identity
from flows.text import fold

MOST = 3  # revisions of one entry that are read
_KINDS = frozenset({Kind.FEED, Kind.SITEMAP})  # whose headlines are the outlet's own: listings cut theirs, searches pick one


def revised(items: Sequence[Item], source: Source, titles: Mapping[str, str]) -> tuple[Item, ...]:
    """Return the entries of `items` with other words than in `titles`, the first headlines of entries read before by item id, as items to read."""
    return tuple(_reworded(items, titles)) if source.kind in _KINDS else ()


def _reworded(items: Sequence[Item], titles: Mapping[str, str]) -> Iterator[Item]:
    for item in items:
        first = titles.get(item.item_id)
        if first is None or item.title == first or not item.canonical_url:
            continue
        words = _words(item.title)
        if words not in {"", _words(first)}:
            yield replace(item, item_id=identity(item.source_id, "revision", item.item_id, words), revision_of=item.item_id)


def _words(title: str) -> str:
    return " ".join(fold(title).text.split())
