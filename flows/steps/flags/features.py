"""Features: a story as numbers, the same for every language: which signs stand where, and how they stand together."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log1p

from flows.steps.flags.reading import BODY, HEADLINE, LEAD, Sentence, Story
from flows.steps.flags.signs import EVENTS, signs_of
from flows.steps.vocabulary import Vocabulary

_ASPECTS = (
    "ev",
    "ev_any",
    "mineral",
    "auto.car",
    "cn",
    "place.cn",
    "place.cn_site",
    "company.cn",
    "company.foreign",
    "place.foreign",
    "place.site",
    "two_companies",
    "project",
    "event",
    "all",
    "strong",
    "concrete",
    "all_concrete",
    "all_named",
    "nameless",
    "firm",
    "yuan",
    "near",
    "cn_near",
    "ev_near",
    "company_near",
    "all_near",
    "cn_before",
    "company_before",
    "cn_listed",
    "clean",
    "clean_strong",
    "c.cn",
    "c.company",
    "c.ev_any",
    "c.money",
    "c.modality.not",
    "c.modality.past",
    "c.modality.may",
    "c.modality.will",
    "c.status.denied",
    "c.status.rumour",
    "c.status.signed",
    "c.status.announced",
    "c.against",
    "c.strong",
    "c.clean",
    "c.against_first",
    "c.first",
    "c.turned",
)
_FIRST = (
    "ev_any", "cn", "company", "company.cn", "event", "near", "strong", "concrete", "all", "all_near", "all_named", "clean", "clean_strong", "c.against", "c.clean", "nameless",
    "money", "capacity", "modality.past", "modality.may", "modality.not", "two_companies",
)  # fmt: skip
_CAPITAL = (
    "invest",
    "plant",
    "build",
    "stake",
    "acquire",
    "jv",
    "fund",
    "round",
    "ipo",
    "raise",
    "land",
    "loan",
    "aid",
    "expand",
    "project",
    "filing",
    "divest",
    "capacity",
    "rd",
    "deal",
    "licence",
    "investor",
)
_STATUS = (
    "rumour",
    "talks",
    "mou",
    "signed",
    "announced",
    "approved",
    "ground",
    "construction",
    "opened",
    "delayed",
    "paused",
    "cancelled",
    "denied",
    "completed",
)
_AGAINST = (
    "sales", "launch", "review", "price", "roundup", "analysis", "opinion", "policy", "tariff", "supply", "partnership", "earnings", "stock", "placement", "accident",
    "protest", "lawsuit", "layoffs", "event", "interview", "visit", "distribution", "tender", "product", "politics", "unnamed", "output", "intragroup", "other",
)  # fmt: skip
_MODALITY = ("not", "may", "past", "will")
_EV = ("vehicle", "battery", "material", "charging", "swap", "driving", "robotaxi", "software", "storage", "cell")
_BODY = (
    "ev_any",
    "cn",
    "event",
    "all",
    "all_near",
    "money",
    "capacity",
    "against.sales",
    "against.launch",
    "against.product",
    "against.stock",
    "against.analysis",
    "capital.invest",
    "capital.plant",
    "capital.stake",
    "capital.project",
    "capital.filing",
)
_FIGURES = ("money", "capacity", "percent")

_SIGNS = (
    *_ASPECTS,
    *(f"event.{event}" for event in EVENTS),
    *(f"near.{event}" for event in EVENTS),
    *(f"capital.{concept}" for concept in _CAPITAL),
    *(f"status.{concept}" for concept in _STATUS),
    *(f"against.{concept}" for concept in _AGAINST),
    *(f"modality.{concept}" for concept in _MODALITY),
    *(f"ev.{concept}" for concept in _EV),
    *_FIGURES,
)
_ZONED = tuple(f"{zone}:{sign}" for zone in ("h", "l", "t") for sign in _SIGNS)
_SHARES = tuple(f"b:{sign}" for sign in _BODY)
_WHOLE = (
    "title_size", "text_size", "title_question", "title_exclaims", "title_parts", "title_colon", "title_digits", "companies", "companies_cn", "companies_h", "companies_cn_h", "countries",
    "events_first", "all_first", "same_all", "event_density", "against_h", "against_l", "titleless", "bodiless", "event_kinds_h", "event_kinds_l", "wordless", "place_sites",
    "company_then_event", "against_first", "sentences", "numbers", "listed", "title_bar", "best", "strong_share", "title_words_against", "unread",
    "title_shared", "text_strange", "anonymous", "across", "across_clean", "asides",
    "cn_apart", "ev_apart", "family",
)  # fmt: skip
NAMES: tuple[str, ...] = (*_ZONED, *_SHARES, *(f"f:{sign}" for sign in _FIRST), *_WHOLE)


@dataclass(slots=True)
class Signed:
    """A story with the signs of each sentence and of its zones."""

    story: Story
    signs: list[frozenset[str]]  # one for each sentence
    headline: frozenset[str]
    lead: frozenset[str]
    first: frozenset[str]  # of the first sentence of the lead
    body: list[frozenset[str]]  # of the sentences behind the lead


def sign(story: Story, vocabulary: Vocabulary) -> Signed:
    """Return the story with its signs."""
    signs = [
        signs_of(
            sentence,
            story.text[sentence.span.start : sentence.span.end],
            vocabulary.companies,
            vocabulary.places,
            chinese=story.chinese,
            reach=story.reach if story.whole else None,
        )
        for sentence in story.sentences
    ]
    zones: dict[str, list[frozenset[str]]] = {HEADLINE: [], LEAD: [], BODY: []}
    for sentence, found in zip(story.sentences, signs, strict=True):
        if sentence.zone in zones:
            zones[sentence.zone].append(found)
    return Signed(
        story,
        signs,
        frozenset().union(*zones[HEADLINE]),
        frozenset().union(*zones[LEAD]),
        next(iter(zones[LEAD]), frozenset()),
        zones[BODY],
    )


def features(signed: Signed, vocabulary: Vocabulary) -> list[float]:
    """Return one number for each of NAMES."""
    headline, lead = signed.headline, signed.lead
    zoned = [1.0 if name in headline else 0.0 for name in _SIGNS] + [1.0 if name in lead else 0.0 for name in _SIGNS]
    zoned += [max(first, second) for first, second in zip(zoned[: len(_SIGNS)], zoned[len(_SIGNS) :], strict=True)]
    size = max(1, len(signed.body))
    shares = [sum(name in found for found in signed.body) / size for name in _BODY]
    return [*zoned, *shares, *(1.0 if name in signed.first else 0.0 for name in _FIRST), *_whole(signed, vocabulary)]


def _whole(signed: Signed, vocabulary: Vocabulary) -> list[float]:
    """Return the features of the story as a whole, in the order of _WHOLE."""
    story, headline, lead = signed.story, signed.headline, signed.lead
    title, body = story.text[: story.body_at - 1], story.text[story.body_at :]
    scale = 2.5 if story.wordless else 1.0
    parties = _parties(story.sentences, vocabulary)
    parties_h = _parties(story.zone(HEADLINE), vocabulary)
    first = [found for sentence, found in zip(story.sentences, signed.signs, strict=True) if sentence.zone in {HEADLINE, LEAD}]
    shared = title_shared(story)
    top = headline | lead
    return [
        log1p(len(title) * scale),
        log1p(len(body) * scale),
        float("?" in title or "？" in title),
        float("!" in title or "！" in title),
        float(sum(title.count(mark) for mark in "；;")),
        float(":" in title or "：" in title),
        float(any(character.isdigit() for character in title)),
        log1p(len(parties)),
        log1p(sum(chinese for _, chinese in parties)),
        float(min(4, len(parties_h))),
        float(min(4, sum(chinese for _, chinese in parties_h))),
        log1p(len({hit.term.key[:2] for sentence in story.sentences for hit in sentence.hits if hit.term.kind == "place"})),
        float(sum("event" in found for found in first)),
        float(sum("all" in found for found in first)),
        float(any("all" in found for found in signed.signs)),
        sum("event" in found for found in signed.signs) / max(1, len(signed.signs)),
        float(_count(headline, "against.")),
        float(_count(lead, "against.")),
        float(not title.strip()),
        float(not body.strip()),
        float(_count(headline, "event.")),
        float(_count(lead, "event.")),
        float(story.wordless),
        float("place.site" in headline or "place.cn_site" in headline or "place.site" in lead or "place.cn_site" in lead),
        float("company" in headline and "event" in headline),
        float(_count(headline, "against.") > _count(headline, "event.")),
        log1p(len(story.sentences)),
        log1p(sum("money" in sentence.figures for sentence in story.sentences)),
        float(min(12, len(_LISTED.findall(body)))),
        float(min(3, len(_BAR.findall(title)))),
        max((_weight(found) for found in first), default=0.0),
        sum("strong" in found for found in signed.signs) / max(1, len(signed.signs)),
        _count(headline, "against.") / (1.0 + _count(headline, "capital.") + _count(headline, "status.")),
        float(not first),
        shared,
        float(shared < _STRANGE and "ev_any" not in headline and "cn" not in headline),
        float(top.isdisjoint(_NAMING) and _LATIN.search(story.folded.text) is not None and not story.wordless),
        float("near" in headline and "cn" not in headline and "cn" in lead and "ev_any" in headline),
        float("c.clean" in headline and "c.strong" in headline and "cn" in top and "ev_any" in top),
        float(_count(headline, "aside.")),
        _apart(first, "cn"),
        _apart(first, "ev_any"),
        float(_is_family(story.sentences, vocabulary)),
    ]


def _apart(signs: Iterable[frozenset[str]], wanted: str) -> float:
    """Return 1 where headline and lead tell an event, but name what is wanted only in other sentences."""
    told = [found for found in signs if "event" in found]
    return float(bool(told) and all(wanted not in found for found in told))


def _is_family(sentences: Iterable[Sentence], vocabulary: Vocabulary) -> bool:
    """Tell whether several firms stand in headline and lead, all of one group: capital that stays at home."""
    keys = {hit.term.key for sentence in sentences if sentence.zone != BODY for hit in sentence.hits if hit.term.kind == "company"}
    return len(keys) > 1 and len({vocabulary.companies[key].parent or key for key in keys}) == 1


_LATIN = re.compile("[a-z]{3}")  # a script whose names of firms the vocabulary knows best
_NAMING = frozenset({"company", "firm", "project"})
_STRANGE = 0.3  # share of a title's words below which the text tells another story
_ENOUGH, _ENOUGH_WORDLESS = 140, 60  # characters of text in which some word of its title must stand again
_STEM = 5  # letters of a word that suffice to know it again


def title_shared(story: Story) -> float:
    """Return the share of the title's words (pairs of signs where words run together) that stand again in the text; 1.0 where it is too short."""
    split = story.folded.folded(story.body_at)
    title, body = story.folded.text[:split], story.folded.text[split:]
    if len(body) < (_ENOUGH_WORDLESS if story.wordless else _ENOUGH):
        return 1.0
    if story.wordless:
        pieces = {title[at : at + 2] for at in range(len(title) - 1) if title[at].isalnum() and title[at + 1].isalnum()}
    else:
        pieces = {f" {word[:_STEM]}" for word in title.split() if len(word) >= _STEM - 1 or word.isdigit()}
        body = f" {body}"
    return sum(piece in body for piece in pieces) / len(pieces) if pieces else 1.0


