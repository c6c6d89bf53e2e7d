"""What each sum is for, and which one is the deal's: kinds by the words beside it, the headline by a small model. Knows no parties' names."""

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

from flows.steps.reports.cues import Cue
from flows.steps.reports.folding import any_of, folded
from flows.steps.reports.money import Money, Where, find, resolve
from flows.steps.reports.numerals import Number
from flows.steps.reports.stories import Story
from flows.steps.reports.tables import longest_first, rows
from flows.steps.reports.weights import Model

_CLAUSE = re.compile(r"[。；;！!？?\n]|[，,](?=\s?[^\d])|\.\s")
_IMPLIED = re.compile(
    r"\s{0,2}(?:[(（\[/=]|,?\s?(?:or|that is|soit|oder|equivalent to|equal to|折合|相当于|相當於)\s?)(?:约|約|about|approximately|around|roughly|circa|약|environ|etwa|rund|ca\.|около|unos|aprox\.|mintegy|yaklaşık|sekitar|折合|合|นีราว|นราว|ราว|ประมาณ|o\w{4,6}|.{0,3})?\s?$"
)
NEVER = frozenset({"valuation", "not_revenue", "not_order", "not_price", "not_other"})
_KINDS = {
    "total": "total_programme", "phase": "phase", "contribution": "party_contribution", "own_funds": "party_contribution", "loan": "loan",
    "state_aid": "state_aid", "registered_capital": "registered_capital", "fund_size": "fund_size", "valuation": "valuation", "implied": "implied",
}  # fmt: skip
_BY_TYPE = {
    "minority_stake": "stake_price", "acquisition": "stake_price", "plant_purchase": "stake_price", "asset_purchase": "stake_price", "divestment": "stake_price",
    "fund": "fund_size", "vc_round": "round_size", "ipo": "round_size", "project_financing": "loan", "capital_increase": "total_programme",
}  # fmt: skip
_BRACKET = 28  # characters between a sum and itself in another currency
_ISO = 3  # letters of a currency's code
_NEAR_START = 2
_FAR = 8  # sentences after the title in which the deal's amount is looked for


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum with what it is for."""

    money: Money
    kind: str  # a word of money_kinds.csv; "" = nothing beside it tells
    bare: bool = False  # printed without a currency


@cache
def _kinds(language: str) -> tuple[tuple[str, str, int, re.Pattern[str]], ...]:
    found = []
    for row in rows("money_kinds.csv"):
        if row["language"] == language:
            names = any_of(folded(form) for form in longest_first(row["forms"].split("|"))).replace(r"\*", r"[^\W\d_]*")
            found += [
                (row["kind"], side, int(row["reach"]), re.compile(names)) for side in ("before", "after") if row["side"] in {side, "both"}
            ]
    return tuple(found)


def kind(plain: str, start: int, end: int, language: str, bounds: tuple[int, int] = (0, 1 << 30)) -> str:
    """Return the kind that the nearest word beside `start:end` and within `bounds` tells; empty where none does."""
    head, tail = plain[max(bounds[0], start - 48) : start], plain[end : min(bounds[1], end + 48)]
    stops = [match.end() for match in _CLAUSE.finditer(head)]
    head = head[stops[-1] :] if stops else head
    stop = _CLAUSE.search(tail)
    tail = tail[: stop.start()] if stop else tail
    best: tuple[int, int, str] | None = None
    for index, (name, side, reach, pattern) in enumerate(_kinds(language)):
        for match in pattern.finditer(head if side == "before" else tail):
            far = len(head) - match.end() if side == "before" else match.start()
            if far <= reach and (best is None or (far, index) < best[:2]):
                best = (far, index, name)
    return best[2] if best else ""


def sums(story: Story, numbers: tuple[Number, ...]) -> tuple[Sum, ...]:
    """Return the sums of `story` in order, each with its kind; one printed twice in two currencies is `implied` the second time."""
    where = Where.of(story.article.url, story.article.language, story.plain)
    monies = _agreed(find(story.text, where, story.plain, numbers))
    bare = _bare(story, numbers, monies, where)
    found: list[Sum] = []
    ordered = sorted((*monies, *bare), key=lambda money: money.start)
    for index, money in enumerate(ordered):
        is_bare = money in bare
        bounds = (ordered[index - 1].end if index else 0, ordered[index + 1].start if index + 1 < len(ordered) else 1 << 30)
        name = kind(story.plain, money.start, money.end, where.language, bounds)
        if name == "not_price" and _dollars(money) >= _DEAREST:
            name = ""
        last = found[-1].money if found else None
        if (
            last
            and money.currency != last.currency
            and money.start - last.end < _BRACKET
            and _IMPLIED.match(story.plain[last.end : money.start])
        ):
            name = "implied" if name not in NEVER and found[-1].kind not in NEVER else found[-1].kind
        found.append(Sum(money, name, is_bare))
    return _converted(found)


@cache
def _dollar_signs() -> frozenset[str]:
    """Return the currencies that a sign ending in "$" means: "S$", "HK$", "A$"."""
    return frozenset(row["currency"] for row in rows("money_currencies.csv") if row["form"].endswith("$"))


def _agreed(monies: tuple[Money, ...]) -> tuple[Money, ...]:
    """Return the sums, a plain "$85m" or "5億元" of a headline in the currency that the text prints the same sum in ("S$85 million", "5億港元")."""
    told = {money.amount: money.currency for money in monies if money.currency in _dollar_signs() and money.currency != "USD"}
    return tuple(
        replace(money, currency=told[money.amount]) if money.currency in _SHORT_SIGNS and money.amount in told else money
        for money in monies
    )


_SHORT_SIGNS = frozenset({"USD", "CNY"})  # what "$" and "元" mean where nothing tells more


def _converted(found: list[Sum]) -> tuple[Sum, ...]:
    """Return the sums, those marked as implied that only round one that is: the "9조원대" of a headline, and in the body "73억유로(약 9조8000억원)"."""
    implied = [one.money for one in found if one.kind == "implied"]
    return tuple(replace(one, kind="implied") if one.kind not in NEVER and _rounds(one.money, implied) else one for one in found)


def _rounds(money: Money, implied: list[Money]) -> bool:
    return any(money.currency == other.currency and abs(money.amount - other.amount) <= _HEADLINE * other.amount for other in implied)


_HEADLINE = 0.13  # how far a headline rounds a sum that was converted


@dataclass(frozen=True, slots=True)
class _Bare:
    """What makes a large number without a currency a sum in one language."""

    least: float
    currency: str
    follows: re.Pattern[str]
    not_after: re.Pattern[str]
    not_before: re.Pattern[str]


@cache
def _bare_rule(language: str) -> _Bare | None:
    for row in rows("money_bare.csv"):
        if row["language"] == language:
            never = r"(?!)"
            return _Bare(
                float(row["least"]), row["currency"], re.compile(row["follows"]),
                re.compile(row["not_after"] or never), re.compile(row["not_before"] or never),
            )  # fmt: skip
    return None


def _bare_currency(rule: _Bare, monies: tuple[Money, ...], where: Where) -> str | None:
    """Return the currency that a bare sum means: of the language, or of the sums that the text prints, or of the outlet's home."""
    known = Counter(money.currency for money in monies)
    if rule.currency in {"text", "home"} and known:
        return known.most_common(1)[0][0]
    currency = resolve("HOME", where) if rule.currency in {"home", "HOME"} else rule.currency
    return currency if len(currency) == _ISO else None


