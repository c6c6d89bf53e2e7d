"""Evidence: the words and sentences that carried a verdict or spoke against it, the aspects' scores, and the reason in one line."""

from collections.abc import Iterable, Iterator

from flows.records import Article, FlagEvidence
from flows.steps.flags.features import Signed
from flows.steps.flags.reading import BODY, HEADLINE, LEAD, Sentence, Story
from flows.steps.flags.signs import EVENTS
from flows.steps.vocabulary import Vocabulary
from flows.steps.vocabulary.matching import Hit

_WEIGHTS = {HEADLINE: 0.6, LEAD: 0.4, BODY: 0.15}
_MOST = 8  # pieces of evidence kept for one aspect
_AGAINST = (  # the category that a kind of word against stands for, the telling ones first
    ("stock", "stock_move"), ("sales", "sales_figures"), ("roundup", "roundup"), ("review", "product_review"), ("launch", "product_launch"), ("price", "price_war"),
    ("tariff", "tariff"), ("supply", "supply_contract"), ("placement", "share_placement"), ("accident", "accident"), ("protest", "protest"), ("lawsuit", "lawsuit"),
    ("layoffs", "layoffs"), ("opinion", "opinion"), ("interview", "interview"), ("visit", "executive_visit"), ("tender", "tender"), ("distribution", "distribution"),
    ("earnings", "earnings"), ("policy", "policy"), ("politics", "politics"), ("product", "tech_product"), ("partnership", "tech_partnership"), ("event", "event_promo"),
    ("output", "production_update"), ("intragroup", "intragroup"), ("analysis", "analysis"), ("unnamed", "unnamed"), ("other", "no_ev"),
)  # fmt: skip
_BACKGROUND = frozenset(
    {"against.protest", "against.politics", "against.lawsuit", "against.opinion", "against.visit", "against.analysis", "modality.past"}
)
_ASPECTS = {"ev": frozenset({"ev", "chain_company", "mineral"}), "china": frozenset({"cn"}), "capital": frozenset({"event"})}
_CAPITAL_WORDS = frozenset(
    {
        "invest",
        "plant",
        "stake",
        "acquire",
        "jv",
        "fund",
        "round",
        "ipo",
        "raise",
        "land",
        "project",
        "filing",
        "divest",
        "expand",
        "rd",
        "loan",
    }
)


def scores(signed: Signed) -> dict[str, float]:
    """Return how well each aspect is borne out, 0-1: most by the headline, less by the lead, little by the body."""
    zones = [(HEADLINE, signed.headline), (LEAD, signed.lead), (BODY, frozenset[str]().union(*signed.body))]
    return {
        aspect: round(min(1.0, sum(_WEIGHTS[zone] for zone, signs in zones if not signs.isdisjoint(wanted))), 2)
        for aspect, wanted in _ASPECTS.items()
    }


def category(signed: Signed, aspects: dict[str, float]) -> str:
    """Return why a story is no deal: the kind of news it is instead."""
    for signs in (signed.headline, signed.lead):
        for concept, name in _AGAINST:
            if f"against.{concept}" in signs and "event" not in signs:
                return name
    if aspects["capital"] < _WEIGHTS[LEAD]:
        return "no_capital"
    for signs in (signed.headline, signed.lead):
        for concept, name in _AGAINST:
            if f"against.{concept}" in signs:
                return name
    return "unclear"


def has_capital_words(signed: Signed) -> bool:
    """Tell whether headline or lead hold any word of capital or of a project's stage, though no rule makes an event of them."""
    return any(name.startswith(("capital.", "status.")) for name in signed.headline | signed.lead)


def recalls(signed: Signed) -> bool:
    """Tell whether a story that is no deal itself is about one known before, or recalls one."""
    together = any("all" in signs for signs in signed.signs)
    top = signed.headline | signed.lead
    return together and "event" in top and not top.isdisjoint(_BACKGROUND)


def reason(verdict: str, why_not: str | None, score: float, signed: Signed) -> str:
    """Return one line for people: what decided."""
    top = sorted(name.removeprefix("event.") for name in signed.headline | signed.lead if name.startswith("event."))
    told = ", ".join(top) or "no capital event"
    if why_not is None:
        return f"{verdict}: headline and lead tell of {told} in the chain with a link to China (probability {score:.2f})"
    absent = {
        "no_ev": "no word of the electric-vehicle chain",
        "no_china": "no link to China",
        "no_capital": "no capital event",
        "no_text": "no text",
    }
    if why_not in absent:
        return f"{verdict}: {absent[why_not]} in headline and lead"
    return f"{verdict}: reads as {why_not} (probability {score:.2f}); headline and lead tell of {told}"


def gather(article: Article, signed: Signed, vocabulary: Vocabulary, why_not: str | None) -> tuple[FlagEvidence, ...]:
    """Return the evidence: for each aspect the first sentences that bear it, then what speaks against."""
    story = signed.story
    found: list[FlagEvidence] = []
    counts = dict.fromkeys((*_ASPECTS, "against"), 0)
    for sentence, signs in zip(story.sentences, signed.signs, strict=True):
        for aspect, hit, rule in _bearing(sentence, signs, vocabulary):
            if counts[aspect] < _MOST:
                counts[aspect] += 1
                found.append(_piece(article.article_id, story, sentence, hit, aspect, rule))
    if why_not is not None:
        absent = [aspect for aspect, count in counts.items() if not count and aspect != "against"]
        found += [FlagEvidence(article.article_id, aspect, "missing", "", "", "title", 0, 0, 0.0) for aspect in absent]
    return tuple(found)


def _bearing(sentence: Sentence, signs: frozenset[str], vocabulary: Vocabulary) -> Iterator[tuple[str, Hit, str]]:
    """Yield (aspect, hit, rule) for each hit of a sentence that bears an aspect or speaks against it."""
    if not sentence.hits:
        return
    events = [event for event in EVENTS if f"event.{event}" in signs]
    for hit in sentence.hits:
        kind, key = hit.term.kind, hit.term.key
        if kind == "ev":
            yield "ev", hit, f"word {key}"
        elif kind == "company":
            company = vocabulary.companies[key]
            yield ("china" if company.is_chinese else "ev"), hit, f"company {key}"
        elif kind == "place" and key in vocabulary.places and vocabulary.places[key].is_chinese:
            yield "china", hit, f"place {key}"
        elif kind in {"project", "site"}:
            yield "china", hit, f"project {key}"
        elif kind == "capital" and key in _CAPITAL_WORDS and events:
            yield "capital", hit, f"event {events[0]}"
        elif kind == "against" and sentence.zone != BODY:
            yield "against", hit, f"word {key}"


def _piece(article_id: str, story: Story, sentence: Sentence, hit: Hit, aspect: str, rule: str) -> FlagEvidence:
    """Return a piece of evidence, with offsets in the article's own field."""
    in_title = sentence.span.start < story.body_at
    shift = 0 if in_title else story.body_at
    start, end = story.folded.original(hit.start), story.folded.original(hit.end)
    weight = _WEIGHTS.get(sentence.zone, 0.0) * (-1 if aspect == "against" else 1)
    return FlagEvidence(
        article_id, aspect, rule, story.text[start:end], story.text[sentence.span.start : sentence.span.end],
        "title" if in_title else "body", sentence.span.start - shift, sentence.span.end - shift, weight,
    )  # fmt: skip


def terms(evidence: Iterable[FlagEvidence], aspect: str) -> tuple[str, ...]:
    """Return the terms of an aspect, each once, in order."""
    return tuple(dict.fromkeys(piece.term for piece in evidence if piece.aspect == aspect and piece.term))
