"""Where a project is: the place that a story gives the plant, fund or target, from the country down to the city. Knows no types."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from flows.steps.reports.folding import any_of, folded, is_wide
from flows.steps.reports.stories import Story
from flows.steps.reports.tables import longest_first, rows
from flows.steps.vocabulary import Mention, Place, Vocabulary

_RANK = 7
_POSSESSIVE = re.compile(r"(?:'s|’s|的|의|の|-based|系|製|产|籍)\s?")
_IN_NAME = re.compile(r" [A-Z][a-z]")  # what makes the place before it a part of a firm's name
_BEST = 3  # mentions of a country that count
_LEAD = 240  # characters of the body that make the lead
_DATELINE = 40
_TOUCHING = 2
_SHORT = 2  # syllables of a name that may be the end of another word
_BYLINE_OPENS, _BYLINE_CLOSES = re.compile(r"[(\[【［（]\s?$"), re.compile(r"\s?(?:[=＝/·]|[^)\]】］）\n]{0,12}(?:특파원|=)|】)")
_SEAT_OPENS, _SEAT_CLOSES = (
    re.compile(r"(?:公司|集团|会社|公社|co\.|ltd\.?|inc\.?|corp\.?)\s?[(（](?:中国|总部)?$"),
    re.compile(r"[^()（）]{0,6}[)）]"),
)
_ASIDE = 0.12  # what is left of a place where nothing of the project is
_FIRST = 6  # characters of the body in which a dateline begins


@dataclass(frozen=True, slots=True)
class Site:
    """A mention of a place with what speaks for it."""

    mention: Mention
    place: Place
    score: float
    others: tuple[str, ...] = ()  # countries (ISO2) that have a town of this name, too
    aside: bool = False  # only where shares are traded, a firm sits, a fair is held or a paper is printed


@cache
def locatives(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what stands at the end of the text before a place, and at the beginning of the text behind it, where something is there."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows("roles_locatives.csv"):
        if row["language"] == language:
            found[row["side"]].extend(row["forms"].split("|"))
    before = any_of(folded(form) for form in longest_first(found["before"])) or r"(?!)"
    after = "|".join(re.escape(folded(form)) for form in longest_first(found["after"])) or r"(?!)"
    return re.compile(rf"(?:{before})\s?(?:the\s|der\s|den\s|la\s|le\s|el\s|o\s|a\s|\w+\s)?$"), re.compile(rf"(?:{after})")


@cache
def _origins(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what stands before and behind the town that a firm comes from: "from Hefei", "Hefei-based"."""
    forms = {
        side: [
            form
            for row in rows("roles_locatives.csv")
            if (row["language"], row["side"]) == (language, side)
            for form in row["forms"].split("|")
        ]
        for side in ("from", "titled")
    }
    before = any_of(folded(form) for form in longest_first(forms["from"])) or r"(?!)"
    behind = "|".join(re.escape(folded(form)) for form in longest_first(forms["titled"])) or r"(?!)"
    return re.compile(rf"(?:{before})\s$"), re.compile(rf"(?:{behind})")


@cache
def _beside(language: str, side: str) -> re.Pattern[str]:
    """Return the words of `side` that may stand behind a place, few letters between, or before it: the Hong Kong listing, BYD's Shenzhen head office."""
    told = [row["forms"] for row in rows("roles_locatives.csv") if (row["language"], row["side"]) == (language, side)]
    names = [folded(form) for forms in told for form in forms.split("|")]
    if side == "aside_before":
        return re.compile(rf"(?:{any_of(longest_first(names)) or r'(?!)'})\s?(?:the\s|der\s|die\s|la\s|de\s)?$")
    wide = "|".join(re.escape(name) for name in longest_first(names) if is_wide(name[0]))
    spelled = any_of([name for name in longest_first(names) if not is_wide(name[0])])
    return re.compile(
        "|".join(
            part
            for part in (
                rf"[^\s.,;:。，、；：]{{0,4}}\s?[^.,;:。，、；：\n]{{0,6}}(?:{wide})" if wide else "",
                rf"(?:'s)?[\s-](?:[\w-]+\s)?(?:{spelled})" if spelled else "",
            )
            if part
        )
        or r"(?!)"
    )


