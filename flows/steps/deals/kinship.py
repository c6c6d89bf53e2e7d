"""Names of parties compared: the same firm, its mother or daughter, or its long and short form. Knows parties only."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flows.steps.vocabulary import load
from flows.text import fold

_SHORTEST_CORE = 2  # Chinese characters; names in letters need more
_SHORTEST_LETTERS = 4
_KEY_CHARACTERS = 2  # of a wordless name, by which candidates are found


@dataclass(frozen=True, slots=True)
class Name:
    """A party, made comparable."""

    party_id: str
    line: tuple[str, ...]  # itself and those it belongs to, nearest first
    core: str  # the name without legal form, place and line of business; empty = known, or nothing is left
    keys: tuple[str, ...]  # two kin share one


@cache
def name(party_id: str, printed: str) -> Name:
    """Return the comparable form of a party, by its id and, where the id is not the vocabulary's, its printed name."""
    known = load().companies.get(party_id)
    if known is None:
        core = _core(printed)
        return Name(party_id, (party_id,), core, tuple(dict.fromkeys((party_id, _key(core)))) if core else (party_id,))
    line = _line(party_id)
    cores = {_key(core) for alias in known.aliases if (core := _core(alias))}
    return Name(party_id, line, "", (*line, *sorted(cores)))


def is_same(one: Name, other: Name) -> bool:
    """Tell whether both are the same party."""
    return one.party_id == other.party_id or (bool(one.core) and one.core == other.core)


def is_kin(one: Name, other: Name) -> bool:
    """Tell whether one belongs to the other, or is a longer form of its name."""
    if one.party_id in other.line or other.party_id in one.line:
        return True
    if one.core and other.core:
        return _within(one.core, other.core) or _within(other.core, one.core)
    return _starts_with_alias(one, other) or _starts_with_alias(other, one)


def _starts_with_alias(known: Name, unknown: Name) -> bool:
    """Tell whether an unknown name is that of a known firm plus something: its local subsidiary, mostly."""
    if not unknown.core or known.core:
        return False
    company = load().companies.get(known.party_id)
    return company is not None and any((core := _core(alias)) and _within(core, unknown.core) for alias in company.aliases)


def _within(short: str, long: str) -> bool:
    if short.isascii():
        return len(short) >= _SHORTEST_LETTERS and f" {long} ".startswith(f" {short} ")
    return len(short) >= _SHORTEST_CORE and short in long


def _line(party_id: str) -> tuple[str, ...]:
    companies, line = load().companies, [party_id]
    while (known := companies.get(line[-1])) is not None and known.parent and known.parent not in line:
        line.append(known.parent)
    return tuple(line)


def _key(core: str) -> str:
    return "~" + (core.split(maxsplit=1)[0] if core.isascii() else core[:_KEY_CHARACTERS])


@cache
def _core(printed: str) -> str:
    """Return what is left of a name when its legal form, its brackets, its province and its trade are taken away."""
    plain = " ".join(fold(re.sub(r"[(（][^)）]*[)）]", " ", printed)).text.split())
    stripped = _forms().sub(" ", plain)
    stripped = _leading_place(" ".join(stripped.split()))
    return stripped or plain


def _leading_place(plain: str) -> str:
    """Return a wordless name without the province or city it begins with; a name that is nothing else stays."""
    if plain.isascii():
        return plain
    for length in (4, 3, 2):
        rest = plain[length:].lstrip("省市").strip()
        if len(rest) >= _SHORTEST_CORE and load().place_named(plain[:length]) is not None:
            return rest
    return plain


@cache
def _forms() -> re.Pattern[str]:
    """Return the pattern of legal forms and trades."""
    text = files("flows.steps.deals").joinpath("company_forms.tsv").read_text(encoding="utf-8")
    forms = [line.split("\t")[0] for line in text.splitlines() if line and not line.startswith("#")]
    words = sorted((form for form in forms if form.isascii()), key=len, reverse=True)
    signs = sorted((form for form in forms if not form.isascii()), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b|{'|'.join(map(re.escape, signs))}")
