"""Where a site's feeds may be: what its page says, and the places where sites keep them. Pure: pages come in, addresses go out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml import html as markup

from flows.records import Reading, Response
from flows.sources.opml import slug
from flows.steps import links

MOST = 25  # addresses worth a request
_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/json",
        "application/rdf+xml",
        "text/xml",
        "application/xml",
    }
)
_LOOKS = re.compile(r"(?:^|[/._?=-])(?:rss|feed|atom|rdf|feeds?\.xml|index\.xml|news-?sitemap|sitemap-?news)(?:$|[/._?=&-])", re.IGNORECASE)
# source: the default addresses of WordPress, Drupal, Ghost, Hugo, Jekyll, Arc Publishing and Movable Type.
_PLACES = (
    "feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "rss/index.xml", "feeds/news/", "arc/outboundfeeds/rss/?outputType=xml",
    "news-sitemap.xml", "sitemap-news.xml", "sitemap_news.xml",
)  # fmt: skip
_SITEMAP = re.compile(r"^\s*sitemap:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address where a feed may be."""

    url: str
    title: str  # as the page names it; empty = it does not
    said: bool  # the page itself names it a feed; False = a guess


def candidates(url: str, pages: Iterable[Response], rules: Response | None = None) -> tuple[Candidate, ...]:
    """Return where feeds may be, the surest first, at most `MOST`: `url` itself, what its site's `pages` say, what its robots.txt (`rules`) says, guesses."""
    said = [each for page in pages for each in _said(page.body.decode("utf-8", "replace"), page.final_url)]
    told = [Candidate(each, "", said=True) for each in _SITEMAP.findall(rules.body.decode("utf-8", "replace"))[:20]] if rules else []
    told = [each for each in told if "news" in each.url.lower()]
    guessed = [Candidate(urljoin(url, "/" + place), "", said=False) for place in _PLACES]
    unique: dict[str, Candidate] = {}
    for each in (Candidate(url, "", said=True), *said, *told, *guessed):
        address = links.canonical(each.url)
        if address:
            unique.setdefault(address, each)
    return tuple(unique.values())[:MOST]


def front(page: Response) -> str:
    """Return the front page of the site of `page`."""
    return urljoin(page.final_url, "/")


def robots(page: Response) -> str:
    """Return where the robots.txt of the site of `page` is."""
    return urljoin(page.final_url, "/robots.txt")


def entry(candidate: Candidate, reading: Reading, response: Response) -> dict[str, object]:
    """Return the lines for sources.yaml of a candidate that turned out to be a feed."""
    host = links.host(response.final_url) or "source"
    kind = "sitemap" if b"<urlset" in response.body[:20_000] or b"<sitemapindex" in response.body[:20_000] else "feed"
    language = next((item.language for item in reading.items if item.language), None)
    values = {
        "source_id": slug(host.rpartition(".")[0] or host)
        + ("" if candidate.said else f"-{slug(urlsplit(candidate.url).path)}"[:40].rstrip("-")),
        "name": candidate.title or host,
        "url": response.final_url,
        "kind": kind,
        "language": language,
        "homepage": urljoin(response.final_url, "/"),
    }
    return {name: value for name, value in values.items() if value is not None}


def _said(text: str, origin: str) -> Iterable[Candidate]:
    try:
        page = markup.fromstring(text.encode(), parser=markup.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return
    for link in page.iter("link"):
        if "alternate" in (link.get("rel") or "").lower() and (link.get("type") or "").lower().split(";")[0].strip() in _TYPES:
            yield from _candidate(origin, link.get("href"), link.get("title"))
    for anchor in page.iter("a"):
        if _LOOKS.search(anchor.get("href") or ""):
            yield from _candidate(origin, anchor.get("href"), "".join(str(part) for part in anchor.itertext()))


def _candidate(origin: str, href: str | None, title: str | None) -> Iterable[Candidate]:
    try:
        url = urljoin(origin, (href or "").strip())
    except ValueError:
        return
    if href and links.canonical(url):
        yield Candidate(url, " ".join((title or "").split())[:100], said=True)
