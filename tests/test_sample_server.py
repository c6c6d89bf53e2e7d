"""The sample newsroom as its server: asked over loopback by the network door itself."""

import socket

import pytest
import pytest_asyncio

from flows.records import Outcome
from flows.sample import newsroom
from flows.web import Request, Web, WebSettings


@pytest.fixture(scope="module")
def served():
    with newsroom.serve() as room:
        yield room


@pytest_asyncio.fixture
async def web(served):
    async with Web(WebSettings(pause_s=0.0, timeout_s=10.0, private_hosts=served.private_hosts)) as door:
        yield door


async def test_a_feed_is_fetched_and_then_unchanged(web):
    first = await web.fetch(Request("http://voltpost.example/feed", kind="feed"))
    headers = dict(first.headers)
    assert first.outcome is Outcome.OK
    assert b"<rss" in first.body
    by_etag = await web.fetch(Request("http://voltpost.example/feed", kind="feed", etag=headers["etag"]))
    by_date = await web.fetch(Request("http://voltpost.example/feed", kind="feed", last_modified=headers["last-modified"]))
    changed = await web.fetch(Request("http://voltpost.example/feed", kind="feed", etag='"other"'))
    assert [by_etag.outcome, by_date.outcome, changed.outcome] == [Outcome.UNCHANGED, Outcome.UNCHANGED, Outcome.OK]


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://oldwheels.example/feed", Outcome.GONE),
        ("http://closedshop.example/feed", Outcome.CONNECTION),
        ("http://busydesk.example/feed", Outcome.RATE_LIMITED),
        ("http://doorman.example/feed", Outcome.BLOCKED),
        ("http://facelift.example/feed", Outcome.OK),
        ("http://voltpost.example/nowhere", Outcome.GONE),
    ],
)
async def test_hosts_out_of_order_fail_each_in_its_way(web, url, outcome):
    response = await web.fetch(Request(url, kind="feed"))
    assert response.outcome is outcome


async def test_too_many_requests_say_how_long_to_wait(web):
    assert (await web.fetch(Request("http://busydesk.example/feed", kind="feed"))).retry_after_s == 1800


async def test_a_consent_wall_stands_on_a_host_of_its_own(web):
    response = await web.fetch(Request("http://balkanwire.example/economy/minth-indjija-memorandum", robots=True))
    assert response.outcome is Outcome.OK
    assert response.final_url.startswith("http://consent.balkanwire.example/")
    assert b"Accept all" in response.body


async def test_robots_txt_closes_the_premium_pages_only(web):
    closed = await web.fetch(Request("http://balkanwire.example/premium/jmev-sremska-mitrovica", robots=True))
    opened = await web.fetch(Request("http://balkanwire.example/economy/serbia-ev-association-mou", robots=True))
    assert closed.outcome is Outcome.ROBOTS
    assert opened.outcome is Outcome.OK


async def test_addresses_with_queries_are_kept_apart_and_tracking_is_ignored(web):
    urls = ("?idxno=88120", "?idxno=81544", "?idxno=88120&utm_source=feed")
    found = [(await web.fetch(Request(f"http://jeongicha.example/news/articleView.html{url}"))).body for url in urls]
    assert found[0] != found[1]
    assert found[0] == found[2]


def test_the_clock_stands_still(served):
    assert served.clock() == served.clock() == newsroom.NOW


def test_the_port_is_given_back():
    with newsroom.serve() as room:
        host, _, port = room.private_hosts["voltpost.example"].partition(":")
        socket.create_connection((host, int(port)), timeout=5).close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((host, int(port)), timeout=5)
