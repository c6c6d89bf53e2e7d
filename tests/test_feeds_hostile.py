"""Whatever the bytes are, reading them gives a Reading, within bounds."""

import gzip
import json
import random
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_feeds_samples import FOLDER, NOW, SAMPLES, response, source

from flows.records import Kind, Outcome, Reading
from flows.steps import feeds
from flows.steps.feeds import charsets, dates, syndication
from flows.steps.feeds.plaintext import SUMMARY_CAP, line, plain

pytestmark = pytest.mark.slow

RSS = '<rss version="2.0"><channel><title>T</title>{}</channel></rss>'
KINDS = [
    source(),
    source(kind="sitemap"),
    source(kind="search"),
    source(kind="listing", item_pattern="."),
    source(language="zh", timezone="Asia/Shanghai"),
]


def read(body, told=KINDS[0], headers=()):
    body = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    reading = feeds.read(told, response(body, headers=headers), NOW)
    assert isinstance(reading, Reading)
    assert reading.found >= len(reading.items)
    for item in reading.items:
        whole = f"{item.title}{item.summary}{item.author}{item.outlet}"
        assert whole.encode()  # no lone surrogates: they could not be stored
        assert "\x00" not in whole
        assert len(item.summary) <= SUMMARY_CAP
        assert item.published_at is None or dates.EARLIEST <= item.published_at <= NOW + dates.LATEST
        assert item.url is None or item.url.startswith(("http://", "https://"))
    return reading


@given(
    st.binary(max_size=2000),
    st.sampled_from(KINDS),
    st.sampled_from(["", "text/xml; charset=gbk", "text/html; charset=base64", "x; charset=\x00", "charset=utf-16"]),
)
def test_any_bytes_give_a_reading(body, told, content_type):
    read(body, told, [("content-type", content_type)])


_MARKUP = st.sampled_from(
    [
        "<rss>",
        "</rss>",
        "<rss version='2.0'>",
        "<channel>",
        "<item>",
        "</item>",
        "<entry>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<title>",
        "</title>",
        "<link>",
        "<link href='x'/>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<!DOCTYPE x [",
        "<!ENTITY a 'b'>",
        "]>",
        "&a;",
        "&amp;",
        "&#0;",
        "&#x110000;",
        "&nbsp;",
        "&",
        "<",
        ">",
        "<?xml",
        "?>",
        "<?xml version='1.0' encoding='gbk'?>",
        "é",
        "道",
        "\ud800",
        "\x00",
        "<urlset>",
        "<url><loc>http://a.b/c</loc></url>",
        "<pubDate>2020/1/1</pubDate>",
        "<guid>1</guid>",
        "{",
        '"items": [',
        '{"id": 1}',
        "]",
        "}",
        "<html>",
        "<a href='/x'>y</a>",
        "<base href='http://[::1'>",
        "http://[::1/",
        "<rdf:RDF>",
        "<x:y>",
        "xmlns:x='y'",
    ]
)


@given(st.lists(_MARKUP, max_size=40), st.sampled_from(KINDS))
@settings(max_examples=300)
def test_any_soup_of_markup_gives_a_reading(parts, told):
    read("".join(parts), told)


@pytest.mark.parametrize("seed", range(6))
def test_mutated_samples_give_a_reading(seed):
    chance = random.Random(seed)
    for name in SAMPLES:
        body = bytearray((FOLDER / name).read_bytes())
        case = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
        told = source(**case.get("source", {}))
        for _ in range(8):
            read(bytes(_mutated(body, chance)), told, case.get("headers", {}).items())


def _mutated(body, chance):
    body = bytearray(body)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(body) + 1)
        end = min(len(body), at + chance.randrange(40))
        match chance.randrange(5):
            case 0:
                body[at:end] = b""
            case 1:
                body[at:at] = body[at:end] * chance.randrange(1, 4)
            case 2:
                body[at:at] = chance.choice(
                    [b"\x00", b"\xff\xfe", b"&", b"<", b"]]>", b"<!--", b"\x80", b"&#xFFFF;", b"<item>", b"\xe2\x80"]
                )
            case 3 if body:
                body[at % len(body)] = chance.randrange(256)
            case _:
                del body[at:]
    return body


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text):
    reader = dates.Reader(dates.zone("Asia/Tokyo"), NOW, "ja")
    found, origin = reader.read((text,))
    assert (found is None) == (origin == "first_seen")