def _bare(story: Story, numbers: tuple[Number, ...], monies: tuple[Money, ...], where: Where) -> list[Money]:
    """Return large numbers that are money though no currency stands beside them."""
    rule = _bare_rule(story.language)
    currency = _bare_currency(rule, monies, where) if rule else None
    if rule is None or currency is None:
        return []
    printed = {money.amount: money.currency for money in monies}
    return [
        Money(number.start, number.end, number.value, number.low, printed.get(number.value, currency), number.qualifier)
        for number in numbers
        if number.scaled and number.value >= rule.least and story.rank(number.start) <= _BARE_FAR and _stands_bare(story.plain, number, rule)
        and all(number.end <= money.start or number.start >= money.end for money in monies)
    ]  # fmt: skip


def _stands_bare(plain: str, number: Number, rule: _Bare) -> bool:
    """Say whether the words beside a number without a currency let it be a sum."""
    head = plain[max(0, number.start - _BEFORE_BARE) : number.start]
    stops = [match.end() for match in _CLAUSE.finditer(head)]
    return bool(
        rule.follows.match(plain, number.end)
        and not rule.not_after.match(plain, number.end)
        and not rule.not_before.search(head[stops[-1] :] if stops else head)
    )


_BARE_FAR = 3  # sentences after the title in which a sum may be bare
_BEFORE_BARE = 32  # characters before a bare sum in which a word of other things must not stand


