"""Dates: when an article was published, chosen among all that say so.

Each statement is a candidate with its origin and its precision; the choice knows the usual faults: the time of the last change given
for that of publication, day and month swapped, an older date of a neighbouring story, a day without a time, a time without a zone.
Pure: told when the page was fetched.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from htmldate import find_date
from lxml.etree import _Element

from flows.records import Item
from flows.steps.articles.heads import Head

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web's news
_AHEAD = timedelta(hours=26)  # a day's date in the easternmost zone may be that far ahead of the fetch
_NEAR = timedelta(hours=36)  # two statements of the same publication differ by no more, whatever their zones
_META = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "date.published", "publish-date", "publish_date",
    "publishdate", "pubdate", "publication_date", "published_time", "published-date", "publicationdate", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime",
    "article.published", "rnews:datepublished", "originalpublicationdate", "article_date_original", "ptime", "weibo: article:create_at", "apub:time",
    "bt:pubdate", "displaydate", "iso-8601-publish-date", "og:published_time", "og:pubdate", "og:release_date", "date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "article:modified")
_URL = (
    re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|[-_.]|$)"),
    re.compile(r"(?:/|[-_.=t])((?:19|20)\d\d)-(\d\d)-(\d\d)(?:[-_/.T]|$)"),
    re.compile(r"(?:/|[-_.=t])((?:19|20)\d\d)(\d\d)(\d\d)(?:[-_/.]|$|\d{4,})"),
    re.compile(r"/((?:19|20)\d\d)-?(\d\d)/(\d\d)(?:/|[-_.]|$)"),
    re.compile(r"/((?:19|20)\d\d)/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/(\d{1,2})/", re.IGNORECASE),
)
_MONTHS = {
    name: number for number, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_NUMBERS = re.compile(r"^\D{0,20}((?:19|20)\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})日?(?:\D{1,8}(\d{1,2}):(\d\d)(?::(\d\d))?)?")
_EUROPEAN = re.compile(r"^\D{0,20}(\d{1,2})[./-](\d{1,2})[./-]((?:19|20)\d\d)(?:\D{1,8}(\d{1,2}):(\d\d))?")
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?$")
_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")
_FRACTION = re.compile(r"(\.\d{6})\d+")


@dataclass(frozen=True, slots=True)
class Dated:
    """A statement of when something was published."""

    at: datetime  # aware, in the zone in which it was printed; UTC where none was
    origin: str  # ld+json, meta, url, feed, text
    has_time: bool = True
    has_zone: bool = True

    @property
    def day(self) -> date:
        """The day as printed."""
        return self.at.date()


def parse(text: str, origin: str) -> Dated | None:
    """Return the date that `text` prints in one of the forms that machines write, None where it is none."""
    text = text.strip()
    if _EPOCH.match(text):
        return Dated(datetime.fromtimestamp(int(text[:10]), UTC), origin)
    return _iso(text, origin) or _mail(text, origin) or _numbers(text, origin)


def _iso(text: str, origin: str) -> Dated | None:
    text = _FRACTION.sub(
        r"\1", _OFFSET.sub(r"\1:\2", text.replace(" UTC", "Z").replace(" GMT", "Z").replace(" +", "+").replace("\u2212", "-"))
    )
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _dated(at, origin, has_time=len(text) > len("2024-05-03"))


def _mail(text: str, origin: str) -> Dated | None:
    try:
        return _dated(parsedate_to_datetime(text), origin, has_time=True)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _numbers(text: str, origin: str) -> Dated | None:
    found = _NUMBERS.match(text)
    if found:
        year, month, day, *clock = found.groups()
    else:
        found = _EUROPEAN.match(text)
        if not found:
            return None
        day, month, year, *clock = found.groups()
    try:
        hour, minute, second = (int(part or 0) for part in (*clock, None)[:3])
        at = datetime(int(year), int(month), int(day), hour, minute, second)  # noqa: DTZ001 -- _dated gives it its zone
    except ValueError:
        return None
    return _dated(at, origin, has_time=bool(clock[0]))


def _dated(at: datetime, origin: str, *, has_time: bool) -> Dated | None:
    zone = at.tzinfo is not None
    try:
        at = at if zone else at.replace(tzinfo=UTC)
        at.astimezone(UTC)
    except (ValueError, OverflowError):  # years 1 and 9999, offsets of a day
        return None
    return Dated(at, origin, has_time, zone)


def in_url(url: str) -> Dated | None:
    """Return the day that an address carries, None where it carries none."""
    for pattern in _URL:
        found = pattern.search(url)
        if found:
            year, month, day = found.groups()
            try:
                return Dated(
                    datetime(int(year), _MONTHS.get(month[:3].lower()) or int(month), int(day), tzinfo=UTC),
                    "url",
                    has_time=False,
                    has_zone=False,
                )
            except ValueError:
                continue
    return None


def candidates(head: Head, url: str) -> list[Dated]:
    """Return all that the page says of its publication, most trusted first."""
    article = head.article
    stated = [parse(str(node["datePublished"]), "ld+json") for node in (article, *head.nodes) if isinstance(node.get("datePublished"), str)]
    stated += [parse(str(article["dateCreated"]), "ld+json")] if isinstance(article.get("dateCreated"), str) and not stated else []
    metas = [parse(value, "meta") for name in _META for value in head.metas.get(name, ())]
    marked = [parse(value, "meta") for value, published in head.times if published]
    return [one for one in (*stated[:1], *metas[:6], *marked[:2], in_url(url)) if one is not None]


def _plausible(one: Dated, fetched_at: datetime) -> bool:
    return _EARLIEST <= one.at <= fetched_at + _AHEAD


def choose(head: Head, url: str, item: Item, fetched_at: datetime) -> Dated | None:
    """Return the trusted date of publication, None where neither the page, its address nor its feed gives one."""
    stated = [one for one in candidates(head, url) if _plausible(one, fetched_at)]
    address = next((one for one in stated if one.origin == "url"), None)
    feed = Dated(item.published_at, "feed", has_zone=item.published_from == "feed") if item.published_at else None
    if feed is not None and not _plausible(feed, fetched_at):
        feed = None
    if not stated:
        return feed
    return _agreed(_unswapped(_first_published(head, stated, address), address or feed, fetched_at), feed, fetched_at)


def _first_published(head: Head, stated: list[Dated], address: Dated | None) -> Dated:
    """Return the best statement, or an earlier one where the best is the time of the last change or contradicts the address."""
    best = stated[0]
    if address is not None and abs(best.at - address.at) > _NEAR:
        return next((one for one in stated if abs(one.at - address.at) <= _NEAR), address) if best.at > address.at else best
    if any(one.at == best.at for one in _changes(head)):
        earlier = [one for one in stated if one.origin != "url" and one.at < best.at]
        return earlier[0] if earlier else best
    return best


def _changes(head: Head) -> list[Dated]:
    """Return all that the page says of its last change."""
    changed = [parse(value, "meta") for name in _MODIFIED for value in head.metas.get(name, ())]
    changed += [parse(str(head.article["dateModified"]), "ld+json")] if isinstance(head.article.get("dateModified"), str) else []
    return [one for one in changed if one is not None]


def modified(head: Head, fetched_at: datetime) -> datetime | None:
    """Return the latest plausible moment at which the page says it was changed, None where it says none to the minute."""
    stated = [one.at.astimezone(UTC) for one in _changes(head) if one.has_time and _EARLIEST <= one.at <= fetched_at]
    return max(stated, default=None)


def _unswapped(best: Dated, other: Dated | None, fetched_at: datetime) -> Dated:
    """Swap day and month back where that makes `best` agree with the address or the feed."""
    if other is None or best.day == other.day:
        return best
    try:
        swapped = best.at.replace(month=best.at.day, day=best.at.month)
    except ValueError:
        return best
    fits = abs(swapped - other.at) <= _NEAR < abs(best.at - other.at)
    return replace(best, at=swapped) if fits and swapped <= fetched_at + _AHEAD else best


def _agreed(best: Dated, feed: Dated | None, fetched_at: datetime) -> Dated:
    """Return the page's date, or the feed's where that knows better: an exact time of the same day, or an earlier publication."""
    if feed is None:
        return best
    if abs(best.at - feed.at) <= _NEAR:
        vague = not (best.has_time and best.has_zone) or best.at > fetched_at
        return feed if vague else best
    if best.at > feed.at or best.origin in {"url", "text"}:
        return feed
    return best


def from_feed(item: Item, seen_at: datetime) -> Dated | None:
    """Return the feed's date where it is plausible, None otherwise."""
    if item.published_at is None:
        return None
    feed = Dated(item.published_at, "feed", has_zone=item.published_from == "feed")
    return feed if _plausible(feed, seen_at) else None


def in_text(tree: _Element, url: str, fetched_at: datetime) -> Dated | None:
    """Return the day that the visible text prints as the page's date, None where it prints none; the slow last resort."""
    try:
        found = find_date(tree, original_date=True, url=url, max_date=(fetched_at + _AHEAD).date().isoformat(), extensive_search=False)
    except Exception:  # noqa: BLE001 -- htmldate fails in many ways on odd markup; a page without a date is no failure
        return None
    dated = parse(found, "text") if found else None
    return dated if dated and _plausible(dated, fetched_at) else None


def utc(dated: Dated | None) -> datetime | None:
    """Return the moment in UTC."""
    return dated.at.astimezone(UTC) if dated else None
