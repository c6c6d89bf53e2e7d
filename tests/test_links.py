"""Addresses: one article, one address."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.steps import links

SAME = [
    ("https://www.scmp.example/a/331/x?utm_source=rss_feed", "https://www.scmp.example/a/331/x"),
    ("HTTP://Example.COM:80/a/../b/%7euser?b=2&a=1#part", "http://example.com/b/~user?b=2&a=1"),
    ("https://example.com:443", "https://example.com/"),
    ("https://example.com:8443/x", "https://example.com:8443/x"),
    ("https://user:secret@example.com/x", "https://example.com/x"),
    ("https://example.com/x?fbclid=1&id=7&gclid=2", "https://example.com/x?id=7"),
    ("https://example.com/x?ID=7&UTM_Medium=a", "https://example.com/x?ID=7"),
    ("https://example.com/x?&&a=1&", "https://example.com/x?a=1"),
    ("https://example.com/story/amp/", "https://example.com/story/"),
    ("https://example.com/story/amp", "https://example.com/story"),
    ("https://example.com/story.amp.html", "https://example.com/story.html"),
    ("https://example.com/story.html?outputType=amp", "https://example.com/story.html"),
    ("https://example.com/amp/", "https://example.com/amp/"),  # a page about amplifiers
    ("https://m.example.com/story", "https://m.example.com/story"),  # a mobile host can have paths of its own
    ("https://www.google.com/amp/s/ex.example/a/amp/", "https://ex.example/a/"),
    ("https://ex-example.cdn.ampproject.org/c/s/ex.example/a", "https://ex.example/a"),
    (
        "https://www.bing.com/news/apiclick.aspx?tid=1&url=https%3a%2f%2fex.example%2fx%3futm_source%3db%26p%3d1&c=2",
        "https://ex.example/x?p=1",
    ),
    ("https://www.google.com/url?rct=j&url=https://ex.example/x&ct=ga", "https://ex.example/x"),
    (
        "https://consent.google.com/m?continue=https://news.google.com/rss/articles/CBMiabc?oc%3D5",
        "https://news.google.com/rss/articles/CBMiabc",
    ),
    ("https://news.google.com/rss/articles/CBMiabc?oc=5&hl=en-US&gl=US&ceid=US:en", "https://news.google.com/rss/articles/CBMiabc"),
    ("https://例え.example/道/?q=道", "https://xn--r8jz45g.example/%E9%81%93/?q=%E9%81%93"),
    ("https://ex.example/%e9%81%93", "https://ex.example/%E9%81%93"),
    ("https://ex.example/100%", "https://ex.example/100%25"),
    ("https://bbs.example/forum.php?mod=viewthread&tid=1", "https://bbs.example/forum.php?mod=viewthread&tid=1"),
    ("https://www.wsj.com/articles/x?mod=rss_markets", "https://www.wsj.com/articles/x"),
    ("https://ex.example/feed?outputType=xml", "https://ex.example/feed?outputType=xml"),
    ("https://ex.example/?ref=12345", "https://ex.example/?ref=12345"),  # a number may be the page's own
    ("https://ex.example/a?ref=homepage", "https://ex.example/a"),
    ("https://app.example/#!/story/7", "https://app.example/#!/story/7"),
    ("https://app.example/#/story/7", "https://app.example/#/story/7"),
    ("https://ex.example/a?b=1&amp;c=2", "https://ex.example/a?b=1&c=2"),
    ("  https://ex.example/a\n", "https://ex.example/a"),
    ("https://ex.example./a", "https://ex.example/a"),
    ("http://[2001:DB8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
]


@pytest.mark.parametrize(("url", "expected"), SAME)
def test_canonical(url, expected):
    assert links.canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/only/a/path",
        "//no.scheme/x",
        "ftp://ex.example/x",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.example",
        "https://",
        "https://ex.example:port/",
        "https://ex.example:99999/",
        "http://[::1",
        "https://ex ample.com/",
        "https://" + "a" * 5000,
        "https://ex<b>ample/",
    ],
)
def test_what_is_no_address_has_no_canonical_form(url):
    assert links.canonical(url) is None


def test_google_news_of_old_carries_the_address_in_its_token():
    token = urlsafe_b64encode(b'\x08\x13"\x2fhttps://www.example.com/2023/05/a-story.html\xd2\x01\x00').decode().rstrip("=")
    url = f"https://news.google.com/rss/articles/{token}?oc=5"
    assert links.canonical(url) == "https://www.example.com/2023/05/a-story.html"
    assert not links.is_opaque(url)


@pytest.mark.parametrize(
    ("url", "opaque"),
    [
        ("https://news.google.com/rss/articles/CBMiAU_yqL?oc=5", True),
        ("https://news.google.com/read/CBMiAU_yqL", True),
        ("https://www.baidu.com/link?url=abc", True),
        ("https://news.google.com/rss/search?q=byd", False),
        ("https://ex.example/articles/CBMi", False),
        ("https://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fex.example%2f", False),
    ],
)
def test_opaque_links_are_known(url, opaque):
    assert links.is_opaque(url) is opaque


def test_host_without_www():
    assert links.host("https://WWW.Ex.example:443/a") == "ex.example"
    assert links.host("mailto:a@b") is None


_PIECES = st.lists(
    st.sampled_from(
        ["/", "a", "%7e", "%", "..", ".", "?", "&", "utm_x=1", "id=2", "#", "amp", "é", "道", "%zz", "=", " ", "\u200b", ":", "@"]
    ),
    max_size=12,
)


@given(_PIECES.map(lambda pieces: "https://ex.example/" + "".join(pieces)))
def test_canonical_form_is_its_own_canonical_form(url):
    once = links.canonical(url)
    if once is not None:
        assert links.canonical(once) == once


@given(st.text())
def test_any_text_is_an_address_or_none(text):
    for url in (text, "https://" + text, "https://ex.example/" + text):
        found = links.canonical(url)
        assert found is None or found.startswith(("http://", "https://"))
        assert links.is_opaque(url) in (True, False)
