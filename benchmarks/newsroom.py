"""A made-up newsroom of any size on loopback: N hosts with a feed each, M pages a feed, the same bytes on every machine.

Its words come from small lists, mixed by hashes of the host and page number, so no two pages are alike and none was ever published.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web

_SUBJECTS = ["The council", "A carmaker", "The port", "A battery start-up", "The ministry", "One supplier", "The union", "A regional bank"]
_VERBS = ["discussed", "reviewed", "postponed", "welcomed", "questioned", "published", "corrected", "repeated"]
_OBJECTS = [
    "a report on winter range",
    "the budget of the coming year",
    "new rules for depots",
    "a plan for the old harbour",
    "figures of the month",
]
_TAILS = [
    "after a long meeting",
    "despite doubts of its members",
    "as expected by observers",
    "in the presence of visitors",
    "without a vote",
]
_DEALS = [
    "BYD will invest 1 billion euros in an electric car plant in Szeged, Hungary",
    "CATL builds a 7.3 billion euro battery plant in Debrecen, Hungary",
    "Gotion plans a battery cell factory worth 1.2 billion euros in Surany, Slovakia",
]


def _pick(words: list[str], *parts: object) -> str:
    return words[int.from_bytes(blake2b("/".join(map(str, parts)).encode(), digest_size=4).digest()) % len(words)]


def _paragraph(host: str, page: int, number: int) -> str:
    sentences = []
    for line in range(5):
        key = (host, page, number, line)
        words = [_pick(words, name, *key) for name, words in (("s", _SUBJECTS), ("v", _VERBS), ("o", _OBJECTS), ("t", _TAILS))]
        sentences.append(" ".join(words) + f", said {_pick(_SUBJECTS, 'w', *key).lower()} number {page * 97 + number * 7 + line}.")
    return " ".join(sentences)


def headline(host: str, page: int) -> str:
    """Return a page's headline: one in ten tells of a deal."""
    return (
        _pick(_DEALS, host, page)
        if page % 10 == 3
        else f"{_pick(_SUBJECTS, host, page)} {_pick(_VERBS, page, host)} {_pick(_OBJECTS, host, page)} ({host} {page})"
    )


def html(host: str, page: int) -> str:
    """Return a page: an article of about 3,500 characters among the usual furniture."""
    lead = headline(host, page) + ", the company said on Thursday."
    body = "".join(f"<p>{_paragraph(host, page, number)}</p>" for number in range(9))
    menu = "".join(f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(40))
    related = "".join(f'<li><a href="/{n}">{headline(host, n)}</a></li>' for n in range(10))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{headline(host, page)}</title>'
        f'<link rel="canonical" href="http://{host}/{page}"><meta property="article:published_time" content="2026-03-0{page % 9 + 1}T08:00:00Z">'
        f"</head><body><nav><ul>{menu}</ul></nav><main><article><h1>{headline(host, page)}</h1><p>{lead}</p>{body}</article></main>"
        f"<aside><ul>{related}</ul></aside><footer><p>About us. Contact. Terms.</p></footer></body></html>"
    )


def rss(host: str, pages: int) -> str:
    """Return the feed of `host`."""
    items = "".join(
        f"<item><title>{headline(host, n)}</title><link>http://{host}/{n}</link><guid>{host}-{n}</guid>"
        f"<description>{_paragraph(host, n, 0)[:200]}</description></item>"
        for n in range(pages)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title><link>http://{host}/</link>{items}</channel></rss>'


def sources(feeds: int) -> str:
    """Return a sources.yaml for the first `feeds` hosts."""
    entry = "  - {{source_id: feed-{n}, name: Feed {n}, url: 'http://feed{n}.example/rss', kind: feed, language: en, country: GB}}\n"
    return "sources:\n" + "".join(entry.format(n=n) for n in range(feeds))


async def _answer(request: web.Request) -> web.Response:
    host, path = request.host.split(":")[0], request.path.strip("/")
    if path == "rss":
        tag = f'"{host}-{request.app["pages"]}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(text=rss(host, request.app["pages"]), content_type="application/rss+xml", headers={"ETag": tag})
    if path.isdigit():
        return web.Response(text=html(host, int(path)), content_type="text/html")
    return web.Response(status=404)


def _serve(pages: int, tell: Connection) -> None:
    async def forever() -> None:
        app = web.Application()
        app["pages"] = pages
        app.router.add_route("GET", "/{tail:.*}", _answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        tell.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(forever())


@contextmanager
def serving(pages: int) -> Iterator[tuple[str, int]]:
    """Serve `pages` pages a host, for any host, in a process of its own; give the address to dial, and the process's id."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(pages, theirs), daemon=True)
    process.start()
    try:
        yield f"127.0.0.1:{ours.recv()}", process.pid or 0
    finally:
        process.kill()
        process.join()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(sources(int(sys.argv[2])), encoding="utf-8")
