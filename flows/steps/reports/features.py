"""What a story shows, as numbers: concepts by part of the story, the same in all languages. Decides nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from flows.steps.reports.cues import Cue
from flows.steps.reports.stories import Story

FAR = 9  # sentences after the title beyond which words say little about what the story is about
_WEIGHTS = {"T": 1.0, "L": 0.6, "B": 0.25}
_MOST = 3  # repeats of a concept in one part that still add


def concepts(story: Story, cues: Iterable[Cue], table: str) -> dict[str, float]:
    """Return concept features of one table: `part:concept` with 0-1, and `any:concept`, weighed by part."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for cue in cues:
        if cue.table == table and story.rank(cue.start) <= FAR:
            counted[story.part(cue.start)][cue.concept] += 1
    found: dict[str, float] = {}
    for part, counter in counted.items():
        for concept, count in counter.items():
            found[f"{part}:{table}:{concept}"] = 1.0 if part == "T" else min(count, _MOST) / _MOST
            whole = f"any:{table}:{concept}"
            found[whole] = max(found.get(whole, 0.0), _WEIGHTS[part])
    return found


_GROWTH = frozenset({"expand", "again", "onsite", "more"})


def planned(story: Story, cues: tuple[Cue, ...]) -> tuple[Cue, ...]:
    """Return `cues` without the growth that is only the second phase of what the story itself plans from its first phase on."""
    told = [cue for cue in cues if cue.concept in {"first_phase", "second_phase"} and story.rank(cue.start) <= FAR]
    later = [cue for cue in told if cue.concept == "second_phase"]
    if len(told) == len(later) or any(story.part(cue.start) == "T" for cue in later):
        return cues
    return tuple(cue for cue in cues if cue.concept not in _GROWTH or not any(cue.start < one.end and one.start < cue.end for one in later))
