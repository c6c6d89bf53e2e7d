"""Summaries without what publishing systems put behind them: footers and "read more" (tails.toml). Plain text in, plain text out."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_END = 700  # characters at the end of a text in which a footer is looked for
_LAST = 200  # characters that may follow a footer's mark: the outlet's name
_POINTS = " .…»→>[]()|·:-–\n"
_STOPS = frozenset(' \n\t.!?…[(]。！？”"»)')


@dataclass(frozen=True, slots=True)
class _Footer:
    begins: tuple[str, ...]
    marks: tuple[str, ...]


def without(text: str) -> str:
    """Return `text` without footers and "read more" at its end; what is not sure to be one stays."""
    end = text[-_END:].lower()
    if len(end) != len(text[-_END:]):  # a few letters change length in lower case, and would shift every place
        return text
    head = len(text) - len(end)
    footers, more = _tails()
    cut = min((at for footer in footers if (at := _begin(end, footer)) is not None), default=len(end))
    end = end[:cut].rstrip(_POINTS)
    found = next((words for words in more if end.endswith(words) and _stands_alone(end, len(end) - len(words))), "")
    if found:
        return text[: head + len(end) - len(found)].rstrip(" \n[(|»")
    return text if cut == len(text) - head else text[: head + cut].rstrip()


def _begin(end: str, footer: _Footer) -> int | None:
    """Return where `footer` begins in `end`; `None` = it is not there."""
    for mark in footer.marks:
        at = end.rfind(mark)
        if at < 0 or len(end) - at - len(mark) > _LAST:
            continue
        for begin in footer.begins:
            start = end.rfind(begin, 0, at + len(mark)) if begin else end.rfind("\n", 0, at) + 1
            if start >= 0 and _stands_alone(end, start):
                return start
    return None


def _stands_alone(text: str, at: int) -> bool:
    return at <= 0 or text[at - 1] in _STOPS


@cache
def _tails() -> tuple[tuple[_Footer, ...], tuple[str, ...]]:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    footers = tuple(_Footer(tuple(each["begins"]), tuple(each["marks"])) for each in data["footers"])
    return footers, tuple(data["more"]["words"])
