"""What each sum is for, and which one is the deal's: kinds by the words beside it, the headline by a small model. Knows no parties' names."""

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

from flows.steps.reports import bare
from flows.steps.reports.conversions import agreed, is_home, may_repeat, repeats
from flows.steps.reports.cues import Cue
from flows.steps.reports.folding import any_of, folded
from flows.steps.reports.money import Money, Where, find
from flows.steps.reports.numerals import Number
from flows.steps.reports.stories import Story
from flows.steps.reports.tables import longest_first, rows
from flows.steps.reports.weights import Model

_CLAUSE = re.compile(
    r"[。；;！!？?\n]|[，,](?=\s?[^\d])|(?<!\bok)(?<!\bca)(?<!\bkb)(?<!\bcca)(?<!\bmin)(?<!\bmax)(?<!\bapprox)(?<!\baprox)\.\s"
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
_NEAR_START = 2
_FAR = 8  # sentences after the title in which the deal's amount is looked for


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum with what it is for."""

    money: Money
    kind: str  # a word of money_kinds.csv; "" = nothing beside it tells
    bare: bool = False  # printed without a currency
    original: Money | None = None  # the sum that it only says again in another currency


@cache
def _kinds(language: str) -> tuple[tuple[str, str, int, re.Pattern[str]], ...]:
    found = []
    for row in rows("money_kinds.csv"):
        if row["language"] == language:
            names = any_of(folded(form) for form in longest_first(row["forms"].split("|"))).replace(r"\*", r"[^\W\d_]*")
            found += [
                (row["kind"], side, int(row["reach"]), re.compile(names))
                for side in ("before", "after", "both")
                if row["side"] == side or (side, row["side"]) == ("before", "both")
            ]
    return tuple(found)


def kind(plain: str, start: int, end: int, language: str, bounds: tuple[int, int] = (0, 1 << 30)) -> str:
    """Return the kind that the nearest word beside `start:end` and within `bounds` tells; empty where none does."""
    head, tail = plain[max(bounds[0], start - 48) : start], plain[end : min(bounds[1], end + 48)]
    stops = [match.end() for match in _CLAUSE.finditer(head)]
    head = head[stops[-1] :] if stops else head
    stop = _CLAUSE.search(tail)
    following = stop is None and bounds[1] <= end + 48  # another sum, to which the words before it belong
    tail = tail[: stop.start()] if stop else tail
    best: tuple[bool, int, int, str] | None = None
    for index, (name, side, reach, pattern) in enumerate(_kinds(language)):
        for match in pattern.finditer(head if side == "before" else tail):
            far = len(head) - match.end() if side == "before" else match.start()
            if side == "both" and following and len(tail) - match.end() < far:
                continue
            if far <= reach and (best is None or (name == _WEAK, far, index) < best[:3]):
                best = (name == _WEAK, far, index, name)
    return best[3] if best else ""


_WEAK = "raised"  # tells how a sum comes in, and any other word what it is: "此前完成1.3亿美元融资" is an earlier one


def sums(story: Story, numbers: tuple[Number, ...]) -> tuple[Sum, ...]:
    """Return the sums of `story` in order, each with its kind; one printed twice in two currencies is `implied` the second time."""
    where = Where.of(story.article.url, story.article.language, story.plain)
    monies = agreed(find(story.text, where, story.plain, numbers))
    unmarked = bare.find(story, numbers, monies, where)
    found: list[Sum] = []
    ordered = sorted((*monies, *unmarked), key=lambda money: money.start)
    told = _originals(story.plain, ordered)
    for index, (money, original) in enumerate(zip(ordered, told, strict=True)):
        following = next((other for other in range(index + 1, len(ordered)) if original or told[other] is None), len(ordered))
        bounds = (ordered[index - 1].end if index else 0, ordered[following].start if following < len(ordered) else 1 << 30)
        name = kind(story.plain, money.start, ordered[following - 1].end, where.language, bounds)
        if name == "not_price" and _dollars(money) >= _DEAREST:
            name = ""
        if original and found[-1].kind in NEVER:
            name = found[-1].kind
        elif original and name not in NEVER:
            name = "implied"
        found.append(Sum(money, name, money in unmarked, original))
    return _converted(story, _turned(story, found, where), where)


def _originals(plain: str, ordered: list[Money]) -> list[Money | None]:
    """Return for each sum the one before it that it only tells again in another currency."""
    told: list[Money | None] = []
    for index, money in enumerate(ordered):
        again = index > 0 and _is_again(plain, ordered[index - 1], money, opened=told[-1] is not None)
        told.append((told[-1] or ordered[index - 1]) if again else None)
    return told


def _is_again(plain: str, last: Money, money: Money, *, opened: bool) -> bool:
    """Say whether `money` is the sum before it in another currency; `opened` = so is that one."""
    if repeats(plain, last, money, opened=opened):
        return True
    return may_repeat(plain, last, money) and _LIGHT < _dollars(money) / _dollars(last) < 1 / _LIGHT


_LIGHT = 0.75  # rough rates may be wrong by so much


def _turned(story: Story, found: list[Sum], where: Where) -> list[Sum]:
    """Return the sums, a sum in the outlet's own currency marked as implied where the bracket behind it tells the one of the headline: "6.330 tỷ đồng (275 triệu USD)"."""
    heads = {_value(one.money) for one in found if story.rank(one.money.start) == 0}
    inner = {
        _value(one.original): one for one in found
        if one.kind == "implied" and one.original and is_home(one.original, where) and _value(one.money) in heads and _value(one.original) not in heads
    }  # fmt: skip
    kept = {_value(one.money) for one in inner.values()}
    turned = []
    for one in found:
        if one.kind not in NEVER and (foreign := inner.get(_value(one.money))):
            turned.append(replace(one, kind="implied", original=foreign.money))
        elif one.kind == "implied" and _value(one.money) in kept:
            turned.append(replace(one, kind="", original=None))
        else:
            turned.append(one)
    return turned


def _converted(story: Story, found: list[Sum], where: Where) -> tuple[Sum, ...]:
    """Return the sums, those marked as implied that only round one that is: the "9조원대" of a headline, and in the body "73억유로(약 9조8000억원)"."""
    implied = [one for one in found if one.kind == "implied"]
    out = []
    for one in found:
        rounded = _rounded(one.money, implied) if one.kind not in NEVER else None
        original = rounded.original if rounded else _foreign(story, one, found, where)
        out.append(replace(one, kind="implied", original=one.original or original) if original else one)
    return tuple(out)


def _rounded(money: Money, implied: list[Sum]) -> Sum | None:
    """Return the converted sum that `money` rounds."""
    close = (
        one
        for one in implied
        if money.currency == one.money.currency and abs(money.amount - one.money.amount) <= _HEADLINE * one.money.amount
    )
    return next(close, None)


def _foreign(story: Story, one: Sum, found: list[Sum], where: Where) -> Money | None:
    """Return the foreign sum of the text that headline or lead tell in the outlet's own currency without a word of it: who reads won is not told dollars besides, unless they are the ones agreed."""
    if one.kind in NEVER or one.kind == "implied" or not is_home(one.money, where):
        return None
    worth = _dollars(one.money)
    alike = (
        other.money for other in found
        if other.kind not in NEVER and other.kind != "implied" and other.money.currency != one.money.currency and story.rank(other.money.start) and abs(_dollars(other.money) - worth) <= _HEADLINE * worth
    )  # fmt: skip
    return next(alike, None)


_HEADLINE = 0.13  # how far a headline rounds a sum that was converted


_CUES = frozenset({
    "invest", "build", "plant", "acquire", "stake", "round", "fund", "loan", "capital_increase", "expand", "ipo", "jv", "aid", "close_deal",
})  # fmt: skip


def features(
    story: Story, found: tuple[Sum, ...], cues: tuple[Cue, ...], deal_type: str, names: tuple[tuple[int, int], ...]
) -> list[dict[str, float]]:
    """Return for each sum what the story shows of it."""
    able = [index for index, one in enumerate(found) if one.kind not in NEVER and _dollars(one.money) >= _LEAST]
    first = able[0] if able else -1
    alike = [one.money for one in found if able and one.money.currency == found[first].money.currency and one.kind not in NEVER]
    largest = max((money.amount for money in alike), default=0.0)
    values = Counter(_value(one.money) for one in found)
    named = {story.sentence(start) for start, _ in names}
    main = _main_names(story, names)
    wanted = [cue for cue in cues if cue.concept in _CUES]
    out = []
    for index, one in enumerate(found):
        money = one.money
        told = _told(found, index)
        top = told[0]
        rank = story.rank(found[top].money.start)
        group = "never" if one.kind in NEVER else one.kind or "plain"
        shown = {
            f"kind:{one.kind or 'plain'}": 1.0, f"rank:{min(rank, 6)}": 1.0, f"type:{deal_type}": 1.0, f"type:{deal_type}:{group}": 1.0, f"order:{min(max(0, top - max(first, 0)), 3)}": 1.0,
            "bare": float(one.bare), "named": float(any(story.sentence(found[other].money.start) in named for other in told)),
            "repeats": math.log1p(max(_printed(story, found, told), *(values[_value(found[other].money)] for other in told))),
            f"size:{min(10, max(5, int(math.log10(max(1.0, _dollars(money))))))}": 1.0, "of": math.log1p(len(found)), "first": float(first in told),
            "largest": float(any(found[other].money in alike and found[other].money.amount >= largest for other in told)),
            "intitle": float(rank == 0), "intitle_first": float(rank == 0 and first in told), "lead_first": float(0 < rank <= _NEAR_START and first in told),
        }  # fmt: skip
        shown.update(_beside(story, one, rank, float(shown["named"]), main))
        shown.update({f"near:{cue.concept}": 1.0 for cue in wanted if any(_is_beside(story, cue, found[other].money) for other in told)})
        out.append(shown)
    return out


@cache
def _marks(language: str) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple(
        (row["mark"], row["side"], re.compile(any_of(folded(form) for form in longest_first(row["forms"].split("|")))))
        for row in rows("money_beside.csv") if row["language"] == language
    )  # fmt: skip


def _main_names(story: Story, names: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """Return the names of title and first sentence as they are printed there."""
    return tuple({story.plain[start:end] for start, end in names if story.rank(start) <= 1})


def _beside(story: Story, one: Sum, rank: int, named: float, main: tuple[str, ...]) -> dict[str, float]:
    """Return what the sentence of a sum tells of the story that the sum belongs to: an earlier year, words of others, a firm that is named there first."""
    span = story.spans[story.sentence(one.money.start)]
    head, tail = (
        story.plain[max(span.start, one.money.start - _AROUND) : one.money.start],
        story.plain[one.money.end : min(span.end, one.money.end + _AROUND // 2)],
    )
    out = {
        f"beside:{mark}": 1.0
        for mark, side, pattern in _marks(story.language)
        if pattern.search(head) or (side == "both" and pattern.search(tail))
    }
    years = [int(year) for year in _YEAR.findall(story.plain[span.start : one.money.start])]
    now = (story.article.published_at or story.article.first_seen_at).year
    if years and years[-1] < now:
        out["beside:year"] = 1.0
    if named and rank > _NEAR_START:
        out["beside:newcomer"] = 1.0
    if any(name in story.plain[span.start : span.end] for name in main):
        out["beside:main"] = 1.0
    if rank > _NEAR_START:
        out |= {f"{name}:late": 1.0 for name in (*out, "beside")}
    return out if rank else {name: value for name, value in out.items() if name != "beside:year"}


_AROUND = 90  # characters before a sum in which words tell what story it belongs to
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _told(found: tuple[Sum, ...], index: int) -> list[int]:
    """Return where a sum is told, itself or in another currency, by position."""
    one = found[index]
    return sorted({index, *(other for other, again in enumerate(found) if again.original == one.money and again.kind == "implied")})


def _printed(story: Story, found: tuple[Sum, ...], told: list[int]) -> int:
    """Return in how many sentences a sum is told, in any currency and however rounded."""
    ways = [found[index].money for index in told]
    return len({
        story.sentence(one.money.start) for one in found
        if any(one.money.currency == way.currency and abs(one.money.amount - way.amount) <= _ROUNDING * way.amount for way in ways)
    })  # fmt: skip


def _value(money: Money) -> tuple[str, float]:
    return money.currency, round(money.amount, -4)


def _is_beside(story: Story, cue: Cue, money: Money) -> bool:
    return story.sentence(cue.start) == story.sentence(money.start) and abs(cue.start - money.start) < _BESIDE


_BESIDE = 60  # characters, about ten words


_PER_DOLLAR = {
    "CNY": 7, "HKD": 8, "AUD": 1.5, "CAD": 1.37, "SGD": 1.35, "NZD": 1.6, "CHF": 0.9, "EUR": 0.92, "GBP": 0.79, "JPY": 130, "KRW": 1300, "TWD": 31, "HUF": 360, "CZK": 23, "SEK": 10, "IDR": 15500, "THB": 35, "INR": 82, "RUB": 85, "TRY": 25,
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


THRESHOLD = 0.26
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
