"""sources.yaml: read whole, or refused with every mistake in it."""

import json
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows import sources
from flows.records import Kind, Rights, Source
from flows.settings import Settings
from flows.sources import opml
from flows.sources.knobs import SettingsEntry
from flows.sources.model import SourceEntry
from flows.steps import links

ROOT = Path(__file__).parents[1]
ONE = "sources:\n  - {source_id: a, name: A, url: 'https://a.example/feed', kind: feed}\n"


def problems(text):
    with pytest.raises(sources.SourcesError) as refused:
        sources.parse(text)
    return list(refused.value.problems)


def listed(**values):
    entry = {"source_id": "a", "name": "A", "url": "https://a.example/feed", "kind": "feed", **values}
    return json.dumps({"sources": [entry]})  # JSON is YAML


def outcome(text):
    try:
        return sources.parse(text)
    except sources.SourcesError as refused:
        return refused.problems


@pytest.fixture(scope="module")
def ours():
    return sources.load(ROOT / "sources.yaml")


def test_our_list_is_whole(ours):
    assert len(ours) >= 192
    assert {kind.value for kind in Kind} - {source.kind.value for source in ours} == {"import"}
    assert {source.language for source in ours} >= {
        "en",
        "zh",
        "ja",
        "ko",
        "de",
        "fr",
        "it",
        "es",
        "pt",
        "hu",
        "pl",
        "tr",
        "nl",
        "th",
        "id",
        "sv",
        "nb",
    }
    assert {source.tier for source in ours} == {1, 2, 3, 4}
    assert len({links.canonical(source.url) for source in ours}) == len(ours)
    assert all(source.country == "NO" for source in ours if source.source_id == "e24")


def test_our_list_watches_where_the_first_story_appeared(ours):
    silk_road = next(source for source in ours if source.source_id == "xinhua-silk-road")
    assert (silk_road.kind, silk_road.enabled, silk_road.timezone) == (Kind.LISTING, True, "Asia/Shanghai")


def test_search_feeds_are_marked_as_such(ours):
    searches = [
        source
        for source in ours
        if any(host in source.url for host in ("news.google.com/rss/search", "bing.com/news/search", "api.gdeltproject.org"))
    ]
    assert len(searches) == 26
    assert all(source.kind is Kind.SEARCH for source in searches)


def test_defaults_are_those_of_the_record():
    (source,) = sources.parse(ONE)
    assert source == Source("a", "A", "https://a.example/feed", Kind.FEED)
    assert source.rights is Rights.FACTS


def test_model_and_records_name_the_same_fields():
    assert set(SourceEntry.model_fields) == {field.name for field in fields(Source)}
    assert set(SettingsEntry.model_fields) == {field.name for field in fields(Settings)}
    assert SettingsEntry().record() == Settings()
    assert SettingsEntry.model_validate({name: getattr(Settings(), name) for name in SettingsEntry.model_fields}).record() == Settings()


