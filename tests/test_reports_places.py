"""Which of several places is meant."""

import pytest
from telling import article

from flows.steps import vocabulary
from flows.steps.reports import places
from flows.steps.reports.stories import Story


@pytest.mark.parametrize(
    ("title", "country"),
    [("Chery ampliará su planta de Barcelona", "ES"), ("Chery ampliará su planta de Barcelona, en Venezuela", "VE")],
)
def test_of_towns_that_share_a_name_one_is_meant(title, country):
    story = Story.of(article("town", "2025-03-06", title=title, body="", language="es"))
    words = vocabulary.load()
    found = places.sites(story, words.mentions(story.text, "es"), words)
    assert {site.place.country for site in found} == {country}
