"""What a body can do to a fetcher, really done on loopback: each ends in one outcome, in bounded time and memory."""

import asyncio
import gzip
import time
import tracemalloc
import zlib
from contextlib import asynccontextmanager

import brotli
import pytest
import zstandard
from hostile import Hostile, answer
from hypothesis import given
from hypothesis import strategies as st

from flows.records import Outcome
from flows.web import Request, Web, WebSettings
from flows.web.bodies import BodyError, Bounds, unpack

MEGABYTE = 1024 * 1024
BOUNDS = Bounds(2 * MEGABYTE, 200)
HOST = "http://open.example"


@asynccontextmanager
async def door(server, **settings):
    bounds = {"pause_s": 0, "timeout_s": 5.0, "page_bytes": 2 * MEGABYTE, "feed_bytes": 2 * MEGABYTE, **settings}
    async with Web(WebSettings(private_hosts={"open.example": server.address, "*.example": server.address}, **bounds)) as web:
        yield web


async def fetch(route, **settings):
    async with Hostile({"/": route}) as server, door(server, **settings) as web:
        response = await web.fetch(Request(HOST + "/"))
        after = await web.fetch(Request(HOST + "/other"))
        assert after.outcome is Outcome.GONE, "the door must go on working"
        assert response.body == b"" or response.outcome is Outcome.OK
        assert (response.error is None) == (response.outcome in {Outcome.OK, Outcome.UNCHANGED})
        assert response.error is None or len(response.error.splitlines()) == 1
        return response, server


def deflate_raw(data):
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(data) + packer.flush()


def gzipped(data):
    # Without the time of day in its head: each worker must collect the same tests.
    return gzip.compress(data, mtime=0)


def zstd(data):
    return zstandard.ZstdCompressor(level=3).compress(data)


PACKERS = {
    "gzip": gzipped,
    "x-gzip": gzipped,
    "deflate": zlib.compress,
    "Deflate": deflate_raw,
    "br": lambda data: brotli.compress(data, quality=4),
    "zstd": zstd,
}
PAGE = ("<html><p>" + "Ein Werk in Szeged, 电池, " * 400).encode()


@pytest.mark.parametrize("coding", PACKERS)
async def test_packed_bodies_are_unpacked(coding):
    response, server = await fetch(answer(PACKERS[coding](PAGE), Content_Encoding=coding))
    assert (response.outcome, response.body, response.error) == (Outcome.OK, PAGE, None)
    assert {"gzip", "deflate", "br", "zstd"} <= set(server.asked[0].headers["accept-encoding"].split(", "))


@given(st.binary(max_size=3000), st.lists(st.sampled_from(["gzip", "deflate", "br", "zstd"]), max_size=3))
def test_what_is_packed_comes_out_as_it_was(data, codings):
    raw = data
    for coding in codings:
        raw = PACKERS[coding](raw)
    if not data.startswith(b"\x1f\x8b\x08"):
        assert unpack(raw, ", ".join(codings), BOUNDS) == data


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br", "utf-8", "", "compress", "gzip," * 9]))
def test_any_bytes_are_a_body_or_our_own_error(data, encoding):
    for raw in (data, b"\x1f\x8b\x08" + data, PACKERS.get(encoding, gzipped)(data)[:-3]):
        try:
            assert isinstance(unpack(raw, encoding, BOUNDS), bytes)
        except BodyError as problem:
            outcome = problem.outcome
            assert outcome in {Outcome.CONNECTION, Outcome.TOO_LARGE}  # either way out is fine here


