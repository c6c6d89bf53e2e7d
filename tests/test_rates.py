"""Dated reference rates."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.steps.deals import rates


def test_a_known_day_has_the_published_rate():
    # European Central Bank, 10 July 2025: 1 EUR = 1.1715 USD
    converted = rates.usd(1_000_000, "EUR", date(2025, 7, 10))
    assert converted is not None
    assert converted.rate_on == date(2025, 7, 10)
    assert converted.usd == pytest.approx(1_171_500, rel=0.002)


def test_a_sunday_takes_the_friday_before():
    converted = rates.usd(100, "CNY", date(2023, 6, 18))
    assert converted is not None
    assert converted.rate_on == date(2023, 6, 16)


@pytest.mark.parametrize(
    ("currency", "day"),
    [
        ("MAD", date(2024, 6, 6)),  # never quoted
        ("RUB", date(2024, 1, 5)),  # suspended in March 2022
        ("EUR", date(1998, 12, 31)),  # before the euro
        ("EUR", date(2999, 1, 1)),  # not yet published
        (None, date(2024, 1, 5)),
        ("EUR", None),
    ],
)
def test_no_rate_is_none(currency, day):
    assert rates.usd(1.0, currency, day) is None


@given(st.floats(1, 1e13), st.dates(date(2005, 4, 5), date(2026, 6, 1)))
def test_conversion_is_proportional(amount, day):
    one, many = rates.usd(1.0, "CNY", day), rates.usd(amount, "CNY", day)
    assert one is not None
    assert many is not None
    assert many.usd == pytest.approx(one.usd * amount)
    assert 0 <= (day - many.rate_on).days <= 7


def test_a_cold_table_is_quick():
    rates._table.cache_clear()
    began = time.perf_counter()
    rates.usd(1.0, "JPY", date(2020, 1, 2))
    assert time.perf_counter() - began < 1.0
