"""How the work of a pass is cut: sources into batches; items into groups that share a page, lines per domain, batches of lines."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from flows.records import Item

Group = tuple[Item, ...]  # items that share a page
Line = tuple[Group, ...]  # groups of one domain, oldest first

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def batches(names: Sequence[str], size: int) -> tuple[tuple[str, ...], ...]:
    """Cut `names` into runs of at most `size`, dealt like cards, so that neighbours (often one host) go to different batches."""
    count = -(-len(names) // size)
    return tuple(tuple(names[n::count]) for n in range(count))


def groups(items: Iterable[Item]) -> tuple[Group, ...]:
    """Put together the items with the same canonical URL, oldest first; an item without one stands alone."""
    shared: dict[str, list[Item]] = {}
    for item in sorted(items, key=_age):
        shared.setdefault(item.canonical_url or item.item_id, []).append(item)
    return tuple(tuple(group) for group in shared.values())


def lines(items: Iterable[Item], domain: Callable[[str], str], most: int) -> tuple[Line, ...]:
    """Line up the groups of each domain, the oldest first, at most `most` each; the newest wait for the next pass.

    Items without a URL need no page and share one line, which has no limit.
    """
    by_domain: dict[str, list[Group]] = {}
    for group in groups(items):
        url = group[0].canonical_url
        by_domain.setdefault(domain(url) if url else "", []).append(group)
    return tuple(tuple(line[:most] if name else line) for name, line in sorted(by_domain.items()))


def pack(of_lines: Iterable[Line], size: int) -> tuple[tuple[Line, ...], ...]:
    """Fill batches with whole lines until each holds about `size` pages; a longer line is a batch of its own."""
    packed: list[list[Line]] = []
    held = size
    for line in sorted(of_lines, key=len, reverse=True):
        if held + len(line) > size:
            packed.append([])
            held = 0
        packed[-1].append(line)
        held += len(line)
    return tuple(tuple(batch) for batch in packed)


def _age(item: Item) -> tuple[datetime, datetime, str]:
    return (item.published_at or _LONG_AGO, item.first_seen_at, item.item_id)
