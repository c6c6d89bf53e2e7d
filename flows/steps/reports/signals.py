"""The facts of a story that its type and status depend on: concepts by part, whose capital, which site. Decides nothing."""

from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise

from flows.steps.reports import numerals, quantities
from flows.steps.reports.cues import Cue
from flows.steps.reports.features import FAR, planned
from flows.steps.reports.grammar import marks
from flows.steps.reports.names import Name
from flows.steps.reports.places import Site
from flows.steps.reports.quantities import Quantity
from flows.steps.reports.stories import Story
from flows.steps.reports.tables import rows

WEIGHTS = {"T": 1.0, "L": 0.6, "B": 0.25}
_AGAIN = 0.4  # how much a repeat adds to the first mention
_MOST = 4
_EARLY = 4  # sentences in which the parties stand
_JOINS = frozenset(
    [
        "and",
        "&",
        "y",
        "e",
        "et",
        "und",
        "i",
        "en",
        "och",
        "és",
        "ve",
        "и",
        "و",
        "和",
        "与",
        "與",
        "、",
        "·",
        "-",
        "/",
        "과",
        "와",
        "と",
        "及",
        "dan",
        "a",
        "携手",
        "联手",
        "și",
        "และ",
        "–",
    ]
)
_OWNING = frozenset({"stake", "acquire", "jv", "enter", "control", "divest"})
_HALF = 50.0
_BESIDE = frozenset({"versus", "client"})  # marks of those who have no part in the deal
_NEAR = 24  # characters in which such a mark stands
_STEP = 16  # characters between what a share was and what it becomes
_MEASURES = {
    "GWh/yr": "energy", "vehicles/yr": "vehicles", "t/yr": "tonnes", "t_LCE/yr": "tonnes", "m2/yr": "area", "charge_points": "points", "stations": "points",
}  # fmt: skip
MEASURED = tuple(f"{when}_{name}" for when in ("unit", "first") for name in sorted(set(_MEASURES.values())))
_CLAUSE = 50  # characters in which a word of ownership stands beside its percentage


def concepts(story: Story, cues: Iterable[Cue]) -> dict[str, float]:
    """Return each concept with the weight of the best part in which it stands; said again in that part, it weighs more."""
    counted = Counter((cue.concept, story.part(cue.start)) for cue in cues if story.rank(cue.start) <= FAR)
    found: dict[str, float] = {}
    for (concept, part), count in counted.items():
        found[concept] = max(found.get(concept, 0.0), 1.0 - (1.0 - WEIGHTS[part]) ** (1.0 + _AGAIN * (min(count, _MOST) - 1)))
    return found


def _is_chinese_subject(story: Story, sites: Iterable[Site], first: int) -> bool:
    """Say whether the headline calls its subject Chinese before it names anyone: "Chinese cell maker comes to BMW's town"."""
    return any(site.place.is_chinese and site.mention.via == "demonym" and site.mention.start < min(first, story.head) for site in sites)


def of(
    story: Story,
    cues: tuple[Cue, ...],
    names: tuple[Name, ...],
    shares: tuple[Quantity, ...],
    sites: tuple[Site, ...],
    countries: dict[str, float],
) -> dict[str, float]:
    """Return concepts and facts, 0-1 each."""
    cues = planned(story, cues)
    found = concepts(story, cues)
    names = tuple(name for name in names if not _compared(story, name))
    early = [name for name in names if name.company is not None and story.rank(name.spots[0][0]) <= _EARLY]
    if early:
        is_chinese = (early[0].company and early[0].company.is_chinese) or _is_chinese_subject(story, sites, early[0].spots[0][0])
        found["cn_first" if is_chinese else "x_first"] = 1.0
    kinds = {name.company.is_chinese for name in early[:3] if name.company is not None}
    found["mixed"] = float(len(kinds) == 2)  # noqa: PLR2004 - Chinese and not
    found["two"] = float(len(early) > 1)
    found["cn_named"] = float(True in kinds)
    found["pair"] = _pair(story, names)
    found.update(dict.fromkeys(_known_projects(story, names), 1.0))
    if countries:
        best = max(countries, key=lambda country: (countries[country], country))
        found["site_cn" if best in {"CN", "HK"} else "site_x"] = 1.0
    found.update(_capacity(story))
    found["crossing"] = _crossing(story, shares)
    for share in shares:
        if any(
            cue.concept in _OWNING and abs(cue.start - share.start) < _CLAUSE and story.sentence(cue.start) == story.sentence(share.start)
            for cue in cues
        ):
            weight = WEIGHTS[story.part(share.start)]
            found["pct"] = max(found.get("pct", 0.0), weight)
            size = "over50" if share.value > _HALF else "half" if share.value == _HALF else "under50"
            found[size] = max(found.get(size, 0.0), weight)
    return found


