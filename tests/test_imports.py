import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.records import Outcome, Source
from flows.records.sources import Kind
from flows.steps import imports

NOW = datetime(2026, 1, 2, tzinfo=UTC)
KNOWN = {
    "voltpost": Source("voltpost", "Volt Post", "http://feeds.voltpost.example/rss", Kind.FEED, homepage="http://www.voltpost.example/")
}


def line(**fields):
    return json.dumps(fields).encode()


def test_an_article_becomes_an_item_that_needs_no_page():
    url = "https://voltpost.example/a?utm_source=x"
    item, source = imports.read(line(url=url, title=" T ", text="Body.", published="2025-07-10", language="FR"), "in.jsonl:1", NOW, KNOWN)
    assert source is KNOWN["voltpost"]
    assert (item.title, item.summary, item.language, item.outcome) == ("T", "Body.", "fr", Outcome.FEED_TEXT)
    assert item.canonical_url == "https://voltpost.example/a"
    assert item.published_at == datetime(2025, 7, 10, tzinfo=UTC)
    assert item == imports.read(line(url=url, title=" T ", text="Body.", published="2025-07-10", language="FR"), "x:9", NOW, KNOWN)[0]


def test_an_unknown_source_is_made_up_from_its_name():
    _, source = imports.read(line(title="T", source="Le Journal (Paris)"), "f:1", NOW, KNOWN)
    assert (source.source_id, source.name, source.kind) == ("import-le-journal-paris", "Le Journal (Paris)", Kind.IMPORT)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"{", r"in.jsonl:7: expected a JSON object, found b'{'"),
        (b"[1]", "in.jsonl:7: expected a JSON object, found list"),
        (line(url="https://a.example/"), "in.jsonl:7: expected a title or a text, found neither"),
        (line(title=3), "in.jsonl:7: title: Input should be a valid string, found '3'"),
        (line(title="t", published="10 July"), "in.jsonl:7: published: expected an ISO date like .*, found '10 July'"),
        (line(title="t", url="javascript:alert(1)"), "in.jsonl:7: url: .*, found 'javascript:alert"),
        (b"[" * 100_000, "in.jsonl:7: expected a JSON object"),
    ],
)
def test_a_bad_line_says_where_and_why(bad, message):
    with pytest.raises(imports.BroughtError, match=message):
        imports.read(bad, "in.jsonl:7", NOW, KNOWN)


@given(st.binary(max_size=200) | st.dictionaries(st.text(max_size=8), st.text()).map(lambda fields: json.dumps(fields).encode()))
def test_any_bytes_give_an_item_or_our_error(data):
    try:
        item, source = imports.read(data, "f:1", NOW, KNOWN)
    except imports.BroughtError:
        return
    assert item.source_id == source.source_id
    assert "\0" not in item.title + item.summary
