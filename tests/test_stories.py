"""The own-words stories keep to their schema and cover what they promise; what is made of them is tested with flags and reports."""

import csv
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import corpus
import pytest

STORIES = Path(__file__).parent / "stories"
FILES = ("first_story", "deals", "near_misses")
KEYS = {"id", "language", "published", "source", "title", "text", "expected", "gold", "note"}
FLAGGED = {"deal_new", "deal_update"}


def _load(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (STORIES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


ALL = {name: _load(name) for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_every_story_keeps_to_the_schema(name):
    for story in ALL[name]:
        where = f"{name}: {story['id']}"
        assert set(story) - {"script", "category"} == KEYS, where
        assert 2 <= len(story["language"]) <= 3, where
        assert date(2016, 1, 1) <= date.fromisoformat(story["published"]) <= date(2026, 12, 31), where
        assert story["source"].endswith(".example"), where
        assert story["source"].isascii(), where
        assert story["expected"] in FLAGGED | {"deal_background", "not_deal"}, where
        assert len(story["title"]) >= 10, where
        assert len(story["text"]) >= 35, where


def test_ids_and_texts_are_unique():
    ids = Counter(story["id"] for stories in ALL.values() for story in stories)
    texts = Counter(story["text"] for stories in ALL.values() for story in stories)
    assert max(ids.values()) == 1
    assert max(texts.values()) == 1


def test_chinese_stories_say_which_script():
    for stories in ALL.values():
        assert all(story.get("script") in {"Hans", "Hant"} for story in stories if story["language"] == "zh")


def test_the_first_story_is_told_in_many_languages():
    first = ALL["first_story"]
    assert len({story["language"] for story in first}) >= 12
    assert all(story["expected"] == "deal_new" and story["gold"] == "renault-ampere-hangzhou-fund" for story in first)


def test_deals_are_many_and_told_across_languages():
    deals = ALL["deals"]
    languages: dict[str, set[str]] = {}
    for story in deals:
        languages.setdefault(story["gold"], set()).add(story["language"])
    assert sum(story["expected"] in FLAGGED for story in deals) >= 130
    assert len({story["language"] for story in deals}) >= 18
    assert sum(len(told) >= 2 for told in languages.values()) >= 40


def test_near_misses_are_never_flagged_and_say_why():
    misses = ALL["near_misses"]
    assert len(misses) >= 130
    assert len({story["language"] for story in misses}) >= 15
    assert len({story["category"] for story in misses}) >= 25
    assert all(story["expected"] not in FLAGGED and story["category"] for story in misses)


def test_every_coded_deal_is_told():
    with corpus.gold("deals.csv").open(encoding="utf-8", newline="") as file:
        coded = {row["deal_id"] for row in csv.DictReader(file)}
    told = {story["gold"] for name in ("first_story", "deals") for story in ALL[name]}
    assert told == coded
