"""Markers: the phrases that tell furniture from text, read from the tables beside this module.

One row of a table is one phrase with its kind and language; this module makes one pattern of all phrases of a kind. It knows what a
table looks like, not what its kinds are used for.
"""

import csv
import re
from functools import cache
from importlib.resources import files


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """Return the rows of `markers/<table>.tsv`; lines that begin with # are comments.

    Raises ValueError naming the line if a row has another number of fields than the head line.
    """
    text = files("flows.steps.articles").joinpath("markers", f"{table}.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    read = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in read:
        if None in row or None in row.values():
            raise ValueError(f"markers/{table}.tsv: expected {', '.join(read[0])}, found {row}")
    return tuple(read)


@cache
def pattern(table: str, kind: str) -> re.Pattern[str]:
    """Return one pattern, blind to case, of all phrases of `kind` in `table`; one that matches nothing where there are none."""
    phrases = [row["pattern"] for row in rows(table) if row["kind"] == kind]
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases) or r"(?!)", re.IGNORECASE)
