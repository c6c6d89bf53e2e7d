"""Signs: what a sentence says, as a set of short names, from the words found in it. The rules of capital events stand here.

A word alone is no event: "plant" becomes one beside "build", "invest" beside a sum or a target. No word of any language occurs here.
"""

from collections.abc import Iterable, Mapping

from flows.steps.flags.reading import Sentence
from flows.steps.vocabulary import Company, Place

CHAIN_ROLES = frozenset({"maker", "cells", "materials", "mining", "charging", "driving", "supplier"})
_STRONG_EV = frozenset(
    {"vehicle", "bus_truck", "two_wheeler", "battery", "cell", "material", "charging", "swap", "driving", "robotaxi", "software", "storage", "recycling", "powertrain"}
)
STOPPED = ("status.paused", "status.cancelled", "status.delayed")

# An event is named by the signs of which one of each group must stand in the same sentence.
EVENTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "build": (("capital.plant",), ("capital.build",)),
    "invest": (("capital.invest",), ("money", "capital.plant", "capital.project", "capital.stake", "capital.jv", "capital.fund")),
    "stake": (("capital.stake",), ("capital.acquire", "capital.invest", "capital.divest", "percent", "money", "status.signed")),
    "acquire": (("capital.acquire",), ("capital.plant", "capital.stake", "money", "two_companies", "capital.land")),
    "jv": (("capital.jv",),),
    "fund": (("capital.fund",), ("capital.invest", "money", "status.signed", "status.announced", "capital.build", "capital.investor")),
    "round": (("capital.round",), ("money", "capital.investor", "capital.invest")),
    "ipo": (("capital.ipo",),),
    "raise": (("capital.raise",),),
    "filing": (("capital.filing",), ("capital.project", "capital.plant", "capital.capacity", "capital.build")),
    "loan": (("capital.loan",), ("capital.plant", "money", "capital.project", "capital.build")),
    "aid": (("capital.aid",), ("capital.plant", "money", "capital.project")),
    "expand": (("capital.expand",), ("capital.plant", "capital.capacity", "capital.invest")),
    "opened": (("status.opened",), ("capital.plant", "capital.project")),
    "ground": (("status.ground",), ("capital.plant", "capital.project", "capital.build")),
    "stopped": (STOPPED, ("capital.plant", "capital.project", "capital.invest", "capital.jv", "capital.stake", "capital.ipo")),
    "divest": (("capital.divest",), ("capital.stake", "capital.plant", "money", "two_companies")),
    "land": (("capital.land",), ("capital.plant", "capital.project", "capital.build", "capital.acquire")),
    "rd": (("capital.rd",), ("capital.build", "capital.invest", "status.opened", "status.signed", "money")),
    "licence": (("capital.licence",), ("capital.plant",)),
    "project": (("status.signed", "status.approved", "status.ground", "status.opened"), ("capital.project", "capital.plant", "capital.invest")),
    "approved": (("status.approved",), ("capital.plant", "capital.project", "capital.acquire", "capital.aid", "capital.jv")),
}


def signs_of(sentence: Sentence, companies: Mapping[str, Company], places: Mapping[str, Place]) -> frozenset[str]:
    """Return everything that the sentence says: kinds of words, aspects, events."""
    signs: set[str] = set(sentence.figures)
    named: set[str] = set()
    for hit in sentence.hits:
        kind, key = hit.term.kind, hit.term.key
        if kind == "company":
            named.add(key)
            signs.update(_company_signs(companies[key]))
        elif kind == "place":
            signs.update(_place_signs(key, places))
        else:
            signs.add(f"{kind}.{key}")
            if kind == "ev":
                signs.add("ev" if key in _STRONG_EV else "mineral")
    _conclude(signs, named, companies)
    return frozenset(signs)


def _company_signs(company: Company) -> Iterable[str]:
    yield "company"
    yield "company.cn" if company.is_chinese else "company.foreign"
    if company.role in CHAIN_ROLES:
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
    """Add what follows from several signs together: aspects and events."""
    groups = {companies[party].parent or party for party in named}
    if len(groups) > 1:
        signs.add("two_companies")
    if "mineral" in signs and ("chain_company" in signs or "auto.car" in signs):
        signs.add("ev")
    if "chain_company" in signs:
        signs.add("chain")
    if "ev" in signs or "chain_company" in signs:
        signs.add("ev_any")
    for event, groups_of_signs in EVENTS.items():
        if all(any(sign in signs for sign in group) for group in groups_of_signs):
            signs.add(f"event.{event}")
            signs.add("event")
    if "event" in signs and "cn" in signs and ("ev_any" in signs or "mineral" in signs):
        signs.add("all")
