"""A story as one text: title and beginning of the body, its sentences and where each lies. Knows no facts."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property

from flows.records import Article
from flows.steps.reports.folding import WIDE, folded, is_wide, simplified
from flows.steps.reports.tables import rows
from flows.text import Span, sentences

LIMIT, LIMIT_WIDE = (
    3200,
    1800,
)  # characters of the body that are read, the second in scripts without spaces: what a report is about stands before
_MOST_SENTENCES = 11  # after the one with which the story begins: what stands later is never asked for
_SAMPLE = 400  # characters that tell the script
_LEAST, _LEAST_WIDE = 40, 20  # characters of a sentence that is more than a byline
_MOST_FURNITURE = 30  # lines before the story itself
_FURNITURE = 3  # the rank of what stands there
_ELSEWHERE = 99  # the rank of what another deal is told by
LEAD = 3  # sentences after the title that make the lead


@cache
def _advertised() -> re.Pattern[str]:
    """Return the pattern of what outlets print above a story: calls to follow them, conferences, contacts."""
    return re.compile("|".join(re.escape(folded(form)) for row in rows("roles_furniture.csv") for form in row["forms"].split("|")))


@dataclass(frozen=True)
class Story:
    """Title, a newline and the body's beginning as one `text`; offsets are characters of it."""

    article: Article
    text: str
    head: int  # where the body begins
    focus: tuple[int, ...] = ()  # the sentences that tell of one of several deals; empty = all

    @classmethod
    def of(cls, article: Article) -> "Story":
        """Return the story of `article`."""
        sample = (article.title + article.body[:_SAMPLE])[:_SAMPLE]
        limit = LIMIT_WIDE if 3 * len(WIDE.findall(sample)) > len(sample) else LIMIT
        story = cls(article, f"{article.title}\n{article.body[:limit]}", len(article.title) + 1)
        last = story.main + _MOST_SENTENCES
        return story if last >= len(story.spans) else cls(article, story.text[: story.spans[last].end], story.head)

    @cached_property
    def language(self) -> str:
        """ISO 639-1; English where unknown."""
        return (self.article.language or "en")[:2].lower()

    @cached_property
    def plain(self) -> str:
        """The text folded, of the same length."""
        return simplified(folded(self.text)) if self.language == "zh" else folded(self.text)

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The sentences of title and body, in order."""
        return sentences(self.text, self.language)

    @cached_property
    def main(self) -> int:
        """Index of the sentence with which the story itself begins: the first of the body that is no byline, heading or repeated title."""
        body = [index for index, span in enumerate(self.spans) if span.start >= self.head]
        title = self.plain[: self.head - 1].strip()
        for index in body[:_MOST_FURNITURE]:
            span = self.spans[index]
            sentence = self.plain[span.start : span.end].strip("#*= ")
            least = _LEAST_WIDE if any(is_wide(character) for character in sentence[:12]) else _LEAST
            if len(sentence) >= least and sentence != title and not _advertised().search(sentence):
                return index
        return body[0] if body else len(self.spans)

    @cached_property
    def _starts(self) -> list[int]:
        return [span.start for span in self.spans]

    def sentence(self, position: int) -> int:
        """Return the index of the sentence that holds `position`."""
        return max(0, bisect_right(self._starts, position) - 1)

    def rank(self, position: int) -> int:
        """Return 0 for the title, 1 for the first sentence after it, and so on."""
        if position < self.head:
            return 0
        here = self.sentence(position)
        if self.focus:
            return self.focus.index(here) + 1 if here in self.focus else _ELSEWHERE
        return max(_FURNITURE if here < self.main else 1, here - self.main + 1)

    def part(self, position: int) -> str:
        """Return T for the title, L for the lead, B for the rest."""
        rank = self.rank(position)
        return "T" if rank == 0 else "L" if rank <= LEAD else "B"

    def field(self, start: int, end: int) -> tuple[str, int, int]:
        """Return the article's field that holds `start:end` of the text, and the place in it."""
        if start < self.head:
            return "title", start, min(end, self.head - 1)
        return "body", start - self.head, end - self.head