def test_schema_for_editors_is_current():
    kept = (ROOT / "sources.schema.json").read_text(encoding="utf-8")
    assert json.loads(kept) == json.loads(json.dumps(sources.schema())), "write it again: evwatch sources schema > sources.schema.json"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("language", "english", "expected an ISO 639-1 code, found 'english'"),
        ("language", "xx", "expected an ISO 639-1 code, found 'xx'"),
        ("country", "de", "expected an ISO 3166-1 alpha-2 code, found 'de'"),
        ("country", "EU", "expected an ISO 3166-1 alpha-2 code, found 'EU'"),
        ("url", "ftp://a.example/", "expected an http or https address without credentials, found 'ftp://a.example/'"),
        ("url", "https://u:p@a.example/", "expected an http or https address without credentials, found 'https://u:p@a.example/'"),
        ("url", "file:///etc/passwd", "expected an http or https address without credentials, found 'file:///etc/passwd'"),
        ("url", "https://a.example:x/", "expected an http or https address without credentials, found 'https://a.example:x/'"),
        ("source_id", "Über", "expected a slug of a-z, 0-9 and single hyphens, found 'Über'"),
        ("name", " ", "expected the outlet's name, for people, found ' '"),
        ("tier", 5, "expected a number from 1 to 4, found 5"),
        ("tier", "2", "expected a number from 1 to 4, found '2'"),
        ("tier", True, "expected a number from 1 to 4, found True"),
        ("interval_minutes", 1, "expected a whole number of minutes from 5 to 10080, found 1"),
        ("paywall", "no", "expected true or false, found 'no'"),
        ("timezone", "Beijing", "expected an IANA time zone such as Asia/Shanghai, found 'Beijing'"),
        (
            "rights",
            "all",
            "expected one of facts (facts, link and a short quote), summary (also the feed's summary), full (also the body, where the publisher allows it), found 'all'",
        ),
        ("topics", "ev", "expected a list of words, found 'ev'"),
        ("langauge", "en", "expected 'language', found an unknown field"),
    ],
)
def test_each_mistake_is_told_with_its_place(field, value, message):
    assert problems(listed(**{field: value})) == [f"sources.yaml: sources[0].{field}: {message} (line 1)"]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file():
    text = """\
settings:
  timeout: 3
  concurrency: 0
sources:
  - source_id: a
    name: A
    url: https://a.example/feed
    kind: rss
    country: NO
  - {source_id: a, name: B, url: "https://A.example:443/feed?utm_source=x", kind: listing}
  - {source_id: c, name: C, url: "https://c.example/", kind: feed, item_pattern: "(", wrong_zone: true}
  - 7
  - {source_id: d, name: D, name: E, url: "https://d.example/", kind: feed}
"""
    kinds = "one of feed (RSS, RDF, Atom, JSON Feed), sitemap (of news), listing (a page of links), search (a feed that answers a query)"
    assert problems(text) == [
        "sources.yaml: settings.timeout: expected 'timeout_s', found an unknown field (line 2)",
        "sources.yaml: settings.concurrency: expected a whole number from 1 to 256, found 0 (line 3)",
        f"sources.yaml: sources[0].kind: expected {kinds}, found 'rss' (line 8)",
        "sources.yaml: sources[0].country: expected an ISO 3166-1 alpha-2 code, found False (YAML reads NO as false: write 'NO') (line 9)",
        "sources.yaml: sources[1]: expected item_selector or item_pattern, as its kind is listing, found neither (line 10)",
        "sources.yaml: sources[1].source_id: expected a source_id of its own, found 'a', as in sources[0] (line 10)",
        "sources.yaml: sources[1].url: expected a url of its own, found 'https://a.example/feed', as in sources[0] (line 10)",
        "sources.yaml: sources[2].item_pattern: expected a regular expression that an article's address matches, found '(' (line 11)",
        "sources.yaml: sources[2].item_pattern: expected it with kind listing only, found kind 'feed' (line 11)",
        "sources.yaml: sources[2].timezone: expected the zone that is meant, as wrong_zone is true, found nothing (line 11)",
        "sources.yaml: sources[3]: expected a source: fields and their values, found 7 (line 12)",
        "sources.yaml: sources[4].name: expected one value, found two (line 13)",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "sources.yaml: expected a mapping with the key sources, found nothing"),
        ("- 1", "sources.yaml: expected a mapping with the key sources, found list (line 1)"),
        ("sources: []", "sources.yaml: sources: expected a list of sources, at least one, found [] (line 1)"),
        ("sources:\n\t- a", "sources.yaml: line 2, column 1: expected YAML, found character that cannot start any token"),
        (
            "sources: !!python/object:os.system x",
            "sources.yaml: line 1, column 10: expected YAML, found could not determine a constructor for the tag 'tag:yaml.org,2002:python/object:os.system'",
        ),
        ("&a [*a]", "sources.yaml: expected a plain list of sources, found one that cannot be read: RecursionError"),
    ],
)
def test_what_is_no_list_of_sources(text, message):
    assert problems(text) == [message]


