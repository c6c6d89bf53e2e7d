"""Politeness, asserted against a server that counts: turns, pauses, conditions, Retry-After, robots.txt, and what is told of us."""

import asyncio
import itertools
import json
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hostile import Hostile, answer
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from flows.records import Outcome
from flows.web import Request, Web, WebSettings
from flows.web.domains import of_url, registered
from flows.web.robots import relevant

PAGE = answer(b"<html>page</html>", Content_Type="text/html")


def settings(server, **changes):
    return WebSettings(
        **{"pause_s": 0, "timeout_s": 5.0, "private_hosts": {"*.example": server.address, "*.uk": server.address}, **changes}
    )


def gaps(server, *hosts):
    times = [one.at for one in server.asked if not hosts or one.host in hosts]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


async def _slowly(writer, _):
    await asyncio.sleep(0.03)
    writer.write(PAGE)
    await writer.drain()


async def test_one_request_at_a_time_and_a_pause_per_registered_domain():
    async with Hostile(otherwise=_slowly) as server, Web(settings(server, pause_s=0.1)) as web:
        hosts = ["news.volt.example", "feeds.volt.example", "volt.example", "news.volt.example"]
        polled = await asyncio.gather(
            *(web.fetch(Request(f"http://{host}/{n}")) for n, host in enumerate(hosts)), web.fetch(Request("http://ampere.example/"))
        )
        assert {one.outcome for one in polled} == {Outcome.OK}
        volt = gaps(server, *hosts)
        assert len(volt) == 3
        assert min(volt) >= 0.1 + 0.03 - 0.005, "the pause runs from the end of a request"
        assert "ampere.example" in [one.host for one in server.asked[:2]], "another domain does not wait"
        assert all(one.elapsed_ms < 300 for one in polled), "waiting for the turn is not the server's time"


async def test_a_domain_whose_name_nobody_knows_is_not_waited_for(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with Web(WebSettings(pause_s=5.0)) as web:
        began = time.monotonic()
        asked = await asyncio.gather(*(web.fetch(Request(f"https://feeds{n}.volt-news.org/")) for n in range(8)))
        assert {one.outcome for one in asked} == {Outcome.DNS}
        assert time.monotonic() - began < 5.0


async def test_feeds_and_pages_share_the_turns():
    async with Hostile(otherwise=_slowly) as server, Web(settings(server, pause_s=0.05)) as web:
        await asyncio.gather(
            *(web.fetch(Request(f"http://volt.example/{n}", kind=kind)) for n, kind in enumerate(["feed", "page", "feed", "page"]))
        )
        assert server.most_open == {"volt.example": 1}
        assert min(gaps(server)) >= 0.05


async def test_a_domain_can_have_a_pause_of_its_own():
    async with Hostile(otherwise=PAGE) as server, Web(settings(server, pauses={"volt.example": 0.15})) as web:
        await asyncio.gather(*(web.fetch(Request(f"http://volt.example/{n}")) for n in range(3)))
        assert min(gaps(server)) >= 0.15


async def test_at_most_so_many_requests_at_once():
    under_way, most = 0, 0

    async def count(writer, _):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        writer.write(PAGE)

    async with Hostile(otherwise=count) as server, Web(settings(server, concurrency=3)) as web:
        await asyncio.gather(*(web.fetch(Request(f"http://site{n}.example/")) for n in range(15)))
        assert most == 3


async def test_slow_hosts_do_not_hold_up_the_others():
    async def hang(writer, _):
        await asyncio.sleep(60)

    async with Hostile({"/hang": hang}, otherwise=PAGE) as server, Web(settings(server, concurrency=2, slow_s=0.05, timeout_s=2.0)) as web:
        slow = [asyncio.create_task(web.fetch(Request(f"http://slow{n}.example/hang"))) for n in range(6)]
        await asyncio.sleep(0)
        quick = await asyncio.gather(*(web.fetch(Request(f"http://quick{n}.example/")) for n in range(10)))
        assert {one.outcome for one in quick} == {Outcome.OK}
        assert not any(one.done() for one in slow)
        assert {(await one).outcome for one in slow} == {Outcome.TIMEOUT}


async def test_a_request_that_is_given_up_frees_its_turn():
    async def hang(writer, _):
        await asyncio.sleep(60)

    async with Hostile({"/hang": hang}, otherwise=PAGE) as server, Web(settings(server, concurrency=1)) as web:
        task = asyncio.create_task(web.fetch(Request("http://volt.example/hang")))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await web.fetch(Request("http://volt.example/"))).outcome is Outcome.OK


