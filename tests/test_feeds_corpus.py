"""Real and synthetic feeds of parser suites: nothing raises, and none of their entries is lost."""

import gzip
import json

import corpus
import pytest
from test_feeds_samples import NOW, response, source

from flows.records import Outcome
from flows.steps import feeds


@pytest.mark.slow
def test_nothing_raises_and_counts_match_over_the_corpus():
    rows = [json.loads(row) for row in corpus.path("feeds.jsonl").read_text(encoding="utf-8").splitlines()]
    wrong = []
    for row in rows:
        reading = feeds.read(source(), response(gzip.decompress(corpus.path(row["file"]).read_bytes())), NOW)
        if row["count"] is not None and reading.found != row["count"]:
            wrong.append((row["file"], row["count"], reading.found))
        if reading.outcome is Outcome.BROKEN and not row["file"].endswith("allthis-partial.json.gz"):  # cut off in the middle
            wrong.append((row["file"], reading.error))
    assert len(rows) > 400
    assert wrong == []
