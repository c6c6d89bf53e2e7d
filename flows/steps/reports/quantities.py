"""Shares, capacities and jobs as they are printed: a number beside its unit. Decides nothing about which of them is the deal's."""

import re
from dataclasses import dataclass
from functools import cache

from flows.steps.reports.folding import any_of, folded
from flows.steps.reports.numerals import Number
from flows.steps.reports.tables import forms, longest_first, rows

_PERCENT_BEFORE = re.compile(r"(?:%|yüzde|百分之)\s?$")
_AROUND = 60  # characters in which the word of production or jobs must stand
_MOST_SHARE = 100.0
_LEAST = {"vehicles/yr": 300, "t/yr": 20, "GWh/yr": 0.05, "charge_points": 50, "stations": 5, "m2/yr": 1e6, "t_LCE/yr": 100}
_MOST = {"vehicles/yr": 5e6, "t/yr": 5e7, "GWh/yr": 1000, "charge_points": 1e7, "stations": 1e6, "m2/yr": 1e11, "t_LCE/yr": 1e7}
_FEWEST_JOBS, _MOST_JOBS = 10, 200_000


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit at `start:end`."""

    start: int
    end: int
    value: float
    unit: str  # percent, jobs, or a unit of capacity
    near: bool = False  # a word of production stands in the same breath


@cache
def _units(language: str) -> tuple[re.Pattern[str], dict[str, dict[str, str]]]:
    table = forms("units_capacity.csv", language)
    names = any_of(longest_first(table), before=False)
    return re.compile(rf"[ \u00a0\-]{{0,2}}[余多]?({names})"), table


@cache
def words(use: str, language: str) -> re.Pattern[str]:
    """Return the pattern of the words of `use` (rate, capacity, jobs, ...) in `language`."""
    found = [
        form
        for row in rows("units_rates.csv")
        if row["use"] == use and row["language"] in {language, "*"}
        for form in row["forms"].split("|")
    ]
    return re.compile(any_of(folded(form) for form in longest_first(found)) or r"(?!)")


@cache
def _percent() -> re.Pattern[str]:
    return re.compile(rf"\s{{0,2}}(?:%|{words('percent', '*').pattern})")


def shares(plain: str, numbers: tuple[Number, ...]) -> tuple[Quantity, ...]:
    """Return the percentages of folded text, 0-100."""
    found = []
    for number in numbers:
        after = _percent().match(plain, number.end)
        before = _PERCENT_BEFORE.search(plain[max(0, number.start - 8) : number.start])
        if (after or before) and 0 < number.value <= _MOST_SHARE and not number.scaled:
            start = number.start - (len(before.group()) if before else 0)
            found.append(Quantity(start, after.end() if after else number.end, number.value, "percent"))
    return tuple(found)


def capacities(plain: str, numbers: tuple[Number, ...], language: str) -> tuple[Quantity, ...]:
    """Return what folded text says of capacity, in the units of the coding rules."""
    pattern, table = _units(language)
    found = []
    for number in numbers:
        unit = pattern.match(plain, number.end)
        if unit is None:
            continue
        printed = unit.group(1)
        row = table.get(printed) or next(
            (table[form] for form in longest_first(table) if form.endswith("*") and printed.startswith(form[:-1])), None
        )
        if row is None:
            continue
        around = plain[max(0, number.start - _AROUND) : unit.end() + _AROUND // 2]
        near = bool(words("rate", language).search(around) or words("capacity", language).search(around))
        value = number.value * float(row["factor"])
        if (row["rate"] == "need" and not near) or not _LEAST[row["unit"]] <= value <= _MOST[row["unit"]]:
            continue
        if words("not_capacity", language).search(plain[max(0, number.start - 25) : unit.end() + 10]):
            continue
        found.append(Quantity(number.start, unit.end(), value, row["unit"], near))
    return tuple(found)


def jobs(plain: str, numbers: tuple[Number, ...], language: str) -> tuple[Quantity, ...]:
    """Return the numbers of jobs in folded text."""
    pattern = words("jobs", language)
    found = []
    for number in numbers:
        window = plain[number.end : number.end + 32]
        after = pattern.search(window)
        stop = re.search(r"[\d.;。；]", window)
        if after is None or (stop and stop.start() < after.start()) or not _FEWEST_JOBS <= number.value <= _MOST_JOBS or number.value % 1:
            continue
        found.append(Quantity(number.start, number.end + after.end(), number.value, "jobs"))
    return tuple(found)


def basis(plain: str, quantity: Quantity, language: str) -> str:
    """Return direct, construction or unclear, by the words around a number of jobs."""
    around = plain[max(0, quantity.start - 40) : quantity.end + 40]
    for name in ("construction", "direct"):
        if words(name, language).search(around):
            return name
    return "unclear"
