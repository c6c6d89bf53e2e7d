"""Days on which something was announced, signed or done: absolute and relative dates, resolved against the article's own."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from flows.steps.reports.folding import any_of, folded
from flows.steps.reports.tables import longest_first, rows

_SLACK = timedelta(days=2)  # time zones, and stories dated the day after
_NEWS = timedelta(days=45)  # before the article: an older date is history


@dataclass(frozen=True, slots=True)
class When:
    """A date printed at `start:end`."""

    start: int
    end: int
    day: date
    precision: str  # day; month where the day is only about right


@cache
def _months(language: str) -> tuple[re.Pattern[str] | None, dict[str, int]]:
    names = {folded(row["form"]): int(row["month"]) for row in rows("dates_months.csv") if language in row["languages"].split()}
    if not names:
        return None, names
    month = "|".join(re.escape(name) for name in longest_first(names))
    year = r"(?:,?\s*(?:de\s|del\s)?(2[05]\d\d))?"
    return re.compile(
        rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|º|°|er|\.)?\s*(?:de\s|of\s)?({month})\.?(?![^\W\d_]){year}|(?<![^\W\d_])({month})\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?(?!\d){year}"
    ), names


_CJK = re.compile(r"(?:(20\d\d)\s?[年년]\s?)?(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]")
_CJK_DAY = re.compile(r"(?<![\d月월])(?<!월 )(\d{1,2})\s?[日일](?![本々常間间内以後后前程游간]|\s?(?:이내|동안))")  # and no span of days
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./](20\d\d)(?!\d)")
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d{1,2})-(\d{1,2})(?!\d)")


@cache
def _relative(language: str) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    """Return a pattern of the words for near days, the longest first, and how far off each is."""
    forms = {folded(row["form"]): row["days"] for row in rows("dates_relative.csv") if language in row["languages"].split()}
    order = [form for form in longest_first(forms) if forms[form] not in _FIGURES]
    if not order:
        return None, {}
    return re.compile(any_of(order)), {_GAP.sub(" ", form): forms[form] for form in order}


_FIGURES = {"d": r"(\d{1,2})()(?![\d.,/%])", "dm": r"(\d{1,2})(?:[/-](\d{1,2}))?(?![\d.,/%-])"}  # what follows a word for a day


@cache
def _led(language: str) -> re.Pattern[str] | None:
    """Return the pattern of days in figures that only a word before them shows to be days: "ngày 10/7", "no dia 10"."""
    found = [(folded(row["form"]), row["days"]) for row in rows("dates_relative.csv") if language in row["languages"].split()]
    words = [form for form, days in found if days in _FIGURES]
    kind = next((days for _, days in found if days in _FIGURES), "")
    return re.compile(rf"(?:{any_of(longest_first(words))})\s*\(?{_FIGURES[kind]}") if words else None


def find(plain: str, language: str, told: date) -> tuple[When, ...]:
    """Return the dates of folded text in order; `told` is the article's own day, to which "on Tuesday" and "19일" refer."""
    found = _absolute(plain, language, told)
    if language in {"zh", "ja", "ko"}:
        found += [when for match in _CJK.finditer(plain) if (when := _day(match, match.group(1), match.group(2), match.group(3), told))]
        found += [when for match in _CJK_DAY.finditer(plain) if (when := _recent(match, int(match.group(1)), told))]
    whole = tuple(found)
    found += [
        when for when in _in_figures(plain, language, told) if not any(when.start < one.end and one.start < when.end for one in whole)
    ]
    found += _relatives(plain, language, told)
    return tuple(sorted(found, key=lambda when: (when.start, -when.end)))


def _in_figures(plain: str, language: str, told: date) -> list[When]:
    """Return the days that a word for a day leads: "ngày 10/7", "no dia 10"."""
    pattern = _led(language)
    found = [
        _day(match, None, match.group(2), match.group(1), told) if match.group(2) else _recent(match, int(match.group(1)), told)
        for match in (pattern.finditer(plain) if pattern else ())
    ]
    return [when for when in found if when]


