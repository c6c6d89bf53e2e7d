"""Numbers as they are printed, in any language: digits with their separators, words, scales, ranges, qualifiers. Knows no money and no units."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from flows.steps.reports.folding import BEFORE, any_of, bounded, is_wide
from flows.steps.reports.tables import forms, longest_first

_SPACE_GROUPS = frozenset(
    ["fr", "pl", "cs", "sk", "hu", "sv", "fi", "no", "nb", "da", "ru", "uk", "bg", "es", "pt", "lt", "lv", "et", "kk"]
)
_DOT_GROUPS = frozenset(
    ["de", "es", "it", "pt", "nl", "id", "tr", "da", "ro", "hr", "sr", "sl", "el", "vi", "ca", "gl", "eu", "no", "nb", "hu"]
)
_HANZI = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_HANZI_UNITS = {"十": 10, "百": 100, "千": 1000}
_MIXED_UNITS = _HANZI_UNITS | {"십": 10, "백": 100, "천": 1000}
# Digits and units in turn before a myriad: the "9천800" of "9천800만", the "1천5백" of "1천5백억".
_MIXED = r"\d[천千](?:\d[백百](?:\d[십十])?\d?|\d{1,3})(?=\s?[만억조万亿億兆])|\d[백百](?:\d[십十]\d?|\d{1,2})(?=\s?[만억조万亿億兆])"
_MYRIADS = frozenset(["zh", "ja", "ko"])
_LOOK_BACK = 28  # characters in which a qualifier or vague word stands before a number
_GLUE = 7  # characters that may part the two ends of a range


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `start:end` of the text; `low` is the lower end of a range."""

    start: int
    end: int
    value: float
    low: float | None = None
    scaled: bool = False  # a scale word multiplied it
    currency: str | None = None  # the scale sign held a currency ("mkr")
    qualifier: str = "exact"  # exact, about, up_to, at_least


@cache
def _digits(language: str) -> re.Pattern[str]:
    spaces = r"\u00a0 " if language in _SPACE_GROUPS else r"\u00a0"
    grouped = rf"\d{{1,3}}(?:[{spaces}.,']\d{{3}})+(?!\d)(?:[.,]\d+)?"
    hanzi = r"|[一二三四五六七八九十两兩][零一二三四五六七八九十百千两兩〇]*(?=\s?[万亿萬億])" if language == "zh" else ""
    mixed = f"{_MIXED}|" if language in _MYRIADS else ""
    return re.compile(rf"(?<!\d)(?<!\d[.,])(?:{mixed}{grouped}|\d+(?:[.,]\d+)?{hanzi})")


@cache
def _scales(language: str) -> tuple[re.Pattern[str], dict[str, dict[str, str]]]:
    table = forms("numbers_scales.csv", language)
    names = any_of(longest_first(table), before=False)
    return re.compile(rf"[ \u00a0\-]{{0,2}}[余餘多来]?({names})"), table


def _may_follow_word(form: str, language: str) -> bool:
    """Say whether a scale may stand behind a number in words: two plain letters are no word, and no script without spaces but Thai tells numbers so."""
    return language == "th" if is_wide(form[0]) else len(form) > (2 if form.isascii() else 1)


@cache
def _words(language: str) -> tuple[re.Pattern[str] | None, dict[str, dict[str, str]]]:
    """Numbers in words before a scale, and scales that mean one when alone."""
    words = forms("numbers_words.csv", language)
    scales = forms("numbers_scales.csv", language)
    alone = [form for form, row in scales.items() if row["alone"]]
    after_word = [form for form in scales if _may_follow_word(form, language)]
    if not words and not alone:
        return None, words
    names = any_of(longest_first(words)) or r"(?!)"
    behind = any_of(longest_first(after_word)) or r"(?!)"
    lonely = any_of(longest_first(alone)) or r"(?!)"
    glued = "|".join(re.escape(form) for form in longest_first(words)) or r"(?!)"
    stems = any_of(longest_first(after_word) if language in {"hu", "ru", "th"} else (), before=False) or r"(?!)"
    pattern = rf"(?:({names})[\s\-]+({behind}))|(?:{BEFORE}({glued})({stems}))|({lonely})"
    return re.compile(pattern), words


@cache
def _marks(table: str, language: str, column: str, value: str) -> re.Pattern[str] | None:
    found = forms(table, language, lambda row: row[column] == value)
    if not found:
        return None
    return re.compile("|".join(bounded(form) if form.strip() == form else re.escape(form) for form in longest_first(found)))


@cache
def _qualifiers(language: str, side: str) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    found = forms("numbers_qualifiers.csv", language, lambda row: row["side"] == side)
    names = any_of(longest_first(found))
    if not names:
        return None, {}
    pattern = (
        rf"(?:{names})[\s:\-]*(?:a|the|de|der|von|le|los|to)?\s*[^\w\s]?\s*\w{{0,3}}\$?\s?$" if side == "before" else rf"\s?(?:{names})"
    )
    return re.compile(pattern), {form: row["qualifier"] for form, row in found.items()}