def features(
    story: Story, found: tuple[Sum, ...], cues: tuple[Cue, ...], deal_type: str, names: tuple[tuple[int, int], ...]
) -> list[dict[str, float]]:
    """Return for each sum what the story shows of it."""
    first = next((index for index, one in enumerate(found) if one.kind not in NEVER), -1)
    values = Counter((one.money.currency, round(one.money.amount, -4)) for one in found)
    named = {story.sentence(start) for start, _ in names}
    wanted = [
        cue
        for cue in cues
        if cue.concept
        in {
            "invest",
            "build",
            "plant",
            "acquire",
            "stake",
            "round",
            "fund",
            "loan",
            "capital_increase",
            "expand",
            "ipo",
            "jv",
            "aid",
            "close_deal",
        }
    ]
    largest = (
        max((one.money.amount for one in found if one.kind not in NEVER and one.money.currency == found[first].money.currency), default=0)
        if first >= 0
        else 0
    )
    out = []
    for index, one in enumerate(found):
        money, rank = one.money, story.rank(one.money.start)
        group = "never" if one.kind in NEVER else one.kind or "plain"
        shown = {
            f"kind:{one.kind or 'plain'}": 1.0, f"rank:{min(rank, 6)}": 1.0, f"type:{deal_type}": 1.0, f"type:{deal_type}:{group}": 1.0, f"order:{min(index - max(first, 0), 3)}": 1.0,
            "bare": float(one.bare), "named": float(story.sentence(money.start) in named), "repeats": math.log1p(values[(money.currency, round(money.amount, -4))]),
            f"size:{min(10, max(5, int(math.log10(max(1.0, _dollars(money))))))}": 1.0, "of": math.log1p(len(found)), "first": float(index == first),
            "largest": float(largest > 0 and money.amount >= largest and money.currency == found[first].money.currency),
            "intitle": float(rank == 0), "intitle_first": float(rank == 0 and index == first), "lead_first": float(0 < rank <= _NEAR_START and index == first),
        }  # fmt: skip
        here = story.sentence(money.start)
        for cue in wanted:
            if story.sentence(cue.start) == here and abs(cue.start - money.start) < 60:  # noqa: PLR2004 - about ten words
                shown[f"near:{cue.concept}"] = 1.0
        out.append(shown)
    return out


_PER_DOLLAR = {
    "CNY": 7, "HKD": 8, "JPY": 130, "KRW": 1300, "TWD": 31, "HUF": 360, "CZK": 23, "SEK": 10, "IDR": 15500, "THB": 35, "INR": 82, "RUB": 85, "TRY": 25,
    "MAD": 10, "BRL": 5, "MXN": 18, "VND": 25000, "PLN": 4, "AED": 4, "SAR": 4, "MYR": 4, "NOK": 10, "DKK": 7, "RSD": 108, "RON": 4.6, "UAH": 40, "ZAR": 18,
    "BDT": 115, "DZD": 135, "KZT": 470, "UZS": 12500, "CLP": 900, "ARS": 900, "COP": 4000, "PHP": 56, "PKR": 280, "LKR": 300, "EGP": 48, "NGN": 1500, "KES": 130,
}  # fmt: skip


def _dollars(money: Money) -> float:
    """Return the order of size in US dollars: a rough measure for comparing, never a conversion that is kept."""
    return money.amount / _PER_DOLLAR.get(money.currency, 1)


def eligible(story: Story, one: Sum) -> bool:
    """Say whether a sum can be the amount of the deal at all."""
    return one.kind not in NEVER and one.kind != "implied" and story.rank(one.money.start) <= _FAR and _dollars(one.money) >= _LEAST


def ranked(story: Story, found: tuple[Sum, ...], shown: list[dict[str, float]], model: Model) -> list[tuple[float, int]]:
    """Return how sure each eligible sum is the deal's own, with its index, best first; empty where the story states none."""
    sure = [(model.shares(features).get("yes", 0.0), index) for index, features in enumerate(shown) if eligible(story, found[index])]
    kept = sorted(((share, index) for share, index in sure if share >= THRESHOLD), key=lambda pair: (-pair[0], pair[1]))
    return [(kept[0][0], _precise(found, kept[0][1])), *kept[1:]] if kept else []


def _precise(found: tuple[Sum, ...], chosen: int) -> int:
    """Return the index of the most exact printing of the sum at `chosen`: "2.98亿美元" for "3亿美元"."""
    one = found[chosen].money
    close = [
        (_digits(other.money.amount), -index) for index, other in enumerate(found)
        if other.money.currency == one.currency and other.kind not in NEVER and abs(other.money.amount - one.amount) <= _ROUNDING * one.amount
    ]  # fmt: skip
    return -max(close)[1] if close and max(close)[0] > _digits(one.amount) else chosen


def _digits(amount: float) -> int:
    return len(str(int(amount)).rstrip("0"))


THRESHOLD = 0.37
_DEAREST = 3e6  # dollars: no car, share or tonne costs as much, so a "price" above it is the deal's
_LEAST = 100_000  # dollars: what is less is a price
_ROUNDING = 0.012  # rounding in a headline moves a sum by this much at most


def named(one: Sum, deal_type: str) -> str:
    """Return the kind by the coding rules."""
    return (
        _KINDS.get(one.kind) or _BY_TYPE.get(deal_type, "total_programme")
        if one.kind != "total"
        else _BY_TYPE.get(deal_type, "total_programme")
    )


def same(one: Money, other: Money) -> bool:
    """Say whether two sums are the same sum, printed twice."""
    return one.currency == other.currency and math.isclose(one.amount, other.amount, rel_tol=1e-6)


def qualifier(found: tuple[Sum, ...], chosen: int) -> str:
    """Return the qualifier of the sum at `chosen`, wherever the story prints it."""
    printed = [other.money.qualifier for other in found if same(other.money, found[chosen].money)]
    return max(printed, key=("exact", "about", "at_least", "up_to").index)
