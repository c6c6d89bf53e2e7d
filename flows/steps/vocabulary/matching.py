"""Matching: which terms stand in a text, and where.

Two automata: one for writings with spaces, in which the space is part of the pattern and so the boundary costs nothing, one for Chinese,
Japanese, Korean and Thai, in which only the Latin terms need a boundary. What a pattern cannot say (endings of inflected names,
Arabic prefixes, a capital letter) is checked on each hit.
"""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from flows.text import Folded

_WORDLESS = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]")
_FIRST_WORDLESS, _FIRST_KANA = "\u0e01", "\u30a1"  # below these no pattern need be asked
_SHORT_LOAN = 2  # signs of a name that may be the beginning of another word
_ARABIC = re.compile("[\u0621-\u064a]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_CLITICS = frozenset("والبلفك")
_INFLECTING = frozenset(
    {"hu", "tr", "fi", "pl", "cs", "sk", "hr", "sl", "lt", "lv", "et", "ro", "ru", "uk", "bg", "sr", "sv", "nb", "da", "de", "el"}
)
_ENDING = 4  # letters that a case ending may add to a name
_OPEN_FROM = 5  # letters a name must have to be recognised with an ending


class Term(NamedTuple):
    """What a pattern stands for."""

    kind: str
    key: str
    via: str
    languages: frozenset[str] | None  # None = any
    language: str  # the one whose file it stands in; "" = none
    cased: bool  # a name: its first letter must not be a small one
    opened: bool  # a stem: any ending may follow
    suffix: bool  # the end of a compound: anything may precede


class Hit(NamedTuple):
    """A term found: offsets in the folded text."""

    start: int
    end: int
    term: Term


class Matcher:
    """All terms of a vocabulary, given with their folded words, ready to be found."""

    def __init__(self, terms: Iterable[tuple[str, Term]]) -> None:
        spaced: dict[str, list[Term]] = {}
        joined: dict[str, list[Term]] = {}
        for word, term in terms:
            if word:
                _enter(word, term, spaced, joined)
        self._spaced_terms, self._spaced_words = list(spaced.values()), list(spaced)
        self._joined_terms, self._joined_words = list(joined.values()), list(joined)

    @cached_property
    def _spaced(self) -> AhoCorasick:
        """The automaton for writings with spaces; made when the first such text comes, as many processes read only one kind."""
        return _automaton(self._spaced_words)

    @cached_property
    def _joined(self) -> AhoCorasick:
        """The one for writings without."""
        return _automaton(self._joined_words)

    def hits(self, text: str, folded: Folded, *, wordless: bool, language: str | None) -> list[Hit]:
        """Return every term of `text` by its end; overlapping ones too."""
        plain = folded.text
        found: list[Hit] = []
        if wordless:
            for pattern, start, end in self._joined.find_matches_as_indexes(plain, overlapping=True):
                if _apart(plain, start, end):
                    _check(found, self._joined_terms[pattern], text, folded, start, end, language)
            return found
        for pattern, start, end in self._spaced.find_matches_as_indexes(f" {plain} ", overlapping=True):
            terms = self._spaced_terms[pattern]
            left, right = _bounds(terms[0], plain, start, end)
            if right:
                _check(found, terms, text, folded, left, right, language)
        return found


def _check(found: list[Hit], terms: list[Term], text: str, folded: Folded, start: int, end: int, language: str | None) -> None:
    """Append a hit for each of the terms whose capital letter and ending fit what is printed."""
    plain = folded.text
    stop = _word_end(plain, end) if end < len(plain) and plain[end].isalnum() else end
    longer = stop - end
    inflected = longer <= _ENDING and language in _INFLECTING
    small = None
    loan = plain[start] >= _FIRST_KANA and bool(_KATAKANA.match(plain[start])) and _is_within_loan_word(plain, start, end)
    for term in terms:
        if loan and term.kind == "place":
            continue
        if longer and not (term.opened or inflected):
            continue
        if term.cased:
            if small is None:
                small = text[folded.original(start)].islower()
            if small:
                continue
        found.append(Hit(start, stop, term))


def _word_end(plain: str, end: int) -> int:
    """Return where the word ends in which a hit ends; a sign of a writing without spaces ends none."""
    stop = end
    if plain[end - 1] < _FIRST_WORDLESS or not _WORDLESS.match(plain[end - 1]):
        while stop < len(plain) and plain[stop].isalnum() and (plain[stop] < _FIRST_WORDLESS or not _WORDLESS.match(plain[stop])):
            stop += 1
    return stop


def _enter(word: str, term: Term, spaced: dict[str, list[Term]], joined: dict[str, list[Term]]) -> None:
    """Enter a folded word under its pattern in each automaton where it can occur."""
    plain = word.isascii()
    if not plain and _WORDLESS.search(word):
        joined.setdefault(word, []).append(term)
        return
    if term.languages is None or "en" in term.languages:
        joined.setdefault(word, []).append(term)
    if not plain and term.cased and len(word) > _OPEN_FROM and word[-1] in "аеиоуыэюя" and _CYRILLIC.search(word):
        word = word[:-1]
    arabic = not plain and _ARABIC.search(word) is not None
    left = "" if term.suffix or arabic else " "
    closed = not (term.opened or arabic or (term.cased and len(word) >= _OPEN_FROM))
    spaced.setdefault(f"{left}{word}{' ' if closed else ''}", []).append(term)


def _automaton(words: list[str]) -> AhoCorasick:
    return AhoCorasick(words, matchkind=MatchKind.Standard, store_patterns=False, implementation=Implementation.ContiguousNFA)


def _bounds(term: Term, plain: str, start: int, end: int) -> tuple[int, int]:
    """Return the offsets, in `plain`, of a hit in the text with a space before and after; (0, 0) where its boundary is wrong."""
    left = start - 1
    if left < 0 or plain[left] == " ":
        left += 1
    right = end - 1
    if right > left and (right > len(plain) or plain[right - 1] == " "):
        right -= 1
    if left and plain[left - 1] != " " and not term.suffix and not _after_clitics(plain, left):
        return 0, 0
    return left, right


def _after_clitics(plain: str, left: int) -> bool:
    """Tell whether only Arabic particles stand between the last space and `left`."""
    word = plain.rfind(" ", 0, left) + 1
    return left - word <= 4 and all(letter in _CLITICS for letter in plain[word:left])  # noqa: PLR2004 - "and by the"


def _is_within_loan_word(plain: str, start: int, end: int) -> bool:
    """Tell whether a name in katakana is a piece of a longer word in katakana: the town of Gulu (グル) is in every group (グループ)."""
    if start and _KATAKANA.match(plain[start - 1]):
        return True
    return end - start <= _SHORT_LOAN and end < len(plain) and bool(_KATAKANA.match(plain[end]))


def _apart(plain: str, start: int, end: int) -> bool:
    """Tell whether a Latin term is no part of a longer Latin word."""
    first, last = plain[start], plain[end - 1]
    if first.isascii() and first.isalnum() and start and plain[start - 1].isascii() and plain[start - 1].isalnum():
        return False
    return not (last.isascii() and last.isalnum() and end < len(plain) and plain[end].isascii() and plain[end].isalpha())
