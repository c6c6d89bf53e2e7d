"""Any bytes give an article or Unreadable, within bounds."""

import gzip
from datetime import UTC, datetime

import corpus
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.records import Article, Item, Page
from flows.steps import articles

FETCHED = datetime(2025, 7, 20, tzinfo=UTC)
WALLS = ("consent", "blocked", "empty")
FRAGMENTS = [
    b"<html>", b"</html>", b"<body>", b"<p>", b"</p>", b"<div class='article'>", b"</div>", b"<script type='application/ld+json'>", b"</script>",
    b'{"@type":"NewsArticle","datePublished":', b'"headline":', b"{", b"}", b"[", b"]", b"<meta property='og:title' content='", b"'>", b"<h1>", b"<table><tr><td colspan='99999'>",
    b"<title>", b"</title>", b"<time datetime='2025-99-99'>", b"\x00", b"\xff\xfe", b"&#x0;", b"&#xD800;", b"<![CDATA[", b"<?xml encoding='gbk'?>", b"\xe6\xaf\x94", b"<link rel=canonical href='http://[::1'>",
    b"A sentence about a plant that costs 640 million euros. ", "比亚迪投资建厂。".encode(), b"<svg><title>", b"<html xmlns:x='", b"<base href='//", b"<!--", b"-->",
]  # fmt: skip


def page(body: bytes, content_type: str | None = "text/html", url: str = "https://news.example.org/a/story-1") -> Page:
    item = Item("i", "s", None, url, url, "A title", "A summary.", None, None, None, None, "first_seen", FETCHED)
    return Page(item, url, content_type, body, FETCHED)


def outcome(body: bytes, content_type: str | None = "text/html", url: str = "https://news.example.org/a/story-1") -> Article | None:
    try:
        return articles.extract(page(body, content_type, url))
    except articles.Unreadable:
        return None


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(st.binary(max_size=300), st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(b"".join)),
    st.sampled_from([None, "text/html; charset=gbk", "é"]),
)
def test_any_bytes(body, content_type):
    article = outcome(body, content_type)
    if article is not None:
        assert article.body == "A summary." if article.text_quality in WALLS else True
        article.body.encode()


@pytest.mark.parametrize("url", ["http://[::1", "https://news.example.org", "https://例え.jp/記事", "https://x.example/" + "a" * 5000])
def test_odd_addresses(url):
    assert outcome(b"<html><body><p>" + b"A sentence about a plant. " * 30 + b"</p></body></html>", url=url) is not None or url.startswith(
        "http://["
    )


@pytest.mark.parametrize("body", [b"", b"   \n", b"%PDF-1.7 ...", b"\x89PNG\r\n", b"\x1f\x8b\x08\x00", b'{"json": true}', b"plain words"])
def test_what_is_no_page_is_unreadable(body):
    with pytest.raises(articles.Unreadable, match="page: expected HTML"):
        articles.extract(page(body))


@pytest.mark.parametrize("nested", [b"<div>", b"<b>", b"<table><tr><td>", b"<ul><li>", b"<font><p>"])
def test_deep_nesting_is_bounded(nested):
    outcome(b"<html><body>" + nested * 20_000 + b"text" + b"</body></html>")


def test_deep_json_is_no_trouble():
    body = (
        b"<html><body><script type='application/ld+json'>"
        + b'{"a":' * 50_000
        + b"</script><p>"
        + b"A sentence about a plant. " * 40
        + b"</p></body></html>"
    )
    article = outcome(body)
    assert article is not None
    assert article.text_quality == "full"


@pytest.mark.slow
def test_real_pages_all_give_articles():
    folder = corpus.path("pages")
    for path in sorted(folder.glob("*.html.gz"))[::9]:
        article = outcome(gzip.decompress(path.read_bytes()))
        assert article is not None, path.name
        assert len(article.body) > 100, path.name
