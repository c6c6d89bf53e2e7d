"""Several deals of one article: where headline and lead name two events with targets, sites or kinds of their own. Splits rather too seldom than one deal in two.

Four ways in which the press tells of two deals at once: it numbers them ("the first project ... the second"), it names two sites of one plan ("plants in A and B"),
two targets with a share each, or a second kind of deal beside the first (a stake and a venture; an opening and a planned research centre). Reads no facts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from flows.steps.reports.amounts import NEVER
from flows.steps.reports.cues import Cue
from flows.steps.reports.facts import Facts
from flows.steps.reports.folding import any_of, folded
from flows.steps.reports.places import Site
from flows.steps.reports.tables import longest_first, rows

_EARLY = 6  # sentences after the title in which a second deal is told
_LENGTH = 3  # sentences that one of several deals takes at most
_SHARES = frozenset({"minority_stake", "acquisition"})
_PLANTS = frozenset({"greenfield", "expansion", "brownfield", "plant_purchase"})
_JOINED = re.compile(r"\s?(?:,|、|和|与|及|・|と|·|와|과|and|und|et|y|e|i|és|en|och|ve|dan|&|/)\s?(?:in\s|w\s)?")
_JOINING = re.compile(r"(?<!\w)(?:and|und|et|y|e|i|és|en|och|ve|dan|a)(?!\w)|[,、和与及・と·와과&]")
_APART = 30  # characters between two targets that the headline joins


@dataclass(frozen=True, slots=True)
class Part:
    """What belongs to one of several deals."""

    sentences: tuple[int, ...]  # of the story
    deal_type: str | None = None  # None = as the whole story's
    place: str | None = None  # key of the one place that is this deal's; None = whatever its sentences name
    besides: bool = False  # a second deal beside the story's own, which stays whole
    not_named: frozenset[str] = frozenset()  # keys of names that belong to another part


@cache
def _words(use: str, language: str) -> re.Pattern[str]:
    found = [
        form for row in rows("roles_parts.csv") if row["language"] == language and row["use"] == use for form in row["forms"].split("|")
    ]
    return re.compile(any_of(folded(form) for form in longest_first(found)) or r"(?!)")


def parts(facts: Facts, deal_type: str) -> tuple[Part, ...]:
    """Return the parts of a story about several deals; empty where it is about one. `deal_type` is that of the story as a whole."""
    if deal_type in _SHARES:
        return _targets(facts) or tuple(_venture(facts))
    if deal_type in _PLANTS or deal_type == "joint_venture":
        return _numbered(facts) or _sites(facts) or tuple(_research(facts))
    return ()


def _numbered(facts: Facts) -> tuple[Part, ...]:
    """Return the deals that a story of several numbers, or takes place by place, each with a sum, a capacity or a site of its own."""
    story = facts.story
    lead = story.spans[min(len(story.spans) - 1, story.main)].end if story.spans else 0
    if not _words("several", story.language).search(story.plain, 0, lead):
        return ()
    starts = sorted({*_ordinals(facts), *_aspects(facts)})
    if len(starts) < 2:  # noqa: PLR2004 - two deals
        return ()
    ends = [*starts[1:], starts[-1] + max(later - earlier for earlier, later in pairwise(starts))]
    found = [tuple(range(start, min(end, start + _LENGTH, len(story.spans)))) for start, end in zip(starts, ends, strict=True)]
    return tuple(Part(one) for one in found) if all(_has_own(facts, one) for one in found) else ()


def _ordinals(facts: Facts) -> list[int]:
    """Return the sentences that begin a numbered deal: a first one and those after it; empty where the numbers do not begin at one."""
    story = facts.story
    firsts = _sentences(facts, _words("first", story.language))
    nexts = [here for here in _sentences(facts, _words("next", story.language)) if firsts and here > firsts[0]]
    return [firsts[0], *nexts] if firsts and nexts else []


def _sentences(facts: Facts, pattern: re.Pattern[str]) -> list[int]:
    story = facts.story
    return sorted({story.sentence(m.start()) for m in pattern.finditer(story.plain, story.head) if story.rank(m.start()) <= _EARLY})


def _aspects(facts: Facts) -> list[int]:
    story = facts.story
    pattern = _words("aspect", story.language)
    found = [site for site in facts.sites if pattern.match(story.plain, site.mention.end) and story.rank(site.mention.start) <= _EARLY]
    return [story.sentence(site.mention.start) for site in found if site.place.level == "city"]


def _has_own(facts: Facts, sentences: tuple[int, ...]) -> bool:
    story = facts.story
    positions = [one.money.start for one in facts.sums if one.kind not in NEVER]
    positions += [quantity.start for quantity in facts.capacities]
    positions += [site.mention.start for site in facts.sites if site.place.level == "city"]
    return any(story.sentence(position) in sentences for position in positions)


def _sites(facts: Facts) -> tuple[Part, ...]:
    """Return the two sites that the headline joins under one plural: "plants in Germany and Hungary"."""
    story = facts.story
    several = _words("several", story.language)
    if not several.search(story.plain, 0, story.head):
        return ()
    titled = [site for site in facts.sites if site.mention.start < story.head and site.mention.via not in {"demonym", "word"}]
    for one, other in pairwise(titled):
        between = story.plain[one.mention.end : other.mention.start]
        if _JOINED.fullmatch(between) and one.place.level == other.place.level and one.place.key != other.place.key:
            return _at(facts, one, other), _at(facts, other, one)
    return ()


def _at(facts: Facts, site: Site, other: Site) -> Part:
    """Return the part of one of two sites: the sentences that name it and not the other."""
    story = facts.story
    here = {story.sentence(s.mention.start) for s in facts.sites if _within(s, site) and s.mention.start >= story.head}
    there = {story.sentence(s.mention.start) for s in facts.sites if _within(s, other)}
    return Part(tuple(sorted(here - there)), place=site.place.key)


def _within(site: Site, wide: Site) -> bool:
    return site.place.key == wide.place.key or (wide.place.level == "country" and site.place.country == wide.place.country)


def _targets(facts: Facts) -> tuple[Part, ...]:
    """Return the two targets of one buyer that the headline joins, each with a share or a sum in a sentence of its own."""
    story = facts.story
    titled = [name for name in facts.names if name.spots[0][0] < story.head]
    stated = [share.start for share in facts.shares] + [one.money.start for one in facts.sums if one.kind not in NEVER]
    shares = sorted({story.sentence(start) for start in stated if 0 < story.rank(start) <= _EARLY}) if facts.shares else []
    for one, other in pairwise(titled[1:]):  # the first is the buyer
        between = story.plain[one.spots[0][1] : other.spots[0][0]]
        here = [{n.key for n in (one, other) if any(story.sentence(start) == sentence for start, _ in n.spots)} for sentence in shares]
        if len(between) > _APART or not _JOINING.search(between):
            continue
        first = next((at for at, keys in zip(shares, here, strict=True) if keys == {one.key}), None)
        second = next((at for at, keys in zip(shares, here, strict=True) if keys == {other.key}), None)
        if first is not None and second is not None:
            return Part((first,), not_named=frozenset({other.key})), Part((second,), not_named=frozenset({one.key}))
    return ()


def _venture(facts: Facts) -> Iterator[Part]:
    """Yield the venture that buyer and target found besides the stake."""
    story = facts.story
    found = [cue for cue in _cues(facts, "found_jv") if 0 < story.rank(cue.start) <= _EARLY]
    is_only_venture = any(cue.concept == "jv" and story.rank(cue.start) == 0 for cue in facts.cues) and not any(
        story.rank(share.start) == 0 for share in facts.shares
    )
    is_stake = not is_only_venture and any(cue.concept in {"stake", "enter", "acquire"} for cue in facts.cues if story.rank(cue.start) == 0)
    if found and (is_stake or (facts.signals.get("pct") and not is_only_venture)) and not facts.signals.get("half"):
        yield Part((story.sentence(found[0].start),), "joint_venture", besides=True)


def _research(facts: Facts) -> Iterator[Part]:
    """Yield the research centre that is announced where a plant is opened."""
    story = facts.story
    titled = {cue.concept: cue.start for cue in reversed(facts.cues) if story.rank(cue.start) == 0}
    if {"operate", "plan", "rd"} <= titled.keys() and titled["operate"] < titled["plan"] < titled["rd"]:
        told = sorted({story.sentence(cue.start) for cue in _cues(facts, "rd") if 0 < story.rank(cue.start) <= _EARLY})
        if told:
            yield Part(tuple(told[:_LENGTH]), "rd_centre", besides=True)


def _cues(facts: Facts, concept: str) -> list[Cue]:
    return [cue for cue in facts.cues if cue.concept == concept]
