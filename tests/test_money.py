"""Sums of money in the ways they are printed: own phrases beside what they mean, and properties."""

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telling import article

from flows.steps.reports import amounts, money, numerals
from flows.steps.reports.folding import folded
from flows.steps.reports.money import Where
from flows.steps.reports.stories import Story
from flows.steps.reports.tables import rows

PHRASES = [json.loads(line) for line in (Path(__file__).parent / "reports" / "money.jsonl").read_text(encoding="utf-8").splitlines()]
BARE = [json.loads(line) for line in (Path(__file__).parent / "reports" / "money_bare.jsonl").read_text(encoding="utf-8").splitlines()]
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "hu", "pl", "nl", "sv", "tr", "id", "ru", "ar", "th", "cs", "sk", "ro", "zh", "ja", "ko")
LANGUAGES += ("vi", "ms", "uk", "sr", "da", "nb", "fi")
LARGE = {
    "en": "{} billion dollars", "de": "{} Milliarden Euro", "fr": "{} milliards d'euros", "es": "{} mil millones de euros", "it": "{} miliardi di euro", "pt": "R$ {} bilhões",
    "hu": "{} milliárd forint", "pl": "{} mld zł", "nl": "{} miljard euro", "sv": "{} miljarder kronor", "tr": "{} milyar dolar", "id": "Rp {} miliar", "ru": "{} млрд рублей",
    "ar": "{} مليار دولار", "cs": "{} miliard korun", "sk": "{} miliardy eur", "ro": "{} miliarde de lei", "th": "{} พันล้านบาท",
    "vi": "{} tỷ đồng", "ms": "RM{} bilion", "uk": "{} млрд грн", "sr": "{} milijardi evra", "da": "{} mia. kr.", "nb": "{} milliarder kroner", "fi": "{} miljardia euroa",
}  # fmt: skip
DECIMAL_COMMA = {"de", "fr", "es", "it", "pt", "hu", "pl", "nl", "sv", "tr", "id", "ru", "cs", "sk", "ro"}
DECIMAL_COMMA |= {"vi", "uk", "sr", "da", "nb", "fi"}


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: f"{phrase['language']}: {phrase['text'][:40]}")
def test_phrase_means_its_sum(phrase):
    found = money.find(phrase["text"], Where(phrase["language"], "", folded(phrase["text"])))
    first = (found[0].amount, found[0].currency) if found else (None, None)
    assert first == (phrase["amount"], phrase["currency"])


@pytest.mark.parametrize("story", BARE, ids=lambda story: f"{story['language']}: {story['title'][:40]}")
def test_sum_without_a_currency_means_the_one_of_its_text_or_home(story):
    told = Story.of(article("bare", "2025-03-06", title=story["title"], body="", language=story["language"]))
    found = [one.money for one in amounts.sums(told, numerals.find(told.plain, told.language))]
    first = (found[0].amount, found[0].currency) if found else (None, None)
    assert first == (story["amount"], story["currency"])


@settings(deadline=None)  # the first text of a language compiles its patterns
@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_any_text_is_read_without_error_and_sums_lie_in_it(text, language):
    for found in money.find(text, Where(language, "", folded(text))):
        assert 0 <= found.start < found.end <= len(text)
        assert found.amount > 0
        assert any(character.isalnum() for character in text[found.start : found.end])


@cache
def told(language: str) -> tuple[str, ...]:
    """Return the words of number and money of a language, some of them half words of others."""
    names = ("numbers_scales.csv", "numbers_words.csv", "numbers_qualifiers.csv", "numbers_vague.csv", "money_currencies.csv")
    words = {
        row["form"].rstrip("*")
        for name in names
        for row in rows(name)
        if row.get("languages", "*") == "*" or language in row["languages"].split()
    }
    return tuple(sorted(words | {word + "ard" for word in words} | {"1", "2,5", "1.234", "12", "-", ".", "e"}))