def test_yaml_that_unfolds_without_end_is_refused():
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{level}: &a{level} [" + ", ".join([f"*a{level - 1}"] * 10) + "]\n" for level in range(1, 12)
    )
    assert len(problems(text)) == 1


def test_files_that_cannot_be_read_are_told(tmp_path):
    for path, what in [(tmp_path / "none.yaml", "No such file"), (tmp_path, "directory")]:
        with pytest.raises(sources.SourcesError, match=what):
            sources.load(path)
    (tmp_path / "latin.yaml").write_bytes("name: Zürich".encode("latin-1"))
    with pytest.raises(sources.SourcesError, match="expected UTF-8, found byte 0xfc at 7"):
        sources.load(tmp_path / "latin.yaml")


def test_settings_of_the_list(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text("settings:\n  pause_s: 1\n  private_hosts: {'*.example': '127.0.0.1:80'}\n" + ONE)
    assert sources.settings(path) == Settings(pause_s=1.0, private_hosts={"*.example": "127.0.0.1:80"})
    path.write_text(ONE)
    assert sources.settings(path) == Settings()


@given(st.text())
def test_any_text_is_a_list_or_is_refused(text):
    for whole in (text, "sources:\n  - " + text, "sources:\n  - source_id: " + text):
        assert outcome(whole)


_KEYS = st.text(max_size=8) | st.none() | st.booleans() | st.integers() | st.dates()
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*SourceEntry.model_fields, "other"]), _VALUES, max_size=6))
def test_any_values_are_a_list_or_are_refused(entry):
    found = outcome(yaml.safe_dump({"sources": [entry]}, allow_unicode=True))
    assert found
    assert all(isinstance(each, Source) or each.startswith("sources.yaml: ") for each in found)


@given(st.dictionaries(st.sampled_from(["sources", "settings"]) | _KEYS, _VALUES, max_size=4))
def test_any_keys_are_a_list_or_are_refused(whole):
    assert all(each.startswith("sources.yaml: ") for each in outcome(yaml.safe_dump(whole, allow_unicode=True)))


def test_opml_there_and_back_loses_nothing(ours):
    entries = opml.imported(opml.exported(ours))
    assert tuple(SourceEntry.model_validate(entry).record() for entry in entries) == ours


def test_opml_of_others():
    text = b"""<?xml version="1.0"?><opml version="1.0"><head/><body>
    <outline text="Cars"><outline type="rss" text="Auto &amp; Motor" xmlUrl="https://auto.example/feed" htmlUrl="https://auto.example/" language="de-AT"/>
    <outline title="Auto &amp; Motor" xmlUrl="https://auto.example/zwei"/><outline text="no feed"/><outline text="bad" xmlUrl="javascript:x"/></outline>
    <outline text="known" xmlUrl="https://known.example/feed?utm_source=x"/></body></opml>"""
    known = Source("known", "K", "https://known.example/feed", Kind.FEED)
    assert opml.imported(text, [known]) == (
        {
            "source_id": "auto-motor",
            "name": "Auto & Motor",
            "url": "https://auto.example/feed",
            "kind": "feed",
            "language": "de",
            "homepage": "https://auto.example/",
            "topics": ("cars",),
        },
        {"source_id": "auto-motor-2", "name": "Auto & Motor", "url": "https://auto.example/zwei", "kind": "feed", "topics": ("cars",)},
    )


@pytest.mark.parametrize("text", [b"", b"<html/>", b"\x00", b"<opml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>'])
def test_what_is_no_opml_is_refused(text):
    with pytest.raises(opml.OpmlError, match="OPML: expected"):
        opml.imported(text)


@given(
    st.text(max_size=30),
    st.lists(st.text(alphabet=st.characters(exclude_characters=","), min_size=1, max_size=10).map(str.strip).filter(bool), max_size=3),
)
def test_any_name_survives_opml(name, topics):
    source = Source("a", name.strip() or "x", "https://a.example/feed", Kind.FEED, topics=tuple(topics))
    (entry,) = opml.imported(opml.exported([source]))
    assert entry["source_id"] == "a"
    assert entry["url"] == source.url
