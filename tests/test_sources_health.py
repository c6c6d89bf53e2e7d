"""What a check says of a source, and where discovery looks."""

from dataclasses import replace

import pytest
from test_feeds_samples import FOLDER, NOW, response, source

from flows.records import Outcome
from flows.sources import discovery, health
from flows.steps import feeds

RSS = '<rss version="2.0"><channel><title>T</title>{}</channel></rss>'


@pytest.mark.parametrize(
    ("body", "outcome", "state"),
    [
        (RSS.format("<item><title>t</title><pubDate>Wed, 09 Jul 2025 08:00:00 GMT</pubDate></item>"), Outcome.OK, "ok"),
        (RSS.format("<item><title>undated</title></item>"), Outcome.OK, "ok"),
        (RSS.format("<item><title>t</title><pubDate>Wed, 25 Jun 2025 08:00:00 GMT</pubDate></item>"), Outcome.OK, "stale"),
        (RSS.format(""), Outcome.OK, "empty"),
        ("", Outcome.OK, "empty"),
        ("<!DOCTYPE html><html><body>Home</body></html>", Outcome.OK, "html"),
        ("plain words", Outcome.OK, "html"),
        ("<html><title>Just a moment...</title></html>", Outcome.OK, "blocked"),
        ("", Outcome.BLOCKED, "blocked"),
        ("", Outcome.RATE_LIMITED, "blocked"),
        ("", Outcome.ROBOTS, "blocked"),
        ("", Outcome.GONE, "dead"),
        ("", Outcome.DNS, "dead"),
        ("", Outcome.TIMEOUT, "dead"),
        ("", Outcome.UNCHANGED, "ok"),
        ((FOLDER / "sitemap_index.xml").read_text(), Outcome.OK, "ok"),
    ],
)
def test_state(body, outcome, state):
    answer = replace(response(body.encode()), outcome=outcome)
    reading = feeds.read(source(), answer, NOW)
    assert health.state(source(), reading, NOW) == state


def test_detail_is_one_line_that_says_what_was_found():
    answer = replace(
        response(RSS.format("<item><title>t</title><pubDate>Wed, 09 Jul 2025 08:00:00 GMT</pubDate></item>").encode()),
        final_url="https://new.example/feed",
    )
    assert health.detail(feeds.read(source(), answer, NOW), answer) == "1 items; newest 2025-07-09 08:00; moved to https://new.example/feed"
    gone = replace(response(b""), outcome=Outcome.GONE, status=410, error="410 Gone")
    assert health.detail(feeds.read(source(), gone, NOW), gone) == "410 Gone; HTTP 410"


def test_discovery_looks_where_the_page_says_first():
    page = response(
        b"""<html><head><link rel="alternate" type="application/rss+xml" title=" News " href="/rss/all?utm_source=x">
        <link rel="alternate" type="text/html" hreflang="de" href="/de/"><link rel="stylesheet" href="/rss.css"></head>
        <body><a href="/rss/cars.xml">Cars</a><a href="/about">About</a><a href="http://[bad/rss">x</a></body></html>""",
        "https://site.example/home",
    )
    rules = response(b"User-agent: *\nSitemap: https://site.example/sitemap.xml\nSitemap: https://site.example/sitemap-news.xml\n")
    found = discovery.candidates("https://site.example/home", (page, page), rules)
    assert [each.url for each in found if each.said] == [
        "https://site.example/home",
        "https://site.example/rss/all?utm_source=x",
        "https://site.example/rss/cars.xml",
        "https://site.example/sitemap-news.xml",
    ]
    assert found[1].title == "News"
    assert discovery.Candidate("https://site.example/feed/", "", said=False) in found
    assert len(found) <= discovery.MOST


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"<", b"<html>" * 5000, b"<link rel='alternate' type='application/rss+xml'>"])
def test_discovery_survives_any_page(body):
    assert sum(each.said for each in discovery.candidates("https://site.example/", [response(body)])) == 1
