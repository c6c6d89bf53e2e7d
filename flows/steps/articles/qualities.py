"""Qualities: what kind of text a page gave: the whole story, a stub before a paywall, a wall, or nothing.

Decides by the phrases of markers/walls.tsv, by what ld+json declares and by lengths; a wall's own text is never a story's.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flows.steps.articles.heads import Head
from flows.steps.articles.lines import weight
from flows.steps.articles.markers import pattern, rows

FULL, SHORT, PAYWALLED, CONSENT, BLOCKED, EMPTY = "full", "short", "paywalled", "consent", "blocked", "empty"

_FULL = 600.0  # from this length on (as Latin characters) a text can be a whole story
_NOTHING = 60.0  # below it is no text at all
_STUB = 1800.0  # a text longer than that is no stub, whatever the page declares of its offers
_WALL = 2500.0  # a wall's page has no more text than that
_FEW = 5000  # characters of visible text below which a page may be a wall or drawn by a script
_CUT = 0.6  # share of the declared length below which a text is cut
_ASKING = 400.0  # a longer paragraph may speak of subscriptions without asking for one
_PHRASES = 3  # different phrases that make a consent wall


def judge(head: Head, found: Sequence[str], title: str, final_url: str, visible: str) -> str:
    """Return full, short, paywalled, consent, blocked or empty.

    `found` are the paragraphs that extraction gave, `visible` the end of the page's visible text (all of it where that is short).
    """
    if pattern("walls", "host").search((urlsplit(final_url).hostname or "").lower()):
        return CONSENT
    length = sum(map(weight, found))
    if length < _WALL and weight(visible) < _FEW:
        wall = _wall(head, "\n".join(found), title, visible)
        if wall:
            return wall
    if length < _NOTHING:
        return EMPTY if not _declares_paywall(head) else PAYWALLED
    if _is_stub(head, found, length, visible):
        return PAYWALLED
    return FULL if length >= _FULL else SHORT


def _wall(head: Head, text: str, title: str, visible: str) -> str | None:
    """Return which wall the page is, None where it is none."""
    offered = text or visible
    if weight(offered) < _FULL and (_titled(head.title) or _titled(title) or pattern("walls", "blocked").search(visible)):
        return BLOCKED
    if len({hit.casefold() for hit in pattern("walls", "consent").findall(visible)}) >= _PHRASES and _is_mostly_consent(text):
        return CONSENT
    if weight(text) < _FULL and (pattern("walls", "script").search(text) or pattern("walls", "gone").fullmatch(head.title)):
        return EMPTY
    return None


def _titled(title: str) -> bool:
    return bool(pattern("walls", "title").fullmatch(title.strip()))


def _is_mostly_consent(text: str) -> bool:
    """Whether the paragraphs that extraction gave are those of the wall."""
    paragraphs = [line for line in text.split("\n") if line]
    asking = [line for line in paragraphs if pattern("walls", "consent").search(line)]
    return sum(map(weight, asking)) >= 0.4 * sum(map(weight, paragraphs))


def _declares_paywall(head: Head) -> bool:
    """Whether the page says that it is not free."""
    stated: list[Any] = [node["isAccessibleForFree"] for node in head.nodes if "isAccessibleForFree" in node]
    closed = any(str(one).strip().lower().rsplit("/", 1)[-1] == "false" for one in stated[:3])
    tier = head.meta("article:content_tier", "og:article:content_tier").lower()
    return closed or tier in {"locked", "metered"}


def _is_stub(head: Head, found: Sequence[str], length: float, visible: str) -> bool:
    """Whether the text stops at a paywall: one is declared or asked for, and the text is short or ends with the asking."""
    declared = _declares_paywall(head)
    words = head.article.get("wordCount")
    if declared and isinstance(words, int | str) and str(words).isdigit() and int(words) > 150:  # noqa: PLR2004 -- a length worth comparing
        return len(" ".join(found).split()) < _CUT * int(words) and length < 4 * _STUB
    asks = any(pattern("walls", "paywall").search(line) for line in found[-3:] if weight(line) < _ASKING)
    if found and found[-1].rstrip().endswith(("...", "…", "[…]", "[...]", "……")) and length < _STUB and (declared or asks):
        return True
    return length < _STUB and (declared or asks or (length < _FULL and bool(pattern("walls", "paywall").search(visible))))


def of_feed(summary: str) -> str:
    """Return the quality of a feed's own text: some feeds carry the whole story, most a teaser, some nothing."""
    length = weight(summary)
    return FULL if length >= _FULL else SHORT if length >= _NOTHING else EMPTY


def without_asking(found: Sequence[str], last: int | None = None) -> list[str]:
    """Return the paragraphs without those (of the `last` ones; None = all) in which a paywall asks for a subscription."""
    start = 0 if last is None else max(0, len(found) - last)
    asking = pattern("walls", "paywall")
    return [line for index, line in enumerate(found) if index < start or weight(line) >= _ASKING or not asking.search(line)]


def notice(texts: Sequence[str]) -> str | None:
    """Return the first sentence of `texts` that reserves rights, None where none does."""
    reserved = pattern("rights", "reserved")
    for text in texts:
        for line in text.split("\n") if _mentions_rights(text) else ():
            found = reserved.search(line) if _mentions_rights(line) else None
            if found:
                return _sentence(line, found.start(), found.end())
    return None


def _mentions_rights(text: str) -> bool:
    """Whether `text` has a word without which no notice is written: a hundred times faster than the notices' pattern."""
    folded = text.casefold()
    return any(word in folded for word in _rights_words())


@cache
def _rights_words() -> tuple[str, ...]:
    return tuple(word for row in rows("rights") if row["kind"] == "words" for word in row["pattern"].split("|"))


def _sentence(line: str, start: int, end: int) -> str:
    """Return the sentence around a find, of a length that fits a table."""
    first = max(line.rfind(mark, 0, start) + 1 for mark in ".。!！?？|")
    ends = [place + 1 for mark in ".。!！?？|" if (place := line.find(mark, end)) >= 0]
    return " ".join(line[first : min(ends, default=len(line))].split()).strip(" |")[:300]
