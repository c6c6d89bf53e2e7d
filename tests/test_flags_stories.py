"""The stories in own words: deals are flagged, near-misses are not, and the first story is a new deal in each of its languages."""

import json
from pathlib import Path

import pytest

from benchmarks.labelled import article_of
from flows.steps import flags, vocabulary

STORIES = Path(__file__).parent / "stories"
FLAGGED = {"deal_new", "deal_update"}


def _stories(name):
    return [json.loads(line) for line in (STORIES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("story", _stories("first_story"), ids=lambda story: story["id"])
def test_the_first_story_is_a_new_deal(story):
    flag = flags.judge(article_of(story), vocabulary.load())
    terms = {piece.aspect: " ".join(other.term for other in flag.evidence if other.aspect == piece.aspect) for piece in flag.evidence}
    assert flag.verdict == "deal_new", flag
    assert {"ev", "china", "capital"} <= terms.keys()


@pytest.mark.parametrize("name", ["deals", "near_misses"])
def test_stories_are_flagged_as_expected(name):
    wrong = [
        f"{story['id']}: {flags.judge(article_of(story), vocabulary.load()).reason}"
        for story in _stories(name)
        if flags.judge(article_of(story), vocabulary.load()).flagged != (story["expected"] in FLAGGED)
    ]
    assert wrong == []
