"""Signs: what a sentence says, as a set of short names, from the words found in it. The rules of capital events stand here.

A word alone is no event: "plant" becomes one beside "build", "invest" beside a sum or a target. No word of any language occurs here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from flows.steps.flags.clauses import clause_signs
from flows.steps.flags.reading import Sentence
from flows.steps.vocabulary import CHAIN_ROLES, Company, Place

_STRONG_EV = frozenset(
    {
        "vehicle",
        "bus_truck",
        "two_wheeler",
        "battery",
        "cell",
        "material",
        "charging",
        "swap",
        "driving",
        "robotaxi",
        "software",
        "storage",
        "recycling",
        "powertrain",
    }
)
_SILENT, _SILENT_AT_HOME = frozenset({"nameless"}), frozenset({"nameless", "cn"})  # what a sentence says in which nothing is known
_OF_CHAIN = CHAIN_ROLES - {"supplier"}  # firms that make a story one of the chain by themselves: a supplier's parts may go into any car
_LISTED = 14  # characters between the beginnings of two countries of a list
STOPPED = ("status.paused", "status.cancelled", "status.delayed")

# An event is named by the signs of which one of each group must stand in the same sentence.
EVENTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "build": (("capital.plant",), ("capital.build",)),
    "invest": (("capital.invest",), ("money", "capital.plant", "capital.project", "capital.stake", "capital.jv", "capital.fund")),
    "stake": (("capital.stake",), ("capital.acquire", "capital.invest", "capital.divest", "percent", "money", "status.signed")),
    "acquire": (("capital.acquire",), ("capital.plant", "capital.stake", "money", "percent", "two_companies", "capital.land")),
    "jv": (
        ("capital.jv",),
        (
            "capital.build",
            "capital.invest",
            "capital.plant",
            "capital.raise",
            "capital.stake",
            "capital.acquire",
            "capital.project",
            "money",
            "percent",
            "status.signed",
            "status.announced",
            "status.mou",
            "status.approved",
            "status.rumour",
            "status.talks",
            "status.opened",
            "status.completed",
            "modality.will",
            *STOPPED,
        ),
    ),
    "venture": (("capital.jv",),),
    "fund": (("capital.fund",), ("capital.invest", "money", "status.signed", "status.announced", "capital.build", "capital.investor")),
    "round": (("capital.round",), ("money", "capital.investor", "capital.invest")),
    "ipo": (("capital.ipo",),),
    "raise": (("capital.raise",),),
    "filing": (("capital.filing",), ("capital.project", "capital.plant", "capital.capacity", "capital.build")),
    "loan": (("capital.loan",), ("capital.plant", "capital.project", "capital.build")),
    "lent": (("capital.loan",), ("money",)),
    "aid": (("capital.aid",), ("capital.plant", "money", "capital.project")),
    "expand": (("capital.expand",), ("capital.plant", "capital.capacity", "capital.invest")),
    "opened": (("status.opened",), ("capital.plant", "capital.project", "project")),
    "starts": (("status.opened",), ("company", "firm"), ("place.site", "place.cn_site"), ("capital.build",)),
    "ground": (("status.ground",), ("capital.plant", "capital.project", "capital.build", "project", "company")),
    "stopped": (
        STOPPED,
        (
            "capital.plant",
            "capital.project",
            "capital.jv",
            "capital.stake",
            "capital.ipo",
            "capital.expand",
            "capital.land",
            "capital.filing",
            "capital.build",
            "project",
        ),
    ),
    "cut": (STOPPED, ("capital.invest",)),
    "takes": (("capital.acquire",), ("ev.swap", "ev.charging", "capital.investor")),
    "leaves": (("capital.divest",), ("company", "firm")),
    "divest": (("capital.divest",), ("capital.stake", "capital.plant", "money", "two_companies")),
    "land": (("capital.land",), ("capital.plant", "capital.project", "capital.build", "capital.acquire")),
    "rd": (("capital.rd",), ("capital.build", "capital.invest", "status.opened", "status.signed", "money")),
    "licence": (("capital.licence",), ("capital.plant",)),
    "project": (
        ("status.signed", "status.approved", "status.ground", "status.opened"),
        ("capital.project", "capital.plant", "capital.invest"),
    ),
    "plan": (
        ("capital.plant",),
        (
            "status.announced",
            "status.rumour",
            "status.talks",
            "status.mou",
            "status.signed",
            "status.approved",
            "modality.will",
            "modality.may",
        ),
    ),
    "deal": (("capital.deal",), ("money",)),
    "priced": (("money",), ("capital.plant", "capital.project")),
    "invest_in": (("capital.invest",), ("company",)),
    "approved": (
        ("status.approved",),
        (
            "capital.plant",
            "capital.project",
            "capital.acquire",
            "capital.aid",
            "capital.jv",
            "capital.stake",
            "capital.expand",
        ),
    ),
    "topped": (("status.construction",), ("capital.plant", "capital.project", "capital.build")),
    "denied": (("status.denied",), ("capital.acquire", "capital.plant", "capital.stake", "capital.jv", "capital.invest")),
}


_GROUPS = tuple((event, tuple(frozenset(group) for group in groups)) for event, groups in EVENTS.items())
_TRIGGERS = frozenset().union(*(groups[0] for _, groups in _GROUPS))  # without one of these there is no event at all
_STRONG = frozenset(
    {
        "jv",
        "acquire",
        "stake",
        "round",
        "fund",
        "raise",
        "build",
        "expand",
        "filing",
        "land",
        "divest",
        "opened",
        "ground",
        "stopped",
        "loan",
        "invest",
        "ipo",
    }
)


def signs_of(
    sentence: Sentence,
    text: str,
    companies: Mapping[str, Company],
    places: Mapping[str, Place],
    *,
    chinese: bool = False,
    reach: int | None = 60,
) -> frozenset[str]:
    """Return everything that the sentence says: kinds of words, aspects, events.

    `text` is the sentence as printed. `chinese` tells that the story is written in simplified Chinese: what names no foreign place or firm is then at home. `reach` is the
    number of characters within which two words belong together; None = what stands near what is not asked.
    """
    if not sentence.hits and not sentence.figures:
        return _SILENT_AT_HOME if chinese else _SILENT
    at: dict[str, list[int]] = {name: [start] for name, start in sentence.figures.items()}
    named: set[str] = set()
    for hit in sentence.hits:
        kind, key = hit.term.kind, hit.term.key
        position = hit.start - sentence.span.start
        if kind == "company":
            named.add(key)
            found = _company_signs(companies[key])
        elif kind == "place":
            found = _place_signs(key, places)
        elif kind in {"project", "site"}:
            found = ("project", "cn", "ev")
        else:
            found = _word_signs(kind, key)
        for name in found:
            at.setdefault(name, []).append(position)
    if "yuan" in at or (chinese and "place.foreign" not in at and "company.foreign" not in at):
        at.setdefault("cn", []).extend(at.get("yuan", [0]))
    signs = set(at)
    if "place.cn" in signs and "place.cn_site" not in signs and _is_listed(at["place.cn"], at.get("place.foreign", ())):
        signs.add("cn_listed")
    _conclude(signs, named, companies)
    if reach is not None:
        _relate(signs, at, reach, text)
    return frozenset(signs)


def _is_listed(chinese: Sequence[int], foreign: Sequence[int]) -> bool:
    """Tell whether China stands only in lists of countries."""
    return all(any(abs(place - other) <= _LISTED for other in foreign) for place in chinese)


def _word_signs(kind: str, key: str) -> Iterable[str]:
    yield f"{kind}.{key}"
    if kind == "ev":
        yield "ev" if key in _STRONG_EV else "mineral"


def _relate(signs: set[str], at: Mapping[str, list[int]], reach: int, text: str) -> None:
    """Add what nearness tells: events whose words stand together, what their clause says, and whether China and the chain stand beside them."""
    spots = _spots(signs, at, reach)
    if not spots:
        return
    signs.add("near")
    signs.update(f"near.{event}" for event in spots)
    signs.update(clause_signs(text, at, spots.values(), {spot for event, spot in spots.items() if event in _STRONG}))
    asides = {name.removeprefix("aside.") for name in signs if name.startswith("aside.")}
    signs -= asides
    signs.update(_beside(at, frozenset(spots.values()), 2 * reach))
    if {"c.clean", "all_near"} <= signs:
        signs.add("clean")
        if "strong" in signs:
            signs.add("clean_strong")


def _spots(signs: AbstractSet[str], at: Mapping[str, list[int]], reach: int) -> dict[str, int]:
    """Return the events whose words stand together, each with where."""
    near = ((event, _together(groups, at, reach)) for event, groups in EVENTS.items() if f"event.{event}" in signs)
    return {event: place for event, place in near if place is not None}


def _beside(at: Mapping[str, list[int]], spots: AbstractSet[int], wide: int) -> Iterator[str]:
    """Yield which of China, the chain and firms stand beside an event, and which before it."""
    chinese, chain, firms = at.get("cn", []), [*at.get("ev", []), *at.get("chain_company", [])], at.get("company", [])
    beside = [any(abs(spot - place) <= wide for spot in spots for place in places) for places in (chinese, chain, firms)]
    yield from (name for name, true in zip(("cn_near", "ev_near", "company_near"), beside, strict=True) if true)
    if beside[0] and beside[1]:
        yield "all_near"
    if any(place <= spot for spot in spots for place in chinese):
        yield "cn_before"
    if any(place <= spot and spot - place <= wide for spot in spots for place in firms):
        yield "company_before"


def _together(groups: tuple[tuple[str, ...], ...], at: Mapping[str, list[int]], reach: int) -> int | None:
    """Return where words of all groups stand within reach of each other; None = nowhere."""
    first = [place for name in groups[0] for place in at.get(name, ())]
    if len(groups) == 1:
        return min(first, default=None)
    second = [place for name in groups[1] for place in at.get(name, ())]
    return min((place for place in first if any(abs(place - other) <= reach for other in second)), default=None)


def _company_signs(company: Company) -> Iterable[str]:
    yield "company"
    yield "company.cn" if company.is_chinese else "company.foreign"
    if company.role in _OF_CHAIN:
        yield "chain_company"
    yield f"role.{company.role}"
    if company.is_chinese:
        yield "cn"


def _place_signs(key: str, places: Mapping[str, Place]) -> Iterable[str]:
    place = places.get(key)
    if place is None:  # a group of countries
        yield "place.foreign"
    elif place.is_chinese:
        yield "cn"
        yield "place.cn"
        if place.level != "country":
            yield "place.cn_site"
    else:
        yield "place.foreign"
        if place.level != "country":
            yield "place.site"


def _conclude(signs: set[str], named: set[str], companies: Mapping[str, Company]) -> None:
    """Add what follows from several signs together: aspects, events, and all of them at once."""
    groups = {companies[party].parent or party for party in named}
    if len(groups) > 1:
        signs.add("two_companies")
    if "mineral" in signs and ("chain_company" in signs or "auto.car" in signs):
        signs.add("ev")
    if "chain_company" in signs:
        signs.add("chain")
    if "ev" in signs or "chain_company" in signs:
        signs.add("ev_any")
    if signs.isdisjoint(("company", "firm")):
        signs.add("nameless")
    _add_events(signs)
    if "event" in signs and "cn" in signs and ("ev_any" in signs or "mineral" in signs):
        signs.add("all")
        signs.update(f"all_{name}" for name, sign in (("concrete", "concrete"), ("named", "company")) if sign in signs)


def _add_events(signs: set[str]) -> None:
    """Add the events whose words are all there, and whether one of them is strong and concrete."""
    if _TRIGGERS.isdisjoint(signs):
        return
    for event, groups_of_signs in _GROUPS:
        if all(not signs.isdisjoint(group) for group in groups_of_signs):
            signs.add(f"event.{event}")
            signs.add("event")
    if any(f"event.{event}" in signs for event in _STRONG):
        signs.add("strong")
        if not signs.isdisjoint(("money", "capacity", "percent", "place.site", "place.cn_site")):
            signs.add("concrete")
