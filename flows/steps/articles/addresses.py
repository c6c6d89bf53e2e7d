"""Addresses: under which URL an article is known, so that all ways to it lead to one record.

The page's own canonical address is believed only within its registered domain and where it points at an article, not at a section.
"""

from functools import cache
from urllib.parse import urljoin, urlsplit

import tldextract

from flows.records import Item
from flows.steps.articles.heads import Head
from flows.steps.links import canonical

_SLUG = 20  # characters that an article's own part of a path has, and a section's has not
_WRAPPERS = frozenset({"google.com", "bing.com", "feedproxy.google.com", "t.co", "msn.com"})


def choose(head: Head, item: Item, final_url: str) -> str:
    """Return the canonical address of the page's article; that of the item, or the final one, where the page states none to be believed."""
    final = canonical(final_url) or final_url
    stated = [urljoin(final_url, one) for one in (*head.links.get("canonical", ()), *head.metas.get("og:url", ())) if one]
    for one in stated:
        address = canonical(one)
        if address and is_plausible(address, final):
            return address
    return item.canonical_url if item.canonical_url and _is_wrapped(final) else final


def is_plausible(address: str, final: str) -> bool:
    """Whether `address` can be the article's: same registered domain, and no shallower than a front page or section."""
    if domain(address) != domain(final):
        return False
    stated, asked = urlsplit(address), urlsplit(final)
    if not stated.path.strip("/") and not stated.query:
        return False
    depth, slug = len(_parts(stated.path)), _parts(stated.path)[-1]
    return depth >= len(_parts(asked.path)) - 1 or len(slug) >= _SLUG or any(sign.isdigit() for sign in stated.path)


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part] or [""]


def _is_wrapped(address: str) -> bool:
    return domain(address) in _WRAPPERS


@cache
def _rules() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the packaged list: a step does not fetch


def domain(address: str) -> str:
    """Return the registered domain of `address`, its host where it has none."""
    host = urlsplit(address).hostname or ""
    found = _rules()(host)
    return f"{found.domain}.{found.suffix}" if found.suffix else host
