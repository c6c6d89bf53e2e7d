"""Folding: one spelling for all spellings of a word, with the way back to the printed text.

Case, width, Latin diacritics, traditional Chinese, Arabic letter variants and punctuation are levelled character by character,
so a folded text is normally as long as its original and an offset means the same place in both. Only marks that have no
width of their own (combining accents, soft hyphens, zero-width signs, Arabic vowels) are dropped; then a map of offsets is kept.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

_DROPPED = re.compile(
    "[\u00ad\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
_KEPT = "$%&+€£¥₩₹"  # signs that are part of words and sums
_SAMPLE = 600  # characters that suffice to tell one writing from the other
_BETWEEN = "₹"  # kept by folding, and in no name
_LETTERS = {
    "ł": "l", "ø": "o", "đ": "d", "ı": "i", "ħ": "h", "ŀ": "l", "ß": "s", "æ": "a", "œ": "o", "þ": "t", "ð": "d",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ک": "ك", "ی": "ي", "ё": "е", "ς": "σ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `offsets` maps each of its characters (and its end) to the original, None = they are the same."""

    text: str
    offsets: tuple[int, ...] | None = None

    def original(self, position: int) -> int:
        """Return the offset in the original of an offset in the folded text."""
        return position if self.offsets is None else self.offsets[position]

    def folded(self, position: int) -> int:
        """Return the offset in the folded text of an offset in the original."""
        return position if self.offsets is None else bisect_left(self.offsets, position)


def fold(text: str) -> Folded:
    """Return `text` folded: lower case, plain letters, simplified Chinese, a space for each sign or break."""
    if text.isascii():
        return Folded(text.translate(_plain_table()))
    if not _DROPPED.search(text):
        return Folded(_levelled(text))
    gone = [match.start() for match in _DROPPED.finditer(text)]
    kept = np.delete(np.arange(len(text) + 1), gone)
    return Folded(_levelled(_DROPPED.sub("", text)), tuple(kept.tolist()))


def keys(names: Iterable[str]) -> list[str]:
    """Return each name folded and with single spaces: what two spellings of a name have in common. All at once, for speed."""
    joined = _levelled(_DROPPED.sub("", _BETWEEN.join(names)))
    return [" ".join(name.split()) for name in joined.split(_BETWEEN)]


def is_simplified(text: str) -> bool:
    """Tell whether the Chinese signs of `text` are the simplified ones of the mainland."""
    sample = _DROPPED.sub("", text[:_SAMPLE])
    changed = sum(old != new for old, new in zip(sample, _levelled(sample), strict=True) if "\u4e00" <= old <= "\u9fff")
    return changed * 30 < sum("\u4e00" <= sign <= "\u9fff" for sign in sample)


def _levelled(text: str) -> str:
    """Return each character's folded form; as arrays, for that is thirty times faster than `str.translate`."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    table = _codes()
    if codes.max(initial=0) < len(table):
        return table[codes].tobytes().decode("utf-32-le", "surrogatepass")
    levelled = np.where(codes < len(table), table[np.minimum(codes, len(table) - 1)], codes)
    return levelled.astype(np.uint32).tobytes().decode("utf-32-le", "surrogatepass")


@cache
def _codes() -> "np.ndarray[tuple[int], np.dtype[np.uint32]]":
    """Return the table of folded characters as code points."""
    return np.array([ord(character) for character in _table()], dtype=np.uint32)


@cache
def _plain_table() -> dict[int, str]:
    """Return the table for ASCII, for which `str.translate` is fast."""
    return dict(enumerate(_table()[:128]))


@cache
def _table() -> str:
    """Return the folded character of every character of the basic plane, at its own position."""
    table = [_folded(chr(code)) for code in range(0x10000)]
    for line in files("flows.text").joinpath("simplified.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            traditional, simplified = line.split("\t")
            table[ord(traditional)] = simplified
    return "".join(table)


def _folded(character: str) -> str:
    """Return the one character that stands for `character`."""
    lower = character.lower()[:1] or character
    if lower in _LETTERS:
        return _LETTERS[lower]
    if lower.isalnum():
        return _plain(lower)
    return lower if lower in _KEPT or unicodedata.category(lower) in {"Mn", "Mc", "Cs"} else _sign(lower)


def _plain(letter: str) -> str:
    """Return a Latin letter without its diacritics and a wide form in its normal width; anything else as it is."""
    wide = unicodedata.normalize("NFKC", letter)
    letter = wide.lower() if len(wide) == 1 else letter
    first = unicodedata.normalize("NFD", letter)[0]
    return first if first.isascii() else letter


def _sign(character: str) -> str:
    """Return the normal form of a sign of meaning, or a space."""
    wide = unicodedata.normalize("NFKC", character)
    return wide if len(wide) == 1 and wide in _KEPT else " "