def _is_aside(story: Story, mention: Mention) -> bool:
    """Say whether a place is only an exchange, a head office, a fair, an outlet or a byline: there is nothing of the project."""
    before, after = story.plain[max(0, mention.start - 24) : mention.start], story.plain[mention.end : mention.end + 24]
    if _BYLINE_OPENS.search(before) and _BYLINE_CLOSES.match(after):
        return True
    if _SEAT_OPENS.search(before) and _SEAT_CLOSES.match(after):
        return True
    return bool(_beside(story.language, "aside").match(after) or _beside(story.language, "aside_before").search(before))


def _is_venture(story: Story, mention: Mention, place: Place) -> bool:
    """Say whether what follows a country's adjective stands there: the Hungarian plant; a Chinese plant may stand anywhere, a Chinese venture does not."""
    after = story.plain[mention.end : mention.end + 28]
    sides = ("venture",) if place.is_chinese else ("venture", "works")
    return place.level == "country" and any(_beside(story.language, side).match(after) for side in sides)


@cache
def _people(language: str) -> frozenset[str]:
    """Return the words of `language` that are a people and no country, though they look like one's name."""
    return frozenset(
        form
        for row in rows("roles_locatives.csv")
        if row["language"] == language and row["side"] == "people"
        for form in row["forms"].split("|")
    )


def sites(story: Story, mentions: tuple[Mention, ...], vocabulary: Vocabulary) -> tuple[Site, ...]:
    """Return the places named in the first sentences of `story`, each with its weight as the place of the project."""
    companies = [(m.start, m.end) for m in mentions if m.kind == "company"]
    named = [
        (mention, vocabulary.places[mention.key])
        for mention in (*mentions, *_signed(story), *_within(mentions, vocabulary))
        if mention.kind == "place" and mention.key in vocabulary.places
        if vocabulary.places[mention.key].level != "city" or not (_is_piece(story, mention) or vocabulary.company_named(mention.term))
    ]
    return tuple(
        Site(mention, place, _score(story, mention, place, companies), others, _is_aside(story, mention))
        for mention, place, others in _meant(story, named)
        if story.rank(mention.start) <= _RANK and story.plain[mention.start : mention.end] not in _people(story.language)
    )


@cache
def _signs(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (row["country"], re.compile(rf"(?<![\u4e00-\u9fff\uac00-\ud7af]){row['sign']}(?={row['after']})"))
        for row in rows("roles_signs.csv")
        if row["language"] == language
    )


def _signed(story: Story) -> Iterator[Mention]:
    """Yield the countries that stand there by one sign."""
    for country, pattern in _signs(story.language):
        for found in pattern.finditer(story.plain):
            yield Mention("place", country, found.group(), found.start(), found.end(), "name")


def _within(mentions: tuple[Mention, ...], vocabulary: Vocabulary) -> Iterator[Mention]:
    """Yield the countries with which the names of firms end: Renault do Brasil, MG Motor India."""
    for mention in mentions:
        last = mention.term.rpartition(" ")[2].strip("()")
        country = vocabulary.country_named(last) if mention.kind == "company" and last != mention.term and len(last) > _SHORT else None
        if country is not None:
            start = mention.start + mention.term.rindex(last)
            yield Mention("place", country, last, start, start + len(last), "within")


def _is_piece(story: Story, mention: Mention) -> bool:
    """Say whether a short Korean name of a town is only the end of a longer word: the Leeds (리즈) in every series (시리즈)."""
    return (
        story.language == "ko"
        and mention.end - mention.start <= _SHORT
        and mention.start > 0
        and "\uac00" <= story.plain[mention.start] <= "\ud7af"
        and "\uac00" <= story.plain[mention.start - 1] <= "\ud7af"
    )


def homes(story: Story) -> tuple[tuple[str, bool], ...]:
    """Return the countries (ISO2) at which the story's language is at home, and those whose money or offices it names; True = these."""
    return _at_home(story.language, story.plain[: story.head + _LEAD])


@lru_cache(maxsize=8)  # a story is asked more than once
def _at_home(language: str, lead: str) -> tuple[tuple[str, bool], ...]:
    return tuple((country, when is not None) for country, when in _homes(language) if when is None or when.search(lead))


@cache
def _homes(language: str) -> tuple[tuple[str, re.Pattern[str] | None], ...]:
    """Return the countries of a language, each with what must be told for it to count; None = nothing."""
    mine = [row for row in rows("roles_homes.csv") if row["language"] == language]
    return tuple((row["country"], re.compile(row["when"]) if row["when"] else None) for row in mine)