async def test_conditions_are_sent_and_answered():
    async def conditional(writer, asked):
        known = asked.headers.get("if-none-match") == '"v1"' or "if-modified-since" in asked.headers
        writer.write(answer(status="304 Not Modified", ETag='"v1"') if known else answer(b"<rss/>", ETag='"v1"'))

    async with Hostile(otherwise=conditional) as server, Web(settings(server)) as web:
        first = await web.fetch(Request("http://volt.example/rss", kind="feed"))
        assert (first.outcome, dict(first.headers)["etag"]) == (Outcome.OK, '"v1"')
        for condition in ({"etag": '"v1"'}, {"last_modified": "Mon, 23 Nov 2026 10:00:00 GMT"}):
            again = await web.fetch(Request("http://volt.example/rss", kind="feed", **condition))
            assert (again.outcome, again.status, again.body, again.error) == (Outcome.UNCHANGED, 304, b"", None)
        await web.fetch(Request("http://volt.example/rss", kind="feed", etag='"v1"\r\nX-Evil: 1'))
        assert "if-none-match" not in server.asked[-1].headers
        assert "if-none-match" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("99999999999999999999999", 86_400),
        (timedelta(seconds=100), 100),
        (timedelta(days=-2), 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("soon", None),
        ("-5", None),
        ("Mon, 99 Foo 2026 10:00:00 GMT", None),
    ],
)
async def test_retry_after_is_read_and_obeyed(value, seconds):
    if isinstance(value, timedelta):
        value = format_datetime(datetime.now(UTC) + value, usegmt=True)
    route = answer(status="429 Too Many Requests", Retry_After=value)
    async with Hostile(otherwise=route) as server, Web(settings(server, patience_s=0, closed_s=60)) as web:
        first = await web.fetch(Request("http://a.volt.example/"))
        assert first.outcome is Outcome.RATE_LIMITED
        assert first.retry_after_s == (seconds if seconds is None else pytest.approx(seconds, abs=2))
        second = await web.fetch(Request("http://b.volt.example/"))
        assert second.outcome is Outcome.RATE_LIMITED
        assert len(server.asked) == (2 if seconds == 0 else 1), "not asked again while it wants to be left alone"
        if seconds != 0:
            assert second.status is None
            assert second.retry_after_s == pytest.approx(60 if seconds is None else seconds, abs=2)
        assert (await web.fetch(Request("http://other.example/"))).status == 429, "other domains go on"


async def test_a_short_wait_is_sat_out():
    async def once(writer, _):
        busy = len(server.asked) == 1
        writer.write(answer(status="503 Service Unavailable", Retry_After="1") if busy else PAGE)

    async with Hostile(otherwise=once) as server, Web(settings(server, patience_s=2)) as web:
        assert (await web.fetch(Request("http://volt.example/"))).outcome is Outcome.RATE_LIMITED
        assert (await web.fetch(Request("http://volt.example/"))).outcome is Outcome.OK
        assert gaps(server)[0] >= 0.98


ROBOTS = b"""
User-agent: *
Disallow: /

User-agent: EVwatch
Disallow: /private/
Disallow: /*.pdf$
Allow: /private/open
Crawl-delay: 0.1
"""


async def test_robots_txt_is_asked_once_and_obeyed():
    async with (
        Hostile({"/robots.txt": answer(ROBOTS)}, otherwise=PAGE) as server,
        Web(settings(server, user_agent="evwatch/1 (+mailto:a@b.example)")) as web,
    ):
        outcomes = {}
        for path in ("/", "/private/x", "/private/open", "/a.pdf", "/a.pdf?x", "/b"):
            outcomes[path] = (await web.fetch(Request("http://volt.example" + path, robots=True))).outcome
        assert [path for path, outcome in outcomes.items() if outcome is Outcome.ROBOTS] == ["/private/x", "/a.pdf"]
        assert server.paths() == ["/robots.txt", "/", "/private/open", "/a.pdf?x", "/b"]
        assert min(gaps(server)[1:]) >= 0.1, "Crawl-delay"
        assert (await web.fetch(Request("http://volt.example/private/x"))).outcome is Outcome.OK, "feeds are published to be fetched"


