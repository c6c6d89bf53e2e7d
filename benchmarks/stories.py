"""Real stories and pages with their truth, where they lie; read by the benchmarks of extraction and duplicates."""

import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

_CORPUS = Path(os.environ.get("EVWATCH_CORPUS", Path(__file__).resolve().parents[2] / "shared")) / "corpus"


@cache
def news() -> list[dict[str, Any]]:
    """Return the labelled news items."""
    return _lines("news.jsonl")


@cache
def pages() -> list[dict[str, Any]]:
    """Return the pages' truths; `content` gives a page's bytes."""
    return _lines("pages.jsonl")


def content(row: dict[str, Any]) -> bytes:
    """Return the HTML of a page."""
    return gzip.decompress((_CORPUS / row["file"]).read_bytes())


def _lines(name: str) -> list[dict[str, Any]]:
    with (_CORPUS / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
