"""Read: fetch the pages of new items, keep them, and extract their articles while the next ones are still on the way.

One line of work per domain, so that a slow host delays only itself; a line that is too far ahead of its extraction waits, so that
pages never pile up in memory. Every item leaves with an outcome or with the time of its next try.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain

from flows.extraction import Unreadable
from flows.records import Article, Capture, Fetch, Item, Outcome, Page, Response, Source
from flows.stages.context import Context, Tally
from flows.steps import articles, polling
from flows.web import Request

_AHEAD = 3  # pages of one domain that may wait for extraction while the next is fetched: bounds memory, keeps both cores busy
_OUTCOMES = {  # what a page turned out to be, where it is not the article
    "paywalled": Outcome.PAYWALLED,
    "consent": Outcome.CONSENT,
    "blocked": Outcome.BLOCKED,
    "empty": Outcome.EMPTY,
}


@dataclass(frozen=True, slots=True)
class Read:
    """All that the try to read one item gives."""

    items: tuple[Item, ...]  # those that share the page
    articles: tuple[Article, ...] = ()  # empty = nothing new to say: a later try of items whose feed text is known already
    fetch: Fetch | None = None  # None = no page was asked for
    capture: Capture | None = None


async def read(context: Context, name: str, lines: Sequence[Sequence[Sequence[Item]]]) -> Tally:
    """Read one batch: `lines` holds, for each domain, the groups of items that share a page, oldest first."""
    addresses = [group[0].canonical_url or "" for line in lines for group in line]
    context.archive.remember(context.memory.last_captures(addresses))
    done = await asyncio.gather(*(_line(context, line) for line in lines))
    reads = list(chain.from_iterable(done))
    context.archive.sync()
    spool(context, name, reads, robots(context))
    fetched = [one for one in reads if one.fetch]
    return {
        "pages_fetched": len(fetched),
        "pages_failed": sum(one.fetch.outcome is not Outcome.OK for one in fetched if one.fetch),
        "articles_new": sum(len(one.articles) for one in reads),
    }


def settle(context: Context, items: Sequence[Item], known: Collection[str]) -> Sequence[Item]:
    """Write down as done the items whose page was read before for another feed (`known` addresses), and return the others."""
    again = [item for item in items if item.canonical_url in known and item.revision_of is None]
    if again:
        done = [replace(item, outcome=Outcome.OK, next_try_at=None) for item in again]
        context.warehouse.spool(f"{context.run_id}-known", {"items": done})
    return [item for item in items if item.canonical_url not in known or item.revision_of]


async def _line(context: Context, groups: Sequence[Sequence[Item]]) -> list[Read]:
    """Read the pages of one domain, one after the other; stop beginning new ones when the pass's time is up."""
    ends = context.started_at + timedelta(minutes=context.settings.budget_minutes)
    works: list[asyncio.Task[Read]] = []
    for group in groups:
        if context.clock() >= ends:
            break
        response = await _fetch(context, group[0])
        works.append(asyncio.create_task(_conclude(context, group, response)))
        if len(works) >= _AHEAD:
            await works[-_AHEAD]
    return [await work for work in works]


async def _fetch(context: Context, item: Item) -> Response | None:
    source = context.sources.get(item.source_id)
    if not wants_page(item, source):
        return None
    response = await context.web.fetch(Request(item.canonical_url or item.url or "", kind="page", robots=True))
    return replace(response, fetched_at=context.clock())


def wants_page(item: Item, source: Source | None) -> bool:
    """Whether the item's page is to be fetched at all; else the feed's own text is the article."""
    return bool(item.url and item.canonical_url and source and source.fetch_pages and not source.paywall)


async def _conclude(context: Context, group: Sequence[Item], response: Response | None) -> Read:
    done = await conclude(context, group, response)
    outcome = done.items[0].outcome or (done.fetch.outcome if done.fetch else "later")
    context.progress.advance("read", f"{group[0].canonical_url or group[0].item_id}: {outcome}")
    return done