def plain(printed: str, language: str) -> Decimal:
    """Return the value of digits as `printed` in `language`: "7,3" is 7.3 in German, "1.030" is 1030 in Spanish, "1,030" is 1030 in English."""
    if any(sign in _HANZI or sign in _MIXED_UNITS for sign in printed):
        return Decimal(_hanzi(printed) if printed[0] in _HANZI or printed[0] in _HANZI_UNITS else _mixed(printed))
    printed = re.sub(r"[\s\u00a0']", "", printed)
    dots, commas = printed.count("."), printed.count(",")
    if dots and commas:
        mark = "." if printed.rfind(".") > printed.rfind(",") else ","
        return Decimal(printed.replace("," if mark == "." else ".", "").replace(mark, "."))
    mark = "." if dots else ","
    if dots + commas > 1:
        return Decimal(printed.replace(mark, ""))
    if dots + commas == 0:
        return Decimal(printed)
    head, tail = printed.split(mark)
    groups = mark == "." if language in _DOT_GROUPS else mark == "," and language not in _SPACE_GROUPS
    if len(tail) == 3 and head != "0" and groups:  # noqa: PLR2004 - groups are of three digits
        return Decimal(head + tail)
    return Decimal(f"{head}.{tail}")


def _hanzi(printed: str) -> int:
    total = digit = 0
    for character in printed:
        if character in _HANZI_UNITS:
            total += max(digit, 1) * _HANZI_UNITS[character]
            digit = 0
        else:
            digit = _HANZI[character]
    return total + digit


def _mixed(printed: str) -> int:
    """Return the value of digits and units in turn."""
    return sum(int(digits) * _MIXED_UNITS.get(unit, 1) for digits, unit in re.findall(r"(\d+)(\D?)", printed))


def _row(table: dict[str, dict[str, str]], printed: str) -> dict[str, str] | None:
    """Return the row of a scale as printed: an exact form, or the longest open one."""
    printed = re.sub(r"[\s\-]+", " ", printed)
    if printed in table:
        return table[printed]
    stems = [form for form in table if form.endswith("*") and printed.startswith(form[:-1])]
    return table[max(stems, key=len)] if stems else None


def _scaled(text: str, found: re.Match[str], language: str) -> Number | None:
    """Return the number at `found` with the scales that follow it; None where its digits are no number."""
    pattern, table = _scales(language)
    total = plain(found.group(), language)
    end, factor, currency = found.end(), Decimal(1), None
    scale = pattern.match(text, end)
    row = _row(table, scale.group(1)) if scale else None
    if scale and row:
        factor, end, currency = Decimal(row["factor"]), scale.end(), row["currency"] or None
        total *= factor
        if language in _MYRIADS:
            total, end = _myriads(text, end, total, factor, language)
        elif factor == _THOUSAND and (more := _millions(text, end, language)):
            return Number(found.start(), more[1], float((total + more[0]) * more[2]), scaled=True, currency=more[3])
    return Number(found.start(), end, float(total), scaled=bool(row), currency=currency)


def _millions(text: str, end: int, language: str) -> tuple[Decimal, int, Decimal, str | None] | None:
    """Return the hundreds that go on a number of thousands, where they end, and the scale and currency of both: the "200 millones" of "2 mil 200 millones"."""
    more = re.compile(r"[ \u00a0](\d{3})(?![\d.,])").match(text, end)
    scale = _scales(language)[0].match(text, more.end()) if more else None
    row = _row(_scales(language)[1], scale.group(1)) if scale else None
    if not more or not scale or not row or Decimal(row["factor"]) <= _THOUSAND:
        return None
    return Decimal(more.group(1)), scale.end(), Decimal(row["factor"]), row["currency"] or None


_THOUSAND = 1000


def _myriads(text: str, end: int, total: Decimal, factor: Decimal, language: str) -> tuple[Decimal, int]:
    """Add the smaller parts of a number told in myriads: the 2000億 of 1兆2000億."""
    pattern, table = _scales(language)
    while factor > 1:
        more = re.compile(rf"[ \u00a0]?({_MIXED}|\d[\d,]*(?:\.\d+)?)").match(text, end)
        if not more or len(more.group(1)) > 9:  # noqa: PLR2004 - longer digits are another number
            break
        scale = pattern.match(text, more.end())
        row = _row(table, scale.group(1)) if scale else None
        if (row is None and not _goes_on(text, more, factor, language)) or (row and Decimal(row["factor"]) >= factor):
            break
        part = Decimal(row["factor"]) if row else Decimal(1)
        value = plain(more.group(1), language) * part
        if value >= factor:
            break
        total, factor, end = total + value, part, scale.end() if scale and row else more.end()
    return total, end


