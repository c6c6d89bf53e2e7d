"""Workers are killed when a page is too much for them, and only that page is lost."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.extraction import Extractor, Unreadable, frames
from flows.extraction.pool import _Worker
from flows.records import Article, Item, Kind, Outcome, Page, Reading, Response, Source
from flows.steps import articles, feeds

FETCHED = datetime(2025, 7, 20, tzinfo=UTC)
STORY = (
    b"<html><body><article>"
    + b"<p>A sentence about a plant that costs 640 million euros and employs 900 people.</p>" * 12
    + b"</article></body></html>"
)


SOURCE = Source("s", "S", "https://news.example.org/feed", Kind.FEED)


def feed(count: int) -> Response:
    items = "".join(f"<item><title>Story {number} 电池</title><link>/story-{number}</link></item>" for number in range(count))
    body = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode()
    return Response(SOURCE.url, SOURCE.url, FETCHED, Outcome.OK, 200, (), body, 5)


def page(body: bytes = STORY, number: int = 1) -> Page:
    url = f"https://news.example.org/a/story-{number}"
    item = Item(f"i{number}", "s", None, url, url, f"Title {number}", "A summary.", None, None, None, FETCHED, "feed", FETCHED)
    return Page(item, url, "text/html", body, FETCHED)


def children() -> set[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False).stdout.split()
    return {int(pid) for pid in found if "extraction.worker" in _command(int(pid))}


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
    except OSError:
        return ""


def test_answers_cross_the_pipe_whole():
    article = articles.extract(page())
    assert frames.to_article(frames.of_answer(article)) == article
    lost = frames.to_article(frames.of_answer(Unreadable("why")))
    assert isinstance(lost, Unreadable)
    assert lost.reason == "why"
    assert frames.to_question(frames.of_question(page())) == page()
    reading = feeds.read(SOURCE, feed(50), FETCHED)
    assert len(reading.items) == 50
    assert frames.to_reading(frames.of_answer(reading)) == reading


@pytest.mark.slow
async def test_pages_are_read_in_processes_and_none_is_left():
    async with Extractor(2) as extractor:
        read = await asyncio.gather(*(extractor.extract(page(number=number)) for number in range(20)))
        assert [one.title for one in read if isinstance(one, Article)] == [f"Title {number}" for number in range(20)]
        assert len(children()) == 2
        unreadable = await extractor.extract(page(b"%PDF-1.7"))
        assert isinstance(unreadable, Unreadable)
        assert unreadable.reason.startswith("page: expected HTML")
    assert children() == set()


async def test_no_page_no_process():
    async with Extractor(2):
        assert children() == set()


@pytest.mark.slow
async def test_a_page_that_takes_too_long_costs_itself_only():
    async with Extractor(2, seconds=3) as extractor:
        await extractor.warm()
        os.kill(min(children()), signal.SIGSTOP)  # whatever page it gets, it never answers
        begun = time.monotonic()
        read = await asyncio.gather(*(extractor.extract(page(number=number)) for number in range(8)))
        assert time.monotonic() - begun < 20
        lost = [one for one in read if isinstance(one, Unreadable)]
        assert [one.reason for one in lost] == ["page: expected an answer within 3 s, found none"]
        assert isinstance(await extractor.extract(page()), Article)


@pytest.mark.slow
async def test_a_worker_that_dies_costs_its_page_only():
    async with Extractor(1, seconds=30) as extractor:
        await extractor.warm()
        (pid,) = children()
        os.kill(pid, signal.SIGSTOP)
        waiting = asyncio.create_task(extractor.extract(page()))
        await asyncio.sleep(0.3)
        os.kill(pid, signal.SIGKILL)
        answer = await waiting
        assert isinstance(answer, Unreadable)
        assert answer.reason == "page: its reader was killed by signal 9"
        assert isinstance(await extractor.extract(page()), Article)
        assert children() != {pid}


MONSTERS = [
    b"<html><body>" + b"<div>" * 100_000 + b"deep" + b"</body></html>",
    b"<html><body>" + b"<table><tr><td><p>A cell with words, " * 3_000 + b"</body></html>",
    b"<html><body>" + b"<p>A sentence of twenty million bytes in all. </p>" * 420_000,
    b"<html><body><p>" + b"word " * 3_900_000,
    b"<html><body>" + b"<a href=x>link</a> " * 200_000,
    b"<html><head>" + b"<meta property='og:title' content='x'>" * 100_000,
    b"<html><body>" + b"<p " + b"a='b' " * 500_000 + b">text",
    b"<table>" + b"<tr><td colspan=1000 rowspan=1000>x" * 3_000,
    b"<html><body>" + b"<li>" * 50_000 + b"<blockquote>" * 2_000,
]


@pytest.mark.slow
async def test_monstrous_pages_are_bounded():
    async with Extractor(2, seconds=2, megabytes=1200) as extractor:
        await extractor.warm()
        begun = time.monotonic()
        for body in MONSTERS:
            answer = await extractor.extract(page(body))
            assert isinstance(answer, Article | Unreadable)
        assert time.monotonic() - begun < 12 * len(MONSTERS)
        assert isinstance(await extractor.extract(page()), Article)


@pytest.mark.slow
async def test_a_feed_that_takes_too_long_costs_itself_only():
    """Thousands of long summaries take seconds to clean; here half a second is all there is."""
    async with Extractor(1, seconds=30) as extractor:
        reading = await extractor.read(SOURCE, feed(5), FETCHED)
        assert isinstance(reading, Reading)
        assert len(reading.items) == 5
        extractor._seconds = 0.5
        lost = await extractor.read(SOURCE, feed(20_000), FETCHED)
        assert (lost.outcome, lost.error) == (Outcome.UNREADABLE, "feed: expected an answer within 0.5 s, found none")
        extractor._seconds = 30
        assert (await extractor.read(SOURCE, feed(5), FETCHED)).outcome is Outcome.OK


@pytest.mark.slow
async def test_memory_is_bounded():
    async with Extractor(1, seconds=60, megabytes=60) as extractor:
        answer = await extractor.extract(page(b"<html><body>" + b"<p>A sentence of many bytes in all. </p>" * 300_000))
        assert isinstance(answer, Unreadable)
        assert isinstance(await extractor.extract(page()), Article)


@pytest.mark.slow
async def test_workers_are_replaced_after_their_share():
    async with Extractor(1, recycled_after=2) as extractor:
        seen = set()
        for number in range(3):
            assert isinstance(await extractor.extract(page(number=number)), Article)
            seen |= children()
        assert len(seen) == 2


@pytest.mark.slow
def test_workers_end_with_a_killed_parent():
    program = (
        "import asyncio\nfrom flows.extraction import Extractor\n"
        "async def main():\n async with Extractor(2) as e:\n  await e.warm()\n  print('ready', flush=True)\n  await asyncio.sleep(60)\nasyncio.run(main())"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent.pid)], capture_output=True, text=True, check=False).stdout.split()
    workers = [int(pid) for pid in listed if "extraction.worker" in _command(int(pid))]
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGSTOP)  # even one that cannot notice the closed pipe
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 5
    while any("extraction.worker" in _command(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any("extraction.worker" in _command(pid) for pid in workers)


@pytest.mark.slow
async def test_no_more_pages_inside_than_workers(monkeypatch):
    inside, most = 0, 0
    ask = _Worker.ask

    def counted(self, *question):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        try:
            return ask(self, *question)
        finally:
            inside -= 1

    monkeypatch.setattr(_Worker, "ask", counted)
    async with Extractor(2) as extractor:
        await asyncio.gather(*(extractor.extract(page(number=number)) for number in range(30)))
    assert most <= 2


@pytest.mark.slow
async def test_leaving_early_stops_busy_workers():
    async with Extractor(1, seconds=120) as extractor:
        await extractor.warm()
        (pid,) = children()
        os.kill(pid, signal.SIGSTOP)
        task = asyncio.create_task(extractor.extract(page()))
        await asyncio.sleep(0.2)
    assert isinstance(await task, Unreadable)
    assert children() == set()
