"""Every answer that the newsroom's server gives, by host and path. Pure: built once from the stories, looked up by the server.

The hosts that are out of order are here, too: an answer is a value, a failure as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from hashlib import blake2b
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from flows.sample import channels, pages
from flows.sample.stories import Outlet, Story

FEEDS = {  # host -> path of its main feed
    "voltpost.example": "/feed",
    "silkledger.example": "/c/nev.html",
    "hangyebao.example": "/rss.xml",
    "gazette-auto.example": "/atom.xml",
    "antrieb.example": "/rss/aktuell.xml",
    "corsia.example": "/feed.rdf",
    "motoreconomia.example": "/sitemap-news.xml",
    "villanyut.example": "/rss091.xml",
    "voltagem.example": "/feed.json",
    "denkinews.example": "/index.rdf",
    "jeongicha.example": "/rss/allArticle.xml",
    "harbourfinance.example": "/rss",
    "autodigest.example": "/feed",
    "balkanwire.example": "/feed/",
    "finanzkurier.example": "/rss",
    "nordbatteri.example": "/feed",
    "newsfinder.example": "/rss/search",
}
SECOND_FEED = ("voltpost.example", "/companies/feed")
REFUSING = "closedshop.example"  # dialled, and refused
CONSENT = "consent."  # prefix of the host on which a consent wall stands
_TRACKING = ("utm_", "fbclid", "oc", "q", "hl", "gl", "ceid")
_HTML = "text/html; charset={}"

Site = Mapping[tuple[str, str], "Answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends for one address."""

    body: bytes
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """Return the validator of the body."""
        return f'"{blake2b(self.body, digest_size=8).hexdigest()}"'


MISSING = Answer(b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>", "text/html", 404)


def address(host: str, path: str) -> tuple[str, str]:
    """Return the key of an address: without the parameters that only follow readers around."""
    parts = urlsplit(path)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not name.startswith(_TRACKING)]
    return host.partition(":")[0].lower(), parts.path + (f"?{urlencode(kept)}" if kept else "")


def build(outlets: tuple[Outlet, ...]) -> Site:
    """Return all answers of all hosts."""
    site = dict(_out_of_order())
    for outlet in outlets:
        site.update(_outlet(outlet))
    return site


def hosts(site: Site) -> tuple[str, ...]:
    """Return the hosts that answer."""
    return tuple(sorted({host for host, _ in site}))


def _outlet(outlet: Outlet) -> Iterator[tuple[tuple[str, str], Answer]]:
    host, html = outlet.host, _HTML.format(outlet.charset)
    yield (host, "/robots.txt"), _robots(outlet)
    yield (host, "/"), Answer(pages.front(outlet, address=FEEDS[host]), html)
    yield (host, FEEDS[host]), _feed(outlet, channels.announced(outlet))
    if host == SECOND_FEED[0]:
        yield SECOND_FEED, _feed(outlet, channels.again(outlet))
    for story in outlet.stories:
        if story.body:
            yield from _story(outlet, story, html)


def _feed(outlet: Outlet, stories: list[channels.Announced]) -> Answer:
    newest = max(story.published for story, _ in stories)
    headers = {"Last-Modified": format_datetime(newest, usegmt=True), "Cache-Control": "max-age=300"}
    return Answer(channels.channel(outlet, stories), channels.content_type(outlet.form), headers=headers)


def _story(outlet: Outlet, story: Story, html: str) -> Iterator[tuple[tuple[str, str], Answer]]:
    key = address(outlet.host, story.path)
    if story.wall == "consent":
        url = f"http://{outlet.host}{story.path}"
        wall = f"{CONSENT}{outlet.host}"
        yield key, Answer(b"", html, 302, {"Location": f"http://{wall}/m?continue={quote(url, safe='')}"})
        yield (wall, f"/m?{urlencode({'continue': url})}"), Answer(pages.consent(outlet, url), html)
    else:
        yield key, Answer(pages.page(outlet, story), html)
    if story.correction:
        yield address(outlet.host, f"{story.path}?rev=2"), Answer(pages.page(outlet, story, corrected=True), html)


def _robots(outlet: Outlet) -> Answer:
    closed = "".join(f"Disallow: {story.path}\n" for story in outlet.stories if story.wall == "robots")
    return Answer(f"User-agent: *\n{closed or 'Disallow:'}\n".encode(), "text/plain; charset=utf-8")


def _out_of_order() -> Iterator[tuple[tuple[str, str], Answer]]:
    head = '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{0}</title><link>http://{0}/</link><description>{0}</description>'
    yield ("oldwheels.example", "/feed"), MISSING
    cut = head.format("halfpress.example").removesuffix("ss.example</description>")
    yield ("halfpress.example", "/rss.xml"), Answer(cut.encode(), "application/rss+xml")
    page = b"<!DOCTYPE html><html><head><title>Facelift Weekly</title></head><body><h1>We have a new site!</h1><p>Please visit our start page.</p></body></html>"
    yield ("facelift.example", "/feed"), Answer(page, "text/html; charset=utf-8")
    yield ("quietpaper.example", "/rss"), Answer((head.format("quietpaper.example") + "</channel></rss>").encode(), "application/rss+xml")
    yield ("busydesk.example", "/feed"), Answer(b"Too many requests, come back later.", "text/plain", 429, {"Retry-After": "1800"})
    yield ("doorman.example", "/feed"), Answer(b"<html><body><h1>403 Forbidden</h1></body></html>", "text/html", 403)