async def test_many_pages_at_once_ask_for_robots_txt_once():
    async with Hostile({"/robots.txt": answer(b"")}, otherwise=PAGE) as server, Web(settings(server)) as web:
        await asyncio.gather(*(web.fetch(Request(f"http://volt.example/{n}", robots=True)) for n in range(8)))
        assert server.paths().count("/robots.txt") == 1
        assert [(one.url, one.outcome, one.body) for one in web.asides()] == [("http://volt.example/robots.txt", Outcome.OK, b"")]
        assert web.asides() == ()


@pytest.mark.parametrize(
    ("route", "outcome", "status"),
    [
        (answer(b"", "404 Not Found"), Outcome.OK, 200),
        (answer(b"", "403 Forbidden"), Outcome.OK, 200),
        (answer(b"", "410 Gone"), Outcome.OK, 200),
        (answer(b"<html>not a robots.txt</html>"), Outcome.OK, 200),
        (answer(b"\xff\xfe\x00broken"), Outcome.OK, 200),
        (answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), Outcome.ROBOTS, None),
        (answer(b"User-agent: *\nDisallow: /\n" + b"#" * 3_000_000), Outcome.ROBOTS, None),
        (answer(b"", "500 Oops"), Outcome.HTTP_ERROR, None),
        (answer(b"", "429 Too Many Requests"), Outcome.RATE_LIMITED, None),
        (b"nonsense\r\n\r\n", Outcome.CONNECTION, None),
        (answer(status="301 Moved", Location="/robots.txt"), Outcome.REDIRECT, None),
    ],
)
async def test_robots_txt_that_cannot_be_had(route, outcome, status):
    """RFC 9309: 4xx allows all, a server that fails forbids all for a while; then the failure is the page's outcome, so that it is tried again."""
    async with Hostile({"/robots.txt": route}, otherwise=PAGE) as server, Web(settings(server, patience_s=0)) as web:
        for _ in range(2):
            response = await web.fetch(Request("http://volt.example/story", robots=True))
            assert (response.outcome, response.status) == (outcome, status), response.error
        assert server.paths().count("/robots.txt") == 1
        assert ("/story" in server.paths()) == (outcome is Outcome.OK)


async def test_robots_txt_counts_at_each_redirect():
    routes = {
        "volt.example/robots.txt": answer(b""),
        "ampere.example/robots.txt": answer(b"User-agent: *\nDisallow: /closed"),
        "volt.example/a": answer(status="302 Found", Location="http://ampere.example/closed"),
    }
    async with Hostile(routes, otherwise=PAGE) as server, Web(settings(server)) as web:
        response = await web.fetch(Request("http://volt.example/a", robots=True))
        assert (response.outcome, response.hops) == (Outcome.ROBOTS, ("http://volt.example/a",))
        assert server.paths("ampere.example") == ["/robots.txt"]


async def test_robots_txt_is_remembered_across_runs_for_a_day(tmp_path):
    async with Hostile({"/robots.txt": answer(b"User-agent: *\nDisallow: /no")}, otherwise=PAGE) as server:
        folder = tmp_path / "robots"
        for _ in range(2):
            async with Web(settings(server, robots_folder=folder)) as web:
                assert (await web.fetch(Request("http://volt.example/no", robots=True))).outcome is Outcome.ROBOTS
        assert server.paths() == ["/robots.txt"]
        (kept,) = folder.iterdir()
        old = json.loads(kept.read_text()) | {"fetched_at": (datetime.now(UTC) - timedelta(days=1, minutes=1)).isoformat()}
        for torn in (json.dumps(old), "{", "[]", '{"origin": 3}'):
            kept.write_text(torn)
            before = len(server.asked)
            async with Web(settings(server, robots_folder=folder)) as web:
                assert (await web.fetch(Request("http://volt.example/no", robots=True))).outcome is Outcome.ROBOTS
            assert len(server.asked) == before + 1


