"""A sum printed again in another currency is one sum; one beside it of its own is another: own phrases beside how many sums they tell."""

import pytest
from telling import article

from flows.steps.reports import amounts, numerals
from flows.steps.reports.stories import Story

PHRASES = [
    ("en", "The plant will cost €1bn ($1.1bn), the firm said.", [("EUR", 1e9)]),
    ("en", "It will build a €500m battery plant ($540m) near Zaragoza.", [("EUR", 5e8)]),
    ("id", "Perusahaan menanamkan US$ 2 miliar atau setara Rp30 triliun.", [("USD", 2e9)]),
    ("zh", "该项目总投资10亿欧元(约78亿元人民币)。", [("EUR", 1e9)]),
    ("de", "Die Firma zahlt 300 Millionen Euro, die Bank leiht 200 Millionen Dollar.", [("EUR", 3e8), ("USD", 2e8)]),
]


def _sums(language, text):
    story = Story.of(article("conversion", "2025-03-06", title="", body=text, language=language))
    return [
        (one.money.currency, one.money.amount)
        for one in amounts.sums(story, numerals.find(story.plain, story.language))
        if one.kind != "implied"
    ]


@pytest.mark.parametrize(("language", "text", "wanted"), PHRASES)
def test_a_conversion_is_no_second_sum(language, text, wanted):
    assert _sums(language, text) == wanted
