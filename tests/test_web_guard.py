"""Hostile URLs are refused before a byte is sent; a loopback listener is the witness."""

import asyncio
import re
import socket
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from hostile import Hostile, answer
from hypothesis import given
from hypothesis import strategies as st

from flows.records import Outcome
from flows.web import Request, Web, WebSettings
from flows.web.answers import outcome_of_failure
from flows.web.dialling import PERMITTED, Resolver, open_socket
from flows.web.guard import RefusedError, check_address, judge


def _hostile_urls():
    for line in (Path(__file__).parent / "hostile" / "urls.tsv").read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            name, _, url = line.partition("\t")
            yield pytest.param(url, id=name)


HOSTILE = list(_hostile_urls())
REDIRECTS = [
    one for one in HOSTILE if re.match(r"[a-z+-]+://[^/\\]", one.values[0]) and one.values[0].isprintable()
]  # others are paths in a Location


async def _no_names(name, port):
    raise AssertionError(f"the resolver was asked for {name}:{port}")


def test_there_are_enough_hostile_urls():
    assert len({one.values[0] for one in HOSTILE}) >= 60


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listener():
    async with Hostile() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(listener):
    """The door with one opened host, shared by all URLs of this module."""
    settings = WebSettings(pause_s=0, private_hosts={"open.example": listener.address})
    async with Web(settings, lookup=_no_names) as web:
        yield web


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("url", HOSTILE)
async def test_a_hostile_url_is_refused_before_a_byte_is_sent(url, listener, door):
    before = listener.connections
    for robots in (False, True):
        response = await door.fetch(Request(url.replace("PORT", str(listener.port)), robots=robots))
        assert response.outcome is Outcome.REFUSED
        assert response.status is None
        assert response.body == b""
        assert response.error
        assert len(response.error.splitlines()) == 1
        assert "pass" not in response.error
    await asyncio.sleep(0)
    assert listener.connections == before


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("url", REDIRECTS)
async def test_a_redirect_to_a_hostile_url_is_refused(url, listener, door):
    target = url.replace("PORT", str(listener.port))
    listener.routes["/go"] = answer(status="302 Found", Location=target)
    before = len(listener.asked)
    response = await door.fetch(Request("http://open.example/go"))
    assert response.outcome in {Outcome.REFUSED, Outcome.REDIRECT}
    assert response.final_url == "http://open.example/go"
    assert len(listener.asked) == before + 1
    assert "pass" not in str(response.error)


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], ["::1"], ["10.1.2.3", "8.8.8.8"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1%lo"], ["nonsense"]],
)
async def test_a_name_with_one_private_address_is_refused_whole(answers):
    async def lookup(name, port):
        return answers

    async with Hostile() as server, Web(WebSettings(pause_s=0, ports=(server.port,)), lookup=lookup) as web:
        response = await web.fetch(Request(f"http://rebind.example.com:{server.port}/"))
        assert response.outcome is Outcome.REFUSED
        assert server.connections == 0


async def test_every_connection_asks_again_and_is_judged_again():
    """A name may be harmless on the first look-up; what counts is the address of each dial."""
    given_out = iter([[], ["127.0.0.1"], ["127.0.0.1"]])

    async def lookup(name, port):
        return next(given_out)

    async with Hostile() as server, Web(WebSettings(pause_s=0, ports=(server.port,)), lookup=lookup) as web:
        outcomes = [(await web.fetch(Request(f"http://rebind.example.com:{server.port}/"))).outcome for _ in range(3)]
        assert outcomes == [Outcome.DNS, Outcome.REFUSED, Outcome.REFUSED]
        assert server.connections == 0


class _Naive(Resolver):
    """A resolver that judges nothing: what is left is the look at the socket."""

    async def resolve(self, host, port=0, family=socket.AF_UNSPEC):
        return [
            {"hostname": host, "host": address, "port": port, "family": socket.AF_INET, "proto": 0, "flags": socket.AI_NUMERICHOST}
            for address in await self._lookup(host, port)
        ]


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["127.0.0.1", "127.0.0.2", "127.0.0.3"]])
async def test_the_socket_is_judged_even_if_the_resolver_was_fooled(answers):
    async def lookup(name, port):
        return answers

    connector = aiohttp.TCPConnector(resolver=_Naive(lookup), socket_factory=open_socket, use_dns_cache=False)
    async with Hostile() as server, aiohttp.ClientSession(connector=connector) as session:
        for url in (f"http://fooled.example.com:{server.port}/", f"http://127.0.0.1:{server.port}/"):
            with pytest.raises(aiohttp.ClientConnectorError) as raised:
                await session.get(url)
            outcome, error = outcome_of_failure(raised.value, 1.0)
            assert outcome is Outcome.REFUSED
            assert "loopback" in error
        assert server.connections == 0


