"""Cues: words of the language tables that speak for a type, a status, a sector, a kind of money. Finds them; weighs nothing.

In a form, "*" at an end allows any ending, "…" a few words of the same clause between its two halves ("完成…融资", "due to…open"). Of two cues of a
table that overlap, the longer one counts; so a form can also take a misleading word out of play ("上市公司" is no listing): its concept is then `none`.
A concept marked "+" says more of the words inside it and takes none of them out of play. A "$" at the end of a form: the clause ends there, as
in "gibt … auf$", which is no "gibt … auf dem Markt".
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs

from flows.steps.reports.folding import bounded, folded, is_wide
from flows.steps.reports.tables import rows

TABLES = {"type": "deal_types_cues.csv", "status": "statuses_cues.csv", "sector": "sectors_cues.csv"}


@dataclass(frozen=True, slots=True)
class Cue:
    """A word of meaning at `start:end`."""

    table: str  # type, status or sector
    concept: str
    start: int
    end: int
    adds: bool = False  # says more of the words inside it


PAST = "past"  # what follows it in the clause was news once
NONE = "none"  # the concept of forms that only take others out of play
_GAP, _GAP_WIDE = 40, 16  # characters that "…" may stand for
_CLOSED = re.compile(r"\s*(?:[。；;,、!！?？:\n\"“”)]|\.(?:\s|$)|[-–—|]\s|$)")
_STOP = re.compile(r"[。；;,、!！?？:\n\"“”]|\.\s")


@dataclass(frozen=True, slots=True)
class _Form:
    table: str
    concept: str
    text: str
    opens: bool  # any letters may stand before
    ends_open: bool  # any letters may follow
    tail: str = ""  # what must follow within the clause
    closes: bool = False  # the clause must end behind it


class Matcher:
    """Finds the forms of one language, all at once."""

    def __init__(self, language: str) -> None:
        forms, self._patterns = _forms(language)
        self._forms: dict[str, list[_Form]] = defaultdict(list)
        for form in forms:
            self._forms[form.text].append(form)
        self._texts = sorted(self._forms)
        self._automaton = ahocorasick_rs.AhoCorasick(self._texts) if self._texts else None

    def find(self, plain: str) -> tuple[Cue, ...]:
        """Return the cues of folded text, by position."""
        found: dict[tuple[str, str, int], Cue] = {}
        hits = self._automaton.find_matches_as_indexes(plain, overlapping=True) if self._automaton else ()
        for index, start, end in hits:
            for form in self._forms[self._texts[index]]:
                stop = _end(plain, start, end, form)
                if form.closes and not _CLOSED.match(plain, stop):
                    continue
                if stop and ((form.table, form.concept, start) not in found or found[form.table, form.concept, start].end < stop):
                    found[form.table, form.concept, start] = Cue(form.table, form.concept.lstrip("+"), start, stop, form.concept[0] == "+")
        for table, concept, pattern in self._patterns:
            for match in pattern.finditer(plain):
                found.setdefault(
                    (table, concept, match.start()), Cue(table, concept.lstrip("+"), match.start(), match.end(), concept[0] == "+")
                )
        return tuple(
            cue
            for cue in _outermost(sorted(found.values(), key=lambda cue: (cue.start, -cue.end, cue.table, cue.concept)))
            if cue.concept != NONE
        )


def _outermost(cues: list[Cue]) -> tuple[Cue, ...]:
    """Return `cues` without those that lie inside a longer one of the same table with another meaning: the "ipo" of "pre-ipo"."""
    kept: list[Cue] = []
    for cue in cues:
        around = (
            outer
            for outer in kept[-6:]
            if outer.table == cue.table
            and not outer.adds
            and (outer.concept == NONE or not cue.adds)
            and outer.start <= cue.start
            and cue.end <= outer.end
        )
        if not any(outer.concept != cue.concept and outer.end - outer.start > cue.end - cue.start for outer in around):
            kept.append(cue)
    return tuple(kept)


def _end(plain: str, start: int, end: int, form: _Form) -> int:
    """Return where a form that begins at `start` ends; 0 where it does not fit."""
    if not form.tail:
        return end if _fits(plain, start, end, form) else 0
    if not _fits(plain, start, end, form):
        return 0
    window = plain[end : end + (_GAP_WIDE if is_wide(form.tail[0]) else _GAP) + len(form.tail)]
    at = window.find(form.tail)
    stop = _STOP.search(window)
    if at < 0 or (stop and stop.start() < at) or (window[at - 1 : at].isalpha() and not is_wide(form.tail[0]) and at > 0):
        return 0
    return end + at + len(form.tail)


def _fits(plain: str, start: int, end: int, form: _Form) -> bool:
    before = plain[start - 1] if start else " "
    after = plain[end] if end < len(plain) else " "
    first, last = form.text[0], form.text[-1]
    if not form.opens and first.isalpha() and not is_wide(first) and before.isalpha() and not is_wide(before):
        return False
    return form.ends_open or not last.isalpha() or is_wide(last) or not after.isalpha() or is_wide(after)


def _form(table: str, concept: str, form: str) -> _Form:
    """Return a form as it is looked for: its beginning, and what must follow."""
    core = form.strip("*").removesuffix("$")
    head, _, tail = core.partition("…")
    ends_open = head.endswith("*") if tail else form.endswith("*")
    return _Form(table, concept, head.strip("*"), form.startswith("*"), ends_open, tail, form.endswith("$"))


def _forms(language: str) -> tuple[list[_Form], list[tuple[str, str, re.Pattern[str]]]]:
    simple, patterns = [], []
    for table, name in TABLES.items():
        for row in rows(name):
            if row["language"] not in {language, "*"}:
                continue
            for printed in row["forms"].split("|"):
                form = folded(printed)
                core = form.strip("*")
                if "*" in core.replace("…", "") and "…" not in core:
                    patterns.append((table, row["concept"], re.compile(bounded(form).replace(r"\*", r"[^\W\d_]*"))))
                elif core.strip():
                    simple.append(_form(table, row["concept"], form))
    return simple, patterns


def today(plain: str, cues: tuple[Cue, ...], head: int) -> tuple[Cue, ...]:
    """Return `cues` without those that stand, in the body, behind a word of the past in its clause: "此前完成C轮融资" in a story of today's listing."""
    spans = [(cue.end, _clause_end(plain, cue.end)) for cue in cues if cue.concept == PAST and cue.start >= head]
    return tuple(cue for cue in cues if cue.concept != PAST and not any(start <= cue.start < end for start, end in spans))


def _clause_end(plain: str, start: int) -> int:
    stop = _STOP.search(plain, start)
    return stop.start() if stop else len(plain)


@cache
def matcher(language: str) -> Matcher:
    """Return the matcher of `language` (ISO 639-1), built once."""
    return Matcher(language)
