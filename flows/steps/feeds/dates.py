"""Dates as feeds print them, read from the printed string alone; what a library guessed is never taken.

Reads RFC 822, ISO 8601 and their many misspellings itself; localised month names go through dateparser, a bounded number of times per
reading. It knows the source's zone and the time of reading, and no clock.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from unicodedata import normalize
from zoneinfo import ZoneInfo

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # what is older is a default value, not a date
LATEST = timedelta(hours=1)  # how far a date may lie ahead of the reading: clocks differ
_FALLBACKS = 20  # strings per reading that dateparser may be asked about: it takes milliseconds for each
_LONGEST = 80  # characters; dates are short

# Zone names that RFC 822 and its users print, in hours. source: RFC 5322 section 4.3, and the national abbreviations seen in feeds.
_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "BST": 1, "IST": 5.5, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "MET": 1, "MEST": 2, "EET": 2, "EEST": 3,
    "WEST": 1, "MSK": 3, "TRT": 3, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8, "AWST": 8, "WIB": 7, "ICT": 7, "AEST": 10, "AEDT": 11,
    "ACST": 9.5, "NZST": 12, "NZDT": 13, "BRT": -3, "ART": -3, "SAST": 2,
}  # fmt: skip
_MONTHS = {
    name: number
    for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)
}
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
_ZONE = r"(?P<zone>(?:GMT|UTC|UT)\s*[+-]\d{1,2}(?::?\d\d)?|[+-]\d\d?:?(?:\d\d?)?(?::\d\d)?|[A-Za-z]{1,5})?(?:\s*\([^)]*\))?"
_SHAPES = tuple(
    re.compile(shape + r"\s*\.?", re.IGNORECASE)
    for shape in (
        # 2025-07-10T08:15:00.123+02:00, 2025/7/10 8:15, 2025.07.10, 20250710T081500Z
        rf"(?P<year>\d{{4}})(?:[-/]|\.\s?)(?P<month>\d{{1,2}})(?:[-/]|\.\s?)(?P<day>\d{{1,2}})\.?(?:(?:\s*T\s*|[\s,]+(?:-\s+|kl\.?\s+)?|:)(?:{_CLOCK})\s*{_ZONE})?",
        rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?\s*{_ZONE})?",
        # Thu, 10 Jul 2025 08:15:00 +0200; Thu,28 Jul 2022 4:35:5 GMT+9; 10-Jul-25
        rf"(?:[A-Za-z]+\.?\s*,?\s*)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?P<name>[A-Za-z]{{3,9}})\.?,?[\s-]+(?P<year>\d{{4}}|\d\d)(?:[,\s]+(?:at\s+|-\s+|\|\s+)?{_CLOCK}\s*{_ZONE})?",
        # July 10, 2025 8:15 AM; Thu Jul 10 2025 08:15:00 GMT+0200 (CEST)
        rf"(?:[A-Za-z]+\.?\s*,?\s+)?(?P<name>[A-Za-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?:[,\s]+(?:at\s+|-\s+|\|\s+)?{_CLOCK}\s*{_ZONE})?",
        # Thu Jul 10 08:15:00 CEST 2025
        rf"(?:[A-Za-z]+\.?\s*,?\s+)(?P<name>[A-Za-z]{{3}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s*{_ZONE}\s+(?P<year>\d{{4}})",
        # 10.07.2025 08:15, 10/07/2025
        rf"(?:[^\W\d]{{2,12}}\.?,?\s+)?(?P<first>\d{{1,2}})(?:[-/]|\.\s?)(?P<other>\d{{1,2}})(?:[-/]|\.\s?)(?P<year>\d{{4}})(?:[,\s]+(?:-\s+|kl\.?\s+|um\s+|à\s+|às\s+|alle\s+)?{_CLOCK}\s*{_ZONE})?",
        # 2025年7月10日 8时15分, 2025年07月10日 08:15; 2025년 7월 10일
        rf"(?P<year>\d{{4}})\s*[年년]\s*(?P<month>\d{{1,2}})\s*[月월]\s*(?P<day>\d{{1,2}})\s*[日号일]?\s*(?:{_CLOCK}\s*{_ZONE}|(?P<hour2>\d{{1,2}})[时時点시](?:(?P<minute2>\d{{1,2}})[分분]?)?)?",
    )
)
_HALF_FIRST = re.compile(r"(오전|오후|上午|下午|午前|午後|凌晨|早上|中午|晚上|[AP]M)\s*(\d{1,2}:\d\d(?::\d\d)?)(?!\s*[AP]M)", re.IGNORECASE)
_SECOND_HALF = frozenset({"오후", "下午", "午後", "晚上", "pm"})
_WEEKDAY = re.compile(
    r"\s*\((?:[月火水木金土日一二三四五六월화수목금토일]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\)\s*|\s*(?:星期|周|週)[一二三四五六日天]\s*|\s*[月火水木金土日]曜日?\s*|\s*[월화수목금토일]요일\s*",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<=[\dZz])\[[A-Za-z_/+-]+\]$")  # a zone's name behind its offset: 2025-07-10T08:15+08:00[Asia/Shanghai]
_NUMBERED = re.compile(r"(?<!\d)(20[0-4]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=\d{3,12}(?!\d))")  # a day that begins an article's number
_IN_URL = re.compile(
    r"(?<!\d)(?P<year>19[9]\d|20[0-4]\d)(?:[-/_](?P<month>0?[1-9]|1[0-2])[-/_](?P<day>0?[1-9]|[12]\d|3[01])|[-/_]?(?P<month2>0[1-9]|1[0-2])[-/]?(?P<day2>0[1-9]|[12]\d|3[01]))(?!\d)"
)
_WORDED = re.compile(
    r"\d.*(?:[^\W\d_]{3}|[^\x00-\x7f])|(?:[^\W\d_]{3}|[^\x00-\x7f]).*\d"
)  # a month's name and a number: all else is read here or is no date
_BUDDHIST = re.compile(r"\b25[4-9]\d\b")
_SECONDS = re.compile(r"\d{9,10}|\d{13}")


@dataclass(frozen=True, slots=True)
class Printed:
    """A date as a string gives it."""

    at: datetime  # aware
    zoned: bool  # the string itself named the zone


@dataclass(slots=True)
class Reader:
    """Reads the dates of one answer of one source.

    `zone` stands where none is printed, and instead of the printed one where `wrong_zone`; `month_first` says how 10/7/2025 is meant.
    """

    zone: tzinfo
    now: datetime
    language: str | None = None
    wrong_zone: bool = False
    month_first: bool = False
    fallbacks: int = field(default=_FALLBACKS)

    def read(self, texts: tuple[str, ...]) -> tuple[datetime | None, str]:
        """Return the first plausible date of `texts` in UTC and where it is from (feed, feed_naive); `(None, "first_seen")` where none is."""
        for text in texts:
            printed = self.parse(text)
            if printed and EARLIEST <= printed.at <= self.now + LATEST:
                return printed.at.astimezone(UTC), "feed" if printed.zoned else "feed_naive"
        return None, "first_seen"

    def parse(self, text: str) -> Printed | None:
        """Return what `text` says, plausible or not; `None` = no date."""
        if len(text) > _LONGEST:
            return None
        text = _tidied(text)
        read = _fields(text, month_first=self.month_first)
        if read is None:
            return self._guessed(text)
        naive, printed = read
        offset = _offset(printed, naive, self.zone)
        if offset is None or self.wrong_zone:
            return _at(naive, self.zone, zoned=False)
        return _at(naive, offset, zoned=True)

    def _guessed(self, text: str) -> Printed | None:
        if self.fallbacks <= 0 or not _WORDED.search(text):
            return None
        self.fallbacks -= 1
        found = _dateparser(_gregorian(text), self.language, month_first=self.month_first)
        if found is None or str(found.year) not in _gregorian(text):  # a year that nobody printed is a guess
            return None
        if found.tzinfo is None or self.wrong_zone:
            return _at(found.replace(tzinfo=None), self.zone, zoned=False)
        return Printed(found, zoned=True)


def in_url(url: str, zone: tzinfo, now: datetime) -> datetime | None:
    """Return midnight, in `zone`, of the day that the path of `url` names, as UTC; `None` = none, or one in the future."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    days = [(found["year"], found["month"] or found["month2"], found["day"] or found["day2"]) for found in _IN_URL.finditer(path[:500])]
    for year, month, number in (*days, *_NUMBERED.findall(path[:500])):
        day = _day(year, month, number)
        printed = _at(datetime(day.year, day.month, day.day), zone, zoned=False) if day else None  # noqa: DTZ001 - _at() gives it its zone
        if printed and EARLIEST <= printed.at <= now + LATEST:
            return printed.at.astimezone(UTC)
    return None


