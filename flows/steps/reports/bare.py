"""Large numbers that are money though no currency stands beside them: "33亿注资", "invierte 60 millones". Decides nothing about what a sum is for."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from flows.steps.reports.money import Money, Where, resolve
from flows.steps.reports.numerals import Number
from flows.steps.reports.stories import Story
from flows.steps.reports.tables import rows


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a large number without a currency a sum in one language."""

    least: float
    currency: str
    follows: re.Pattern[str]
    not_after: re.Pattern[str]
    not_before: re.Pattern[str]


@cache
def _rule(language: str) -> Rule | None:
    for row in rows("money_bare.csv"):
        if row["language"] == language:
            never = r"(?!)"
            return Rule(
                float(row["least"]), row["currency"], re.compile(row["follows"]),
                re.compile(row["not_after"] or never), re.compile(row["not_before"] or never),
            )  # fmt: skip
    return None


def _currency(rule: Rule, monies: tuple[Money, ...], where: Where) -> str | None:
    """Return the currency that a bare sum means: of the language, or of the sums that the text prints, or of the outlet's home."""
    known = Counter(money.currency for money in monies)
    if rule.currency in {"text", "home"} and known:
        return known.most_common(1)[0][0]
    currency = resolve("HOME", where) if rule.currency in {"home", "HOME"} else rule.currency
    return currency if len(currency) == _ISO else None


def find(story: Story, numbers: tuple[Number, ...], monies: tuple[Money, ...], where: Where) -> list[Money]:
    """Return large numbers that are money though no currency stands beside them; `monies` are the sums printed with one."""
    rule = _rule(story.language)
    currency = _currency(rule, monies, where) if rule else None
    if rule is None or currency is None:
        return []
    return [
        Money(number.start, number.end, number.value, number.low, _meant(story, number, monies) or currency, number.qualifier)
        for number in numbers
        if number.scaled and number.value >= rule.least and story.rank(number.start) <= _FAR and _stands_bare(story.plain, number, rule)
        and all(number.end <= money.start or number.start >= money.end for money in monies)
    ]  # fmt: skip


def _meant(story: Story, number: Number, monies: tuple[Money, ...]) -> str | None:
    """Return the currency of the sum that a bare number repeats or rounds ("47亿", and in the text "47.09亿令吉"), or else of the one just before it in its sentence."""
    same = next((money.currency for money in monies if abs(money.amount - number.value) <= _ROUNDED * money.amount), None)
    before = [money for money in monies if money.end <= number.start and story.sentence(money.start) == story.sentence(number.start)]
    return same or (before[-1].currency if before else None)


def _stands_bare(plain: str, number: Number, rule: Rule) -> bool:
    """Say whether the words beside a number without a currency let it be a sum."""
    head = plain[max(0, number.start - _BEFORE) : number.start]
    stops = [match.end() for match in _CLAUSE.finditer(head)]
    return bool(
        rule.follows.match(plain, number.end)
        and not rule.not_after.match(plain, number.end)
        and not rule.not_before.search(head[stops[-1] :] if stops else head)
    )


_CLAUSE = re.compile(r"[。；;！!？?\n]|[，,](?=\s?[^\d])|\.\s")
_FAR = 6  # sentences after the title in which a sum may be bare
_BEFORE = 32  # characters before a bare sum in which a word of other things must not stand
_ROUNDED = 0.02  # how far a bare number may round the sum that the text prints in full
_ISO = 3  # letters of a currency's code
