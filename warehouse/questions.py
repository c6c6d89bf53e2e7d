"""Named queries: one question, one file in `queries/`; its head says what it answers and what may be given.

`-- What it answers, in a line or two.`, and for each parameter `-- $since = 2020-01-01: first day, YYYY-MM-DD`; a default of NULL means
that nothing is narrowed, one of ? that a value must be given.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from warehouse.errors import QuestionError

_PARAMETER = re.compile(r"--\s*\$(\w+)\s*=\s*(.*?)\s*:\s*(.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be given to a question."""

    name: str
    default: str | None  # None = no restriction
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """A named query."""

    name: str
    words: str  # what it answers
    takes: tuple[Parameter, ...]
    sql: str

    def parameters(self, values: Mapping[str, str]) -> dict[str, str | None]:
        """Return a value for each parameter: as given, or its default. Raises QuestionError for a name it does not take."""
        known = {one.name: one.default for one in self.takes}
        if strange := sorted(set(values) - set(known)):
            taken = ", ".join(known) or "no parameter"
            raise QuestionError(f"query {self.name}: expected {taken}; found {', '.join(strange)}")
        missing = [name for name, default in known.items() if default == "?" and name not in values]
        if missing:
            raise QuestionError(f"query {self.name}: expected a value for {', '.join(missing)}, found none; give {missing[0]}=...")
        return known | dict(values)


@cache
def every() -> tuple[Question, ...]:
    """Return all named queries, by name."""
    folder = files("warehouse") / "queries"
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".sql")]
    return tuple(_read(entry.name.removesuffix(".sql"), entry.read_text("utf-8")) for entry in sorted(found, key=lambda one: one.name))


def named(name: str) -> Question:
    """Return one query. Raises QuestionError, with the nearest names, where there is none."""
    known = {one.name: one for one in every()}
    if name not in known:
        near = get_close_matches(name, known, n=3) or sorted(known)
        raise QuestionError(f"query: expected the name of a query, found {name!r}; did you mean {', '.join(near)}?")
    return known[name]


def _read(name: str, text: str) -> Question:
    head = [line for line in text.splitlines() if line.startswith("--")]
    takes = tuple(Parameter(one.group(1), _default(one.group(2)), one.group(3)) for line in head if (one := _PARAMETER.fullmatch(line)))
    words = " ".join(line.removeprefix("--").strip() for line in head if not _PARAMETER.fullmatch(line))
    return Question(name, words, takes, text)


def _default(text: str) -> str | None:
    return None if text in {"", "NULL"} else text