@given(st.text(max_size=300))
def test_plain_text_holds_no_markup_and_no_controls(text):
    found = line(text)
    assert found == " ".join(found.split())
    assert not any(ord(character) < 32 or 0x202A <= ord(character) <= 0x202E for character in found)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<script>alert(1)</script>Deal", "Deal"),
        ("&lt;img src=x onerror=alert(1)&gt;Deal", "Deal"),
        ("&amp;lt;b&amp;gt;Deal&amp;lt;/b&amp;gt;", "Deal"),
        ("<svg/onload=alert(1)>Deal", "Deal"),
        ("Deal<img src=x onerror=alert(1)", "Deal"),
        ("Deal \x1b]0;owned\x07 \u202egnp", "Deal ]0;owned gnp"),
        ("stake < 5 % and > 3 %", "stake < 5 % and > 3 %"),
        ("A &amp;amp; B", "A & B"),
        ("a<br>b<p>c", "a b c"),
        ("<!-- hidden -->shown", "shown"),
        ("<style>p{}</style><p>text", "text"),
    ],
)
def test_line(markup, expected):
    assert line(markup) == expected


@pytest.mark.parametrize(
    "evil",
    [
        "<!--" * 50_000,
        "<script>" * 30_000,
        "<" * 200_000,
        "<a " * 70_000,
        "&" * 200_000,
        " \n" * 100_000,
        "&lt;" * 50_000,
        "<p " * 60_000 + ">",
        "<![CDATA[" * 20_000,
    ],
)
def test_cleaning_is_quick_on_hostile_markup(evil):
    began = time.process_time()
    plain(evil)
    assert time.process_time() - began < 1.5


def test_a_name_of_a_file_is_not_opened():
    reading = read(b"/etc/hostname")
    assert (reading.items, reading.outcome) == ((), Outcome.NOT_A_FEED)


def test_bytes_like_a_file_name_stay_bytes_for_feedparser(tmp_path):
    (tmp_path / "feed.xml").write_text(RSS.format("<item><title>from disk</title></item>"))
    assert syndication.parse(str(tmp_path / "feed.xml")).entries == ()


def test_a_feed_of_a_hundred_thousand_items_is_cut_and_says_so():
    began = time.process_time()
    reading = read(
        RSS.format("".join(f"<item><title>{number}</title><link>https://a.example/{number}</link></item>" for number in range(100_000)))
    )
    assert reading.outcome is Outcome.TOO_LARGE
    assert reading.expected == 100_000
    assert len(reading.items) == syndication.MOST_ENTRIES
    assert "100000" in (reading.error or "")
    assert time.process_time() - began < 30


def test_a_json_feed_of_a_hundred_thousand_items_is_cut_and_says_so():
    reading = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": number} for number in range(100_000)]}))
    assert (reading.outcome, reading.expected, len(reading.items)) == (Outcome.TOO_LARGE, 100_000, 5_000)


def test_a_sitemap_of_too_many_is_cut_and_says_so():
    reading = read("<urlset>" + "".join(f"<url><loc>https://a.example/{number}</loc></url>" for number in range(6_000)) + "</urlset>")
    assert (reading.outcome, reading.expected, len(reading.items)) == (Outcome.TOO_LARGE, 6_000, 5_000)


def test_entity_bomb_does_not_unfold():
    entities = "".join(f'<!ENTITY e{level} "' + f"&e{level - 1};" * 10 + '">' for level in range(1, 12))
    tracemalloc.start()
    read(f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "boom">{entities}]>' + RSS.format("<item><title>&e11;</title></item>"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000


@pytest.mark.parametrize(
    "body",
    [
        RSS.format("<item>" + "<a>" * 100_000),
        RSS.format("<item><title>" + "<b>" * 50_000 + "</b>" * 50_000 + "</title></item>"),
        "<rss>" * 100_000,
        "[" * 200_000,
        '{"items": [' + '{"a":' * 100_000,
        "<html><body>" + "<div>" * 100_000 + "<a href='/x'>y</a>",
        "<urlset>" * 50_000,
        RSS.format("<item " + " ".join(f'a{number}="b"' for number in range(50_000)) + "/>"),
        RSS.format("<item>" + "".join(f"<p{number}:x/>" for number in range(20_000)) + "</item>"),
        "<!DOCTYPE rss [" * 20_000,
        RSS.format("<item><description>" + "&" * 300_000 + "</description></item>"),
        RSS.format("<item><description>" + "]]>" * 100_000 + "</description></item>"),
        RSS.format("<item><pubDate>" + "1 " * 100_000 + "</pubDate></item>"),
        RSS.format("<item><link>http://a.example/" + "../" * 100_000 + "</link></item>"),
        RSS.format("<item><link>http://a.example/?" + "a&" * 100_000 + "</link></item>"),
        RSS.format("<item><title>" + "\u0301" * 100_000 + "</title></item>"),
        RSS.format("<item><description>" + "<p>x <b>y</b></p>" * 100_000 + "</description></item>"),
        RSS.format("<item>" + "<category>x</category>" * 100_000 + "</item>"),
        "<html>" + "<a href='/x'>y</a>" * 200_000,
    ],
    ids=range(19),
)
@pytest.mark.parametrize("told", [KINDS[0], KINDS[3]], ids=["feed", "listing"])
def test_hostile_shapes_are_bounded_in_time(body, told):
    began = time.process_time()
    read(body, told)
    assert time.process_time() - began < 8


