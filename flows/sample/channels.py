"""From an outlet's stories to the ways in which outlets announce them: RSS of several ages, RDF, Atom, JSON Feed, news sitemap, search results.

Pure: records in, bytes out. The dates are printed as real publishers print them, some without a zone.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from flows.sample import pages
from flows.sample.stories import Outlet, Story

Announced = tuple[Story, str]  # a story and the link under which it is announced


def announced(outlet: Outlet) -> list[Announced]:
    """Return the stories with the links of the outlet's main feed."""
    return [(story, _link(outlet, story, "utm_source=rss&utm_medium=feed")) for story in outlet.stories]


def again(outlet: Outlet) -> list[Announced]:
    """Return what the outlet's second feed announces once more: tracked stories under other links, and corrections."""
    tracked = [(story, _link(outlet, story, "utm_campaign=companies&fbclid=IwAR0x")) for story in outlet.stories if story.tracking]
    return [*tracked, *((_correction(story), f"http://{outlet.host}{story.path}?rev=2") for story in outlet.stories if story.correction)]


def _correction(story: Story) -> Story:
    values = {name: getattr(story, name) for name in Story.__slots__}
    correction = story.correction
    if correction is None:
        raise ValueError(f"{story.path}: expected a correction, found none")
    return Story(**{**values, "published": correction.published, "title": correction.title, "summary": correction.summary})


def _link(outlet: Outlet, story: Story, tracking: str) -> str:
    if outlet.form == "search":
        return f"http://{outlet.host}/rss/articles/{story.path}?oc=5"
    return f"http://{outlet.host}{story.path}" + (f"?{tracking}" if story.tracking else "")


def channel(outlet: Outlet, stories: Sequence[Announced]) -> bytes:
    """Return the feed of `stories` in the outlet's form and encoding."""
    return _FORMS[outlet.form](outlet, stories).encode(outlet.charset, "xmlcharrefreplace")


def content_type(form: str) -> str:
    """Return the header with which a feed of this form is sent."""
    known = {
        "jsonfeed": "application/feed+json",
        "atom": "application/atom+xml; charset=utf-8",
        "sitemap": "application/xml",
        "listing": "text/html; charset=utf-8",
    }
    return known.get(form, "application/rss+xml" if form == "rss2gbk" else "text/xml; charset=utf-8")


def _date(outlet: Outlet, at: datetime) -> str:
    """Print a date as the outlet does: Chinese and Korean ones leave the zone out."""
    local = at.astimezone(pages.zone(outlet))
    return f"{local:%Y-%m-%d %H:%M:%S}" if outlet.language in {"zh", "ko"} else format_datetime(local)


def _rss2(outlet: Outlet, stories: Sequence[Announced]) -> str:
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">{escape(outlet.host + story.path)}</guid><description>{escape(_summary(story))}</description>'
        f"{_full(outlet, story)}<pubDate>{_date(outlet, story.published)}</pubDate></item>\n"
        for story, link in stories
    )
    spaces = ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    head = f"<title>{escape(outlet.name)}</title><link>http://{outlet.host}/</link><description>{escape(outlet.tagline)}</description>"
    return f'<?xml version="1.0" encoding="{outlet.charset}"?>\n<rss version="2.0"{spaces}><channel>{head}<language>{outlet.language}</language>\n{items}</channel></rss>\n'


def _summary(story: Story) -> str:
    return f"<p>{escape(story.summary)}</p>"  # HTML inside of XML, as most systems write it


def _full(outlet: Outlet, story: Story) -> str:
    if outlet.form != "rss2full" or not story.body:
        return ""
    text = "".join(f"<p>{escape(part)}</p>" for part in story.paragraphs)
    return f"<dc:creator>{escape(story.author)}</dc:creator><content:encoded><![CDATA[{text}]]></content:encoded>"


def _rss091(outlet: Outlet, stories: Sequence[Announced]) -> str:
    items = "".join(
        f"<item><title>{escape(story.title)}</title><link>{escape(link)}</link><description>{escape(story.summary)}</description></item>\n"
        for story, link in stories
    )
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    head = f"<title>{escape(outlet.name)}</title><link>http://{outlet.host}/</link><description>{escape(outlet.tagline)}</description><language>{outlet.language}</language>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n{doctype}\n<rss version="0.91"><channel>{head}\n{items}</channel></rss>\n'