@settings(deadline=None)  # the first text of a language compiles its patterns
@given(
    st.sampled_from(LANGUAGES).flatmap(lambda language: st.tuples(st.just(language), st.lists(st.sampled_from(told(language)), max_size=6)))
)
def test_any_words_of_number_and_money_are_read_without_error(told_in):
    language, words = told_in
    for text in (" ".join(words), "".join(words)):
        assert all(found.amount > 0 for found in money.find(text, Where(language, "", folded(text))))


@settings(deadline=None)  # the first text of a language compiles its patterns
@given(st.integers(1, 999), st.integers(0, 9), st.sampled_from(sorted(LARGE)))
def test_what_is_printed_is_read_back(whole, tenth, language):
    mark = "," if language in DECIMAL_COMMA else "."
    printed = LARGE[language].format(f"{whole}{mark}{tenth}" if tenth else str(whole))
    found = money.find(f"x {printed}.", Where(language))
    assert [one.amount for one in found] == [pytest.approx((whole + tenth / 10) * 1e9)]


@settings(deadline=None)  # the first text of a language compiles its patterns
@given(st.integers(1, 9999), st.integers(1, 9999))
def test_myriads_add_up(hundred_millions, myriads):
    printed = f"{hundred_millions}억 {myriads}만 달러"
    assert [one.amount for one in money.find(printed, Where("ko"))] == [hundred_millions * 1e8 + myriads * 1e4]


@pytest.mark.parametrize(("text", "language", "qualifier", "low"), [
    ("up to €4.1 billion", "en", "up_to", None), ("more than $700 million", "en", "at_least", None), ("nearly 2 billion yuan", "en", "about", None),
    ("$1.5-2 billion", "en", "exact", 1.5e9), ("hasta 4.100 millones de euros", "es", "up_to", None), ("rund zwei Milliarden Euro", "de", "about", None),
    ("不超过21亿元", "zh", "up_to", None), ("超110亿元", "zh", "at_least", None), ("약 1조1450억 원", "ko", "about", None), ("ponad 4 mld zł", "pl", "at_least", None),
])  # fmt: skip
def test_qualifiers_and_ranges(text, language, qualifier, low):
    (found,) = money.find(text, Where(language))
    assert (found.qualifier, found.low) == (qualifier, low)


@pytest.mark.parametrize(("text", "language", "url", "currency"), [
    ("$5 billion", "en", "https://www.smh.com.au/x", "AUD"), ("$5 billion", "en", "https://example.com/x", "USD"), ("500億元", "zh", "https://udn.com/x", "TWD"),
    ("500億元", "zh", "https://example.hk/x", "HKD"), ("500亿元", "zh", "https://example.cn/x", "CNY"), ("500億元", "ja", "https://example.jp/x", "CNY"),
    ("3 milliards de dirhams", "fr", "https://example.ma/x", "MAD"), ("3 billion dirhams", "en", "https://example.ae/x", "AED"), ("300 millones de pesos", "es", "https://x.com.ar/x", "ARS"),
])  # fmt: skip
def test_ambiguous_signs_follow_the_outlet(text, language, url, currency):
    (found,) = money.find(text, Where.of(url, language, folded(text)))
    assert found.currency == currency


@pytest.mark.parametrize(
    ("printed", "language", "value"),
    [
        ("7,3", "de", 7.3),
        ("1.030", "es", 1030),
        ("1,030", "en", 1030),
        ("1 234,5", "fr", 1234.5),
        ("1,2", "ru", 1.2),
        ("0,125", "de", 0.125),
    ],
)
def test_separators_follow_the_language(printed, language, value):
    assert float(numerals.plain(printed, language)) == value


@settings(deadline=None)  # the first text of a language compiles its patterns
@given(st.text(max_size=200))
def test_folding_moves_no_character(text):
    assert len(folded(text)) == len(text)


def test_every_currency_form_says_where_it_comes_from():
    assert all(row["source"] and row["side"] in {"before", "after", "both"} for row in rows("money_currencies.csv"))


def test_scales_are_numbers():
    assert all(float(row["factor"]) >= 100 for row in rows("numbers_scales.csv"))
