"""Lines: the paragraphs of an extracted text without those that are not the story's.

Phrases come from markers/lines.tsv; the forms (a repeated headline, breadcrumbs, a list of teasers at the end) are here. Knows text
only: what the page looked like is forgotten.
"""

import re
from collections.abc import Sequence

from flows.steps.articles.markers import pattern
from flows.steps.articles.titles import words

_TOP = 6  # lines in which a byline, date or headline may stand
_TEASER = 330  # characters that a teaser or notice may have
_CAPTION = 320
_LAST = 4  # closing lines that may be no part of the story
_POINT = 0.75  # share of a key point's words that the story repeats
_SHORT = 60  # characters from which a line that ends as a sentence is no teaser
_STORY = 400  # characters of story before a heading can mean that it is over
_TEASERS = 8  # lines of teasers in the midst of a story
_SENTENCE_END = re.compile(r"[.!?。！？…]['\"”’»」』)）]*$")
_WHOLE = 90
_CRUMB = 40
_LONG_ENOUGH = 40  # characters from which a repeated line is furniture
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_DENSE = 2.2  # characters of Latin text that say as much as one of Chinese


def clean(lines: Sequence[str], titles: Sequence[str], author: str | None = None) -> list[str]:
    """Return those of `lines` that belong to the story told under one of `titles`."""
    kept = [line for line in (" ".join(one.split()) for one in lines) if line]
    kept = _without_top(kept, [words(title) for title in titles if title], author)
    kept = [line for line in kept if not is_furniture(line)]
    kept = _without_rest(kept)
    kept = _without_agency(kept)
    return _once(kept)


def weight(line: str) -> float:
    """Return the length of `line` in characters of Latin text."""
    return len(line) + (_DENSE - 1) * len(_CJK.findall(line)) if not line.isascii() else len(line)


def is_furniture(line: str) -> bool:
    """Whether `line` is a notice, a teaser, a promotion or a caption by its words."""
    bare = line.lstrip("-–—•*|> ").rstrip("| ")
    long = weight(bare)
    if not bare or (long <= _WHOLE and pattern("lines", "whole").fullmatch(bare)):
        return True
    if long <= _TEASER and pattern("lines", "begin").match(bare):
        return True
    return long <= _CAPTION and _ends_as_caption(bare)


def _ends_as_caption(line: str) -> bool:
    found = pattern("lines", "end").search(line[-70:])
    return bool(found) and bool(re.search(rf"(?:{pattern('lines', 'end').pattern})$", line[-70:], re.IGNORECASE))


def _without_top(lines: list[str], titles: list[list[str]], author: str | None) -> list[str]:
    """Drop the headline, breadcrumbs, bylines and dates before the text begins."""
    kept = [line for line in lines[:_TOP] if not (_is_headline(line, titles) or _is_byline(line, author))] + lines[_TOP:]
    start = 0
    while start < min(len(kept), 12) and kept[start].startswith("- ") and weight(kept[start]) <= _CRUMB:
        start += 1
    kept = kept[start:] if start < len(kept) else kept
    return _without_points(kept)


def _without_points(lines: list[str]) -> list[str]:
    """Drop a list of key points at the top whose words the story repeats."""
    points = [index for index, line in enumerate(lines[:8]) if line.startswith("- ")]
    if len(points) < 2 or points != list(range(points[0], points[-1] + 1)) or points[0] > 1:  # noqa: PLR2004 -- no list
        return lines
    end = points[-1] + 1
    story = set(words(" ".join(lines[end:])))
    told = [line for line in lines[points[0] : end] if len(set(words(line)) & story) < _POINT * len(set(words(line)))]
    return lines if len(told) > len(points) // 2 else lines[: points[0]] + told + lines[end:]


def _is_headline(line: str, titles: list[list[str]]) -> bool:
    """Whether `line` is one of `titles`, perhaps with its kicker or the outlet's name."""
    said = words(line)
    for title in titles:
        if not title or not said:
            continue
        common = len(set(said) & set(title))
        if common >= 0.85 * len(set(title)) and len(said) <= 1.7 * len(title) + 2:
            return True
        if len(said) > 2 and common >= 0.95 * len(set(said)) and len(said) >= 0.6 * len(title):  # noqa: PLR2004 -- most of the headline
            return True
    return False


def _is_byline(line: str, author: str | None) -> bool:
    bare = line.lstrip("-–—•*|> ").strip()
    if weight(bare) > _WHOLE:
        return False
    if author and set(words(bare)) <= set(words(author)) | {"by", "von", "par", "por", "di", "and", "und", "et"}:
        return True
    return bool(pattern("lines", "byline").fullmatch(bare))


def _without_rest(lines: list[str]) -> list[str]:
    """Drop a heading such as "Most read" with the teasers under it, where the story lies before it."""
    heading = pattern("lines", "rest")
    kept: list[str] = []
    before, index = 0.0, 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if before >= _STORY and weight(line) <= _WHOLE and heading.fullmatch(line.lstrip("-–—•*|> ").strip()):
            index = _after_teasers(lines, index)
            continue
        before += weight(line)
        kept.append(line)
    return kept


def _after_teasers(lines: list[str], start: int) -> int:
    """Return where, after the teasers that begin at `start`, the story goes on; `start` itself where it is no list of teasers."""
    end = start
    while end < len(lines) and not (weight(lines[end]) > _SHORT and _SENTENCE_END.search(lines[end])):
        end += 1
    return end if end == len(lines) or end - start <= _TEASERS else start


def _without_agency(lines: list[str]) -> list[str]:
    """Drop closing lines that only name agencies, editors or an address."""
    kept = list(lines)
    for _ in range(_LAST):
        bare = kept[-1].lstrip("-–—•*|> ").strip() if len(kept) > 2 else ""  # noqa: PLR2004 -- a story
        if not bare or not _closes(bare):
            break
        kept.pop()
    return kept


def _closes(line: str) -> bool:
    """Whether a last line only names agencies, editors or an address, or reserves rights."""
    if weight(line) <= _WHOLE and (pattern("lines", "agency").fullmatch(line) or _is_byline(line, None)):
        return True
    if weight(line) > _CAPTION:
        return False
    return any(pattern(table, kind).search(line) for table, kind in (("lines", "closing"), ("rights", "reserved")))


def _once(lines: list[str]) -> list[str]:
    """Drop long lines that were there before."""
    seen: set[str] = set()
    kept = []
    for line in lines:
        if len(line) >= _LONG_ENOUGH and line in seen:
            continue
        seen.add(line)
        kept.append(line)
    return kept