def zone(name: str | None) -> tzinfo:
    """Return the zone of that IANA name; UTC for `None`. Raises `ZoneInfoNotFoundError` for a name that is none."""
    return ZoneInfo(name) if name else UTC


def _tidied(text: str) -> str:
    """Give one spelling to digits, spaces, halves of the day that stand first (오후 3:15), and drop weekdays in parentheses or in words."""
    text = text if text.isascii() else normalize("NFKC", text)
    text = _HALF_FIRST.sub(lambda half: f"{half[2]} {'pm' if half[1].lower() in _SECOND_HALF else 'am'}", text)
    return " ".join(_NAMED.sub("", _WEEKDAY.sub(" ", text)).split())


@lru_cache(maxsize=4096)
def _fields(text: str, *, month_first: bool) -> tuple[datetime, str | None] | None:
    if _SECONDS.fullmatch(text):
        return _since_1970(int(text))
    for shape in _SHAPES:
        found = shape.fullmatch(text)
        if found:
            return _moment(found.groupdict(), month_first=month_first)
    return None


def _since_1970(number: int) -> tuple[datetime, str | None]:
    seconds = number / 1000 if number >= 10**12 else number
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None), "UTC"


def _moment(parts: dict[str, str | None], *, month_first: bool) -> tuple[datetime, str | None] | None:
    month, day = _month_and_day(parts, month_first=month_first)
    whole = _day(parts["year"], month, day)
    if whole is None:
        return None
    hour = int(parts.get("hour") or parts.get("hour2") or 0)
    minute = int(parts.get("minute") or parts.get("minute2") or 0)
    second = min(int(parts.get("second") or 0), 59)  # leap seconds have no place in datetime
    half = (parts.get("half") or "").lower()[:1]
    if half and hour <= 12:  # noqa: PLR2004 - hours of half a day
        hour = hour % 12 + (12 if half == "p" else 0)
    extra = timedelta(days=1) if hour == 24 and minute == 0 else timedelta()  # noqa: PLR2004 - ISO 8601 lets midnight be the end of a day
    hour = 0 if extra else hour
    if hour > 23 or minute > 59:  # noqa: PLR2004 - hours of a day, minutes of an hour
        return None
    naive = datetime(whole.year, whole.month, whole.day, hour, minute, second) + extra  # noqa: DTZ001 - the caller gives it its zone
    return naive, parts.get("zone")


