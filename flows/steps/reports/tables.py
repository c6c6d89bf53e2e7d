"""Tables of the vocabulary, read once: the only door from this step to packaged data. Knows no article."""

import csv
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import blake2b
from importlib.resources import files

FOLDER = files("flows.steps") / "vocabulary"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of the table `name` (a CSV file, comment lines begin with "# ")."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return tuple(csv.DictReader(line for line in lines if line.strip() and not line.startswith("# ")))


def speaks(row: dict[str, str], language: str) -> bool:
    """Say whether `row` is meant for `language`: its `languages` are "*" or hold the code."""
    return row["languages"] == "*" or language in row["languages"].split()


def forms(table: str, language: str, wanted: Callable[[dict[str, str]], bool] = lambda _: True) -> dict[str, dict[str, str]]:
    """Return form -> row of `table` for `language`; rows that name the language win over those for all."""
    chosen = [row for row in rows(table) if speaks(row, language) and wanted(row)]
    chosen.sort(key=lambda row: row["languages"] != "*")
    return {row["form"].lower(): row for row in chosen}


@cache
def text(name: str) -> str:
    """Return the whole content of the data file `name`."""
    return (FOLDER / name).read_text(encoding="utf-8")


def longest_first(words: Iterable[str]) -> list[str]:
    """Return `words` in the order in which a regular expression should try them."""
    return sorted(words, key=lambda word: (-len(word), word))


@cache
def version() -> str:
    """Return a hash of all rules, tables and weights of this step: it changes when what is read from an article may change."""
    digest = blake2b(digest_size=8)
    for folder, kinds in ((files("flows.steps") / "reports", (".py",)), (FOLDER, (".csv", ".json", ".npz"))):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith(kinds):
                digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
