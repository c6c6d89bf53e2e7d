"""Openings: where the news begins in a text that pages have wrapped: behind repeated titles, invitations to follow, names of authors.

Only the shape of the text is looked at: where the title stands again, and where a date line opens the report proper.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from flows.text import Span

_WITHIN = 700  # characters of the body in which a report may still not have begun
_TITLE = 8  # characters from which a title that stands again is no chance
_DATED = re.compile(
    r"近日|日前|今日|昨日|今天|昨天|(?:20\d\d\s?年\s?)?\d{1,2}\s?月\s?\d{1,2}\s?日|据(?:《[^》]{2,16}》|[^，。《\s]{2,12}(?:消息|报道|获悉|公告|披露))|本报讯|获悉"
)
_CREDIT = re.compile(r"\([^()]{3,40}/[^()]{2,30}\)$")
_MASTHEAD = re.compile(
    r"[\W_]*(?:作者|编辑|责编|撰稿|撰文|校对|审核|美编|文|图|来源|出品)[\W_]{0,4}[|丨｜/:：]"
)  # who wrote and who edited
_MASTHEADED = 60  # characters of a line that tells nothing else
_CREDITED = 80  # characters from the end in which a credit stands
_BYLINE = 120  # characters that outlets and authors take
_ENDED = re.compile(r"\s*\n|\s*$|(?<=[\u0e00-\uffff])\s")  # a title cut short goes on in the text instead
_COMMA = re.compile("[,，。；]")
_STOPS = '.。!！?？…．؟।:："”』」)）'


def is_credit(text: str, span: Span) -> bool:
    """Tell whether text[span] is the caption of a picture, which ends in its credit, "(Name Surname/Agency)", or a line of authors."""
    if span.end - span.start <= _MASTHEADED and _MASTHEAD.match(text, span.start, span.end):
        return not _COMMA.search(text, span.start, span.end)
    return text[span.end - 1] == ")" and _CREDIT.search(text, max(span.start, span.end - _CREDITED), span.end) is not None


def ends_in_stop(text: str, span: Span) -> bool:
    """Tell whether text[span] ends as sentences do."""
    return text[span.end - 1] in _STOPS


def cut_openings(text: str, spans: Sequence[Span], title: str, skips: Sequence[int]) -> tuple[Span, ...]:
    """Return the sentences of a body, cut behind each repetition of its title, and at the first date behind what serves the page.

    `skips` are the offsets where words that only serve the page end.
    """
    repeated = _repetitions(text, title.strip())
    cuts = sorted({*repeated, *_dates(text, skips), *_bylines(text, repeated)})
    if not cuts:
        return tuple(spans)
    return tuple(part for span in spans for part in _cut(text, span, cuts))


def _repetitions(text: str, title: str) -> list[int]:
    """Return where repetitions of the title end."""
    found: list[int] = []
    if len(title) < _TITLE:
        return found
    place = text.find(title, 0, _WITHIN)
    while place >= 0:
        if _ENDED.match(text, place + len(title)):
            found.append(place + len(title))
        place = text.find(title, place + len(title), _WITHIN)
    return found


def _dates(text: str, skips: Sequence[int]) -> list[int]:
    """Return where a date first stands behind the last early word that only serves the page."""
    early = [place for place in skips if 0 <= place < _WITHIN // 2]
    if not early:
        return []
    found = _DATED.search(text, max(early), _WITHIN)
    return [found.start()] if found else []


def _bylines(text: str, repeated: Sequence[int]) -> list[int]:
    """Return where a date stands behind a repeated title and names only, which no comma parts."""
    if not repeated:
        return []
    found = _DATED.search(text, repeated[-1], repeated[-1] + _BYLINE)
    return [found.start()] if found and not _COMMA.search(text, repeated[-1], found.start()) else []


def _cut(text: str, span: Span, cuts: Sequence[int]) -> list[Span]:
    """Return the parts of a sentence between the cuts that lie within it, without the space around them."""
    bounds = [span.start, *(cut for cut in cuts if span.start < cut < span.end), span.end]
    parts: list[Span] = []
    for start, end in pairwise(bounds):
        stretch = text[start:end]
        begin = start + len(stretch) - len(stretch.lstrip())
        stop = start + len(stretch.rstrip())
        if stop > begin:
            parts.append(Span(begin, stop))
    return parts