def _rdf(outlet: Outlet, stories: Sequence[Announced]) -> str:
    spaces = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    order = "".join(f'<rdf:li rdf:resource="{escape(link)}"/>' for _, link in stories)
    items = "".join(
        f'<item rdf:about="{escape(link)}"><title>{escape(story.title)}</title><link>{escape(link)}</link>'
        f"<description>{escape(story.summary)}</description><dc:creator>{escape(story.author)}</dc:creator>"
        f"<dc:date>{story.published.astimezone(pages.zone(outlet)).isoformat()}</dc:date></item>\n"
        for story, link in stories
    )
    head = f'<channel rdf:about="http://{outlet.host}/"><title>{escape(outlet.name)}</title><link>http://{outlet.host}/</link><description>{escape(outlet.tagline)}</description>'
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF {spaces}>{head}<items><rdf:Seq>{order}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n'


def _atom(outlet: Outlet, stories: Sequence[Announced]) -> str:
    entries = "".join(
        f'<entry><title type="html">{escape(escape(story.title, quote=False))}</title><link rel="alternate" type="text/html" href="{escape(link)}"/>'
        f'<id>tag:{outlet.host},{story.published.year}:{escape(story.path)}</id><summary type="text">{escape(story.summary)}</summary>'
        f"<author><name>{escape(story.author)}</name></author><published>{story.published.isoformat()}</published>"
        f"<updated>{story.published.isoformat()}</updated></entry>\n"
        for story, link in stories
    )
    newest = max(story.published for story, _ in stories)
    head = f'<title>{escape(outlet.name)}</title><id>http://{outlet.host}/</id><link rel="self" href="http://{outlet.host}/atom.xml"/><updated>{newest.isoformat()}</updated>'
    return f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">{head}\n{entries}</feed>\n'


def _jsonfeed(outlet: Outlet, stories: Sequence[Announced]) -> str:
    items: list[dict[str, Any]] = [
        {
            "id": outlet.host + story.path,
            "url": link,
            "title": story.title,
            "summary": story.summary,
            "content_html": f"<p>{escape(story.summary)}</p>",
            "date_published": story.published.astimezone(pages.zone(outlet)).isoformat(),
            "authors": [{"name": story.author}],
        }
        for story, link in stories
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"http://{outlet.host}/",
        "language": "pt-BR",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _sitemap(outlet: Outlet, stories: Sequence[Announced]) -> str:
    urls = "".join(
        f"<url><loc>{escape(link)}</loc><news:news><news:publication><news:name>{escape(outlet.name)}</news:name>"
        f"<news:language>{outlet.language}</news:language></news:publication><news:publication_date>{story.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(story.title)}</news:title></news:news></url>\n"
        for story, link in stories
    )
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {spaces}>\n{urls}</urlset>\n'


def _search(outlet: Outlet, stories: Sequence[Announced]) -> str:
    items = "".join(
        f"<item><title>{escape(story.title)} - {escape(story.outlet or '')}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">{story.path}</guid><pubDate>{format_datetime(story.published)}</pubDate>'
        f"<description>{escape(_found(story, link))}</description>"
        f'<source url="http://{story.site}">{escape(story.outlet or "")}</source></item>\n'
        for story, link in stories
    )
    head = f"<generator>NFE/5.0</generator><title>China electric vehicle investment - {escape(outlet.name)}</title><link>http://{outlet.host}/search</link><language>en-US</language>"
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><rss version="2.0"><channel>{head}<description>{escape(outlet.tagline)}</description>{items}</channel></rss>'


def _found(story: Story, link: str) -> str:
    quoted = f"<p>{escape(story.summary)}</p>" if story.summary != story.title else ""
    return f'<a href="{escape(link)}" target="_blank">{escape(story.title)}</a>&nbsp;&nbsp;<font color="#6f6f6f">{escape(story.outlet or "")}</font>{quoted}'


def _listing(outlet: Outlet, stories: Sequence[Announced]) -> str:
    del stories  # a listing always shows them all
    return pages.front(outlet).decode()


_FORMS: dict[str, Callable[[Outlet, Sequence[Announced]], str]] = {
    "rss2": _rss2,
    "rss2full": _rss2,
    "rss2gbk": _rss2,
    "rss091": _rss091,
    "rdf": _rdf,
    "atom": _atom,
    "jsonfeed": _jsonfeed,
    "sitemap": _sitemap,
    "listing": _listing,
    "search": _search,
}
