"""The data files of the vocabulary, read into entries and terms. Every file names its sources in its first lines."""

import csv
from collections.abc import Iterator
from importlib.resources import files

from flows.steps.vocabulary.entries import Company, Place, Project
from flows.steps.vocabulary.matching import Term

_HERE = "flows.steps.vocabulary"
_NAMES = {"company", "place", "demonym"}  # kinds whose terms are names and begin with a capital letter
_CASED_SCRIPTS_END = "\u0530"  # Latin, Greek and Cyrillic have capitals; what comes behind has none


def texts() -> Iterator[tuple[str, str]]:
    """Yield (name, content) of every data file, in a fixed order: what a hash of the vocabulary is made of."""
    folder = files(_HERE)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith((".tsv", ".csv", ".toml")))
    for name in names:
        yield name, folder.joinpath(name).read_text(encoding="utf-8")
    words = folder.joinpath("words")
    for name in sorted(entry.name for entry in words.iterdir() if entry.name.endswith(".tsv")):
        yield f"words/{name}", words.joinpath(name).read_text(encoding="utf-8")


def _rows(text: str) -> Iterator[dict[str, str]]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def companies(text: str) -> Iterator[Company]:
    """Yield the companies of companies.tsv."""
    for row in _rows(text):
        names = [row["name"], row["name_zh"], *row["aliases"].split("|")]
        yield Company(
            party_id=row["party_id"],
            name=row["name"],
            name_zh=row["name_zh"] or None,
            country=row["country"] or None,
            controlled_from=row["controlled_from"] or None,
            kind=row["kind"] or "company",
            sector=row["sector"] or None,
            role=row["role"],
            wikidata_id=row["wikidata_id"] or None,
            tickers=tuple(filter(None, row["tickers"].split("|"))),
            aliases=tuple(dict.fromkeys(name for name in names if name)),
            needs=tuple(filter(None, row["needs"].split("|"))),
            parent=row["parent"] or None,
        )


def company_terms(company: Company) -> Iterator[tuple[str, Term]]:
    """Yield the terms by which a company is found; an alias in small letters ("smart") may be printed small."""
    for alias in company.aliases:
        yield alias, Term("company", company.party_id, "name", None, "", cased=_is_cased(alias), opened=False, suffix=False)


def projects(text: str) -> Iterator[Project]:
    """Yield the projects of projects.tsv."""
    for row in _rows(text):
        aliases, sites, companies, words = (
            tuple(filter(None, (row[column] or "").split("|"))) for column in ("aliases", "sites", "companies", "words")
        )
        yield Project(row["project_id"], row["name"], row["china"], aliases, sites, frozenset(companies), frozenset(words))


def project_terms(project: Project) -> Iterator[tuple[str, Term]]:
    """Yield the terms by which a project is found: its own names, and those of its site, which need more beside them."""
    for kind, names in (("project", project.aliases), ("site", project.sites)):
        for name in names:
            yield name, Term(kind, project.project_id, "name", None, "", cased=_is_cased(name), opened=False, suffix=False)


def places(text: str) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Yield the places of places.tsv, each with its printed forms."""
    for row in _rows(text):
        place = Place(row["key"], row["level"], row["country"], row["admin1"] or None, row["name"], int(row["population"] or 0))
        yield place, tuple(dict.fromkeys((row["name"], *filter(None, row["names"].split("|")))))


def place_term(place: Place, name: str) -> tuple[str, Term]:
    """Return the term by which a place is found."""
    return name, Term("place", place.key, "name", None, "", cased=_is_cased(name), opened=False, suffix=False)


def word_terms(language: str, text: str) -> Iterator[tuple[str, Term]]:
    """Yield the terms of a language's word file; `*` at the end of a word opens it to endings, in front to compounds."""
    languages = None if language == "any" else frozenset({language, *_SHARED.get(language, ())})
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        kind, concept, words = line.split("\t")
        for printed in filter(None, (form.strip() for form in words.split("|"))):
            if kind == SEAM:
                yield _seam_term(printed, language, languages)
                continue
            spoken = _own(kind, printed) if language == "en" else languages
            cased = _is_cased(printed) and (kind in _NAMES or printed.isupper())
            shown = ("place", "demonym") if kind == "demonym" else (kind, "word")
            opened, suffix = printed.endswith("*"), printed.startswith("*")
            yield printed.strip("*"), Term(shown[0], concept, shown[1], spoken, language, cased, opened, suffix)


def _seam_term(printed: str, language: str, languages: frozenset[str] | None) -> tuple[str, Term]:
    """Return the term of two words that meet at "/"; its key is where."""
    return printed.replace("/", ""), Term(
        SEAM, str(printed.index("/")), "word", languages, language, cased=False, opened=False, suffix=False
    )


SEAM = "seam"  # the kind of words that only tell where one ends and the next begins
_SMALL = frozenset(
    {"modality", "clause"}
)  # kinds whose short words mean other things elsewhere: English "no" and "as" are articles in Portuguese
_SHARED = {  # a language's words also serve texts in its near relatives, and English ones serve all
    "en": ("de", "fr", "it", "es", "pt", "hu", "pl", "ja", "ko", "tr", "nl", "sv", "id", "th", "ru", "ar", "cs", "sk", "ro", "da", "nb", "no", "fi", "vi", "uk", "ms", "zh", "el", "he", "bg", "hr", "sr"),
    "id": ("ms",),
    "ru": ("bg", "be", "kk", "sr", "mk", "uk"),
    "nb": ("no", "nn", "da"),
    "cs": ("sk",),
    "sk": ("cs",),
    "es": ("ca", "gl"),
    "zh": ("ja", "zh-hant", "yue"),
    "sr": ("hr", "bs", "me", "mk", "sl"),
}  # fmt: skip


def _own(kind: str, word: str) -> frozenset[str]:
    """Return the languages that an English word serves: short words and stems open to endings mean other things where words are spelt like English ones."""
    if kind in _SMALL:
        return frozenset({"en"})
    return frozenset({"en", *(_UNLIKE if word.endswith("*") else _SHARED["en"])})


_UNLIKE = ("ja", "ko", "th", "ru", "ar", "uk", "zh", "el", "he", "bg")  # scripts in which an English word can only be English


def _is_cased(name: str) -> bool:
    """Tell whether a name must be printed with a capital: in a script that has them, and written so in the data."""
    return name[0] < _CASED_SCRIPTS_END and not name[0].islower() and name[0].isalpha()
