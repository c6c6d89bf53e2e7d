"""Titles and authors: the headline without the outlet's name, and who wrote below it.

Chooses among what the head of the page states; knows no dates and no body.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from flows.steps.articles.heads import Head, plain

_SEPARATOR = re.compile(r"\s+[|–—\-·•»:｜_]\s+|\s*[|｜_]\s*|\s*--+\s*|(?<=[\u3040-\u9fff\uac00-\ud7a3」』】])\s*[-–—：]\s*(?=\S{1,20}$)")
_WORDS = re.compile(r"\w+")
_URL = re.compile(r"^(?:https?:)?//|^www\.|@|\.(?:com|net|org)/")
_NOBODY = re.compile(r"^(?:admin|administrator|editor|staff|webmaster|redaktion|redacción|newsroom|unknown|none|null|\d+)$", re.IGNORECASE)
_SHARED = 0.55  # share of words by which two statements of a headline are the same one
_LONGEST = 400
_TELLING = 4  # letters from which a name at the start of a part means the outlet; shorter ones occur in headlines


def words(text: str) -> list[str]:
    """Return the words of `text`, folded; Han and kana characters stand alone, so that overlap means something for them."""
    return re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+", text.casefold())


def same(one: str, other: str) -> bool:
    """Whether two statements of a headline mean the same one: most words of the shorter are in the longer."""
    first, second = set(words(one)), set(words(other))
    return bool(first and second) and len(first & second) >= _SHARED * min(len(first), len(second))


def choose(head: Head, url: str, feed_title: str) -> str:
    """Return the headline; empty where nobody gives one."""
    stated = head.stated("headline")
    graph = head.meta("og:title", "twitter:title", "dc.title", "title")
    whole = head.title
    heading = next((one for one in head.headings if same(one, graph or whole or stated or one)), "")
    names = _names(head, url)
    offered = [without_name(one, names) for one in (stated, heading, graph, whole, feed_title)]
    best = next((one for one in offered if len(one) > 1 and not _is_name(one, names)), feed_title or whole)
    if best.endswith(("...", "…")):
        best = next((one for one in offered if one.startswith(best.rstrip(".… ")) and len(one) > len(best)), best)
    return best[:_LONGEST]


def without_name(title: str, names: frozenset[str]) -> str:
    """Return `title` without the outlet's name (and the section before it) at its end or start."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:  # noqa: PLR2004 -- nothing to strip
        return title
    for count in range(1, min(4, len(parts))):
        if _is_name(parts[-count], names):
            cut = title.rfind(parts[-count - 1]) + len(parts[-count - 1])
            return title[:cut].strip()
    if _is_name(parts[0], names):
        return title[len(parts[0]) :].lstrip(" |–—-·•»:｜_")
    return title


def _is_name(text: str, names: frozenset[str]) -> bool:
    key = "".join(_WORDS.findall(text.casefold()))
    return bool(key) and any(
        key == name or (len(name) >= _TELLING and key.removeprefix("the").startswith(name) and len(key) < len(name) + 12) for name in names
    )


def _names(head: Head, url: str) -> frozenset[str]:
    """Return the names under which the outlet may sign its titles, as bare letters."""
    publisher: Any = head.article.get("publisher")
    publisher = publisher[0] if isinstance(publisher, list) and publisher else publisher
    name = publisher.get("name") if isinstance(publisher, dict) else publisher
    stated = [
        head.meta("og:site_name"),
        head.meta("application-name"),
        head.meta("twitter:site").lstrip("@"),
        name if isinstance(name, str) else "",
    ]
    labels = [
        label
        for label in (urlsplit(url).hostname or "").split(".")[:-1]
        if label not in {"www", "com", "co", "net", "org", "news", "m", "en"}
    ]
    keys = {"".join(_WORDS.findall(plain(one).casefold())) for one in (*stated, *labels)}
    hostname = (urlsplit(url).hostname or "").removeprefix("www.").replace(".", "")
    return frozenset(key for key in (*keys, hostname) if len(key) > 1)


def author(head: Head, feed_author: str | None) -> str | None:
    """Return the names of the authors, joined by commas; None where nobody states them."""
    stated = _named(head.article.get("author")) or _named(head.article.get("creator"))
    metas = [
        one
        for name in ("author", "article:author", "byl", "dc.creator", "parsely-author", "sailthru.author")
        for one in head.metas.get(name, ())
    ]
    offered = stated or metas or [feed_author or ""]
    names = dict.fromkeys(_name(one) for one in offered)
    return ", ".join(name for name in names if name)[:300] or None


def _named(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    names = [one.get("name") if isinstance(one, dict) else one for one in values[:20]]
    return [one for name in names for one in (name if isinstance(name, list) else [name]) if isinstance(one, str)]


def _name(text: str) -> str:
    """Return a name without its 'by'; empty where it is an address or nobody's."""
    name = re.sub(r"^(?:by|von|par|por|di|af|av|door)[:\s]+", "", plain(text), flags=re.IGNORECASE).strip(" ,;|")
    return "" if not name or len(name) > 100 or _URL.search(name) or _NOBODY.match(name) else name  # noqa: PLR2004 -- a sentence is no name
