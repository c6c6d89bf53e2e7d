"""Extraction: worker processes that read pages, and can be killed when a page is too much for them.

`pool` keeps the workers and their limits, `worker` is the program that each of them runs, `frames` is what goes between. They know
processes and pipes; what reading a page means is in flows.steps.articles.
"""

from flows.extraction.pool import Extractor
from flows.steps.articles.failures import Unreadable

__all__ = ["Extractor", "Unreadable"]
"""`Unreadable` is a value here: `extract` returns it, it is not raised."""
