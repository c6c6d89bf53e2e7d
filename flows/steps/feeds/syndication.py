"""RSS 0.9x-2.0, RDF and Atom, through feedparser, and only here.

feedparser is given well-formed UTF-8 bytes in a stream, so that its slow, losing second parser rarely runs and it never opens or fetches what
it is given (told a name, it opens the file). Its sanitising and URL resolution are off: the text is made plain by us. Its guesses at dates are not
used. What it read is compared with a count of the tags.
"""

import io
import re
import warnings
from dataclasses import dataclass
from typing import Any

import feedparser
from lxml import etree

from flows.steps.feeds import pruning, repair, sniffing
from flows.steps.feeds.entries import Entry

MOST_ENTRIES = 5_000  # of one feed; the newest stand first
_LOOSE_LIMIT = 500_000  # characters for feedparser's second parser, whose time can grow faster than its input
_LONG_TAG = re.compile("<[^<>]{5000}")  # nor may an element of it have very many attributes
_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_ORIGINAL_LINKS = ("feedburner_origlink", "pheedo_origlink")
_DATES = ("published", "updated", "created")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a feed holds."""

    entries: tuple[Entry, ...]
    expected: int  # entries by a count of their tags
    language: str  # of the feed; empty = not stated
    is_feed: bool  # feedparser knew the form, or there are entries
    is_cut: bool  # the end is missing


def parse(text: str) -> Parsed:
    """Read the feed `text`; never raises for what it says. Reads at most `MOST_ENTRIES`; an entry that is cut off at the end is left out."""
    counted = sniffing.entries(text)
    text = repair.tidied(text)
    is_long = counted > MOST_ENTRIES
    if is_long:
        text = text[: sniffing.nth_entry(text, MOST_ENTRIES)]
    root = repair.tree(text)
    expected = counted if root is None else len(pruning.entries(root))
    is_cut = root is None and not is_long and sniffing.is_cut(text)
    found = _read(text, root, min(expected, MOST_ENTRIES))
    if found is None:
        return Parsed((), expected, "", is_feed=False, is_cut=is_cut)
    entries = [_entry(each) for each in found.entries[:MOST_ENTRIES]]
    if is_cut and sniffing.ends_in_entry(text):
        entries = entries[: expected - 1]
    is_feed = bool(found.version or found.entries)
    return Parsed(tuple(entries), expected, _text(found.feed, "language"), is_feed=is_feed, is_cut=is_cut)


def _read(text: str, root: etree._Element | None, expected: int) -> Any:
    """Let feedparser read the tree, repaired if there is none yet; if entries are missing then, the text itself. `None` = unreadable."""
    root = repair.salvaged(text) if root is None else root
    found = _parsed(_bytes(root)) if root is not None else None
    if (found is None or len(found.entries) < expected) and len(text) <= _LOOSE_LIMIT and not _LONG_TAG.search(text):
        return _better(found, _parsed(text.encode("utf-8", "replace")))
    return found


def _bytes(root: etree._Element) -> bytes:
    pruning.prune(root, pruning.entries(root))
    return etree.tostring(root, encoding="utf-8")


def _parsed(xml: bytes) -> Any:
    """Let feedparser read `xml`, in UTF-8. No address is told: relative guids have to stay as they are, and links are joined to it later."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return feedparser.parse(io.BytesIO(xml or b" "), response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False)
        except Exception:  # noqa: BLE001 - whatever an untyped parser trips over, the feed is unreadable, and the run goes on
            return None


def _better(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return one or other
    return other if len(other.entries) > len(one.entries) else one


def _entry(raw: Any) -> Entry:
    source = dict.get(raw, "source") or {}
    content = dict.get(raw, "content") or ()
    return Entry(
        guid=_text(raw, "id"),
        link=next((link for key in _ORIGINAL_LINKS if (link := _text(raw, key))), "") or _link(raw),
        title=_text(raw, "title"),
        texts=(_text(raw, "summary"), *(_text(each, "value") for each in content)),
        author=_text(raw, "author"),
        outlet=_text(source, "title") or _text(raw, "news_source"),
        language=_text(raw, "language"),
        dates=tuple(printed for key in _DATES if (printed := _text(raw, key))),
    )


def _link(raw: Any) -> str:
    stated = _text(raw, "link")
    if stated and (stated != _text(raw, "id") or stated.startswith(("http://", "https://"))):  # a guid that is no address is no link either
        return stated
    found = [each for each in dict.get(raw, "links") or () if _text(each, "rel") in ("alternate", "")]
    return _text(found[0], "href") if found else ""


def _text(holder: Any, key: str) -> str:
    """Return a value as text; feedparser's own look-up would answer for absent keys with others."""
    value = dict.get(holder, key) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""
