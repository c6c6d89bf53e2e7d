"""Articles and the verdict on them."""

from dataclasses import dataclass
from datetime import datetime

from flows.records.items import Item


@dataclass(frozen=True, slots=True)
class Page:
    """What extraction works on: the bytes of a page and all that was known before."""

    item: Item
    final_url: str
    content_type: str | None  # header as sent; None = none
    body: bytes
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Article:
    """The text of a story, as it was read."""

    article_id: str  # identity of the canonical URL (of the item where there is none)
    url: str
    canonical_url: str
    source_id: str
    item_id: str | None
    title: str
    body: str  # paragraphs parted by newlines; empty = only title known
    author: str | None  # None = not stated
    outlet: str | None  # publisher as named by an aggregator or the page; None = the source
    language: str | None  # ISO 639-1, detected; None = too little text
    published_at: datetime | None  # None = nobody says
    published_from: str  # ld+json, meta, url, feed, text, first_seen
    first_seen_at: datetime
    fetched_at: datetime
    body_sha256: str  # of title and body, normalised
    text_quality: str  # full, short, paywalled, consent, blocked, empty
    rights_notice: str | None  # the sentence that reserves rights; None = none seen
    modified_at: datetime | None = None  # when the page says it was last changed; None = not stated
    duplicate_of: str | None = None  # article_id of the original; None = this is one
    version: int = 1  # counts up when the text at the same address changes


@dataclass(frozen=True, slots=True)
class Signature:
    """A text's MinHash, kept so that near-duplicates are found across runs."""

    article_id: str
    first_seen_at: datetime
    bands: tuple[int, ...]  # 64-bit keys of the locality-sensitive bands
    hashes: tuple[int, ...]  # the MinHash values
    characters: int  # length of the normalised text


@dataclass(frozen=True, slots=True)
class FlagEvidence:
    """One piece of what carried, or spoke against, a verdict."""

    article_id: str
    aspect: str  # ev, china, capital, against, named, main_news, verdict
    rule: str  # name of the rule that used it
    term: str  # the word or phrase, as printed
    quote: str  # the sentence, exactly as in the article at start:end; empty for what is missing
    field: str  # title or body
    start: int  # of the quote, in characters of the field
    end: int
    weight: float  # how much it moved its aspect's score; negative = against


@dataclass(frozen=True, slots=True)
class Flag:
    """The verdict on one article."""

    article_id: str
    rules_version: str  # hash of the rules and the vocabulary
    verdict: str  # deal_new, deal_update, deal_background, not_deal, review
    flagged: bool  # deal_new or deal_update
    score: float  # calibrated probability that the story is flagged, 0-1
    ev_score: float  # 0-1
    china_score: float  # 0-1
    capital_score: float  # 0-1
    category: str | None  # why not: sales_figures, roundup, ...; None where flagged
    reason: str  # one line for people: what decided
    evidence: tuple[FlagEvidence, ...] = ()