async def conclude(context: Context, group: Sequence[Item], response: Response | None, capture: Capture | None = None) -> Read:
    """Say what became of the items of `group`: archive the page (unless `capture` says that it is) and extract its article."""
    if response is None:
        done = tuple(replace(item, outcome=Outcome.FEED_TEXT, next_try_at=None) for item in group)
        return Read(done, tuple(articles.from_item(item) for item in group))
    if response.outcome is not Outcome.OK:
        return _failed(context, group, response)
    if capture is None:
        capture = _keep(context, group[0], response)
    page = page_of(group[0], response)
    article = await context.extractor.extract(page)
    if isinstance(article, Unreadable):
        return _failed(context, group, replace(response, outcome=Outcome.UNREADABLE, error=str(article)), capture)
    outcome = _OUTCOMES.get(article.text_quality, Outcome.OK)
    items = tuple(replace(item, outcome=outcome, tries=item.tries + 1, next_try_at=None, error=None) for item in group)
    return Read(items, told(group[0], article), _row(context, group[0], response, capture, outcome), capture)


def told(item: Item, article: Article) -> tuple[Article, ...]:
    """Return what the page of `item` adds: its article, unless a wall hides now what was read under the first headline."""
    if item.revision_of and article.text_quality in _OUTCOMES:
        return ()
    return (article, *superseded(item, article))


def superseded(item: Item, article: Article) -> tuple[Article, ...]:
    """Return the feed's text as a copy of `article`, where an earlier try gave it and the page calls itself by another address."""
    said = articles.from_item(item) if item.tries and item.revision_of is None else None
    return (replace(said, duplicate_of=article.article_id),) if said and said.article_id != article.article_id else ()


def page_of(item: Item, response: Response) -> Page:
    """Put together what extraction works on."""
    return Page(item, response.final_url, dict(response.headers).get("content-type"), response.body, response.fetched_at)


def _keep(context: Context, item: Item, response: Response) -> Capture:
    return context.archive.append(response, source_id=item.source_id, item_id=item.item_id, kind="page", run_id=context.run_id)


def _failed(context: Context, group: Sequence[Item], response: Response, capture: Capture | None = None) -> Read:
    """Plan the next try; the first failure already gives the feed's own text, so that nobody waits for the page."""
    tried = tuple(
        polling.after_try(item, response.outcome, context.clock(), retry_after_s=response.retry_after_s, error=response.error)
        for item in group
    )
    texts = tuple(articles.from_item(item) for item in group if item.tries == 0 and item.revision_of is None)
    return Read(tried, texts, _row(context, group[0], response, capture, response.outcome), capture)


def robots(context: Context) -> list[Fetch]:
    """Return a row for each robots.txt that was asked for meanwhile; it belongs to a domain, so to no single source."""
    return [
        Fetch(
            run_id=context.run_id,
            url=response.url,
            kind="robots",
            source_id="",
            fetched_at=response.fetched_at,
            outcome=response.outcome,
            http_status=response.status,
            bytes=0,
            elapsed_ms=response.elapsed_ms,
            error=response.error,
        )
        for response in context.web.asides()
    ]


def _row(context: Context, item: Item, response: Response, capture: Capture | None, outcome: Outcome) -> Fetch:
    return Fetch(
        run_id=context.run_id,
        url=response.url,
        kind="page",
        source_id=item.source_id,
        fetched_at=response.fetched_at,
        outcome=outcome,
        http_status=response.status,
        bytes=len(response.body),
        elapsed_ms=response.elapsed_ms,
        sha256=capture.sha256 if capture else None,
        error=response.error,
    )


def spool(context: Context, name: str, reads: Sequence[Read], asides: Sequence[Fetch] = ()) -> None:
    """Write what was concluded, in one batch that the loader takes whole or not at all."""
    context.warehouse.spool(
        name,
        {
            "fetches": [*[one.fetch for one in reads if one.fetch], *asides],
            "captures": [one.capture for one in reads if one.capture],
            "items": list(chain.from_iterable(one.items for one in reads)),
            "articles": list(chain.from_iterable(one.articles for one in reads)),
        },
    )