def _month_and_day(parts: dict[str, str | None], *, month_first: bool) -> tuple[str | None, str | None]:
    if parts.get("name"):
        number = _MONTHS.get((parts["name"] or "")[:3].lower())
        return (str(number), parts["day"]) if number else (None, None)
    if parts.get("first"):
        first, other = str(parts["first"]), str(parts["other"])
        swapped = int(first) <= 12 and (month_first or int(other) > 12)  # noqa: PLR2004 - months of a year
        return (first, other) if swapped else (other, first)
    return parts["month"], parts["day"]


def _day(year: str | None, month: str | None, day: str | None) -> date | None:
    if not (year and month and day):
        return None
    full = int(_gregorian(year)) + (2000 if len(year) == 2 else 0)  # noqa: PLR2004 - two digits: feeds are younger than 2000
    try:
        return date(full, int(month), int(day))
    except ValueError:
        return None


def _gregorian(text: str) -> str:
    """Turn a year of the Buddhist calendar (2568) into ours (2025)."""
    return _BUDDHIST.sub(lambda year: str(int(year[0]) - 543), text)


def _offset(printed: str | None, naive: datetime, home: tzinfo) -> tzinfo | None:
    """Return the zone that `printed` names; what `home` calls itself is meant so: CST is China's time in China."""
    if not printed:
        return None
    name = printed.upper().replace(" ", "")
    if name == home.tzname(naive):
        return home
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name]))
    digits = re.fullmatch(r"(?:GMT|UTC|UT)?([+-])(\d{1,2}):?(\d\d?)?(?::\d\d)?", name)
    if not digits:
        return None
    shift = timedelta(hours=int(digits[2]), minutes=int(digits[3] or 0))
    if shift >= timedelta(hours=24):
        return None
    return timezone(-shift if digits[1] == "-" else shift)


def _at(naive: datetime, where: tzinfo, *, zoned: bool) -> Printed | None:
    try:
        return Printed(naive.replace(tzinfo=where).astimezone(UTC), zoned=zoned)
    except (OverflowError, ValueError):  # the first and last day of the calendar
        return None


@lru_cache(maxsize=1024)
def _dateparser(text: str, language: str | None, *, month_first: bool) -> datetime | None:
    import dateparser  # noqa: PLC0415 - half a second to load, and most feeds never need it

    settings = {"PARSERS": ["absolute-time"], "REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "MDY" if month_first else "DMY"}
    try:
        found = dateparser.parse(text, languages=[language, "en"] if language and language != "en" else ["en"], settings=settings)
    except Exception:  # noqa: BLE001 - a library of many regular expressions; whatever it trips over, the string is no date
        return None
    return found if isinstance(found, datetime) else None