GROUPS = """
User-agent: GoogleBot
User-agent: evwatch/2.0  # us
User-agent: a*

Disallow: /us
Crawl-delay: 3
User-agent: other
Disallow: /other
Sitemap: http://volt.example/s.xml
User-agent: *

# everybody
Disallow: /all
"""


def test_only_the_groups_for_us_and_for_all_are_kept():
    assert relevant(GROUPS, "evwatch").split("\n") == [
        "User-agent: evwatch",
        "Disallow: /us",
        "Crawl-delay: 3",
        "User-agent: *",
        "Disallow: /all",
    ]
    assert relevant("Disallow: /x", "evwatch") == ""


@given(
    st.lists(
        st.sampled_from(
            [
                "User-agent: evwatch",
                "user-agent: *",
                "User agent: other",
                "Disallow: /a",
                "Allow: /a/b",
                "Disallow: /",
                "",
                "# x",
                "Crawl-delay: 2",
                "x",
                "x: y",
                "Sitemap: s",
                "Disallow /a",
                "User-agent:",
            ]
        ),
        max_size=14,
    )
)
def test_what_is_left_out_of_robots_txt_changes_no_verdict(lines):
    whole, kept = (Protego.parse(text) for text in ("\n".join(lines), relevant("\n".join(lines), "evwatch")))
    for url in ("http://volt.example/", "http://volt.example/a", "http://volt.example/a/b"):
        assert whole.can_fetch(url, "evwatch") == kept.can_fetch(url, "evwatch")
    assert whole.crawl_delay("evwatch") == kept.crawl_delay("evwatch")


async def test_a_robots_txt_made_to_hurt_is_read_in_no_time():
    agents = "".join(f"User-agent: a{n}\n" for n in range(9000))
    rules = "Disallow: /" + "*a" * 20 + "\n"
    for text in (
        agents + "User-agent: *\n" + rules * 6000,
        agents * 2 + rules * 3000,
        "User-agent: *\n" + rules * 12_000,
        "User-agent: *\nDisallow: " + "*" * 400_000 + "\nCrawl-delay: nan\nCrawl-delay: 1e999",
    ):
        async with (
            Hostile({"/robots.txt": answer(text.encode())}, otherwise=PAGE) as server,
            Web(settings(server, longest_crawl_delay_s=0.01)) as web,
        ):
            began = time.process_time()
            response = await web.fetch(Request("http://volt.example/" + "a" * 500, robots=True))
            assert response.outcome in {Outcome.OK, Outcome.ROBOTS}
            assert time.process_time() - began < 1


async def test_what_we_tell_of_ourselves_and_what_we_keep():
    agent = "evwatch/0.1 (+https://desk.example/bot)"
    async with (
        Hostile(otherwise=answer(b"<html>", Set_Cookie="id=secret; Path=/")) as server,
        Web(settings(server, user_agent=agent)) as web,
    ):
        for _ in range(2):
            response = await web.fetch(Request("http://volt.example/"))
            assert "set-cookie" not in dict(response.headers)
        for one in server.asked:
            assert one.headers["user-agent"] == agent
            assert not {"cookie", "authorization", "referer", "from"} & one.headers.keys()


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("volt.example", "volt.example"),
        ("a.b.volt.example", "volt.example"),
        ("finance.sina.com.cn", "sina.com.cn"),
        ("xn--xkrr14bows.xn--fiqs8s", "xn--xkrr14bows.xn--fiqs8s"),
        ("93.184.216.34", "93.184.216.34"),
        ("2606:2800::1", "2606:2800::1"),
        ("intranet", "intranet"),
    ],
)
def test_registered_domains(host, domain):
    assert registered(host) == domain


def test_the_domain_of_any_text():
    assert of_url("https://News.BBC.co.uk:443/x") == "bbc.co.uk"
    assert of_url("http://[::1") == "http://[::1"
    assert of_url("nothing") == "nothing"