def _absolute(plain: str, language: str, told: date) -> list[When]:
    found: list[When | None] = [_day(m, m.group(1), m.group(2), m.group(3), told) for m in _ISO.finditer(plain)]
    found += [_day(m, m.group(3), m.group(2), m.group(1), told) for m in _NUMERIC.finditer(plain)]
    pattern, names = _months(language)
    for match in pattern.finditer(plain) if pattern else ():
        day, name, year = (
            (match.group(1), match.group(2), match.group(3)) if match.group(1) else (match.group(5), match.group(4), match.group(6))
        )
        found.append(_day(match, year, str(names[name]), day, told))
    return [when for when in found if when]


def _day(match: re.Match[str], year: str | None, month: str, day: str, told: date) -> When | None:
    """Return the day meant; without a year, the last such day that the article can know."""
    try:
        meant = date(_western(int(year)) if year else told.year, int(month), int(day))
        if year is None and meant > told + _SLACK:
            meant = meant.replace(year=told.year - 1)
    except ValueError:
        return None
    return When(match.start(), match.end(), meant, "day")


def _western(year: int) -> int:
    """Return the year of our era: Thai reports count from Buddha's death."""
    return year - _BUDDHA if year > _LAST else year


_BUDDHA, _LAST = 543, 2400


def _recent(match: re.Match[str], day: int, told: date) -> When | None:
    """Return the last day of a month numbered `day` before the article: Korean and Japanese reports print no more."""
    month, year = told.month, told.year
    if day > told.day + 1:
        month, year = (12, year - 1) if month == 1 else (month - 1, year)
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    meant = date(year, month, day)
    return When(match.start(), match.end(), meant, "day") if told - meant < timedelta(days=15) else None


def _relatives(plain: str, language: str, told: date) -> list[When]:
    pattern, offsets = _relative(language)
    found = []
    for match in pattern.finditer(plain) if pattern else ():
        days = _told_by(match.group(), offsets)
        if days != "x":
            found.append(
                When(match.start(), match.end(), told - timedelta(days=_back(days, told)), "month" if days.endswith("~") else "day")
            )
    return found


def _told_by(printed: str, offsets: dict[str, str]) -> str:
    """Return how far off the day is that a word means, as printed: an exact form, or the longest open one."""
    plain = _GAP.sub(" ", printed)
    return offsets.get(plain) or next(days for form, days in offsets.items() if form.endswith("*") and plain.startswith(form[:-1]))


_GAP = re.compile(r"[\s\-]+")


def _back(days: str, told: date) -> int:
    """Return how many days before `told` a word means: "2", "7~", or the weekday of "w4", "l4", "p4"."""
    if days[0].isdigit():
        return int(days.rstrip("~"))
    gap = told.weekday() - int(days[1:])
    return {"w": gap % 7, "l": (gap - 1) % 7 + 1, "p": gap + 7}[days[0]]


def announced(found: tuple[When, ...], told: date, last: int) -> When | None:
    """Return the date that tells when the deal was announced: the first one in the lead (before `last`) that is no history and no future.

    A day that is only about right counts where none is exact.
    """
    fresh = [when for when in found if when.start < last and -_SLACK <= told - when.day <= _NEWS]
    return next((when for when in fresh if when.precision == "day"), fresh[0] if fresh else None)


_YEAR = re.compile(r"(?<!\d)(20[2-5]\d)(?!\d)")


def target_year(plain: str, start: int, end: int, told: int) -> tuple[int, int] | None:
    """Return the year by which a capacity at `start:end` is to be reached, and where it stands; None where none is near."""
    low = max(0, start - 40)
    for match in _YEAR.finditer(plain, low, end + 40):
        if told <= int(match.group(1)) <= told + 25:
            return int(match.group(1)), match.start()
    return None
