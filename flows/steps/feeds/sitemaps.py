"""Sitemaps for news, and the indexes that lead to them.

Read with libxml2, without entities and network. A plain sitemap is read too: its entries have no title, their pages will tell.
"""

from lxml import etree

from flows.steps.feeds import repair
from flows.steps.feeds.entries import Entry

MOST_ENTRIES = 5_000
MOST_CHILDREN = 20  # of an index; the newest of them hold the news


def parse(text: str) -> tuple[tuple[Entry, ...], int, tuple[str, ...]]:
    """Return the entries of a sitemap, how many it holds, and, for an index, the addresses of its children, newest first."""
    text = repair.tidied(text)
    root = repair.tree(text)
    if root is None:
        root = repair.salvaged(text)
    if root is None:
        return (), 0, ()
    children = [(_text(each, "lastmod"), _text(each, "loc")) for each in root.iter("{*}sitemap")]
    urls = [each for each in root.iter("{*}url") if _text(each, "loc")]
    entries = tuple(_entry(each) for each in urls[:MOST_ENTRIES])
    return entries, len(urls), tuple(loc for _, loc in sorted(children, key=_newest_news_first)[:MOST_CHILDREN] if loc)


def _newest_news_first(child: tuple[str, str]) -> tuple[bool, tuple[int, ...]]:
    lastmod, loc = child
    return "news" not in loc.lower(), tuple(-ord(character) for character in lastmod)


def _entry(url: etree._Element) -> Entry:
    news = url.find("{*}news")
    stated = [_text(news, "publication_date")] if news is not None else []
    return Entry(
        link=_text(url, "loc"),
        title=_text(news, "title") if news is not None else "",
        outlet=_text(news, "publication/{*}name") if news is not None else "",
        language=_text(news, "publication/{*}language") if news is not None else "",
        dates=tuple(printed for printed in (*stated, _text(url, "lastmod")) if printed),
    )


def _text(holder: etree._Element | None, path: str) -> str:
    found = holder.find("{*}" + path) if holder is not None else None
    return (found.text or "").strip() if found is not None else ""
