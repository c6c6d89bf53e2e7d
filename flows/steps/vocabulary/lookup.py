"""The vocabulary as one value: look-ups by name, and mentions in a text."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import blake2b
from types import MappingProxyType

from flows.steps.vocabulary import sources
from flows.steps.vocabulary.entries import Company, Mention, Place, Project
from flows.steps.vocabulary.matching import Hit, Matcher, Term
from flows.text import Folded, fold, is_wordless, keys

CHAIN_ROLES = frozenset({"maker", "cells", "materials", "mining", "charging", "driving", "supplier"})  # parts in the chain itself
_SWALLOWS = {
    "noise": {"company", "place", "ev", "auto", "capital", "status", "against", "modality"},
    "company": {"company", "place", "site", "capital", "auto", "status", "against"},
    "place": {"place", "company"},
    "against": {"capital", "status"},
}
_INNER = frozenset({"project", "site"})  # kinds that serve the flags alone and are no mentions
_LEVELS = {"country": 2, "admin1": 1, "city": 0}


class Vocabulary:
    """Companies, places and words, and the finding of them; immutable and the same for everyone."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        contents = dict(texts)
        self.version = _version(contents)
        self.companies: Mapping[str, Company] = MappingProxyType(
            {company.party_id: company for company in sources.companies(contents["companies.tsv"])}
        )
        self.projects: Mapping[str, Project] = MappingProxyType(
            {project.project_id: project for project in sources.projects(contents["projects.tsv"])}
        )
        located = list(sources.places(contents["places.tsv"]))
        self.places: Mapping[str, Place] = MappingProxyType({place.key: place for place, _ in located})
        terms = [term for company in self.companies.values() for term in sources.company_terms(company)]
        terms += [sources.place_term(place, name) for place, names in located for name in names]
        terms += [term for project in self.projects.values() for term in sources.project_terms(project)]
        for name, text in contents.items():
            if name.startswith("words/"):
                terms += sources.word_terms(name.removeprefix("words/").removesuffix(".tsv"), text)
        folded = list(zip(keys([printed for printed, _ in terms]), (term for _, term in terms), strict=True))
        self._by_name = {word: term.key for word, term in reversed(folded) if term.kind == "company"}
        self._by_place = _located(folded)
        self._matcher = Matcher(folded)
        self._chain = Matcher([(word, term) for word, term in folded if self.is_of_chain(term)])
        self._china = Matcher([(word, term) for word, term in folded if self.is_of_china(term)])

    def mentions(self, text: str, language: str | None = None) -> tuple[Mention, ...]:
        """Return every company, place and word found in `text`, by position; of nested names only the longest counts.

        `language` (ISO 639-1) keeps words of other languages out; None = all are tried. text[start:end] == term for each.
        """
        folded = fold(text)
        found = self.found(text, folded, language)
        return tuple(_mention(text, folded, hit) for hit in found if hit.term.kind not in _INNER)

    def found(self, text: str, folded: Folded, language: str | None, *, wordless: bool | None = None) -> list[Hit]:
        """Return the hits that `mentions` shows, at offsets of the folded text: the quick way for those who fold themselves."""
        wordless = is_wordless(text) if wordless is None else wordless
        given = _primary(language)
        everything = self._matcher.hits(text, folded, wordless=wordless, language=given)
        spoken = _spoken(everything, given)
        hits = [hit for hit in everything if hit.term.languages is None or spoken in hit.term.languages] if spoken else everything
        kept = _outermost(hits, self._reaches_out)
        ambiguous = any(self._needs(hit) for hit in kept)
        return [hit for hit in kept if self._is_meant(hit, kept, folded.text)] if ambiguous else kept

    def _reaches_out(self, outer: Hit, inner: Hit) -> bool:
        """Tell whether a name tells more than the firm it stands for: the Chinese place in a foreign firm's, "特斯拉上海"."""
        return (
            inner.term.kind == "place"
            and outer.term.kind == "company"
            and self.is_of_china(inner.term)
            and not self.is_of_china(outer.term)
        )

    def touches_chain(self, text: str, folded: Folded, *, wordless: bool) -> bool:
        """Tell whether any word or company of the chain stands in the text: a quick look that spares the long one."""
        return bool(self._chain.hits(text, folded, wordless=wordless, language=None))

    def touches_china(self, text: str, folded: Folded, language: str | None, *, wordless: bool) -> bool:
        """Tell whether any firm, place or known project that links to China stands in the text: as quick a look."""
        return bool(self._china.hits(text, folded, wordless=wordless, language=_primary(language)))

    def is_of_china(self, term: Term) -> bool:
        """Tell whether a term links to China: its firms, its places, known projects."""
        if term.kind == "company":
            return self.companies[term.key].is_chinese
        if term.kind == "place":
            return term.key in self.places and self.places[term.key].is_chinese
        return term.kind in _INNER

    def is_of_chain(self, term: Term) -> bool:
        """Tell whether a term belongs to the chain: its words and its firms."""
        return term.kind == "ev" or (term.kind == "company" and self.companies[term.key].role in CHAIN_ROLES)

    def company_named(self, name: str) -> Company | None:
        """Return the company with this name or alias, in whatever spelling; None = unknown."""
        party_id = self._by_name.get(keys([name])[0])
        return self.companies[party_id] if party_id else None

    def place_named(self, name: str, country: str | None = None) -> Place | None:
        """Return the place with this name, in `country` (ISO2) if given; of several the higher level, then the larger; None = unknown."""
        located = self._by_place.get(keys([name])[0], ())
        fitting = [self.places[key] for key in located if key in self.places and country in {None, self.places[key].country}]
        return max(fitting, key=lambda place: (_LEVELS[place.level], place.population), default=None)

    def country_named(self, name: str) -> str | None:
        """Return the ISO2 code of a country, by its name or demonym in any language known; None = unknown."""
        place = self.place_named(name)
        return place.country if place is not None and place.level == "country" else None

    def _needs(self, hit: Hit) -> tuple[str, ...]:
        return self.companies[hit.term.key].needs if hit.term.kind == "company" else ()

    def _is_meant(self, hit: Hit, hits: list[Hit], plain: str) -> bool:
        """Tell whether an ambiguous name stands in a context that makes it the company."""
        needs = self._needs(hit)
        if not needs:
            return True
        around = f" {plain[max(0, hit.start - _CONTEXT) : hit.start]} | {plain[hit.end : hit.end + _CONTEXT]} "
        if any(f" {word} " in around or (not word.isascii() and word in around) for word in needs if word[0] != "@"):
            return True
        return "@ev" in needs and any(
            other.term.kind == "ev" and abs(other.start - hit.start) < _CONTEXT for other in hits if other is not hit
        )


