"""What small words and verbs of a language show of a name: who does a deal, to what, from whom, to whom. Knows no company and no role."""

import re
from collections.abc import Iterable
from functools import cache

from flows.steps.reports.folding import any_of, folded
from flows.steps.reports.stories import Story
from flows.steps.reports.tables import longest_first, rows

MASK = "\x00"  # stands for a letter of a name
VERB_LAST = frozenset({"ko", "ja", "tr", "hu"})  # languages in which particles show the parts and the verb comes last
_FAR, _CLOSE = 90, 26  # characters to a verb from the part that a mark shows, and from its subject or object
_LIST_BEFORE = re.compile(rf"(?:{MASK}+(?:['’]s)?(?:,\s|\s?[&/+·]\s?|,?\s[^\W\d_]{{1,3}}\s))+$")
_LIST_AFTER = re.compile(rf"^(?:(?:,\s|\s?[&/+·]\s?|,?\s[^\W\d_]{{1,3}}\s){MASK}+)+")
_AND = r"(?:\s?[（(][^()（）]{0,40}[)）])?[」』”\"]?(?:\s?[、,，&/+·・]\s?(?:[^\W\d_]{1,4}\s)?|,?\s[^\W\d_]{1,4}\s|[和及与與以や과와]及?\s?)[「『“\"]?"
_RUN_BEFORE, _RUN_AFTER = re.compile(rf"(?:{MASK}+{_AND})+$"), re.compile(rf"^(?:{_AND}{MASK}+)+")
_LONGEST_RUN = 240  # characters of a list on each side of a name
_TURN = re.compile(f"[,;:.(]|{MASK}")  # behind it another subject may stand
_PARTICLES = frozenset({"of", "from", "to", "by", "in", "with"})
_PARTICLES_LAST = frozenset({"subject", "object", "in", "from", "share", "owner"})
_UNSPACED = frozenset({"th", "zh", "ja", "ko"})  # no spaces between words
_JOINED = frozenset({"zh", "ja", "th", "ar"})  # small words stand before names without a space


@cache
def marks(language: str, side: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the small words of roles_marks.csv that stand on `side` of a name: what they show, and their pattern."""
    found: dict[str, list[str]] = {}
    for row in rows("roles_marks.csv"):
        if row["language"] == language and row["side"] == side:
            found.setdefault(row["mark"], []).extend(folded(form) for form in row["forms"].split("|"))
    out, edge = [], "" if language in _JOINED else r"(?<![^\W_])"
    for mark, forms in found.items():
        names = any_of(longest_first(forms))
        out.append(
            (
                mark,
                re.compile(
                    rf"{edge}(?:{names})\s?(?:the\s|der\s|die\s|dem\s|den\s|la\s|el\s|le\s|\w+['’]s\s|\w+\s)?$"
                    if side == "before"
                    else rf"\s?(?:{names})"
                ),
            )
        )
    return tuple(out)


@cache
def verbs(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the deeds of roles_verbs.csv with the pattern of their forms in `language`."""
    left, right = ("", "") if language in _UNSPACED else (r"(?<!\w)", r"(?!\w)")
    out = []
    for row in rows("roles_verbs.csv"):
        if row["language"] == language:
            forms = (re.escape(folded(form)).replace(r"\*", r"\w*") for form in longest_first(row["forms"].split("|")))
            out.append((row["deed"], re.compile(f"{left}(?:{'|'.join(forms)}){right}")))
    return tuple(out)


def masked(plain: str, spots: Iterable[tuple[int, int]]) -> str:
    """Return `plain` with a sign for each letter of a name."""
    signs = list(plain)
    for start, end in spots:
        signs[start:end] = MASK * (end - start)
    return "".join(signs)


def run(start: int, end: int, hidden: str) -> tuple[int, int, int]:
    """Return start and end of the list of names in which the name at `start` stands, and how many names that is: 1 = it stands alone."""
    before, after = hidden[max(0, start - _LONGEST_RUN) : start], hidden[end : end + _LONGEST_RUN]
    left, right = _RUN_BEFORE.search(before), _RUN_AFTER.match(after)
    listed = (left.group() if left else "") + "," + (right.group() if right else "")
    count = 1 + len(re.findall(f"{MASK}+", listed))
    return start - (len(left.group()) if left else 0), end + (right.end() if right else 0), count


def parts(story: Story, spot: tuple[int, int], hidden: str) -> Iterable[str]:
    """Yield the parts that the name at `spot` has by grammar; `hidden` is the story's text with its names masked."""
    return (_parts_last if story.language in VERB_LAST else _parts)(story, *spot, hidden)


def _parts(story: Story, start: int, end: int, hidden: str) -> Iterable[str]:
    """Yield the part that a name has by grammar where the verb stands before its object: "bought 5% from A" makes "from:buy", "A sells" "does:sell"."""
    here = story.spans[story.sentence(start)]
    before = _LIST_BEFORE.sub("", hidden[max(here.start, start - _FAR) : start])
    after = _LIST_AFTER.sub("", hidden[end : min(here.end, end + _FAR)])
    shown = [mark for mark, pattern in marks(story.language, "before") if mark in _PARTICLES and pattern.search(before)]
    shown += [
        mark for mark, pattern in marks(story.language, "after") if mark == "owner" and pattern.match(story.plain[end : end + _CLOSE])
    ]
    for deed, pattern in verbs(story.language):
        for found in pattern.finditer(before):
            gap = before[found.end() :]
            if not gap.strip():
                yield f"done:{deed}"
            elif MASK not in gap and not shown and len(gap) <= _CLOSE:
                yield f"near:{deed}"
            yield from (f"{mark}:{deed}" for mark in shown)
        behind = pattern.search(after)
        if behind and behind.start() <= _CLOSE and not _TURN.search(after[: behind.start()]):
            yield f"does:{deed}"


def _parts_last(story: Story, start: int, end: int, hidden: str) -> Iterable[str]:
    """Yield the part that a name has by its particle and the first verb behind it: "A로부터 지분을 인수" makes A the seller."""
    here = story.spans[story.sentence(start)]
    after = _LIST_AFTER.sub("", hidden[end : min(here.end, end + _FAR)])
    found = sorted((match.start(), deed) for deed, pattern in verbs(story.language) if (match := pattern.search(after)))
    shown = [mark for mark, pattern in marks(story.language, "after") if mark in _PARTICLES_LAST and pattern.match(after)]
    if found:
        yield from (f"after:{mark}>{found[0][1]}" for mark in shown)
        if start in (0, story.head) and not shown:
            yield f"opens>{found[0][1]}"
