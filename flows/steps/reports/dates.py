"""Days on which something was announced, signed or done: absolute and relative dates, resolved against the article's own."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from flows.steps.reports.folding import bounded, folded
from flows.steps.reports.tables import longest_first, rows

_SLACK = timedelta(days=2)  # time zones, and stories dated the day after
_FAR = 400  # days before the article beyond which a date is history


@dataclass(frozen=True, slots=True)
class When:
    """A date printed at `start:end`."""

    start: int
    end: int
    day: date
    precision: str  # day, month


@cache
def _months(language: str) -> tuple[re.Pattern[str] | None, dict[str, int]]:
    names = {folded(row["form"]): int(row["month"]) for row in rows("dates_months.csv") if language in row["languages"].split()}
    if not names:
        return None, names
    month = "|".join(re.escape(name) for name in longest_first(names))
    year = r"(?:,?\s*(?:de\s|del\s)?(20\d\d))?"
    return re.compile(
        rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|º|er|\.)?\s*(?:de\s|of\s)?({month})\.?(?![^\W\d_]){year}|(?<![^\W\d_])({month})\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?(?!\d){year}"
    ), names


_CJK = re.compile(r"(?:(20\d\d)\s?[年년]\s?)?(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]")
_CJK_DAY = re.compile(r"(?<![\d月월])(?<!월 )(\d{1,2})\s?[日일](?![本々常])")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./](20\d\d)(?!\d)")
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d{1,2})-(\d{1,2})(?!\d)")


@cache
def _relative(language: str) -> re.Pattern[str] | None:
    found = [row for row in rows("dates_relative.csv") if language in row["languages"].split()]
    if not found:
        return None
    return re.compile("|".join(f"({bounded(folded(row['form']))})" for row in found))


@cache
def _offsets(language: str) -> list[str]:
    return [row["days"] for row in rows("dates_relative.csv") if language in row["languages"].split()]


def find(plain: str, language: str, told: date) -> tuple[When, ...]:
    """Return the dates of folded text in order; `told` is the article's own day, to which "on Tuesday" and "19일" refer."""
    found = [*_absolute(plain, language, told), *_relatives(plain, language, told)]
    if language in {"zh", "ja", "ko"}:
        found += [when for match in _CJK.finditer(plain) if (when := _day(match, match.group(1), match.group(2), match.group(3), told))]
        if language != "zh":
            found += [when for match in _CJK_DAY.finditer(plain) if (when := _recent(match, int(match.group(1)), told))]
    return tuple(sorted(found, key=lambda when: (when.start, -when.end)))


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
        meant = date(int(year) if year else told.year, int(month), int(day))
        if year is None and meant > told + _SLACK:
            meant = meant.replace(year=told.year - 1)
    except ValueError:
        return None
    return When(match.start(), match.end(), meant, "day")


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
    pattern = _relative(language)
    found = []
    for match in pattern.finditer(plain) if pattern else ():
        days = _offsets(language)[(match.lastindex or 1) - 1]
        back = (told.weekday() - int(days[1:])) % 7 if days.startswith("w") else int(days)
        found.append(When(match.start(), match.end(), told - timedelta(days=back), "day"))
    return found


def announced(found: tuple[When, ...], told: date, last: int) -> When | None:
    """Return the date that tells when the deal was announced: the first one in the lead (before `last`) that is no history and no future."""
    for when in found:
        if when.start < last and told - timedelta(days=_FAR) <= when.day <= told + _SLACK and (told - when.day).days <= 45:  # noqa: PLR2004 - six weeks: news
            return when
    return None


_YEAR = re.compile(r"(?<!\d)(20[2-5]\d)(?!\d)")


def target_year(plain: str, start: int, end: int, told: int) -> tuple[int, int] | None:
    """Return the year by which a capacity at `start:end` is to be reached, and where it stands; None where none is near."""
    low = max(0, start - 40)
    for match in _YEAR.finditer(plain, low, end + 40):
        if told <= int(match.group(1)) <= told + 25:
            return int(match.group(1)), match.start()
    return None
