"""Towns that no list of cities has: found in the project's country where a place is spoken of, and nowhere else."""

import pytest
from telling import article

from flows.steps.reports import towns
from flows.steps.reports.stories import Story


def _found(title, country, language="en", body="", taken=()):
    story = Story.of(article("town", "2025-03-06", title=title, body=body, language=language))
    town = towns.find(story, country, taken)
    return town and (town.name, story.text[town.start : town.end])


@pytest.mark.parametrize(
    ("title", "country", "language", "found"),
    [
        ("Chinese maker to assemble cars in Sremska Mitrovica", "RS", "en", ("Sremska Mitrovica", "Sremska Mitrovica")),
        ("Gotion buys land near Big Rapids for its plant", "US", "en", ("Big Rapids", "Big Rapids")),
        ("Zellwerk in Arnstadt: CATL stellt ein", "DE", "de", ("Arnstadt", "Arnstadt")),
        ("BYD abre fábrica en Figueres", "ES", "es", ("Figueres", "Figueres")),
        ("Kínai cég épít gyárat Ajkán", "HU", "hu", None),  # the ending changes the name itself: better none than a wrong one
        ("Kínai cég épít gyárat Mórban", "HU", "hu", None),  # three letters
        ("Kínai cég épít gyárat Gödöllőben", "HU", "hu", ("Gödöllő", "Gödöllőben")),
        ("Deal expected in March", "GB", "en", None),
        ("Battery plant for Ford", "GB", "en", None),
        ("A mobile plant", "US", "en", None),
        ("Sremska Mitrovica mayor speaks", "RS", "en", None),
    ],
)
def test_a_town_is_found_behind_a_word_of_place(title, country, language, found):
    taken = [(title.index("Ford"), title.index("Ford") + 4)] if "Ford" in title else []
    assert _found(title, country, language, taken=taken) == found


def test_towns_of_other_countries_are_not_looked_for():
    assert _found("Chinese maker to assemble cars in Sremska Mitrovica", "DE") is None


@pytest.mark.parametrize(
    ("title", "town"),
    [
        ("某企业在普兰建设电池工厂", "Burang"),
        ("固态电池项目落户浙江省桐庐县", "桐庐县"),
        ("电池项目在潭签约 落户福建省建阳区", "建阳区"),
        ("项目落户本省经济开发区", None),
        ("公司拟在上市后扩产", None),
        ("共识与普兰无关的新闻", None),
    ],
)
def test_a_wordless_name_needs_more_than_itself(title, town):
    found = _found(title, "CN", "zh")
    assert (found and found[0]) == town
