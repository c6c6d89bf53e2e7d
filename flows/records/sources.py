"""A source: one place on the web that tells of new articles, as written in sources.yaml."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a source tells of new articles."""

    FEED = "feed"  # RSS, RDF, Atom or JSON Feed
    SITEMAP = "sitemap"  # a news sitemap
    LISTING = "listing"  # an HTML page whose article links are the items
    SEARCH = "search"  # a feed that answers a query: Google News, Bing News, GDELT
    IMPORT = "import"  # not polled: articles that the user brought


class Rights(StrEnum):
    """What may leave the local warehouse."""

    FACTS = "facts"  # facts, link and a short quote (the default)
    SUMMARY = "summary"  # also the feed's own summary
    FULL = "full"  # also the body: the publisher allows it


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of sources.yaml, checked and with its defaults filled in."""

    source_id: str  # stable slug, the key in every table
    name: str  # the outlet's name, for people
    url: str  # what is polled
    kind: Kind
    language: str | None = None  # ISO 639-1; None = mixed (a search feed)
    country: str | None = None  # ISO 3166-1 alpha-2 of the outlet; None = international
    homepage: str | None = None  # None = unknown
    tier: int = 3  # 1 filing/company/government, 2 agency and quality press, 3 trade/regional, 4 copies, SEO, social
    topics: tuple[str, ...] = ()  # free words: ev, battery, mining, ...
    rights: Rights = Rights.FACTS
    interval_minutes: int = 30  # the shortest pause between two polls
    max_age_days: int = 14  # newest item older than this = the source is stale
    paywall: bool = False  # True = pages are never fetched, the feed's text is all we use
    fetch_pages: bool = True  # False = feed text only, though there is no paywall
    timezone: str | None = None  # IANA name for dates printed without a zone, and instead of a zone known to be wrong; None = UTC
    wrong_zone: bool = False  # True = the zone that the feed prints is known to be wrong: `timezone` is meant
    item_selector: str | None = None  # listing only: CSS selector of the article links; None = by pattern
    item_pattern: str | None = None  # listing only: regular expression that an article's URL matches; None = by selector
    enabled: bool = True