@pytest.mark.parametrize(
    ("body", "encoding", "outcome"),
    [
        pytest.param(PAGE, "gzip", Outcome.OK, id="plain, says gzip"),
        pytest.param(gzipped(PAGE), "", Outcome.OK, id="gzip, says nothing"),
        pytest.param(gzipped(gzipped(PAGE)), "gzip", Outcome.OK, id="packed twice, says once"),
        pytest.param(gzipped(PAGE) + gzipped(PAGE), "gzip", Outcome.OK, id="two members"),
        pytest.param(gzipped(PAGE) + b"\0" * 100, "gzip", Outcome.OK, id="padded"),
        pytest.param(gzipped(PAGE) + b"<!-- cached -->", "gzip", Outcome.OK, id="a remark behind"),
        pytest.param(PAGE, "utf-8", Outcome.OK, id="plain, says utf-8"),
        pytest.param(PAGE, "identity", Outcome.OK, id="plain, says identity"),
        pytest.param(b"", "gzip", Outcome.OK, id="empty, says gzip"),
        pytest.param(b"", "br", Outcome.OK, id="empty, says br"),
        pytest.param(PAGE, "br", Outcome.CONNECTION, id="plain, says br"),
        pytest.param(PAGE, "zstd", Outcome.CONNECTION, id="plain, says zstd"),
        pytest.param(PAGE, "compress", Outcome.CONNECTION, id="plain, says compress"),
        pytest.param(gzipped(PAGE)[:-40], "gzip", Outcome.CONNECTION, id="gzip, cut"),
        pytest.param(zlib.compress(PAGE)[:-40], "deflate", Outcome.CONNECTION, id="deflate, cut"),
        pytest.param(brotli.compress(PAGE)[:-4], "br", Outcome.CONNECTION, id="br, cut"),
        pytest.param(gzipped(PAGE), "gzip, gzip, gzip, gzip", Outcome.TOO_LARGE, id="too many codings"),
        pytest.param(gzipped(b"x") * 100, "gzip", Outcome.TOO_LARGE, id="a hundred members"),
    ],
)
async def test_bodies_that_are_not_what_they_say(body, encoding, outcome):
    response, _ = await fetch(answer(body, **({"Content_Encoding": encoding} if encoding else {})))
    assert response.outcome is outcome, response.error


ZEROS = bytes(300 * MEGABYTE)


def _bombs():
    gz = gzip.compress(ZEROS, 9)
    yield "gzip", gz
    yield "deflate", zlib.compress(ZEROS, 9)
    yield "br", brotli.compress(ZEROS, quality=5)
    yield "zstd", zstd(ZEROS)
    yield "gzip, gzip", gzip.compress(gz, 9)
    yield "gzip, br", brotli.compress(gz, quality=5)
    yield "gzip, gzip, gzip", gzip.compress(gzip.compress(gz, 9), 9)
    yield "", gz
    yield "zstd", zstd(bytes(60_000)) * 2000  # thousands of frames
    yield "gzip", b"".join(gzip.compress(bytes(200_000)) for _ in range(60))


@pytest.mark.slow
async def test_bombs_are_too_large_in_little_memory():
    for encoding, bomb in _bombs():
        before = time.perf_counter()
        tracemalloc.start()
        response, _ = await fetch(answer(bomb, **({"Content_Encoding": encoding} if encoding else {})))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert response.outcome is Outcome.TOO_LARGE, (encoding, response.error)
        assert peak < 24 * MEGABYTE, (encoding, peak)
        assert time.perf_counter() - before < 3


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
async def test_a_small_bomb_is_too_large(encoding):
    bomb = bytes(8 * MEGABYTE)
    for coding in encoding.split(", "):
        bomb = PACKERS[coding](bomb)
    response, _ = await fetch(answer(bomb, Content_Encoding=encoding))
    assert response.outcome is Outcome.TOO_LARGE
    assert "unpack to more than" in response.error


async def test_a_dull_page_is_no_bomb():
    response, _ = await fetch(answer(gzip.compress(b" " * 900_000, 9), Content_Encoding="gzip"))
    assert (response.outcome, len(response.body)) == (Outcome.OK, 900_000)


async def _endless(writer, _):
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
    while True:
        writer.write(b"<p>more</p>" * 1000)
        await writer.drain()


async def _endless_chunks(writer, _):
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
        await writer.drain()


async def _drip(writer, _):
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _drip_head(writer, _):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(10_000):
        writer.write(f"x-{number % 50}: y\r\n".encode()[:1])
        await writer.drain()
        await asyncio.sleep(0.05)


