"""Wordings: the short runs of words in which something is told, with names masked by what they are, so that how it is told is learnt apart from of whom.

"CATL to pour $2bn into Debrecen" is told as "<firm> to pour $ 0bn into <place>". Works on folded text; which stretch is a name, its caller knows.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_NUMBER = re.compile(r"[0-9][0-9.,]*")
_WORDS = re.compile(r"[^\W_]+|[$%€£¥₩]")
_SIGNS = re.compile(r"[a-z0-9]+|[^\W\d_a-z]|[$%€£¥₩]")
_STEM = 7  # letters of a word that tell it from others, whatever its ending
_RUN, _RUN_OF_SIGNS = 2, 3  # words in a row; signs, where words run together
HEAD, ANY = "h", "t"  # what a run begins with: it stands in the headline; it stands anywhere


class Piece(NamedTuple):
    """A sentence: text[start:end], and whether it is the headline."""

    start: int
    end: int
    headline: bool


class Mask(NamedTuple):
    """A name at text[start:end], and the token that stands for it."""

    start: int
    end: int
    token: str


def runs(text: str, pieces: Iterable[Piece], masks: Iterable[Mask], *, wordless: bool) -> Counter[str]:
    """Return how often each run of words stands in the pieces of a folded text; those of the headline are counted as such, too."""
    ordered = sorted(masks, key=lambda mask: (mask.start, -mask.end))
    found: Counter[str] = Counter()
    for piece in pieces:
        inside = [mask for mask in ordered if piece.start <= mask.start and mask.end <= piece.end]
        tokens = list(_tokens(text, piece, inside, wordless=wordless))
        for run in _in_a_row(tokens, _RUN_OF_SIGNS if wordless else _RUN):
            found[ANY + run] += 1
            if piece.headline:
                found[HEAD + run] += 1
    return found


def _tokens(text: str, piece: Piece, masks: Sequence[Mask], *, wordless: bool) -> Iterator[str]:
    """Yield the words of a piece, or its signs where words run together, a token for each name."""
    position = piece.start
    for mask in masks:
        if mask.start < position:
            continue
        yield from _plain(text[position : mask.start], wordless=wordless)
        yield mask.token
        position = mask.end
    yield from _plain(text[position : piece.end], wordless=wordless)


def _plain(text: str, *, wordless: bool) -> list[str]:
    numbered = _NUMBER.sub("0", text)
    return _SIGNS.findall(numbered) if wordless else [word[:_STEM] for word in _WORDS.findall(numbered)]


def _in_a_row(tokens: Sequence[str], longest: int) -> Iterator[str]:
    for size in range(1, longest + 1):
        for at in range(len(tokens) - size + 1):
            yield " ".join(tokens[at : at + size])