def _goes_on(text: str, more: re.Match[str], factor: Decimal, language: str) -> bool:
    """Say whether digits without a scale belong to the myriads before them: Korean parts the two, "9,546만 6,000달러", as it does "3만 2023년"."""
    if not more.group().startswith((" ", "\u00a0")):
        return True
    return language == "ko" and factor == _MYRIAD and not _DATED.match(text, more.end())


_MYRIAD = 10_000
_DATED = re.compile(r"\s?(?:년|월|일|시|분기|[~\d.%-])|$")


@cache
def _alone(language: str) -> dict[str, dict[str, str]]:
    """Return the scales that mean a number when none stands before them: an open form of theirs may be the beginning of a longer scale that does not."""
    return {form: row for form, row in _scales(language)[1].items() if row["alone"]}


def _worded(text: str, language: str) -> list[Number]:
    """Return numbers told in words: "half a billion", "eine Milliarde", "mil millones", "miliard dolarów"."""
    pattern, words = _words(language)
    if pattern is None:
        return []
    table = _scales(language)[1]
    vague = _marks("numbers_vague.csv", language, "use", "vague")
    numbers = []
    for found in pattern.finditer(text):
        word, behind = found.group(1) or found.group(3), found.group(2) or found.group(4)
        row = _row(table, behind) if behind else _row(_alone(language), found.group(5))
        before = text[max(0, found.start() - _LOOK_BACK) : found.start()].rstrip(" -")
        if row is None or (before and before[-1].isdigit()) or (vague and any(m.end() == len(before) for m in vague.finditer(before))):
            continue
        value = Decimal(words[re.sub(r"[\s\-]+", " ", word)]["value"]) * Decimal(row["factor"]) if word else Decimal(row["alone"])
        numbers.append(Number(found.start(), found.end(), float(value), scaled=True, currency=row["currency"] or None))
    return numbers


def find(text: str, language: str) -> tuple[Number, ...]:
    """Return the numbers of folded `text`, in order, ranges joined and qualifiers read."""
    digits = [n for n in (_scaled(text, found, language) for found in _digits(language).finditer(text)) if n]
    vague = _marks("numbers_vague.csv", language, "use", "vague") if language == "zh" else None
    digits = [n for n in digits if not (vague and n.start and vague.fullmatch(text[n.start - 1]) and not text[n.start].isdigit())]
    taken: list[Number] = []
    for number in digits:
        if not taken or number.start >= taken[-1].end:
            taken.append(number)
    for number in _worded(text, language):
        if all(number.end <= other.start or number.start >= other.end for other in taken):
            taken.append(number)
    taken.sort(key=lambda number: number.start)
    return tuple(_qualified(text, number, language) for number in taken)


def is_range(between: str, before: str, language: str) -> bool:
    """Say whether two numbers are the two ends of a range, by what stands between them and before the first: "1.5-2 billion", "от 1 до 1,5 млрд"."""
    pattern = _marks("numbers_vague.csv", language, "use", "range")
    found = pattern.search(between) if pattern else None
    if found is None or len(between) - len(found.group()) > _GLUE:
        return False
    if found.group().strip() in _MAY_PART:
        return any(word in before for word in ("between", "zwischen", "entre", "tra ", "fra "))
    return not re.search(r"[.;!?。；]", between)


_MAY_PART = frozenset({"and", "und", "et", "y", "e", "a"})  # join a range only after "between"


def joined(first: Number, second: Number) -> Number:
    """Return the range from `first` to `second` as one number, `first` taking the scale of `second` where it has none."""
    low = first.value
    if not first.scaled and second.scaled:
        scale = Decimal(1)
        for candidate in (3, 4, 6, 7, 8, 9, 12):
            if second.value / 10**candidate >= 1 and low * 10**candidate < second.value:
                scale = Decimal(10) ** candidate
        low = float(Decimal(str(low)) * scale)
    return Number(first.start, second.end, second.value, low, first.scaled or second.scaled, second.currency, second.qualifier)


def _qualified(text: str, number: Number, language: str) -> Number:
    """Return `number` with the qualifier printed before or after it."""
    qualifier = "exact"
    for side, window in (("before", text[max(0, number.start - _LOOK_BACK) : number.start]), ("after", text[number.end : number.end + 10])):
        pattern, names = _qualifiers(language, side)
        found = pattern.search(window) if pattern and side == "before" else pattern.match(window) if pattern else None
        if found:
            printed = found.group().strip()
            qualifier = next((names[form] for form in longest_first(names) if printed.startswith(form)), qualifier)
            break
    return Number(number.start, number.end, number.value, number.low, number.scaled, number.currency, qualifier)
