"""Articles: page bytes to article, and feed item to article. The package is the only place where trafilatura is used.

Pure: no network, no clock; told what the feed knew and when the page was fetched. What reads pages is imported with the first page,
because it takes half a second and the process that talks to the network never reads one.
"""

from flows.records import Article, Item, Page
from flows.steps.articles.failures import Unreadable

__all__ = ["Unreadable", "extract", "from_item"]


def extract(page: Page) -> Article:
    """Return the article of `page`. Raises Unreadable, and nothing else, whatever the bytes are.

    Times are UTC. Where a wall stood instead of the story, `text_quality` says which and the body is the feed's own text.
    """
    from flows.steps.articles import reading  # noqa: PLC0415 -- see above

    try:
        return reading.read(page).article
    except Unreadable:
        raise
    except Exception as error:  # the web's worst pages break parsers in ways nobody has listed
        raise Unreadable(f"page: {type(error).__name__}: {error}"[:300]) from error


def from_item(item: Item) -> Article:
    """Return the article that the feed's own text gives, where no page is to be had."""
    from flows.steps.articles import reading  # noqa: PLC0415 -- see above

    return reading.from_item(item)
