"""Sums of money as they are printed: a number with a currency beside it. Decides nothing about what the sum is for."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from urllib.parse import urlsplit

from flows.steps.reports.folding import any_of, folded, is_wide
from flows.steps.reports.numerals import Number, is_range, joined
from flows.steps.reports.numerals import find as find_numbers
from flows.steps.reports.tables import forms, longest_first, rows

_BEFORE = 18  # characters before a number in which its currency stands
_LINK = r"[ \u00a0\-]{0,2}(?:多|余|餘|여)?(?:de\s|d'|di\s|of\s|in\s|dari\s)?(?:us\s|u\.s\.\s|american\s|amerikai\s|americk\w+\s|amerykańsk\w+\s)?"
_PREFIXED = re.compile(r"[\u0590-\u06ff]")  # prepositions are glued to a number in Arabic and Hebrew ("بـ350")
_ISO = 3  # letters of a code: a longer name is one that nothing resolved
_GENERAL = frozenset({"YUAN", "DOLLAR"})  # said once more behind a sum whose currency stands before it: "人民幣10億元", "US$5m dollars"
_WEIGHT = re.compile(r"\s+of\s")  # "pounds of lithium" is no money


@dataclass(frozen=True, slots=True)
class Money:
    """A sum printed at `start:end`."""

    start: int
    end: int
    amount: float  # full units; the upper end of a range
    low: float | None
    currency: str  # ISO 4217
    qualifier: str  # exact, about, up_to, at_least


@dataclass(frozen=True, slots=True)
class Where:
    """What decides the meaning of an ambiguous sign: who prints it, in which language, beside which words."""

    language: str
    host: str = ""
    words: str = ""  # the folded text

    @classmethod
    def of(cls, url: str, language: str | None, words: str) -> "Where":
        """Return the context of an article at `url`."""
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            host = ""
        return cls((language or "en")[:2], host.removeprefix("www."), words)


@cache
def _currencies(language: str, side: str) -> tuple[re.Pattern[str], dict[str, str]]:
    table = forms("money_currencies.csv", language, lambda row: row["side"] in {side, "both"})
    names = {form: row["currency"] for form, row in table.items()}
    parts = any_of(longest_first(names), before=side == "before")
    if side == "before":
        return re.compile(rf"(?:{parts})\.?[ \u00a0]{{0,2}}$"), names
    return re.compile(_LINK + "(" + parts + ")"), names


def _name(names: dict[str, str], printed: str) -> str | None:
    printed = re.sub(r"\s+", " ", printed).strip()
    for candidate in (printed, printed.rstrip(".")):
        if candidate in names:
            return names[candidate]
    stems = [form for form in names if form.endswith("*") and printed.startswith(form[:-1])]
    return names[max(stems, key=len)] if stems else None


def resolve(name: str, where: Where) -> str:
    """Return the ISO 4217 code of a currency name that may be ambiguous (`DOLLAR`, `YUAN`, `KRONA`)."""
    tld = where.host.rsplit(".", 1)[-1]
    for row in rows("money_ambiguous.csv"):
        if row["name"] != name:
            continue
        value, hint = row["value"], row["hint"]
        fits = {
            "tld": tld == value,
            "host": where.host.endswith(value),
            "language": where.language == value,
            "word": all(part in where.words for part in value.split("+")),
        }
        if fits.get(hint, True):
            return row["currency"]
    return name


def _is_letter(printed: str, last: str, behind: str) -> bool:
    """Say whether a letter before a number is no currency: it is one only where it is glued on ("R900m", not "Series B 200"), and in no "B2B" or "B2Gold"."""
    glued = behind.isalpha() and not is_wide(behind)
    return printed[0].isalpha() and len(printed.rstrip()) == 1 and (printed[-1].isspace() or last == printed[0] or glued)


def _currency(text: str, original: str, number: Number, where: Where) -> tuple[int, int, str] | None:
    """Return start, end and currency of the sum around `number`, or None where no currency stands beside it."""
    head = text[max(0, number.start - _BEFORE) : number.start]
    pattern, names = _currencies(where.language, "before")
    found = pattern.search(head)
    before = _name(names, found.group()) if found else None
    if before and found and _is_letter(found.group(), text[number.end - 1], text[number.end : number.end + 1]):
        before = None
    glued = bool(head) and head[-1].isalpha() and not is_wide(head[-1]) and not _PREFIXED.match(head[-1])
    if glued and before is None:
        return None
    pattern, names = _currencies(where.language, "after")
    follow = pattern.match(text, number.end)
    after = _name(names, follow.group(1)) if follow else None
    if follow and text[follow.end() : follow.end() + 1].isdigit():  # the sign of the next sum
        follow = after = None
    if follow and after in {"POUND", "GBP"} and _WEIGHT.match(text, follow.end()):
        after = None
    if number.currency:
        return number.start, number.end, number.currency
    if before == "CAD" and original[number.start - 2 : number.start] == "c$":  # "c$1.29bn": circa
        before = "DOLLAR"
    if before and found:
        end = follow.end() if follow and after and (after in _GENERAL or resolve(after, where) == resolve(before, where)) else number.end
        if follow and after and before == "DOLLAR" and resolve(after, where) != resolve(before, where):
            return number.start - len(head) + found.start(), follow.end(), resolve(after, where)
        return number.start - len(head) + found.start(), end, resolve(before, where)
    if after and follow:
        return number.start, follow.end(), resolve(after, where)
    return None


def _sum(text: str, original: str, number: Number, where: Where) -> Money | None:
    beside = _currency(text, original, number, where)
    if beside is None or number.value <= 0:
        return None
    start, end, currency = beside
    if len(currency) != _ISO:
        return None
    return Money(start, end, number.value, number.low, currency, number.qualifier)


def find(text: str, where: Where, plain: str | None = None, numbers: tuple[Number, ...] | None = None) -> tuple[Money, ...]:
    """Return the sums of money in `text`, in order; offsets are characters of `text`. `plain` and `numbers` spare folding and finding them again."""
    plain = folded(text) if plain is None else plain
    numbers = find_numbers(plain, where.language) if numbers is None else numbers
    sums: list[Money] = []
    taken = -1
    for number, following in pairwise((*numbers, None)):
        if number is None or number.start < taken:
            continue
        money = _range(plain, text, number, following, where) or _sum(plain, text, number, where)
        if money:
            sums.append(money)
            taken = money.end
    return tuple(sums)


def _range(plain: str, text: str, number: Number, following: Number | None, where: Where) -> Money | None:
    """Return the sum whose lower and upper end are `number` and `following`, or None where they are no range."""
    if following is None or following.start - number.end > _APART:
        return None
    between = _signs().sub(" ", plain[number.end : following.start])
    if not is_range(between, plain[max(0, number.start - _BEFORE) : number.start], where.language):
        return None
    both = joined(number, following)
    return _sum(plain, text, both, where) if both.low is not None and both.low < both.value else None


_APART = 16  # characters between the two ends of a range


@cache
def _signs() -> re.Pattern[str]:
    """Currency signs, which stand between the two ends of "€1bn to €2bn"."""
    return re.compile(r"\s?(?:[$€£¥₩]|(?<![^\W\d_])(?:us|usd|eur|rmb|cny|hk|rp|billion|bn|million)(?![^\W\d_]))\s?")
