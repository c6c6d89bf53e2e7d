"""Spans: where the sentences of a text begin and end, in any script, as offsets into the text itself."""

import re
from bisect import bisect_right
from typing import NamedTuple

_BREAK = re.compile("[。！？｡؟।!?….\r\n]+[」』”’）》】\"')»\\]]*")
_SPACED_STOPS = ".!?…"  # end a sentence only before a space
_ABBREVIATION = re.compile(
    "(?:^|[\\s(\"'“])(?:[A-Za-z]|[A-Z]\\.[A-Z]|(?:[a-z]\\.)+[a-z]|"
    "mr|mrs|ms|dr|prof|st|no|nr|co|corp|inc|ltd|plc|vs|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|mich|calif|"
    "bzw|ca|inkl|mio|mrd|min|max|str|sog|usw|etc|env|approx|est|sen|rep|gov|gen|al|cf|tel|kb|pl|ul|tys|mln|ok|np|tzw|"
    "sr|sra|ee|uu|art|pag|rp|yg|dll|hal|jt|ил|им|тыс|млн|млрд|руб|долл|г|гг)$",
    re.IGNORECASE,
)
_LONG = 400  # characters after which a Thai line is cut at its next space


class Span(NamedTuple):
    """A stretch of text: text[start:end]."""

    start: int
    end: int


def sentences(text: str, language: str | None = None) -> tuple[Span, ...]:
    """Return the sentences of `text` in order, without the space around them; none is empty and none overlap."""
    spans: list[Span] = []
    start = 0
    for match in _BREAK.finditer(text):
        if match.group()[0] in _SPACED_STOPS and not _ends(text, start, match):
            continue
        _add(spans, text, start, match.end())
        start = match.end()
    _add(spans, text, start, len(text))
    return tuple(part for span in spans for part in _cut(text, span)) if language == "th" else tuple(spans)


def sentence_at(spans: tuple[Span, ...], position: int) -> int:
    """Return the index of the sentence at or before `position`; -1 where there is none."""
    return bisect_right(spans, (position, float("inf"))) - 1


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Tell whether a stop that needs a space behind it ends the sentence that began at `start`."""
    end = match.end()
    if end < len(text) and not text[end].isspace() and "\n" not in match.group():
        return False
    if match.group() != ".":
        return True
    following = text[end : end + 3].lstrip()[:1]
    if following.islower():
        return False
    before = text[max(start, match.start() - 8) : match.start()]
    if before[-1:].isdigit() and not following.isupper():
        return False
    return not _ABBREVIATION.search(before) or (following.isupper() and before[-4:].lower() in {" inc", " ltd", "corp", " plc"})


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    """Append text[start:end] without the space around it, if anything is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append(Span(start, end))


def _cut(text: str, span: Span) -> list[Span]:
    """Cut a long line of Thai, which has no full stop, at its spaces."""
    parts: list[Span] = []
    start = span.start
    while span.end - start > _LONG:
        space = text.find(" ", start + _LONG // 2, span.end)
        if space < 0:
            break
        _add(parts, text, start, space)
        start = space
    _add(parts, text, start, span.end)
    return parts
