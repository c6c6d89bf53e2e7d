"""Trees: from a page's text to its parsed tree without the furniture that its own names give away.

Removes elements by what their class and id say (markers/furniture.tsv) and by their form; never the headline or the bulk of the page.
Knows HTML, no language.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from lxml.etree import _Element
from trafilatura import load_html

from flows.steps.articles.failures import Unreadable
from flows.steps.articles.heads import words_of
from flows.steps.articles.markers import pattern, rows

_DEEP = 400  # levels of nesting past which recursive code would fail; no article needs a tenth
_CONTAINERS = (
    "div",
    "section",
    "aside",
    "ul",
    "ol",
    "table",
    "form",
    "p",
    "span",
    "dl",
    "nav",
    "footer",
    "figure",
    "header",
    "blockquote",
    "li",
)
_BLOCKS = frozenset(("div", "section", "aside", "ul", "ol", "table", "form", "dl", "nav"))
_NAMED = ("class", "id", "data-testid", "data-component")
_SKELETON = frozenset(("html", "body", "main", "article"))
_ALWAYS = ("figcaption", "noscript", "template", "dialog")
_TOO_MUCH = 0.3  # share of the page's text that no piece of furniture has
_LITTLE = 600  # characters that a small element may have
_SENTENCE_END = re.compile(r"[.!?。！？…:：;][\"'”’»」』)）\]]*$")
_TEASER = (12, 200)  # characters that a linked teaser has


def parse(text: str) -> _Element:
    """Return the tree of a page. Raises Unreadable for what is no HTML, or nested deeper than anything written by people."""
    if not text.strip():
        raise Unreadable("page: expected HTML, found nothing")
    tree: _Element | None = load_html(text)
    if tree is None:
        raise Unreadable(f"page: expected HTML, found {text.strip()[:60]!r}")
    if _is_deep(tree):
        raise Unreadable(f"page: expected elements nested less than {_DEEP} deep, found more")
    return tree


def _is_deep(tree: _Element) -> bool:
    """Whether some element lies too deep; walked without recursion."""
    level: list[_Element] = [tree]
    for _ in range(_DEEP):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def prune(tree: _Element, size: int) -> None:
    """Remove furniture from `tree`, in place; `size` is the number of characters of its text."""
    for element in list(tree.iter(*_ALWAYS)):
        _remove(element)
    for element in list(tree.iter(*_CONTAINERS)):
        kinds = {_kind(name) for attribute in _NAMED if (name := element.get(attribute))}
        if len(kinds) > 1 or (kinds and kinds != {""}):
            _prune_named(element, kinds, size)
    _prune_teasers(tree)


@lru_cache(maxsize=50_000)
def _kind(name: str) -> str:
    """Return which kind of furniture a class or id names: drop, small, block, or none; pages repeat their names, and so do sites."""
    folded = name.casefold()
    if not any(stem in folded for stem in _stems()):
        return ""
    return next((kind for kind in ("drop", "small", "block") if pattern("furniture", kind).search(folded)), "")


@cache
def _stems() -> tuple[str, ...]:
    return tuple(stem for row in rows("furniture") if row["kind"] == "stems" for stem in row["pattern"].split("|"))


def _prune_named(element: _Element, kinds: set[str], size: int) -> None:
    """Remove `element` if what its names say can be true: it is not too large, and holds no headline."""
    if not kinds & {"drop", "small"} and element.tag not in _BLOCKS:
        return
    length = _length(element)
    if length > _TOO_MUCH * size or ("drop" not in kinds and length > _LITTLE):
        return
    if element.find(".//h1") is None and element.find(".//article") is None:
        _remove(element)


def _prune_teasers(tree: _Element) -> None:
    """Remove paragraphs among others that are nothing but a link to another story."""
    for element in list(tree.iter("p", "li")):
        link = element.find(".//a")
        if link is None or not (link.get("href") or "#").strip() or (link.get("href") or "#").startswith(("#", "mailto:", "tel:")):
            continue
        text = words_of(element)
        low, high = _TEASER
        if low <= len(text) <= high and not _SENTENCE_END.search(text) and _linked(element.iter("a")) >= 0.95 * len(text):
            _remove(element)


def _linked(links: Iterable[_Element]) -> int:
    return sum(_length(link) for link in links)


def _length(element: _Element) -> int:
    return sum(len(text) for text in element.itertext(*_TEXTUAL) if not text.isspace())


_TEXTUAL = ("a", "abbr", "article", "aside", "b", "blockquote", "body", "dd", "div", "dt", "em", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
            "h5", "h6", "header", "html", "i", "label", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "section", "small", "span", "strong", "sub", "sup",
            "table", "tbody", "td", "th", "time", "tr", "u", "ul", "font", "center", "dl")  # fmt: skip


def _remove(element: _Element) -> None:
    """Take `element` out of its tree but leave the text behind it."""
    parent = element.getparent()
    if parent is None or element.tag in _SKELETON:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def texts(tree: _Element) -> list[str]:
    """Return the pieces of visible text of `tree`, in order."""
    return [str(text) for text in tree.itertext(*_TEXTUAL) if not text.isspace()]


def tail(pieces: list[str], length: int) -> str:
    """Return the last `length` characters of a page's text, a line for each piece: where notices stand."""
    start = len(pieces)
    while start and length > 0:
        start -= 1
        length -= len(pieces[start])
    return "\n".join(piece.strip() for piece in pieces[start:])
