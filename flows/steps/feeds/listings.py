"""Pages whose article links are the items, for publishers without a feed: found by CSS selector or by the shape of their addresses."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urldefrag, urljoin

from lxml import etree
from lxml import html as markup

from flows.records import Source
from flows.steps.feeds.entries import Entry

MOST_ENTRIES = 500  # articles of one page
MOST_LINKS = 20_000  # of one page that are looked at
_UNDATED_FIELDS = ("title", "aria-label")


def parse(text: str, source: Source, origin: str) -> tuple[Entry, ...]:
    """Return an entry for each article that the page `text` links to, in its order; `origin` is the page's address."""
    try:
        # Bytes, so that libxml2 does not stumble over a charset that the text declares and no longer has.
        page = markup.fromstring(text.encode(), parser=markup.HTMLParser(encoding="utf-8", huge_tree=False, recover=True, no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ()
    origin = _origin(page, origin)
    titles: dict[str, str] = {}
    for anchor in islice(_anchors(page, source), MOST_LINKS):
        address = _address(anchor, origin)
        if address is None or (source.item_pattern and not re.search(source.item_pattern, address)):
            continue
        title = _title(anchor)
        if len(title) > len(titles.get(address, "")) or address not in titles:
            titles[address] = title
        if len(titles) >= MOST_ENTRIES:
            break
    return tuple(Entry(link=address, title=title) for address, title in titles.items())


def _anchors(page: etree._Element, source: Source) -> Iterator[etree._Element]:
    """Yield the links that the selector chooses: links themselves, or those inside of what it chooses; all of them without a selector."""
    chosen = page.cssselect(source.item_selector) if source.item_selector else [page]
    for element in chosen:
        if element.tag == "a":
            yield element
        else:
            yield from element.iter("a")


def _origin(page: etree._Element, origin: str) -> str:
    stated = page.find(".//base[@href]")
    try:
        return urljoin(origin, stated.get("href", "")) if stated is not None else origin
    except ValueError:
        return origin


def _address(anchor: etree._Element, origin: str) -> str | None:
    href = (anchor.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
        return None
    try:
        return urldefrag(urljoin(origin, href)).url
    except ValueError:
        return None


def _title(anchor: etree._Element) -> str:
    """Return the words of the link: of a heading in it, else all, else what its attributes or its picture say."""
    for heading in anchor.iter("h1", "h2", "h3", "h4", "h5"):
        if said := _words(heading):
            return said
    if said := _words(anchor):
        return said
    stated = next((text for key in _UNDATED_FIELDS if (text := (anchor.get(key) or "").strip())), "")
    return stated or next((alt.strip() for image in anchor.iter("img") if (alt := image.get("alt") or "").strip()), "")


def _words(element: etree._Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())