async def _silent(writer, _):
    await asyncio.sleep(60)


async def _interim(writer, _):
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def _endless_head(writer, _):
    writer.write(b"HTTP/1.1 200 OK\r\nx: ")
    while True:
        writer.write(b"y" * 8192)
        await writer.drain()


async def _endless_headers(writer, _):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x: y\r\n" * 1000)
        await writer.drain()


async def _hang_up(writer, _):
    writer.close()


async def _reset(writer, _):
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc")
    await writer.drain()
    writer.transport.abort()


@pytest.mark.parametrize(
    ("route", "outcome"),
    [
        (_endless, Outcome.TOO_LARGE),
        (_endless_chunks, Outcome.TOO_LARGE),
        (_drip, Outcome.TIMEOUT),
        (_drip_head, Outcome.TIMEOUT),
        (_silent, Outcome.TIMEOUT),
        (_interim, Outcome.TIMEOUT),
        (_endless_head, Outcome.TOO_LARGE),
        (_endless_headers, Outcome.TOO_LARGE),
        (_hang_up, Outcome.CONNECTION),
        (_reset, Outcome.CONNECTION),
    ],
)
async def test_bodies_without_end_and_answers_without_hurry(route, outcome):
    began = time.perf_counter()
    response, _ = await fetch(route, timeout_s=0.25)
    assert response.outcome is outcome, response.error
    assert time.perf_counter() - began < 2


def _head(*lines):
    return "\r\n".join(("HTTP/1.1 200 OK", *lines, "", "")).encode()


RAW = {
    "length too long": (_head("content-length: 100", "connection: close") + b"short", {Outcome.CONNECTION}),
    "length too short": (_head("content-length: 3", "connection: close") + b"abcdef", {Outcome.OK, Outcome.CONNECTION}),
    "no length": (_head("connection: close") + b"abc", {Outcome.OK}),
    "length negative": (_head("content-length: -1") + b"abc", {Outcome.CONNECTION}),
    "length no number": (_head("content-length: ten") + b"abc", {Outcome.CONNECTION}),
    "length huge": (_head("content-length: 999999999999999999999999") + b"abc", {Outcome.CONNECTION, Outcome.TOO_LARGE}),
    "length over the limit": (_head(f"content-length: {200 * MEGABYTE}") + b"abc", {Outcome.TOO_LARGE}),
    "two lengths": (_head("content-length: 3", "content-length: 5") + b"abc", {Outcome.CONNECTION}),
    "length and chunks": (
        _head("content-length: 3", "transfer-encoding: chunked") + b"3\r\nabc\r\n0\r\n\r\n",
        {Outcome.CONNECTION, Outcome.OK},
    ),
    "chunk size no number": (_head("transfer-encoding: chunked") + b"zz\r\nabc\r\n0\r\n\r\n", {Outcome.CONNECTION}),
    "chunk size negative": (_head("transfer-encoding: chunked") + b"-3\r\nabc\r\n0\r\n\r\n", {Outcome.CONNECTION}),
    "chunk size huge": (_head("transfer-encoding: chunked") + b"f" * 40 + b"\r\nabc\r\n", {Outcome.CONNECTION, Outcome.TOO_LARGE}),
    "chunks cut": (_head("transfer-encoding: chunked", "connection: close") + b"5\r\nabc", {Outcome.CONNECTION}),
    "chunks without end": (_head("transfer-encoding: chunked", "connection: close") + b"3\r\nabc\r\n", {Outcome.CONNECTION}),
    "chunk longer than said": (
        _head("transfer-encoding: chunked", "connection: close") + b"2\r\nabcdef\r\n0\r\n\r\n",
        {Outcome.CONNECTION},
    ),
    "unknown transfer coding": (_head("transfer-encoding: rot13", "connection: close") + b"abc", {Outcome.CONNECTION, Outcome.OK}),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", {Outcome.CONNECTION}),
    "bytes": (bytes(range(256)) * 4, {Outcome.CONNECTION}),
    "HTTP 0.9": (b"<html>hello</html>\r\n\r\n", {Outcome.CONNECTION}),
    "status 99": (b"HTTP/1.1 99 Low\r\nconnection: close\r\n\r\n", {Outcome.CONNECTION, Outcome.HTTP_ERROR}),
    "status 999": (b"HTTP/1.1 999 High\r\ncontent-length: 0\r\n\r\n", {Outcome.HTTP_ERROR}),
    "status no number": (b"HTTP/1.1 OK\r\n\r\n", {Outcome.CONNECTION}),
    "switch protocols": (
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        {Outcome.CONNECTION, Outcome.HTTP_ERROR},
    ),
    "header without colon": (_head("nonsense", "content-length: 0"), {Outcome.CONNECTION, Outcome.OK}),
    "header with NUL": (_head("x: a\0b", "content-length: 0"), {Outcome.CONNECTION, Outcome.OK}),
    "header in Latin-1": ("HTTP/1.1 200 Ça\r\nx-titre: été\r\ncontent-length: 0\r\n\r\n".encode("latin-1"), {Outcome.OK}),
    "smuggled answer": (_head("content-length: 0") + _head("content-length: 3") + b"abc", {Outcome.OK}),
    "500 headers": (_head(*(f"x-{n}: y" for n in range(500))), {Outcome.TOO_LARGE}),
    "long header": (_head("x: " + "y" * 100_000), {Outcome.TOO_LARGE}),
    "long policy": (_head("content-security-policy: " + "y" * 12_000, "content-length: 0"), {Outcome.OK}),
    "unasked 304": (b"HTTP/1.1 304 Not Modified\r\n\r\n", {Outcome.HTTP_ERROR}),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", {Outcome.OK}),
    "part of it": (b"HTTP/1.1 206 Partial Content\r\ncontent-length: 1\r\n\r\na", {Outcome.HTTP_ERROR}),
}