_CONTEXT = 300  # characters to either side in which the word that an ambiguous name needs must stand


@cache
def load() -> Vocabulary:
    """Return the packaged vocabulary; read once in a process."""
    return Vocabulary(sources.texts())


def _outermost(hits: list[Hit], spared: Callable[[Hit, Hit], bool]) -> list[Hit]:
    """Return the hits by position without repeats, and without those that lie inside a longer one that swallows their kind and are not `spared`."""
    ordered = sorted(
        dict.fromkeys(hits), key=lambda hit: (hit.start, -hit.end, hit.term.kind != "noise")
    )  # a set would order equals by chance
    kept: list[Hit] = []
    open_hits: list[Hit] = []
    for hit in ordered:
        open_hits = [outer for outer in open_hits if outer.end > hit.start]
        if any(_swallows(outer, hit) and not spared(outer, hit) for outer in open_hits):
            continue
        kept.append(hit)
        open_hits.append(hit)
    return _unseamed([hit for hit in kept if hit.term.kind != "noise"])


def _unseamed(hits: list[Hit]) -> list[Hit]:
    """Return the hits without those that join the end of one word to the beginning of the next: in 美国/投资 there is no 国投."""
    seams = [hit for hit in hits if hit.term.kind == sources.SEAM]
    if not seams:
        return hits
    spots = [(seam, seam.start + int(seam.term.key)) for seam in seams]
    return [
        hit
        for hit in hits
        if hit.term.kind != sources.SEAM
        and not any(hit.start < spot < hit.end and not (hit.start <= seam.start and seam.end <= hit.end) for seam, spot in spots)
    ]


def _swallows(outer: Hit, inner: Hit) -> bool:
    """Tell whether `inner` is only a part of `outer`."""
    kind = outer.term.kind
    if (inner.end - inner.start) >= (outer.end - outer.start) + (kind == "noise"):
        return False
    if inner.end > outer.end:
        return False
    return inner.term.kind in _SWALLOWS.get(kind, ()) or (inner.term.kind == kind and inner.term.key == outer.term.key)


def _spoken(hits: list[Hit], given: str | None) -> str | None:
    """Return the language whose words count: the one given, unless the words themselves clearly speak another."""
    votes = Counter(hit.term.language for hit in hits if hit.term.language not in {"", "any"} and hit.end - hit.start > _SHORT)
    if not votes or given is None:
        return given
    best, count = votes.most_common(1)[0]
    own = max(votes[given], votes["en"] if given not in votes else 0)
    return best if best != "en" and count >= _CLEARLY and count > 2 * own else given


_SHORT = 3  # words up to this length look alike in too many languages
_CLEARLY = 4  # words that a language needs before it is believed against what the article says


def _mention(text: str, folded: Folded, hit: Hit) -> Mention:
    start, end = folded.original(hit.start), folded.original(hit.end)
    return Mention(hit.term.kind, hit.term.key, text[start:end], start, end, hit.term.via)


def _located(terms: Iterable[tuple[str, Term]]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for word, term in terms:
        if term.kind == "place":
            names.setdefault(word, []).append(term.key)
    return names


def _primary(language: str | None) -> str | None:
    return language.split("-")[0].lower() if language else None


def _version(contents: Mapping[str, str]) -> str:
    digest = blake2b(digest_size=8)
    for name in sorted(contents):
        digest.update(name.encode() + b"\0" + contents[name].encode() + b"\0")
    return digest.hexdigest()
