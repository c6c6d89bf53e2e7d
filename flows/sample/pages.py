"""From a story to its page, with the furniture that real pages have: banners, menus, teasers, share bars, most-read lists.

Pure: values and templates in, bytes out.
"""

import json
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from flows.sample.stories import Correction, Outlet, Story

_FOLDER = Path(__file__).parent
_ZONES = {
    "CN": "Asia/Shanghai",
    "HK": "Asia/Hong_Kong",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "GB": "Europe/London",
    "BR": "America/Sao_Paulo",
}
_DATES = {
    "en": "{d.day} {d:%B} {d.year}, {d:%H:%M}",
    "zh": "{d:%Y-%m-%d %H:%M}",
    "ja": "{d.year}年{d.month}月{d.day}日 {d:%H:%M}",
    "ko": "{d:%Y.%m.%d %H:%M}",
    "de": "{d:%d.%m.%Y, %H:%M} Uhr",
    "fr": "{d:%d/%m/%Y} à {d:%H:%M}",
    "hu": "{d:%Y. %m. %d. %H:%M}",
    "sv": "{d:%Y-%m-%d %H.%M}",
}
_SHOWN_FREE = 1  # paragraphs in front of a paywall
_MOST_LINKS = 5  # in a most-read list


@cache
def _template(name: str) -> Template:
    return Template((_FOLDER / "templates" / f"{name}.html").read_text(encoding="utf-8"))


@cache
def _furniture() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load((_FOLDER / "furniture.yaml").read_text(encoding="utf-8"))
    return found


def zone(outlet: Outlet) -> ZoneInfo:
    """Return the time zone in which the outlet prints its dates."""
    return ZoneInfo(_ZONES.get(outlet.country, "Europe/Berlin"))


def page(outlet: Outlet, story: Story, *, corrected: bool = False) -> bytes:
    """Return the story's page in the outlet's encoding; with `corrected` that of its correction."""
    shown = _corrected(story) if corrected else story
    words = _words(outlet)
    values = {**words, **_facts(outlet, shown, story), **_body(words, outlet, shown)}
    return _template(outlet.template).substitute(values).encode(outlet.charset, "xmlcharrefreplace")


def front(outlet: Outlet, *, address: str | None = None, dated: bool = True) -> bytes:
    """Return a page that lists the outlet's stories: its front page, or the listing that is polled as a source."""
    links = "".join(
        f'<li><a href="{escape(story.path)}" title="{escape(story.title)}">{escape(story.title)}</a>'
        + (f'<span class="date">{story.published.astimezone(zone(outlet)):%Y-%m-%d}</span>' if dated else "")
        + "</li>"
        for story in outlet.stories
        if story.body
    )
    discovery = (
        f'<link rel="alternate" type="application/rss+xml" title="{escape(outlet.name)}" href="{escape(address)}">' if address else ""
    )
    values = {**_words(outlet), "links": links, "discovery": discovery, "charset": outlet.charset}
    return _template("front").substitute(values).encode(outlet.charset, "xmlcharrefreplace")


def consent(outlet: Outlet, url: str) -> bytes:
    """Return the wall that stands before `url`."""
    return _template("consent").substitute({"outlet": escape(outlet.name), "continue": escape(url)}).encode()


def _corrected(story: Story) -> Story:
    if story.correction is None:
        raise ValueError(f"{story.path}: expected a correction, found none")
    values = {name: getattr(story, name) for name in Story.__slots__}
    return Story(**(values | {name: getattr(story.correction, name) for name in Correction.__slots__}))


def _words(outlet: Outlet) -> dict[str, str]:
    words = _furniture()[outlet.language]
    menu = "".join(f'<li><a href="/s/{number}">{escape(word)}</a></li>' for number, word in enumerate(words["navigation"]))
    plain = {name: escape(word) for name, word in words.items() if name != "navigation"}
    return {**plain, "navigation": menu, "outlet": escape(outlet.name), "tagline": escape(outlet.tagline), "language": outlet.language}


def _facts(outlet: Outlet, shown: Story, story: Story) -> dict[str, str]:
    local = story.published.astimezone(zone(outlet))
    changed = shown.published.astimezone(zone(outlet))
    return {
        "title": escape(shown.title),
        "summary": escape(shown.summary),
        "author": escape(shown.author),
        "canonical": f"http://{outlet.host}{escape(story.path)}",
        "published": _iso(local),
        "modified": _iso(changed),
        "date": _DATES.get(outlet.language, "{d:%d/%m/%Y %H:%M}").format(d=local),
        "charset": outlet.charset,
        "tags": f"EV, {outlet.name}",
        "linked_data": _linked_data(outlet, shown, local, changed),
        **_links(outlet, story),
    }


def _links(outlet: Outlet, story: Story) -> dict[str, str]:
    others = [one for one in outlet.stories if one is not story and one.body]
    also = others[hash_of(story.path) % len(others)]
    links = "".join(f'<li><a href="{escape(one.path)}">{escape(one.title)}</a></li>' for one in others[:_MOST_LINKS])
    return {"links": links, "also_link": escape(also.path), "also_title": escape(also.title)}


def hash_of(text: str) -> int:
    """Return a number that is the same for the same text in every process."""
    return sum(text.encode())


def _body(words: dict[str, str], outlet: Outlet, story: Story) -> dict[str, str]:
    paragraphs = [f"<p>{escape(text)}</p>" for text in story.paragraphs]
    figure = ""
    if story.caption:
        credit = f"{words['photo']}{escape(outlet.name)}"
        figure = f'<figure><img src="/static/{hash_of(story.path)}.jpg" alt=""><figcaption>{escape(story.caption)} {credit}</figcaption></figure>'
    wall = ""
    if story.wall == "paywall":
        paragraphs = paragraphs[:_SHOWN_FREE]
        wall = f'<div class="paywall"><p>{words["paywall"]}</p><a href="/abo">{words["subscribe"]}</a></div>'
    return {"opening": "\n".join(paragraphs[:2]), "rest": "\n".join(paragraphs[2:]), "figure": figure, "wall": wall}


def _linked_data(outlet: Outlet, story: Story, local: datetime, changed: datetime) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "description": story.summary,
        "datePublished": _iso(local),
        "dateModified": _iso(changed),
        "author": {"@type": "Person", "name": story.author},
        "publisher": {"@type": "Organization", "name": outlet.name},
        "isAccessibleForFree": story.wall != "paywall",
    }
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
