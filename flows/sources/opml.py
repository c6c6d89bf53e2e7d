"""OPML both ways: the list that every feed reader can read and write.

What OPML has no word for (tier, rights, interval ...) travels as attributes in our own namespace, so that export and import lose nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from lxml import etree

from flows.records import Source
from flows.sources.model import SourceEntry
from flows.steps import links

NAMESPACE = "https://evwatch.example/opml"
_PLAIN = {"name": "text", "url": "xmlUrl", "homepage": "htmlUrl", "language": "language"}
_LARGEST = 10_000_000  # bytes


class OpmlError(ValueError):
    """The bytes are no OPML."""


def exported(sources: Iterable[Source]) -> bytes:
    """Return `sources` as OPML 2.0 in UTF-8, one outline each."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"evwatch": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Sources of evwatch"
    body = etree.SubElement(root, "body")
    for source in sources:
        etree.SubElement(body, "outline", _attributes(source))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def imported(opml: bytes, taken: Iterable[Source] = ()) -> tuple[dict[str, Any], ...]:
    """Return an entry for sources.yaml for each feed in `opml`, without those whose address `taken` has. Raises `OpmlError`.

    Entries that we exported come back whole; others get a slug of their title, and the category as topic. Their values are not checked here.
    """
    known = list(taken)
    urls = {links.canonical(source.url) for source in known}
    ids = {source.source_id for source in known}
    entries = []
    for outline, category in _outlines(_root(opml)):
        values = _values(outline, category)
        if links.canonical(values["url"]) in urls:
            continue
        values["source_id"] = _free(values.get("source_id") or slug(values["name"]), ids)
        urls.add(links.canonical(values["url"]))
        ids.add(values["source_id"])
        entries.append({name: values[name] for name in SourceEntry.model_fields if name in values})
    return tuple(entries)


def slug(name: str) -> str:
    """Return `name` as a source id; `source` where it has no letter of the alphabet."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:70].strip("-") or "source"


def _attributes(source: Source) -> dict[str, str]:
    attributes = {"type": "rss", "title": _legal(source.name)}
    for field in fields(source):
        value = getattr(source, field.name)
        if value in (None, ()) or (value == field.default and field.name not in _PLAIN):
            continue
        name = _PLAIN.get(field.name, f"{{{NAMESPACE}}}{field.name}")
        attributes[name] = _legal(
            ",".join(value) if isinstance(value, tuple) else str(value).lower() if isinstance(value, bool) else str(value)
        )
    return attributes


def _legal(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "", text)


def _root(opml: bytes) -> etree._Element:
    if len(opml) > _LARGEST:
        raise OpmlError(f"OPML: expected at most {_LARGEST} bytes, found {len(opml)}")
    try:
        root = etree.fromstring(opml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise OpmlError(f"OPML: expected XML, found {error}") from error
    if etree.QName(root).localname.lower() != "opml":
        raise OpmlError(f"OPML: expected the root <opml>, found <{etree.QName(root).localname}>")
    return root


def _outlines(root: etree._Element) -> Iterator[tuple[dict[str, str], str]]:
    """Yield the attributes of each outline that is a feed, with the name of the outline around it (empty = none)."""
    for outline in root.iter("outline"):
        attributes = {str(name): str(value) for name, value in outline.attrib.items()}
        if links.canonical(attributes.get("xmlUrl", "")):
            around = outline.getparent()
            yield attributes, (around.get("text") or around.get("title") or "") if around is not None and around.tag == "outline" else ""


def _values(attributes: dict[str, str], category: str) -> dict[str, Any]:
    values: dict[str, Any] = {"kind": "feed"}
    for field in fields(Source):
        printed = attributes.get(_PLAIN.get(field.name, f"{{{NAMESPACE}}}{field.name}"), "").strip()
        if printed:
            values[field.name] = _typed(printed, field.default)
    values["name"] = values.get("name") or attributes.get("title", "").strip() or links.host(values["url"]) or values["url"]
    values["language"] = str(values.get("language", ""))[:2].lower() or None
    if category.strip() and not values.get("topics"):
        values["topics"] = (category.strip().lower(),)
    return {name: value for name, value in values.items() if value is not None}


def _typed(printed: str, default: object) -> object:
    if isinstance(default, bool):
        return printed == "true"
    if isinstance(default, int) and printed.isdigit():
        return int(printed)
    return tuple(part.strip() for part in printed.split(",") if part.strip()) if isinstance(default, tuple) else printed


def _free(wanted: str, ids: set[str]) -> str:
    if wanted not in ids:
        return wanted
    return next(f"{wanted}-{number}" for number in range(2, len(ids) + 3) if f"{wanted}-{number}" not in ids)