def _meant(story: Story, named: list[tuple[Mention, Place]]) -> Iterator[tuple[Mention, Place, tuple[str, ...]]]:
    """Yield the places that are meant, each with the other countries that have one of this name: of towns that share a name, the one in a country that the story names or speaks for, else the one whose own name it is, else the largest."""
    told = {place.country for _, place in named if place.level != "city"} | {country for country, _ in homes(story)}
    spots: dict[tuple[int, int], list[tuple[Mention, Place]]] = defaultdict(list)
    for mention, place in named:
        spots[mention.start, mention.end].append((mention, place))
    for shared in spots.values():
        regions = {one[1].country for one in shared if one[1].level != "city"}
        towns = [one for one in shared if one[1].level == "city" and (not regions or one[1].country in regions)]
        best = max(towns, key=lambda one: (one[1].country in told, _is_own(*one), one[1].population, one[1].key), default=None)
        for one in shared:
            if one[1].level != "city" or one is best:
                yield *one, tuple({town[1].country for town in towns} - {one[1].country} if one is best else ())


def _is_own(mention: Mention, place: Place) -> bool:
    """Say whether a town is printed by its own name, not by another that it also goes by: Zaragoza in Spain, not Tijuana."""
    return folded(mention.term) == folded(place.name)


def _score(story: Story, mention: Mention, place: Place, companies: list[tuple[int, int]]) -> float:
    rank = story.rank(mention.start)
    score = 1.0 if rank == 0 else max(0.15, 0.8 - 0.12 * (rank - 1))
    before, after = story.plain[max(0, mention.start - 18) : mention.start], story.plain[mention.end : mention.end + 8]
    pattern_before, pattern_after = locatives(story.language)
    is_there = bool(pattern_before.search(before) or pattern_after.match(after))
    if _is_aside(story, mention):
        return score * _ASIDE
    if _is_venture(story, mention, place):
        return score
    if mention.via in {"demonym", "word", "within"}:
        score *= 0.55 if not place.is_chinese else 0.12
    elif _POSSESSIVE.match(after) or any(0 <= start - mention.end <= _TOUCHING for start, _ in companies):
        score *= 0.5 if not place.is_chinese else 0.15
    elif place.is_chinese and place.level != "country" and _is_origin(story, mention, before, after):
        score *= 0.15
    elif is_there:
        score *= 1.6
    if place.level == "country" and place.is_chinese and not is_there:
        score *= 0.45
    if place.level != "country":
        score *= 1.15
    if (
        story.head <= mention.start < story.head + _DATELINE
        and rank == 1
        and re.match(r"[^.]{0,14}(?:\(|\s[-–—]\s|,\s\d|讯|电)", after)
        and mention.start - story.head < _FIRST
    ):
        score *= 0.2
    return score


def _is_origin(story: Story, mention: Mention, before: str, after: str) -> bool:
    """Say whether a Chinese place tells only where a firm is from, or begins its name: the Shenzhen-listed firm, Ningbo Zhenyu."""
    pattern_before, pattern_behind = _origins(story.language)
    is_name = bool(_IN_NAME.match(story.text[mention.end : mention.end + 3]))
    return is_name or bool(pattern_before.search(before) or pattern_behind.match(after))


def countries(found: tuple[Site, ...]) -> dict[str, float]:
    """Return what speaks for each country (ISO2)."""
    scores: dict[str, list[float]] = defaultdict(list)
    for site in found:
        scores[site.place.country].append(site.score)
    return {country: sum(sorted(values, reverse=True)[:_BEST]) for country, values in scores.items()}


def finest(found: tuple[Site, ...], country: str) -> Site | None:
    """Return the best place below the country, or the country itself; None where the story names neither."""
    inside = [site for site in found if site.place.country == country]
    below = [site for site in inside if site.place.level != "country"]
    cities = [site for site in below if site.place.level == "city"]
    best_below = max(below, key=lambda site: (site.score, -site.mention.start), default=None)
    best_city = max(cities, key=lambda site: (site.score, -site.mention.start), default=None)
    if best_city and best_below and best_city.score >= 0.45 * best_below.score:
        return best_city
    return best_below or max(inside, key=lambda site: (site.score, -site.mention.start), default=None)
