"""Warming: loads, once, all that reading a page needs, so that the first page is as quick as the others."""

from flows.steps import languages
from flows.steps.articles.markers import pattern, rows

_TABLES = ("lines", "furniture", "walls", "rights")


def warm() -> None:
    """Load models and compile patterns."""
    from flows.steps.articles import reading  # noqa: F401, PLC0415 -- imported for its effect, and not before it is wanted

    languages.identify("Some words of a text in English.")
    for table in _TABLES:
        for kind in {row["kind"] for row in rows(table)}:
            pattern(table, kind)
