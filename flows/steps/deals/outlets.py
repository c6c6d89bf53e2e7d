"""Who says so: the outlet behind an article, its tier, and whether it only passes on what another says.

Copies, reprints of one agency and several pages of one publisher are one source. Knows articles and sources, no deals.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import tldextract

from flows.records import Article, Kind, Source
from flows.steps.deals import kinds
from flows.text import fold

_DATELINE = 160  # characters at either end of a body in which an agency signs
_UNKNOWN_TIER = 3  # an outlet that no source describes counts as trade press until someone says otherwise
_split = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list that the package ships: no network, no disk


@dataclass(frozen=True, slots=True)
class Voice:
    """The outlet of one article."""

    outlet: str  # for people
    family: str  # who is independent of whom: equal = one voice
    tier: int  # 1-4


class Voices:
    """The outlets of all articles."""

    def __init__(self, articles: Mapping[str, Article], sources: Mapping[str, Source]) -> None:
        self._articles, self._sources = articles, sources
        self._tiers = _tiers_by_domain(sources.values())
        self._known: dict[str, Voice] = {}

    def __getitem__(self, article_id: str) -> Voice:
        """Return the voice of an article; one that is not at hand is an unknown voice of its own."""
        if article_id not in self._known:
            self._known[article_id] = self._voice(article_id)
        return self._known[article_id]

    def _voice(self, article_id: str) -> Voice:
        article = self._articles.get(article_id)
        if article is None:
            return Voice("unknown", article_id, _UNKNOWN_TIER)
        outlet, domain, tier = self._outlet(article)
        original = self._original(article)
        if original is not article:
            first = self[original.article_id]
            return Voice(outlet, first.family, min(tier, first.tier))
        return Voice(outlet, _agency(article) or _family(domain, outlet), tier)

    def _original(self, article: Article) -> Article:
        """Follow `duplicate_of` to its end; a broken or circular chain ends where it breaks."""
        seen = {article.article_id}
        while article.duplicate_of and article.duplicate_of not in seen and article.duplicate_of in self._articles:
            seen.add(article.duplicate_of)
            article = self._articles[article.duplicate_of]
        return article

    def _outlet(self, article: Article) -> tuple[str, str, int]:
        """Return (name, domain, tier); what an aggregator or a search found is told by the publisher, not by the finder."""
        source = self._sources.get(article.source_id)
        domain = registered(article.canonical_url or article.url)
        finder = (
            source is None or source.kind in {Kind.SEARCH, Kind.IMPORT} or (article.outlet is not None and article.outlet != source.name)
        )
        if not finder and source is not None:
            return source.name, domain, source.tier
        name = article.outlet or domain or (source.name if source else article.source_id)
        if source is not None and domain == registered(source.url):  # a wrapper's link: the domain is the finder's
            domain = ""
        fallback = source.tier if source is not None and source.kind is not Kind.SEARCH else _UNKNOWN_TIER
        return name, domain, self._tiers.get(domain, self._tiers.get(_plain(name), fallback))


@cache
def registered(url: str) -> str:
    """Return the registered domain of a URL; empty = it has none."""
    return _split(urlsplit(url).netloc).top_domain_under_public_suffix if url else ""


@cache
def _plain(name: str) -> str:
    return " ".join(fold(name).text.split())


def _family(domain: str, outlet: str) -> str:
    return domain or _plain(outlet)


def _tiers_by_domain(sources: Iterable[Source]) -> dict[str, int]:
    """Return the best tier that the source list gives for a domain or an outlet's name; search feeds describe no outlet."""
    tiers: dict[str, int] = {}
    for source in sources:
        if source.kind in {Kind.SEARCH, Kind.IMPORT}:
            continue
        for key in {registered(source.homepage or source.url), _plain(source.name)} - {""}:
            tiers[key] = min(source.tier, tiers.get(key, source.tier))
    return tiers


def _agency(article: Article) -> str | None:
    """Return the agency that signed: in the author's field, the outlet's name, or at the body's ends."""
    ends = f"{article.body[:_DATELINE]} | {article.body[-_DATELINE:]}" if article.body else ""
    signed = _plain(f"{article.author or ''} | {article.outlet or ''} | {ends}")
    return next((one.label for one in kinds.agencies() if one.pattern.search(signed)), None)