@pytest.mark.parametrize("name", RAW)
async def test_answers_that_break_the_rules(name):
    raw, outcomes = RAW[name]
    response, _ = await fetch(raw, timeout_s=1.0)
    assert response.outcome in outcomes, (response.outcome, response.error)
    "".join(name + value for name, value in response.headers).encode()


async def test_a_page_of_200_megabytes_is_left_early():
    async with Hostile() as server, door(server) as web:

        async def huge(writer, _):
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await server.pour(writer, b"x" * 65_536, 200 * MEGABYTE)

        server.routes["/"] = huge
        response = await web.fetch(Request(HOST + "/"))
        assert response.outcome is Outcome.TOO_LARGE
        await asyncio.sleep(0.05)
        assert server.sent < 16 * MEGABYTE


async def test_sizes_go_by_the_kind_of_request():
    async with Hostile({"/": answer(b"x" * 3000)}) as server, door(server, page_bytes=2000, feed_bytes=4000) as web:
        assert (await web.fetch(Request(HOST + "/", kind="page"))).outcome is Outcome.TOO_LARGE
        assert (await web.fetch(Request(HOST + "/", kind="feed"))).outcome is Outcome.OK


async def test_bad_answers_leave_the_others_alone():
    routes = {"/drip": _drip, "/endless": _endless, "/silent": _silent, "/hang": _hang_up, "/good": answer(PAGE)}
    async with Hostile(routes) as server, door(server, timeout_s=0.8) as web:
        bad = [
            asyncio.create_task(web.fetch(Request(f"http://bad{n}.example/{path}")))
            for n, path in enumerate(["drip", "endless", "silent", "hang"])
        ]
        began = time.perf_counter()
        good = await asyncio.gather(*(web.fetch(Request(f"http://good{n}.example/good")) for n in range(20)))
        assert {one.outcome for one in good} == {Outcome.OK}
        assert time.perf_counter() - began < 0.7
        assert {one.outcome for one in await asyncio.gather(*bad)} == {Outcome.TIMEOUT, Outcome.TOO_LARGE, Outcome.CONNECTION}
