"""Known projects: a site means its project only beside the right company and words, and then it is the link to China."""

import pytest

from benchmarks.labelled import article_of
from flows.steps import flags, vocabulary


def _judged(title, text=""):
    return flags.judge(article_of({"id": "project", "title": title, "text": text, "language": "en"}), vocabulary.load())


def test_every_project_names_known_companies():
    words = vocabulary.load()
    named = {key for project in words.projects.values() for key in (project.china, *project.companies)}
    assert named <= words.companies.keys()


def test_a_site_beside_its_company_is_the_link_to_china():
    flag = _judged(
        "Ford pauses work on $3.5bn battery plant in Marshall, Michigan",
        "Construction at the site stops until the carmaker is sure of its costs.",
    )
    assert flag.flagged, flag.reason
    assert any(piece.aspect == "china" and piece.rule == "project ford-marshall" for piece in flag.evidence)


@pytest.mark.parametrize(
    "title", ["Ford to build electric pickup in Tennessee, not Michigan", "Toyota invests $1bn in Michigan battery plant"]
)
def test_a_site_alone_is_no_link_to_china(title):
    assert _judged(title).category == "no_china"


def test_a_wish_to_be_free_of_china_is_no_link():
    assert _judged("EcoGraf raises $100m for anode plant to cut reliance on China").category == "no_china"
