"""Bodies: the text of the story, from the tree of its page. The only module that calls trafilatura's extraction.

trafilatura finds the text; before it the tree is pruned of what names itself furniture, after it the lines are cleaned, and what it
lost is looked for where publishers put it: in ld+json and in the standfirst.
"""

from collections.abc import Sequence

from lxml.etree import _Element
from trafilatura import bare_extraction
from trafilatura.settings import Document

from flows.steps.articles import lines, trees
from flows.steps.articles.heads import Head, plain, words_of
from flows.steps.articles.titles import words

_STATED = 400  # characters from which an articleBody is a text
_LOST = 0.6  # share of the stated text below which extraction has lost the story
_STANDFIRST = (40, 600)  # characters that a standfirst has


def read(tree: _Element, size: int, head: Head, titles: Sequence[str], author: str | None) -> list[str]:
    """Return the paragraphs of the story in `tree`, without its headline; empty where there is none.

    `tree` is pruned on the way; `size` is the number of characters of its text.
    """
    opening = _standfirst(tree, head)
    trees.prune(tree, size)
    document = bare_extraction(tree, include_comments=False, with_metadata=False)
    text = (document.text or "") if isinstance(document, Document) else ""
    found = lines.clean(text.split("\n"), titles, author)
    found = _better(found, head, titles)
    return _opened(found, opening, titles)


def _better(found: list[str], head: Head, titles: Sequence[str]) -> list[str]:
    """Return the text that the page states in ld+json where extraction found much less of it."""
    stated = head.article.get("articleBody")
    if not isinstance(stated, str) or len(stated) < _STATED:
        return found
    paragraphs = lines.clean([plain(one) for one in stated.replace("</p>", "\n").split("\n")], titles)
    length = sum(map(len, paragraphs))
    return paragraphs if sum(map(len, found)) < _LOST * length else found


def _standfirst(tree: _Element, head: Head) -> str:
    """Return the page's own summary as it is printed on the page, empty where it is not."""
    low, high = _STANDFIRST
    for text in dict.fromkeys((head.meta("og:description"), head.meta("description"), head.stated("description"))):
        if not low <= len(text) <= high or text.endswith(("...", "…")):
            continue
        start = text[:24]
        for element in tree.iter("p", "h2", "h3", "h4", "div", "span", "strong", "em"):
            if element.text and element.text.strip().startswith(start):
                printed = words_of(element)
                if abs(len(printed) - len(text)) < 0.1 * len(text):
                    return printed
    return ""


def _opened(found: list[str], opening: str, titles: Sequence[str]) -> list[str]:
    """Put the standfirst before the text where extraction lost it."""
    if not opening or not found or lines.is_furniture(opening):
        return found
    said = set(words(opening))
    if any(len(said & set(words(line))) >= 0.7 * len(said) for line in found[:4]) or opening in titles:
        return found
    return [opening, *found]
