"""A feed's tree without what we never read: pictures, keywords, categories, everything in vocabularies of others.

feedparser works in Python on every element, and in some places (categories, attributes) in time that grows with their square; libxml2 cuts
them off at no cost. It knows the elements of RSS, RDF and Atom, and changes the tree that it is given.
"""

from collections.abc import Iterator
from html import escape

from lxml import etree

_MOST_ATTRIBUTES = 50  # of one element
_MOST_CHILDREN = 100  # of one entry
_LONG = 80  # characters
_LONGEST = 200_000  # characters of one text; far more than is kept of it

# Namespaces in which `item` and `entry` are entries of a feed. source: the specifications, and the table of feedparser.
_FEEDS = frozenset({
    None, "http://backend.userland.com/rss", "http://backend.userland.com/rss2", "http://backend.userland.com/RSS2", "http://blogs.law.harvard.edu/tech/rss",
    "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/", "http://purl.org/net/rss1.1#",
    "http://purl.org/rss/1.0/modules/rss091#", "http://purl.org/atom/ns#", "http://www.w3.org/2005/Atom", "http://purl.org/echo/", "http://purl.org/pie/",
})  # fmt: skip
_ENTRIES = frozenset({"item", "entry"})
# What is read of an entry, by local name in lower case.
_READ = _ENTRIES | {
    "title", "link", "guid", "id", "identifier", "description", "summary", "abstract", "tagline", "content", "encoded", "body", "div", "pubdate", "published", "updated", "issued",
    "modified", "created", "date", "author", "creator", "source", "language", "origlink",
}  # fmt: skip
_TEXTS = frozenset({"title", "description", "summary", "abstract", "tagline", "content", "encoded", "body", "div"})
# Vocabularies that use the same names for something else (a picture's title).
_FOREIGN = frozenset(
    {
        "http://search.yahoo.com/mrss/",
        "http://search.yahoo.com/mrss",
        "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "http://www.google.com/schemas/play-podcasts/1.0",
    }
)
_UNREAD_OF_FEED = frozenset(
    {"category", "contributor", "image", "textinput", "cloud", "subject", "rights", "skipdays", "skiphours", "keywords"}
)


def entries(root: etree._Element) -> list[etree._Element]:
    """Return the elements that are entries, in the order of the document."""
    found = (element for element in root.iter() if isinstance(element.tag, str))
    return [element for element in found if _local(element.tag) in _ENTRIES and _namespace(element.tag) in _FEEDS]


def prune(root: etree._Element, found: list[etree._Element]) -> None:
    """Remove from the tree of `root` what is never read, of the entries `found` and of what holds them."""
    inner = set(found)
    for entry in found:
        for unread in list(_unread(entry)):
            entry.remove(unread)
        for child in entry:
            if len(child) and _local(child.tag) in _TEXTS and not any(each in inner for each in child.iter("{*}item", "{*}entry")):
                _flatten(child)
    for holder in {parent for entry in found if (parent := entry.getparent()) is not None} | {root}:
        if holder not in found:
            for child in [child for child in holder if isinstance(child.tag, str) and _local(child.tag) in _UNREAD_OF_FEED]:
                holder.remove(child)
    for element in root.iter():
        if len(element.attrib) > _MOST_ATTRIBUTES:
            element.attrib.clear()
        _in_one_piece(element)


def _in_one_piece(element: etree._Element) -> None:
    """Let a long text reach the parser in one call: expat makes one of each line and each escape. Line separators stand for line ends."""
    text = (element.text or "")[:_LONGEST]
    if len(text) > _LONG and not len(element) and "]]>" not in text and isinstance(element.tag, str):
        element.text = etree.CDATA(text.replace("\n", "\u2028"))


def _flatten(element: etree._Element) -> None:
    """Turn markup that was written into the feed as elements (XHTML) into markup in a text."""
    inner = "".join(etree.tostring(child, encoding="unicode") for child in element)
    text = escape(element.text or "") + inner
    for child in list(element):
        element.remove(child)
    element.text = text
    element.set("type", "html")
    if "mode" in element.attrib:
        element.set("mode", "escaped")


def _unread(entry: etree._Element) -> Iterator[etree._Element]:
    kept = 0
    for child in entry:
        wanted = isinstance(child.tag, str) and _local(child.tag) in _READ and _namespace(child.tag) not in _FOREIGN
        kept += wanted
        if not wanted or kept > _MOST_CHILDREN:
            yield child


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _namespace(tag: str) -> str | None:
    return tag[1:].partition("}")[0] if tag.startswith("{") else None
