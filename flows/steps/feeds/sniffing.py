"""What an answer is, by its own text: servers lie about content types.

Linear in the length of the text; knows the forms of feeds, not what they say.
"""

import re
from enum import StrEnum

_ELEMENT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_FEED_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|rdf)(?=[\s>])[^<>]*\b(?:xmlns|version)\b", re.IGNORECASE)  # said in earnest
_ENTRY = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[A-Za-z_][\w.-]*:)?(?:item|entry)\s*>", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|rdf|channel|html)\s*>|<(?:rss|feed)[^<>]*/>", re.IGNORECASE)
_TAIL = 5_000  # characters in which a feed has to end; some servers add statistics behind it
_HEAD = 20_000  # characters in which a feed has to begin; some servers print warnings first

# Marks of pages that stand in for the answer. source: the vendors' own challenge pages, as seen in public issue reports.
_CHALLENGES = (
    "cf-chl", "challenge-platform", "<title>just a moment", "captcha-delivery.com", "_incapsula_resource", "px-captcha", "akamai bot manager", "<title>access denied",
    "ddos protection by", "verify you are human", "awswafintegration", "sgcaptcha",
)  # fmt: skip
_TOO_OFTEN = ("limit requests to one every", "too many requests", "rate limit exceeded", "rate-limited")


class Form(StrEnum):
    """The forms an answer can have."""

    NOTHING = "nothing"
    FEED = "feed"
    SITEMAP = "sitemap"
    JSON = "json"
    HTML = "html"
    OTHER_XML = "xml"
    PLAIN = "plain text"


_ROOTS = {
    "rss": Form.FEED, "feed": Form.FEED, "rdf": Form.FEED, "channel": Form.FEED, "urlset": Form.SITEMAP, "sitemapindex": Form.SITEMAP,
}  # fmt: skip


def form(text: str) -> Form:
    """Return what `text` is."""
    head = text[:_HEAD].lstrip()
    if not head:
        return Form.NOTHING
    if head[0] in "{[":
        return Form.JSON
    return _markup(head, text)


def _markup(head: str, text: str) -> Form:
    root = _root(head)
    if root in _ROOTS:
        return _ROOTS[root]
    if _FEED_ROOT.search(head):
        return Form.FEED
    if root == "html" or head[:15].lower().startswith("<!doctype html"):
        return Form.HTML
    if head[0] != "<" or root is None:
        return Form.HTML if "<body" in head.lower() else Form.PLAIN
    return Form.OTHER_XML if head.startswith("<?xml") or _ENTRY.search(text) else Form.HTML


def entries(text: str) -> int:
    """Return how many entries `text` holds by a count of their opening tags, outside of comments and CDATA."""
    return len(_ENTRY.findall(without(without(text, "<![CDATA[", "]]>"), "<!--", "-->")))


def nth_entry(text: str, number: int) -> int:
    """Return where the entry `number` (from 0) of `text` begins; the length of `text` where it has fewer. Counts those in comments too."""
    for count, found in enumerate(_ENTRY.finditer(text)):
        if count == number:
            return found.start()
    return len(text)


def is_cut(text: str) -> bool:
    """Tell a feed whose end is missing: its root is never closed."""
    return not _CLOSED.search(text[-_TAIL:]) and bool(_FEED_ROOT.search(text[:_HEAD]))


def ends_in_entry(text: str) -> bool:
    """Tell whether the last entry of `text` is never closed."""
    last = max((found.end() for found in _ENTRY_END.finditer(text)), default=0)
    return bool(_ENTRY.search(text, last))


def is_challenge(text: str) -> bool:
    """Tell a page that asks for proof of a human instead of giving the answer."""
    head = text[:_HEAD].lower()
    return any(mark in head for mark in _CHALLENGES)


def is_too_often(text: str) -> bool:
    """Tell a plain text that asks for fewer requests (GDELT sends it with status 200)."""
    head = text[:500].lower()
    return any(mark in head for mark in _TOO_OFTEN)


def without(text: str, opening: str, closing: str) -> str:
    """Return `text` without the spans from `opening` to `closing`; one that is never closed reaches to the end."""
    if opening not in text:
        return text
    kept = []
    at = 0
    while (start := text.find(opening, at)) >= 0:
        kept.append(text[at:start])
        end = text.find(closing, start + len(opening))
        if end < 0:
            return "".join(kept)
        at = end + len(closing)
    return "".join([*kept, text[at:]])


def _root(head: str) -> str | None:
    found = _ELEMENT.search(without(without(head, "<!--", "-->"), "<?", "?>"))
    return found[2].lower() if found else None