def test_gzip_that_nobody_announced_is_unpacked_and_bounded():
    assert read(gzip.compress(RSS.format("<item><title>in</title></item>").encode())).items[0].title == "in"
    assert read(gzip.compress(b"\x00" * (charsets.LARGEST + 1))).outcome is Outcome.TOO_LARGE
    assert read(b"\x1f\x8b" + b"junk").outcome is Outcome.NOT_A_FEED


@pytest.mark.parametrize("charset", ["gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "utf-8", "utf-16", "utf-32", "iso2022_jp"])
@pytest.mark.parametrize("declared", ["right", "header", "none"])
def test_charsets_of_east_asia(charset, declared):
    language, words = {
        "cp932": ("ja", "電池工場に投資"),
        "euc_jp": ("ja", "電池工場に投資"),
        "iso2022_jp": ("ja", "電池工場に投資"),
        "cp949": ("ko", "배터리 공장에 투자"),
        "big5hkscs": ("zh", "電池廠投資計劃"),
    }.get(charset, ("zh", "动力电池工厂投资计划"))
    if declared == "none" and charset == "iso2022_jp":
        pytest.skip("told by nothing but its declaration")
    prolog = f'<?xml version="1.0" encoding="{charset}"?>' if declared == "right" else '<?xml version="1.0"?>'
    headers = [("content-type", f"text/xml; charset={charset}")] if declared == "header" else []
    body = (prolog + RSS.format(f"<item><title>{words * 3}</title></item>")).encode(charset)
    assert read(body, source(language=language), headers).items[0].title == words * 3


def test_windows_charsets_by_language():
    for language, charset, words in [
        ("ru", "cp1251", "Завод аккумуляторов"),
        ("hu", "cp1250", "Győri akkumulátorgyár őszre"),
        ("tr", "cp1254", "Batarya fabrikası için yatırım"),
        ("th", "cp874", "โรงงานแบตเตอรี่"),
        ("el", "cp1253", "Εργοστάσιο μπαταριών"),
    ]:
        assert read(RSS.format(f"<item><title>{words}</title></item>").encode(charset), source(language=language)).items[0].title == words


def test_identity_does_not_follow_tracking_or_the_place_of_the_feed():
    one = read(RSS.format("<item><guid>https://a.example/x?utm_source=rss</guid><title>t</title></item>"))
    other = read(RSS.format("<item><guid>https://a.example/x?utm_source=app</guid><title>t, edited</title></item>"))
    assert one.items[0].item_id == other.items[0].item_id
    relative = RSS.format("<item><guid isPermaLink='false'>7</guid><link>/x</link><title>t</title></item>").encode()
    here = feeds.read(source(), response(relative, "https://a.example/feed"), NOW)
    there = feeds.read(source(), response(relative, "https://b.example/feed"), NOW)
    assert here.items[0].item_id == there.items[0].item_id
    assert here.items[0].url != there.items[0].url


def test_the_wrong_zone_of_a_feed_is_told_by_its_future():
    told = source(timezone="Asia/Seoul", country="KR", kind="feed")
    assert told.kind is Kind.FEED
    body = RSS.format("<item><guid>1</guid><pubDate>Thu, 10 Jul 2025 09:00:00 GMT</pubDate></item>")
    assert read(body, told).items[0].published_from == "feed"  # plausible as printed


def test_markup_written_as_elements_is_read_as_text():
    described = "<item><title>t</title><description>One &amp; <p>two <b>three</b></p>four</description></item>"
    assert read(RSS.format(described)).items[0].summary == "One &\ntwo three\nfour"
