"""Heads: what a page says of itself in meta elements, links, headings and ld+json.

Reads the parsed page once and hands over plain values; it believes nothing yet: dates, titles and addresses are chosen elsewhere.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.etree import _Element

_ARTICLE = re.compile(r"article|posting|report|news|review|analysis|opinion", re.IGNORECASE)
_NOT_ARTICLE = re.compile(r"media|organization|website|webpage$|breadcrumb", re.IGNORECASE)
_DEPTH = 8  # levels of nesting in ld+json that are looked into
_NODES = 400  # objects of ld+json that are looked at
_SCRIPT = 400_000  # characters of one ld+json script that are read
_META = 500  # meta elements that are read
_TAGS = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")


@dataclass(slots=True)
class Head:
    """A page's own statements, as printed; lists keep the order of the page."""

    metas: dict[str, list[str]] = field(default_factory=dict)  # by lower-case property, name or itemprop
    links: dict[str, list[str]] = field(default_factory=dict)  # by rel
    title: str = ""
    headings: list[str] = field(default_factory=list)  # h1
    times: list[tuple[str, bool]] = field(default_factory=list)  # datetime attribute, and whether it is marked as that of publication
    language: str | None = None
    nodes: list[dict[str, Any]] = field(default_factory=list)  # objects of ld+json, outermost first

    def meta(self, *names: str) -> str:
        """Return the first non-empty content of the first of `names` that the page has."""
        return next((value for name in names for value in self.metas.get(name, ()) if value), "")

    @property
    def article(self) -> dict[str, Any]:
        """The ld+json object that describes the article; empty where there is none."""
        described = [node for node in self.nodes if _is_article(node)]
        return next((node for node in described if node.get("headline") and node.get("datePublished")), described[0] if described else {})

    def stated(self, key: str) -> str:
        """Return the text that the article's ld+json gives for `key`, without markup."""
        value = self.article.get(key)
        return plain(value) if isinstance(value, str) else ""


def read(tree: _Element) -> Head:
    """Return what `tree` says of itself."""
    head = Head(language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"))
    for element in tree.iter("meta", "link", "title", "h1", "time", "script"):
        _READERS[str(element.tag)](head, element)
    return head


def plain(text: str) -> str:
    """Return `text` without markup and entities (also doubly escaped ones), in one line."""
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
    if "<" in text:
        text = _TAGS.sub(" ", text)
    return " ".join(text.split())


def words_of(element: _Element) -> str:
    """Return the text of `element` in one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def _meta(head: Head, element: _Element) -> None:
    content = element.get("content")
    if not content or len(head.metas) >= _META:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        name = element.get(attribute)
        if name:
            head.metas.setdefault(name.strip().lower(), []).append(plain(content[:4000]))
            return


def _link(head: Head, element: _Element) -> None:
    if element.get("href"):
        head.links.setdefault((element.get("rel") or "").lower(), []).append(element.get("href", "").strip())


def _title(head: Head, element: _Element) -> None:
    parent = element.getparent()
    if not head.title and (parent is None or parent.tag != "svg"):
        head.title = plain(words_of(element)[:1000])


def _heading(head: Head, element: _Element) -> None:
    text = words_of(element)[:600]
    if text and len(head.headings) < 8:  # noqa: PLR2004 -- a page with more has no headline
        head.headings.append(text)


def _time(head: Head, element: _Element) -> None:
    value = element.get("datetime")
    if value and len(head.times) < 20:  # noqa: PLR2004 -- later ones belong to teasers
        marks = f"{element.get('itemprop', '')} {element.get('class', '')} {element.get('pubdate', 'no')}".lower()
        head.times.append((value.strip(), "publ" in marks or "pubdate" in marks or element.get("pubdate") is not None))


def _script(head: Head, element: _Element) -> None:
    if "ld+json" in (element.get("type") or "").lower() and element.text:
        head.nodes.extend(_flat(_loaded(element.text[:_SCRIPT]), 0) if len(head.nodes) < _NODES else ())


_READERS = {"meta": _meta, "link": _link, "title": _title, "h1": _heading, "time": _time, "script": _script}


def _loaded(text: str) -> Any:
    """Return the JSON in `text`, mending what content systems commonly break; None where that fails."""
    text = text.strip().removeprefix("<!--").removeprefix("//<![CDATA[").removeprefix("<![CDATA[")
    text = text.removesuffix("-->").removesuffix("//]]>").removesuffix("]]>").strip().rstrip(";")
    for candidate in (text, re.sub(r",(\s*[}\]])", r"\1", text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _flat(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON value, outermost first, down to a bounded depth."""
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for inner in list(value.values())[:80]:
            if isinstance(inner, dict | list):
                yield from _flat(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value[:80]:
            yield from _flat(inner, depth + 1)


def _is_article(node: dict[str, Any]) -> bool:
    kind = node.get("@type")
    kinds = [kind] if isinstance(kind, str) else kind if isinstance(kind, list) else []
    return any(isinstance(one, str) and _ARTICLE.search(one) and not _NOT_ARTICLE.search(one) for one in kinds)
