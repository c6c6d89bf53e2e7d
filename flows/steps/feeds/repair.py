"""Broken XML made whole, so that the strict parser can read it and nothing is lost on the way.

Text in, text out. Document types are dropped unread, and with them every entity they declare: no bombs, nothing external. Nesting is bounded
by libxml2's own limit (256).
"""

import re
from html.entities import html5

from lxml import etree

from flows.steps.feeds.sniffing import without

_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos", "AMP", "LT", "GT", "QUOT"})
_PROLOG = re.compile(r"\s*<\?xml[^>]*>")
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_START = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|rdf|channel)(?=[\s>])", re.IGNORECASE)
_NUMBERED = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|(\d{1,9}));?")
_BARE = re.compile(r"&(?!#?\w{1,40};)")
_NAME = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z]\w{1,40});")
_PREFIX = re.compile(r"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARED = re.compile(r"xmlns:([A-Za-z_][\w.-]*)\s*=")

# Prefixes that feeds use without declaring them. source: the modules' own specifications.
_NAMESPACES = {
    "rss": "http://purl.org/rss/1.0/",
    "atom": "http://www.w3.org/2005/Atom",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}


def tidied(text: str) -> str:
    """Return `text` without what stands before its root, its document type, and references to characters that XML forbids."""
    text = _PROLOG.sub("", text, count=1).lstrip()
    if _DOCTYPE.match(text.lstrip()) or _DOCTYPE.search(text[:20_000]):
        text = _without_doctype(text)
    if not _START.match(text):
        start = _START.search(text[:20_000])
        text = text[start.start() :] if start else text
    return _NUMBERED.sub(_allowed, text) if "&#" in text else text


def tree(text: str) -> etree._Element | None:
    """Return the parsed root of `text` if it is well-formed, with every prefix declared; else `None`."""
    try:
        return etree.fromstring(text.encode(), _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError):
        return None


def salvaged(text: str) -> etree._Element | None:
    """Return the root of `text` made well-formed: prefixes declared, HTML's entities spelt out, open elements closed; `None` = nothing left."""
    text = _declared(_spelt_out(text))
    try:
        # With recover, an empty document gives None.
        root: etree._Element | None = etree.fromstring(text.encode(), _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=False,
        encoding="utf-8",
    )


def _without_doctype(text: str) -> str:
    found = _DOCTYPE.search(text)
    if not found:
        return text
    bracket, end = text.find("[", found.end()), text.find(">", found.end())
    if 0 <= bracket < end:
        closed = text.find("]>", bracket)
        loose = re.compile(r"\]\s*>").search(text, bracket) if closed < 0 else None
        end = closed + 1 if closed >= 0 else (loose.end() - 1 if loose else end)
    return text[: found.start()] + text[end + 1 :] if end >= 0 else text[: found.start()]


def _allowed(reference: re.Match[str]) -> str:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    forbidden = code < 9 or code in (11, 12) or 14 <= code < 32 or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF  # noqa: PLR2004 - the ranges of XML 1.0, section 2.2
    return "" if forbidden else reference[0]


def _spelt_out(text: str) -> str:
    """Escape bare ampersands and replace the names that only HTML knows, outside of CDATA."""
    parts = []
    at = 0
    while (start := text.find("<![CDATA[", at)) >= 0:
        end = text.find("]]>", start)
        end = len(text) if end < 0 else end + 3
        parts += [_escaped(text[at:start]), text[start:end]]
        at = end
    return "".join([*parts, _escaped(text[at:])])


def _escaped(text: str) -> str:
    if "&" not in text:
        return text
    return _NAME.sub(lambda name: _character(name[1]), _BARE.sub("&amp;", text))


def _character(name: str) -> str:
    if name in _XML_ENTITIES:
        return f"&{name.lower()};"
    known = html5.get(f"{name};")
    return f"&amp;{name};" if known is None or known in "<>&\"'" else known


def _declared(text: str) -> str:
    """Declare on the root every prefix that is used and never declared."""
    root = re.search(r"<[A-Za-z_][\w.:-]*", text)
    if not root:
        return text
    used = set(_PREFIX.findall(without(text, "<![CDATA[", "]]>"))) - set(_DECLARED.findall(text)) - {"xml", "xmlns"}
    missing = "".join(f' xmlns:{prefix}="{_NAMESPACES.get(prefix, "urn:undeclared:" + prefix)}"' for prefix in sorted(used)[:200])
    return text[: root.end()] + missing + text[root.end() :]
