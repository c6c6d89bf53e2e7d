"""Any bytes as an answer are a Response: damaged heads, bodies and framings, from a fixed seed."""

import asyncio
import gzip
import random
import warnings

import pytest
from hostile import Hostile, answer

from flows.records import Outcome
from flows.web import Request, Web, WebSettings

PAGE = b"<html><body>" + b"<p>A story.</p>" * 50
GOOD = [
    answer(PAGE, Content_Type="text/html", ETag='"v1"', Cache_Control="max-age=60", Connection="close"),
    answer(gzip.compress(PAGE), Content_Encoding="gzip", Connection="close"),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n20\r\n"
    + PAGE[:32]
    + b"\r\n10;x=y\r\n"
    + PAGE[32:48]
    + b"\r\n0\r\nA: b\r\n\r\n",
    answer(status="302 Found", Location="http://volt.example/next?a=b", Connection="close"),
    answer(b"slow down", "429 Too Many Requests", Retry_After="0", Connection="close"),
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer(PAGE, Connection="close"),
]
PIECES = [
    b"\r\n",
    b"\0",
    b"\xff\xfe",
    b": ",
    b"HTTP/1.1 200 OK\r\n",
    b"Content-Length: 9999999\r\n",
    b"Location: http://127.0.0.1/\r\n",
    b"Content-Encoding: br\r\n",
    b"\x1f\x8b\x08",
    b"0\r\n\r\n",
    "é漢".encode(),
    b"x" * 20_000,
]


def damaged(chance):
    data = bytearray(chance.choice(GOOD))
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[at:at] = chance.choice(PIECES)
            case 1:
                del data[at : at + chance.randint(1, 60)]
            case 2:
                data[at : at + 1] = chance.randbytes(chance.randint(1, 3))
            case _:
                data[at:at] = data[chance.randrange(len(data) + 1) :][:80]
    return bytes(data)


async def _try(seeds):
    answers = {f"/{seed}": damaged(random.Random(seed)) for seed in seeds}

    async def damage(writer, asked):
        writer.write(answers.get(asked.path, GOOD[0]))

    async with Hostile(otherwise=damage) as server:
        settings = WebSettings(pause_s=0, timeout_s=0.5, private_hosts={"*.example": server.address})
        async with Web(settings) as web:
            urls = [f"http://site{seed}.example/{seed}" for seed in seeds]
            return await asyncio.gather(*(web.fetch(Request(url, kind="feed")) for url in urls))


def check(responses):
    for one in responses:
        assert isinstance(one.outcome, Outcome), one
        assert (one.error is None) == (one.outcome is Outcome.OK), one
        assert one.body == b"" or one.outcome is Outcome.OK
        for text in (one.final_url, one.error or "", *one.hops, *(part for header in one.headers for part in header)):
            assert "\0" not in text
            text.encode()
    assert len({one.outcome for one in responses}) >= 4, "the damage is varied"


async def test_damaged_answers_are_responses():
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        check(await _try(range(150)))


@pytest.mark.slow
async def test_many_damaged_answers_are_responses():
    for begin in range(1000, 7000, 300):
        check(await _try(range(begin, begin + 300)))
