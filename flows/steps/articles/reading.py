"""Reading: the steps from a page to its article, in order.

    bytes | text | tree | what the head says | title, date, address | paragraphs | quality -> article

Here is the order alone; each step's rules are in the module named after it.
"""

from dataclasses import dataclass

from flows.records import Article, Item, Page, identity
from flows.steps import languages
from flows.steps.articles import addresses, bodies, charsets, dates, heads, prints, qualities, titles, trees
from flows.steps.articles.failures import Unreadable
from flows.steps.articles.heads import Head

_LARGEST = 20_000_000  # bytes of a page that are read
_VISIBLE = 6000  # characters at the end of a page in which walls and notices are looked for
_CLOSING = 8  # last paragraphs in which a notice of rights may stand
_NAME = 40  # characters of an outlet's name


@dataclass(frozen=True, slots=True)
class Trace:
    """An article with what led to it, for tests and measurements."""

    article: Article
    charset: str
    charset_from: str
    dated: dates.Dated | None  # in the zone in which it was printed


def read(page: Page) -> Trace:
    """Return the article of `page`. Raises Unreadable."""
    body = _checked(page)
    decoded = charsets.decode(body, page.content_type)
    tree = trees.parse(decoded.text)
    head = heads.read(tree)
    title = titles.choose(head, page.final_url, page.item.title)
    pieces = trees.texts(tree)
    visible = trees.tail(pieces, _VISIBLE)
    dated = dates.choose(head, page.final_url, page.item, page.fetched_at) or dates.in_text(tree, page.final_url, page.fetched_at)
    author = titles.author(head, page.item.author)
    found = bodies.read(tree, max(1, sum(map(len, pieces))), head, [title, head.title, head.meta("og:title"), *head.headings[:3]], author)
    quality = qualities.judge(head, found, title, page.final_url, visible)
    article = _article(page, head, title, author, dated, _told(quality, found, page.item), quality, visible)
    return Trace(article, decoded.charset, decoded.found_by, dated)


def _checked(page: Page) -> bytes:
    """Return the page's bytes. Raises Unreadable for what is no text."""
    body = page.body
    if not body.strip():
        raise Unreadable("page: expected HTML, found no bytes")
    if len(body) > _LARGEST:
        raise Unreadable(f"page: expected at most {_LARGEST} bytes, found {len(body)}")
    if body.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF")):
        raise Unreadable(f"page: expected HTML, found {body[:4]!r}")
    return body


def _told(quality: str, found: list[str], item: Item) -> str:
    """Return the text to keep: a wall's own words never, a stub only if it says more than the feed did."""
    if quality in {qualities.CONSENT, qualities.BLOCKED, qualities.EMPTY}:
        return _teaser(item)
    if quality == qualities.PAYWALLED:
        return max("\n".join(qualities.without_asking(found)), _teaser(item), key=len)
    return "\n".join(qualities.without_asking(found, last=3))


def _teaser(item: Item) -> str:
    """Return the feed's own text; empty where it only says the headline again, perhaps with the outlet's name."""
    said, title = prints.normalised(item.summary), prints.normalised(item.title)
    return "" if title and said.startswith(title) and len(said) - len(title) <= _NAME else item.summary


def _article(
    page: Page, head: Head, title: str, author: str | None, dated: dates.Dated | None, body: str, quality: str, visible: str
) -> Article:
    walled = quality in {qualities.CONSENT, qualities.BLOCKED}
    address = (page.item.canonical_url or page.final_url) if walled else addresses.choose(head, page.item, page.final_url)
    title = (page.item.title or title) if walled else title
    published = dates.from_feed(page.item, page.fetched_at) if walled else dated
    return Article(
        article_id=identity(address),
        url=page.final_url,
        canonical_url=address,
        source_id=page.item.source_id,
        item_id=page.item.item_id,
        title=title,
        body=body,
        author=page.item.author if walled else author,
        outlet=page.item.outlet or _outlet(head, page),
        language=languages.identify(f"{title}\n{body}", page.item.language or head.language),
        published_at=dates.utc(published),
        published_from=published.origin if published else "first_seen",
        first_seen_at=page.item.first_seen_at,
        fetched_at=page.fetched_at,
        body_sha256=prints.digest(title, body),
        text_quality=quality,
        rights_notice=None if walled else qualities.notice((*body.split("\n")[-_CLOSING:], visible)),
        modified_at=None if walled else dates.modified(head, page.fetched_at),
    )


def _outlet(head: Head, page: Page) -> str | None:
    """Return the site's name where the feed's link led to another domain (an aggregator's), None where it is the source's own."""
    asked = page.item.canonical_url or page.item.url or page.final_url
    return head.meta("og:site_name") or None if addresses.domain(asked) != addresses.domain(page.final_url) else None


def from_item(item: Item) -> Article:
    """Return the article that the feed's own text gives, where no page is to be had."""
    dated, body = dates.from_feed(item, item.first_seen_at), _teaser(item)
    return Article(
        article_id=identity(item.canonical_url) if item.canonical_url else item.item_id,
        url=item.url or "",
        canonical_url=item.canonical_url or item.url or "",
        source_id=item.source_id,
        item_id=item.item_id,
        title=item.title,
        body=body,
        author=item.author,
        outlet=item.outlet,
        language=languages.identify(f"{item.title}\n{body}", item.language),
        published_at=dates.utc(dated),
        published_from=(item.published_from if dated else "first_seen"),
        first_seen_at=item.first_seen_at,
        fetched_at=item.first_seen_at,
        body_sha256=prints.digest(item.title, body),
        text_quality=qualities.of_feed(body),
        rights_notice=qualities.notice((body,)),
    )
