"""Wordings: how a story is told, apart from of whom; and what phrases make of it."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.labelled import article_of
from flows.steps import vocabulary
from flows.steps.flags import phrasing
from flows.steps.flags.reading import read
from flows.steps.vocabulary import phrases
from flows.text import fold
from flows.text.wordings import Mask, Piece, runs


def _told(title, text="", language="en"):
    words = vocabulary.load()
    return phrasing.told(read(article_of({"id": "x", "title": title, "text": text, "language": language}), words), words)


@pytest.mark.parametrize(("text", "masks", "wordless", "expected"), [
    ("catl to pour $2bn into debrecen", [("catl", "<firm>"), ("debrecen", "<place>")], False,
     {"<firm>": 2, "<firm> to": 2, "pour $": 2, "into <place>": 2, "debrece": 0, "catl": 0}),
    ("宁德时代投资120亿元", [("宁德时代", "<firm>")], True, {"<firm> 投 资": 2, "投 资 0": 2, "0 亿 元": 2, "宁": 0}),
])  # fmt: skip
def test_names_are_masked_and_numbers_levelled(text, masks, wordless, expected):
    spans = [Mask(text.index(name), text.index(name) + len(name), token) for name, token in masks]
    found = runs(text, [Piece(0, len(text), headline=True)], spans, wordless=wordless)
    assert {run: found[f"t{run}"] + found[f"h{run}"] for run in expected} == expected


def test_only_a_headline_is_counted_as_one():
    text = "it pours money in. it pours more"
    found = runs(text, [Piece(0, 17, headline=True), Piece(19, 32, headline=False)], (), wordless=False)
    assert (found["tit pours"], found["hit pours"], found["tpours more"], found["hpours more"]) == (2, 1, 1, 0)


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 12)), max_size=5), st.booleans())
def test_any_text_is_cut_into_runs(text, spots, wordless):
    folded = fold(text).text
    masks = [Mask(start, start + size, "<x>") for start, size in spots]
    assert all(count > 0 for count in runs(folded, [Piece(0, len(folded), headline=True)], masks, wordless=wordless).values())


def test_two_stories_told_alike_of_different_firms_have_the_same_runs():
    one = _told("CATL to build battery plant in Hungary", "The Chinese cell maker will invest two billion euros.")
    other = _told("EVE Energy to build battery plant in Poland", "The Chinese cell maker will invest two billion euros.")
    assert one == other


def test_questions_survive_being_packed():
    question = phrases.Question(
        ("a", "b"),
        np.sort(phrases.keyed({"tto build": 1, "t<firm>": 1}).keys),
        np.array([1.5, 2.0]),
        np.array([[1.0, -1.0], [0.5, 0.25]]),
        np.array([0.1, -0.2]),
    )
    again = phrases.parse(phrases.packed({"q": question}))["q"]
    assert again.answers == ("a", "b")
    told = {"tto build": 2, "t<firm>": 1, "tunknown": 5}
    assert again.scores(told) == pytest.approx(question.scores(told), abs=0.01)
    assert question.scores(told) != question.scores({"tunknown": 5})


def test_what_no_question_knows_leaves_the_bias():
    for question in phrases.packaged().values():
        assert list(question.scores(Counter()).values()) == pytest.approx([float(value) for value in question.bias])


@pytest.mark.parametrize(("deal", "other", "language"), [
    ("CATL pours 2 billion euros into a battery plant in Hungary", "CATL pours scorn on talk of a battery glut", "en"),
    ("宁德时代斥资百亿在厦门建电池基地", "宁德时代发布新一代电池，充电更快", "zh"),
    ("CATL, 헝가리 배터리 공장에 10조원 투자", "CATL, 신형 배터리 공개…충전 더 빨라져", "ko"),
    ("BYD pone la primera piedra de su fábrica de coches eléctricos", "BYD presenta su nuevo coche eléctrico con más autonomía", "es"),
])  # fmt: skip
def test_the_wording_of_a_deal_speaks_more_for_one_than_its_twin(deal, other, language):
    score = phrases.packaged()["flag"].scores
    assert phrasing.odds(score(_told(deal, language=language))) > phrasing.odds(score(_told(other, language=language)))


def test_the_odds_of_a_deal_are_those_of_both_its_kinds_against_all_others():
    even = {"deal_new": 0.0, "deal_update": 0.0, "opinion": 0.0, "other": 0.0}
    assert phrasing.odds(even) == pytest.approx(0.0)
    assert (
        phrasing.odds(even | {"deal_update": 2.0}) > phrasing.odds(even | {"deal_update": 1.0}) > 0 > phrasing.odds(even | {"opinion": 1.0})
    )
