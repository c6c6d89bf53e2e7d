"""Capacities, shares, jobs and dates in the ways they are printed."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps.reports import dates, numerals, quantities
from flows.steps.reports.folding import folded


def capacity(text, language):
    plain = folded(text)
    return [(found.value, found.unit) for found in quantities.capacities(plain, numerals.find(plain, language), language)]


@pytest.mark.parametrize(("text", "language", "expected"), [
    ("annual capacity of 150,000 vehicles", "en", (150000, "vehicles/yr")), ("年产10GWh固态电池生产基地", "zh", (10, "GWh/yr")), ("연산 5만t", "ko", (50000, "t/yr")),
    ("50 000 tonnes par an", "fr", (50000, "t/yr")), ("กำลังผลิตปีละ 150,000 คัน", "th", (150000, "vehicles/yr")), ("công suất 50.000 xe mỗi năm", "vi", (50000, "vehicles/yr")),
    ("kapacitet 20.000 tona godišnje", "sr", (20000, "t/yr")), ("kapasitet på 30 000 biler i året", "nb", (30000, "vehicles/yr")), ("500MWh硫化物产线，年产能", "zh", (0.5, "GWh/yr")),
    ("年産能力6ギガワット時", "ja", (6, "GWh/yr")), ("evi 20 GWh kapacitás", "hu", (20, "GWh/yr")), ("мощностью 150 тыс. автомобилей в год", "ru", (150000, "vehicles/yr")),
])  # fmt: skip
def test_capacity(text, language, expected):
    assert capacity(text, language)[0] == expected


def test_sales_are_no_capacity():
    assert capacity("sold 150,000 vehicles last year in production", "en") == []


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [("a 7.6% stake", "en", 7.6), ("20 Prozent der Anteile", "de", 20), ("10%股权", "zh", 10), ("%20 hisse", "tr", 20)],
)
def test_shares(text, language, expected):
    plain = folded(text)
    assert [found.value for found in quantities.shares(plain, numerals.find(plain, language))] == [expected]


@pytest.mark.parametrize(("text", "language", "expected"), [
    ("on 10 July 2025", "en", date(2025, 7, 10)), ("on Tuesday", "en", date(2025, 7, 8)), ("am Donnerstag", "de", date(2025, 7, 10)), ("7月10日", "zh", date(2025, 7, 10)),
    ("10일", "ko", date(2025, 7, 10)), ("le 10 juillet", "fr", date(2025, 7, 10)), ("10.07.2025", "de", date(2025, 7, 10)), ("28 December", "en", date(2024, 12, 28)),
    ("yesterday", "en", date(2025, 7, 10)), ("2025-07-09", "en", date(2025, 7, 9)), ("10 июля", "ru", date(2025, 7, 10)),
])  # fmt: skip
def test_dates_against_the_articles_own(text, language, expected):
    assert [when.day for when in dates.find(folded(text), language, date(2025, 7, 11))] == [expected]


@settings(deadline=None)  # the first text of a language compiles its patterns
@given(st.text(max_size=200), st.sampled_from(["en", "zh", "ko", "ja", "de", "th", "ar"]), st.dates(date(2015, 1, 1), date(2035, 1, 1)))
def test_any_text_is_read_and_nothing_lies_outside_it(text, language, told):
    plain = folded(text)
    numbers = numerals.find(plain, language)
    found = [
        *dates.find(plain, language, told),
        *quantities.capacities(plain, numbers, language),
        *quantities.jobs(plain, numbers, language),
        *quantities.shares(plain, numbers),
    ]
    assert all(0 <= one.start < one.end <= len(text) for one in found)