def _compared(story: Story, name: Name) -> bool:
    """Say whether a name only tells what another firm is like, at each place where it stands early: Tesla's rival, a supplier of Tesla."""
    spots = [spot for spot in name.spots if story.rank(spot[0]) <= _EARLY]
    return bool(spots) and all(_is_beside(story, *spot) for spot in spots)


def _is_beside(story: Story, start: int, end: int) -> bool:
    before, after = story.plain[max(0, start - _NEAR) : start], story.plain[end : end + _NEAR]
    return any(mark in _BESIDE and pattern.search(before) for mark, pattern in marks(story.language, "before")) or any(
        mark in _BESIDE and pattern.match(after) for mark, pattern in marks(story.language, "after")
    )


@lru_cache(maxsize=8)  # a story is asked more than once
def _made(plain: str, language: str) -> tuple[Quantity, ...]:
    return quantities.capacities(plain, numerals.find(plain, language), language)


def _capacity(story: Story) -> dict[str, float]:
    """Return in which units the story counts capacity, and in which first: gigawatt-hours are cells, tonnes materials, whatever else is told."""
    made = [one for one in _made(story.plain, story.language) if story.rank(one.start) <= FAR]
    found: dict[str, float] = {}
    for one in made:
        name = f"unit_{_MEASURES[one.unit]}"
        found[name] = max(found.get(name, 0.0), WEIGHTS[story.part(one.start)])
    first = min(made, key=lambda one: (story.rank(one.start), one.start), default=None)
    return found | ({f"first_{_MEASURES[first.unit]}": 1.0} if first else {})


def _crossing(story: Story, shares: tuple[Quantity, ...]) -> float:
    """Return how prominently the story lifts a share from half or less to more than half: who had a part of a firm now controls it."""
    return max(
        (
            WEIGHTS[story.part(after.start)]
            for before, after in pairwise(shares)
            if before.value <= _HALF < after.value and after.start - before.end < _STEP
            if story.sentence(before.start) == story.sentence(after.start)
        ),
        default=0.0,
    )


def _known_projects(story: Story, names: tuple[Name, ...]) -> Iterable[str]:
    """Yield what the story shows because its project is known by its site."""
    named = {name.key for name in names}
    for row in rows("deal_types_projects.csv"):
        if not row["company"] or row["company"] in named:
            at = min((story.plain.find(site) for site in row["sites"].split("|") if site in story.plain), default=-1)
            if at >= 0 and story.rank(at) <= FAR:
                yield row["concept"]


def _pair(story: Story, names: tuple[Name, ...]) -> float:
    """Return how prominently two names stand joined as partners: "Stellantis and CATL"."""
    spots = sorted((start, end, name.key) for name in names for start, end in name.spots[:4])
    best = 0.0
    for (_, end, one), (start, _, other) in pairwise(spots):
        if one != other and 0 <= start - end <= 14 and story.sentence(end) == story.sentence(start):  # noqa: PLR2004 - a conjunction and an adjective
            between = story.plain[end:start].strip(" ,()")
            words = between.split()
            if between in _JOINS or (words and words[0] in _JOINS and len(words) <= 3) or (words and words[-1] in _JOINS):  # noqa: PLR2004
                best = max(best, WEIGHTS[story.part(start)])
    return best


@cache
def _rules(table: str) -> tuple[tuple[str, float, tuple[str, ...], tuple[str, ...]], ...]:
    """Return the rules of `table`: label, points, what must be there, what must not."""
    return tuple(
        (row["label"], float(row["points"]), tuple(n for n in needs if n[0] != "!"), tuple(n[1:] for n in needs if n[0] == "!"))
        for row in rows(table)
        for needs in [row["needs"].split()]
    )


def _strength(found: dict[str, float], needs: tuple[str, ...], spoils: tuple[str, ...]) -> float:
    """Return how strong a rule is: as strong as its weakest need."""
    best = 1.0
    for need in needs:
        there = found.get(need, 0.0)
        if not there:
            return 0.0
        best = min(best, there)
    for spoil in spoils:
        best = min(best, 1.0 - found.get(spoil, 0.0))
    return best


def scored(table: str, found: dict[str, float]) -> dict[str, float]:
    """Return label -> points of the rules in `table`."""
    out: dict[str, float] = {}
    for label, points, needs, spoils in _rules(table):
        strength = _strength(found, needs, spoils)
        out[label] = out.get(label, 0.0) + points * strength
    return out
