"""Sums that are printed once more in another currency: "€1bn ($1.1bn)", "US$ 2 miliar atau setara Rp30 triliun". Knows no kinds of sums."""

import re
from dataclasses import replace
from functools import cache

from flows.steps.reports.folding import folded
from flows.steps.reports.money import Money, Where, resolve
from flows.steps.reports.tables import longest_first, rows

_BRACKET = 34  # characters between a sum and itself in another currency


@cache
def _again(opened: bool) -> re.Pattern[str]:
    """Return what may stand between a sum and itself in another currency; where a bracket is `opened` already, a comma does."""
    words = {use: "|".join(re.escape(folded(form)) for form in longest_first(_words(use))) for use in ("join", "about")}
    joint = rf"[,、]?\s?(?:{words['join']})(?:\s|(?=[^\x00-\u02ff])|$)"
    mark = r"[(（\[/=≈,、;]" if opened else r"[(（\[/=≈]"
    return re.compile(rf"\s{{0,2}}[\"”»]?(?:\s?{mark}\s?(?:{joint})?|{joint})\s?(?:(?:{words['about']})\.?\s?){{0,2}}[^\w\s]{{0,2}}\s?$")


def _words(use: str) -> list[str]:
    return [form for row in rows("money_again.csv") if row["use"] == use for form in row["forms"].split("|")]


def repeats(plain: str, last: Money, money: Money, *, opened: bool) -> bool:
    """Say whether `money` only tells `last` again in another currency; `opened` = `last` is such a sum itself."""
    apart = money.start - last.end
    return money.currency != last.currency and 0 <= apart < _BRACKET and _again(opened).match(plain[last.end : money.start]) is not None


def may_repeat(plain: str, last: Money, money: Money) -> bool:
    """Say whether a bracket some words behind `last` opens with `money`: "€500m battery plant ($540m)", or a comma: "$350m, around Rp5 trillion". The two must be worth the same, too."""
    between = plain[last.end : money.start]
    return money.currency != last.currency and 0 < len(between) < _BRACKET and bool(_WORDS.match(between) or _apposed().match(between))


_WORDS = re.compile(r"[^\d.,;:()。，；（）\n]{0,26}[(\[][^\d()]{0,12}$")


@cache
def _apposed() -> re.Pattern[str]:
    """Return what parts two sums of which the second tells the first roughly: a comma and a word of that."""
    return re.compile(rf"\s?[,、–—-]\s?(?:(?:{'|'.join(re.escape(folded(form)) for form in longest_first(_words('about')))})\s?)+$")


def is_home(money: Money, where: Where) -> bool:
    """Say whether a sum is in the currency in which the outlet counts; the yuan is no such one, as who tells of China counts in it anywhere."""
    return money.currency != "CNY" and money.currency == resolve("HOME", where)


@cache
def _dollar_signs() -> frozenset[str]:
    """Return the currencies that a sign ending in "$" means: "S$", "HK$", "A$"."""
    return frozenset(row["currency"] for row in rows("money_currencies.csv") if row["form"].endswith("$"))


def agreed(monies: tuple[Money, ...]) -> tuple[Money, ...]:
    """Return the sums, a plain "$85m" or "5億元" of a headline in the currency that the text prints the same sum in ("S$85 million", "5億港元")."""
    told = {money.amount: money.currency for money in monies if money.currency in _dollar_signs() and money.currency != "USD"}
    return tuple(
        replace(money, currency=told[money.amount]) if money.currency in _SHORT_SIGNS and money.amount in told else money
        for money in monies
    )


_SHORT_SIGNS = frozenset({"USD", "CNY"})  # what "$" and "元" mean where nothing tells more