async def test_an_opened_host_opens_its_own_endpoint_and_no_other():
    async with Hostile({"/": answer(b"inside")}) as server, Hostile() as other:
        settings = WebSettings(
            pause_s=0, private_hosts={"intranet.example": server.address, "*.corp": server.address}, ports=(server.port, other.port)
        )
        async with Web(settings, lookup=_no_names) as web:
            for url in (
                "http://intranet.example/",
                f"http://intranet.example:{server.port}/",
                "http://wiki.corp/",
                "http://INTRANET.example./",
            ):
                response = await web.fetch(Request(url))
                assert (response.outcome, response.body) == (Outcome.OK, b"inside"), url
            for url in (f"http://{server.address}/", f"http://{other.address}/", "http://corp/", "http://intranet.example:22/"):
                assert (await web.fetch(Request(url))).outcome is Outcome.REFUSED, url
        assert other.connections == 0
        assert PERMITTED.get() is None


async def test_the_public_web_cannot_send_us_to_an_opened_host():
    settings = WebSettings(private_hosts={"intranet.example": "127.0.0.1:80"})
    web = Web(settings, lookup=_no_names)
    public = judge("http://news.example.com/", settings.private_hosts)
    with pytest.raises(RefusedError, match="public web to a private host"):
        web._target("http://intranet.example/", public)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808", "192.0.1.1", "172.32.0.1", "100.128.0.1"],
)
def test_public_addresses_pass(address):
    check_address(ip_address(address))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://news.bbc.co.uk/rss.xml", "news.bbc.co.uk"),
        ("HTTPS://News.BBC.co.uk:443/a?b=c#d", "news.bbc.co.uk"),
        ("http://münchen.de/", "xn--mnchen-3ya.de"),
        ("http://新华网.中国/", "xn--xkrr14bows.xn--fiqs8s"),
        ("http://under_score.example.com/", "under_score.example.com"),
        (" http://example.com/a b\n", "example.com"),
        ("http://example.com./", "example.com"),
        ("http://93.184.216.34/", "93.184.216.34"),
        ("http://example.com/?u=http://user:pass@127.0.0.1/", "example.com"),
        ("http://example.com/#@127.0.0.1", "example.com"),
        ("http://163.com/", "163.com"),
        ("http://1905.example.com:80/", "1905.example.com"),
    ],
)
def test_ordinary_urls_pass(url, host):
    assert judge(url, {}).host == host


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_refused(text):
    for url in (text, "http://" + text, "http://" + text + "/"):
        try:
            target = judge(url, {})
        except RefusedError:
            continue
        assert target.url.scheme in {"http", "https"}
        assert target.url.raw_host == target.host


@given(
    st.one_of(
        st.ip_addresses(v=4, network="127.0.0.0/8"),
        st.ip_addresses(v=4, network="10.0.0.0/8"),
        st.ip_addresses(v=6, network="fc00::/7"),
        st.ip_addresses(v=6, network="::ffff:0:0/96"),
    )
)
def test_no_spelling_of_a_private_address_passes(address):
    plain = str(address)
    spellings = [f"[{plain}]"] if address.version == 6 else [plain, str(int(address)), hex(int(address)), f"0{int(address):o}", plain + "."]
    for spelling in spellings:
        with pytest.raises(RefusedError):
            judge(f"http://{spelling}/", {})


def test_broken_settings_name_every_problem():
    with pytest.raises(ValueError, match=r"pause_s.*user_agent.*private_hosts\[a\].*private_hosts\[\*\]"):
        WebSettings(pause_s=-1, user_agent="a\r\nX: y", private_hosts={"a": "localhost:80", "*": "127.0.0.1:80"})


async def test_dns_that_fails_is_an_outcome():
    async def lookup(name, port):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def slow(name, port):
        await asyncio.sleep(60)

    async with Web(WebSettings(pause_s=0), lookup=lookup) as web:
        response = await web.fetch(Request("http://gone.example.com/"))
        assert (response.outcome, response.status) == (Outcome.DNS, None)
    async with Web(WebSettings(pause_s=0, timeout_s=0.2), lookup=slow) as web:
        assert (await web.fetch(Request("http://gone.example.com/"))).outcome is Outcome.TIMEOUT
