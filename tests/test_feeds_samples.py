"""Every sample in tests/feeds is read as the file beside it says.

`NAME.expected.json` holds the source's fields (`source`), the response's headers, and what comes out: outcome, expected, error, follow, items.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.records import Kind, Outcome, Response, Source
from flows.steps import feeds

FOLDER = Path(__file__).parent / "feeds"
NOW = datetime(2025, 7, 10, 12, 0, tzinfo=UTC)
SAMPLES = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))
FIELDS = ("guid", "url", "canonical_url", "title", "summary", "author", "outlet", "language", "published_at", "published_from")


def source(**values):
    values = {"source_id": "sample", "name": "Sample", "url": "https://voltpost.example/feed", "kind": "feed", **values}
    return Source(**{**values, "kind": Kind(values["kind"])})


def response(body, url="https://voltpost.example/feed", headers=()):
    return Response(url, url, NOW, Outcome.OK, 200, tuple(headers), body, 1)


def read_sample(name):
    case = json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))
    told = source(**case.get("source", {}))
    return case, feeds.read(told, response((FOLDER / name).read_bytes(), told.url, case.get("headers", {}).items()), NOW)


def shown(item):
    values = {name: getattr(item, name) for name in FIELDS}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items() if value not in (None, "")}


@pytest.mark.parametrize("name", SAMPLES)
def test_sample(name):
    case, reading = read_sample(name)
    assert [shown(item) for item in reading.items] == case["items"]
    assert (reading.outcome, reading.expected, reading.error) == (case["outcome"], case.get("expected"), case.get("error"))
    assert list(reading.follow) == case.get("follow", [])


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_is_read_the_same_later_and_each_id_once(name):
    case, reading = read_sample(name)
    told = source(**case.get("source", {}))
    again = feeds.read(told, response((FOLDER / name).read_bytes(), told.url, case.get("headers", {}).items()), NOW.replace(day=11))
    assert [item.item_id for item in again.items] == [item.item_id for item in reading.items]
    assert len({item.item_id for item in reading.items}) == len(reading.items)
    assert all(item.outcome is None and item.first_seen_at == NOW and item.source_id == "sample" for item in reading.items)


def test_every_sample_has_its_expectation():
    assert SAMPLES
    assert {path.name for path in FOLDER.iterdir()} == {name + end for name in SAMPLES for end in ("", ".expected.json")}


def test_failed_response_is_passed_on():
    failed = replace(response(b""), outcome=Outcome.TIMEOUT, error="25 s")
    reading = feeds.read(source(), failed, NOW)
    assert (reading.items, reading.outcome, reading.error) == ((), Outcome.TIMEOUT, "25 s")
