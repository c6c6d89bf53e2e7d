"""What every form of feed gives, before it is an item: raw values as printed, and the one way from them to items."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin

from flows.records import Item, Kind, Response, Source, identity
from flows.steps import links
from flows.steps.feeds import dates, tails
from flows.steps.feeds.plaintext import line, plain

_NAME_CAP = 200  # characters of an author's or outlet's name
_MONTH_FIRST = frozenset({"US", "PH"})  # countries that print 7/10/2025 for the tenth of July
_SEPARATORS = (" - ", " – ", " — ", " | ", "_", "－", "｜")
_MAIL = re.compile(r"\S+@\S+\s*|[()]")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as printed: markup, relative links and all; empty = not there."""

    guid: str = ""
    link: str = ""
    title: str = ""
    texts: tuple[str, ...] = ()  # summary and content, in any order
    author: str = ""
    outlet: str = ""  # the publisher that an aggregator names
    language: str = ""
    dates: tuple[str, ...] = ()  # as printed, the best first


def items(entries: Sequence[Entry], source: Source, response: Response, now: datetime, language: str = "") -> tuple[Item, ...]:
    """Return the items of `entries`, each id once, in their order; `language` is the feed's own."""
    reader = _reader(entries, source, now, source.language or _language(language))
    linked = [_located(entry, response) for entry in entries]
    shared = _shared(linked)
    made: dict[str, Item] = {}
    for entry in linked:
        item = _item(entry, source, reader, language, shared)
        made.setdefault(item.item_id, item)
    return tuple(made.values())


def _reader(entries: Iterable[Entry], source: Source, now: datetime, language: str | None) -> dates.Reader:
    reader = dates.Reader(
        dates.zone(source.timezone), now, language, wrong_zone=source.wrong_zone, month_first=source.country in _MONTH_FIRST
    )
    if source.timezone and not source.wrong_zone:
        reader.wrong_zone = _prints_wrong_zone(entries, reader)
    return reader


def _prints_wrong_zone(entries: Iterable[Entry], reader: dates.Reader) -> bool:
    """Tell whether dates lie in the future as printed, and would not if they were of the source's own zone (KST labelled GMT)."""
    home = replace(reader, wrong_zone=True, fallbacks=0)
    stated = replace(reader, fallbacks=0)
    for entry in entries:
        for text in entry.dates[:1]:
            as_printed, at_home = stated.parse(text), home.parse(text)
            if as_printed and at_home and as_printed.zoned and as_printed.at > reader.now + dates.LATEST >= at_home.at:
                return True
    return False


def _located(entry: Entry, response: Response) -> Entry:
    """Make the link absolute, or take a guid that is one."""
    link = _joined(response.final_url, entry.link.strip())
    guid = entry.guid.strip()
    if link is None and guid.startswith(("http://", "https://")):
        link = _joined(response.final_url, guid)
    return replace(entry, link=link or "", guid=guid[: links.LONGEST])


def _joined(origin: str, link: str) -> str | None:
    if not link or len(link) > links.LONGEST:
        return None
    try:
        joined = urljoin(origin, link)
    except ValueError:
        return None
    return joined if links.canonical(joined) else None


def _shared(entries: Iterable[Entry]) -> frozenset[str]:
    """Return guids and links that entries with different links or titles share: some feeds give all their entries the same."""
    guids = {(entry.guid, entry.link, entry.title) for entry in entries if entry.guid}
    addresses = {(entry.link, entry.guid, entry.title) for entry in entries if entry.link}
    return frozenset(key for group in (guids, addresses) for key, count in Counter(key for key, _, _ in group).items() if count > 1)


def _item(entry: Entry, source: Source, reader: dates.Reader, language: str, shared: frozenset[str]) -> Item:
    canonical = links.canonical(entry.link) if entry.link else None
    opaque = bool(entry.link) and links.is_opaque(entry.link)
    title, outlet = _title_and_outlet(entry, source, opaque=opaque)
    published_at, published_from = reader.read(entry.dates)
    if published_at is None and canonical and (dated := dates.in_url(canonical, reader.zone, reader.now)):
        published_at, published_from = dated, "url"
    text = "" if opaque else _longest(entry.texts)  # an aggregator's summary is a list of links, often to other stories
    return Item(
        item_id=identity(source.source_id, _key(entry, title, text, shared)),
        source_id=source.source_id,
        guid=entry.guid or None,
        url=canonical if opaque else entry.link or None,
        canonical_url=None if opaque else canonical,  # an opaque link names no page: the feed's own text is all there is
        title=title,
        summary=text,
        author=_author(entry.author),
        outlet=outlet,
        language=_language(entry.language) or _language(language),
        published_at=published_at,
        published_from=published_from,
        first_seen_at=reader.now,
    )


def _key(entry: Entry, title: str, text: str, shared: frozenset[str]) -> str:
    """Return what the item is known by: its guid (without tracking, with its fragment), else its address, else what it says."""
    said = "\0".join((title, *entry.dates[:1], text))
    if entry.guid and entry.guid not in shared:
        return _with_fragment(entry.guid)
    if entry.link and entry.link not in shared:
        return _with_fragment(entry.link)
    return f"{_with_fragment(entry.link or entry.guid)}\0{said}"


def _with_fragment(address: str) -> str:
    """Return the canonical form of `address`, its fragment kept: entries of one page differ in nothing else."""
    canonical = links.canonical(address)
    fragment = address.partition("#")[2]
    return f"{canonical}#{fragment}" if canonical and fragment and "#" not in canonical else canonical or address


def _title_and_outlet(entry: Entry, source: Source, *, opaque: bool) -> tuple[str, str | None]:
    title = line(entry.title)
    outlet = line(entry.outlet, _NAME_CAP) or None
    aggregated = opaque or source.kind is Kind.SEARCH
    if outlet is None and opaque and " - " in title:
        outlet = title.rpartition(" - ")[2]
    if outlet is None and aggregated and entry.link:
        outlet = links.host(links.canonical(entry.link) or entry.link)
    if outlet == source.name:
        outlet = None
    for name in (outlet, source.name):
        title = _without_outlet(title, name) if name else title
    return title, outlet


def _without_outlet(title: str, name: str) -> str:
    for separator in _SEPARATORS:
        head = title.removesuffix(separator + name)
        if head != title and head.strip():
            return head.rstrip()
    return title


def _longest(texts: tuple[str, ...]) -> str:
    return max((tails.without(plain(text)) for text in dict.fromkeys(texts) if text), key=len, default="")


def _author(printed: str) -> str | None:
    name = line(printed, _NAME_CAP)
    return (_MAIL.sub("", name).strip(" ,;") or None) if "@" in name else name or None


def _language(tag: str) -> str | None:
    code = re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]
    return code if re.fullmatch(r"[a-z]{2}", code) else None
