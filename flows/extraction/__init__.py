"""Extraction: worker processes that read pages and feeds, and can be killed when one is too much for them.

`pool` keeps the workers and their limits, `worker` is the program that each of them runs, `frames` is what goes between. They know
processes and pipes; what reading means is in flows.steps.articles and flows.steps.feeds.
"""

from flows.extraction.pool import Extractor
from flows.steps.articles.failures import Unreadable

__all__ = ["Extractor", "Unreadable"]
"""`Unreadable` is a value here: `extract` returns it, it is not raised."""