_LISTED = re.compile(r"(?:^|[\s。；：:;])(?:[1-9][0-9]?[、.．)）]|[①-⑩]|[一二三四五六七八九]、|•|·|- )", re.MULTILINE)
_BAR = re.compile(r"[|｜丨│]")
_WEIGHTS = {
    "strong": 0.4, "near": 0.8, "all_near": 0.8, "concrete": 0.7, "ev": 0.5, "chain_company": 0.4, "cn": 0.5, "company": 0.4, "two_companies": 0.3, "all": 0.8, "place.site": 0.3, "place.cn_site": 0.3, "event": 0.3,
    "money": 0.3, "capacity": 0.3, "status.signed": 0.3, "status.announced": 0.2, "status.ground": 0.3, "status.completed": 0.2, "nameless": -0.5,
}  # fmt: skip


def _weight(signs: frozenset[str]) -> float:
    """Return how much a sentence looks like the news of a deal: an ordering by hand, which the model may use or not."""
    return sum(weight for name, weight in _WEIGHTS.items() if name in signs) - 0.25 * _count(signs, "against.")


def _parties(sentences: Iterable[Sentence], vocabulary: Vocabulary) -> frozenset[tuple[str, bool]]:
    """Return the groups of companies named, each with whether it is Chinese."""
    keys = {hit.term.key for sentence in sentences for hit in sentence.hits if hit.term.kind == "company"}
    companies = [vocabulary.companies[key] for key in keys]
    return frozenset((company.parent or company.party_id, company.is_chinese) for company in companies)


def _count(signs: Sequence[str] | frozenset[str], prefix: str) -> int:
    return sum(name.startswith(prefix) for name in signs)
