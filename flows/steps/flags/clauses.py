"""Clauses: what is said in the same breath as the event: whether it is denied, supposed, recalled, or only the side of other news.

A clause reaches from one mark or turning word ("while", "after", "amid"; data of the vocabulary) to the next. It knows no other word.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence

_MARKS = re.compile(r"[,;:!?|]\s|[，；：！？｜—–|。]|\s-\s|\.\s")
_TURN = "clause.turn"
_SPOILING = ("modality.not", "modality.past", "modality.may", "status.denied")
_TOLD = ("cn", "company", "ev_any", "money", *_SPOILING, "modality.will", "status.rumour", "status.signed", "status.announced")


def clause_signs(text: str, at: Mapping[str, Sequence[int]], spots: Collection[int], strong: Collection[int]) -> Iterator[str]:
    """Yield the signs of the best clause of a sentence that holds an event, each behind "c."; `at` tells where signs stand, `spots` events."""
    turns = frozenset(at.get(_TURN, ()))
    bounds = sorted({0, *(match.end() for match in _MARKS.finditer(text)), *turns, len(text) + 1})
    clauses = sorted({_around(bounds, spot) for spot in spots})
    found = [(frozenset(_within(at, start, end)), start, any(start <= spot < end for spot in strong)) for start, end in clauses]
    names, start, is_strong = max(found, key=lambda clause: (_worth(clause[0], strong=clause[2]), -clause[1]))
    yield from (f"c.{name}" for name in _TOLD if name in names)
    against = any(name.startswith("against.") for name in names)
    if against:
        yield "c.against"
    if is_strong:
        yield "c.strong"
    if not against and names.isdisjoint(_SPOILING):
        yield "c.clean"
    if any(name.startswith("against.") and min(places) < start for name, places in at.items()):
        yield "c.against_first"
    if start == 0:
        yield "c.first"
    if start in turns:
        yield "c.turned"
    else:
        yield from (
            f"aside.{name}" for name in sorted(at) if name.startswith("against.") and min(at[name]) >= min(turns, default=len(text) + 1)
        )


def _around(bounds: Sequence[int], spot: int) -> tuple[int, int]:
    """Return the two bounds between which a spot lies."""
    right = bisect_left(bounds, spot + 1)
    return bounds[right - 1], bounds[right]


def _within(at: Mapping[str, Sequence[int]], start: int, end: int) -> Iterator[str]:
    """Yield the signs that stand between two offsets."""
    for name, places in at.items():
        if any(start <= place < end for place in places):
            yield name
            if name in {"ev", "chain_company"}:
                yield "ev_any"


def _worth(names: Collection[str], *, strong: bool) -> int:
    """Return how well a clause may be the news."""
    good = 2 * strong + sum(name in names for name in ("cn", "ev_any", "company", "money"))
    return 2 * good - sum(name in _SPOILING or name.startswith("against.") for name in names)
