"""Duplicates: which articles are copies of others, and what an edit of an article amounts to.

The canonical address is the article's id, so copies under one address are versions already. Here are copies under other addresses:
the same words (a hash), then nearly the same words: MinHash over overlapping runs of words (of characters where a script has no spaces),
found through locality-sensitive bands and checked against a sketch of the figures and names, because stories made from one template
("sales in May", "sales in June") share nearly all words and yet tell different things. Signatures are plain numbers that mean the same on every
machine and in every version; layout changes would need new ones.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from flows.records import Article, Signature

_VALUES = 120  # MinHash values of the text
_ROWS = 3  # values in a band: forty bands of three find half-shared texts in 99 of 100 cases
_FACTS = 32  # MinHash values of the figures and names
_WORDS = 3  # words in a shingle
_SIGNS = 5  # characters in a shingle of a script without spaces
_SEED = 0x9E3779B97F4A7C15

_NEAR = 0.5  # shared shingles from which two long texts are copies
_TITLED = 0.3  # the same, under the same headline
_INSIDE = 0.8  # share of the shorter text that is in the longer, from which it is an excerpt
_AGREEING = 0.4  # shared figures and names that copies have, of those that both could have
_LONG = 450.0  # length (as Latin characters) from which a text can be compared by its shingles; shorter ones must be the same
_RECURRING_S = 4 * 86_400  # seconds after which the same few words ("Morning briefing") are another story
_NEARLY_ALL = 0.92  # shared shingles at which many figures may differ,
_SLIP = 0.15  # but not all of them: then another story was told in the same words

_TOKEN = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_WORDLESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[^\W\d_][,;\s]\s)[A-ZÀ-ÖØ-ÞΑ-ΩА-Я][\w&-]{2,}|(?<=[^\W\d_]\s)[A-ZÀ-ÖØ-ÞΑ-ΩА-Я][\w&-]{2,}|\b[A-Z]{2,}\b")
_DENSE = 2.2  # characters of Latin text that say as much as one of Chinese
_MASK = (1 << 64) - 1

_Numbers = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Revision:
    """What a second reading of the same address gives."""

    article: Article  # the one to keep, with its version
    is_substantive: bool  # whether what it says has changed: other figures, another headline, text added or removed
    reason: str  # one line for people


def signature(article: Article) -> Signature:
    """Return the signature of `article`: 64-bit band keys and MinHash values of its title and body."""
    text = f"{article.title}\n{article.body}"
    tokens = _TOKEN.findall(_folded(text))
    values = _minimum(_shingles(tokens), _VALUES)
    is_long = _length(article.body) >= _LONG
    facts = _minimum(_facts(article.body if is_long else text), _FACTS)
    whole = _hash(" ".join(_TOKEN.findall(_folded(article.body if is_long else text))))
    title = _hash("title " + " ".join(_TOKEN.findall(_folded(article.title))))
    extras = (whole, title, int(_order_time(article)))
    return Signature(
        article_id=article.article_id,
        first_seen_at=article.first_seen_at,
        bands=_bands(values, len(tokens), whole, title if _is_telling(article.title) else None),
        hashes=(*(int(value) for value in values), *(int(fact) for fact in facts), *extras),
        characters=round(_length(text)),
    )


def resolve(articles: Sequence[Article], signatures: Sequence[Signature], known: Iterable[Signature]) -> tuple[Article, ...]:
    """Return `articles`, in their order, each with `duplicate_of` set to the id of its original, or to None where it is one.

    `signatures` are those of `articles`; `known` those of other articles that share a band with one of them. The original is the one
    published (or, if nobody says, seen) first, then the one with the smallest id: whatever the order and the batch.
    """
    own = {signature.article_id: signature for signature in signatures}
    ordered = sorted({**{one.article_id: one for one in known}, **own}.values(), key=_rank)
    by_band: dict[int, list[int]] = {}
    originals: dict[str, str] = {}
    for index, one in enumerate(ordered):
        if one.article_id in own:
            earlier = sorted({other for band in one.bands for other in by_band.get(band, ())})
            match = next((ordered[other] for other in earlier if is_copy(one, ordered[other])), None)
            if match is not None:
                originals[one.article_id] = originals.get(match.article_id, match.article_id)
        for band in one.bands:
            by_band.setdefault(band, []).append(index)
    return tuple(replace(article, duplicate_of=originals.get(article.article_id)) for article in articles)


def is_copy(one: Signature, other: Signature) -> bool:
    """Whether two signatures are those of copies: the same words, or nearly, with figures and names that agree."""
    (whole, title, at), (other_whole, other_title, other_at) = _extras(one), _extras(other)
    shorter, longer = sorted((one.characters, other.characters))
    if whole == other_whole:
        return shorter >= _LONG or abs(at - other_at) <= _RECURRING_S
    if shorter < _LONG:
        return False
    shared = _shared(one.hashes[:_VALUES], other.hashes[:_VALUES])
    inside = shared * (shorter + longer) / ((1 + shared) * shorter)
    if not (shared >= _NEAR or (shared >= _TITLED and (title == other_title or inside >= _INSIDE))):
        return False
    return _facts_agree(one, other, shorter / longer, shared)


def _extras(one: Signature) -> tuple[int, int, int]:
    """Return the digest of the words, that of the title, and the moment of publication in seconds."""
    whole, title, at = one.hashes[_VALUES + _FACTS :]
    return whole, title, at


def _facts_agree(one: Signature, other: Signature, ratio: float, shared: float) -> bool:
    """Whether figures and names agree as far as an excerpt of that length lets them; a text without any contradicts none."""
    facts, others = (each.hashes[_VALUES : _VALUES + _FACTS] for each in (one, other))
    if _NO_FACTS in {facts, others}:
        return True
    agreeing = _shared(facts, others)
    return agreeing >= _AGREEING * ratio or (shared >= _NEARLY_ALL and agreeing >= _SLIP)


def _shared(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the estimated share of common members (Jaccard) of the sets behind two sketches."""
    return sum(first == second for first, second in zip(one, other, strict=True)) / len(one)


def _rank(one: Signature) -> tuple[int, str]:
    return _extras(one)[2], one.article_id


def _order_time(article: Article) -> float:
    """Return when the article was out, in seconds: its own date, but not one after it was seen."""
    seen = article.first_seen_at.timestamp()
    published = article.published_at.timestamp() if article.published_at else seen
    return max(0.0, min(published, seen))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _length(text: str) -> float:
    return len(text) + (_DENSE - 1) * len(_WORDLESS.findall(text))


def _is_telling(title: str) -> bool:
    """Whether a headline is long enough to mean one story."""
    return _length(title) >= 32  # noqa: PLR2004 -- about five words


def _shingles(tokens: list[str]) -> set[str]:
    """Return the overlapping runs of tokens; a text shorter than a run is one."""
    wordless = sum(bool(_WORDLESS.match(token)) for token in tokens)
    size = _SIGNS if wordless * 2 > len(tokens) else _WORDS
    return {" ".join(tokens[start : start + size]) for start in range(max(1, len(tokens) - size + 1))}


def _facts(text: str) -> set[str]:
    """Return the figures of a text and the words in it that are written as names."""
    figures = {re.sub(r"[.,]", "", figure) for figure in _FIGURE.findall(text)}
    return figures | {name.casefold() for name in _NAME.findall(unicodedata.normalize("NFKC", text))} or {""}


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _mixers(count: int) -> tuple[_Numbers, _Numbers]:
    """Return the odd factors and the summands of `count` hash functions: the same for ever."""
    factors = [(_SEED * (2 * index + 1) ** 3 ^ _hash(f"factor {index}")) & _MASK | 1 for index in range(count)]
    return np.array(factors, np.uint64), np.array([_hash(f"summand {index}") for index in range(count)], np.uint64)


_FACTORS, _SUMMANDS = _mixers(max(_VALUES, _FACTS))


def _minimum(members: set[str], count: int) -> _Numbers:
    """Return `count` MinHash values (32 bits each) of a set."""
    hashes = np.fromiter((_hash(member) for member in members), np.uint64, len(members))
    mixed = hashes[:, None] * _FACTORS[None, :count] + _SUMMANDS[None, :count]
    least: _Numbers = (mixed ^ (mixed >> np.uint64(29))).min(axis=0) >> np.uint64(32)
    return least


_NO_FACTS = tuple(int(value) for value in _minimum({""}, _FACTS))


def _bands(values: _Numbers, tokens: int, whole: int, title: int | None) -> tuple[int, ...]:
    """Return the keys under which copies are found: equal runs of values, all words, and a telling headline."""
    keys = [whole] if title is None else [whole, title]
    if tokens > 2 * _SIGNS:
        keys += [_hash(f"{start} {values[start : start + _ROWS].tolist()}") for start in range(0, _VALUES, _ROWS)]
    return tuple(keys)


_WORSE = {"full": 0, "short": 1, "paywalled": 2, "empty": 3, "consent": 3, "blocked": 3}
_NEWS = 16  # new runs of words that say something: about a sentence; an exchanged word makes three to five
_ADDED = 60.0  # length of a paragraph that is no mere notice


def revise(old: Article, new: Article) -> Revision:
    """Say what `new`, a later reading of the address of `old`, is: the same text, a slip corrected, or another text.

    A wall or a stub never takes the place of a story that was read before. Raises ValueError if the two have different ids.
    """
    if old.article_id != new.article_id:
        raise ValueError(f"revise: expected a reading of article {old.article_id}, found {new.article_id}")
    if _WORSE[new.text_quality] > max(_WORSE["short"], _WORSE[old.text_quality]) or (
        new.text_quality == "short" and old.text_quality == "full" and _is_part(new, old)
    ):
        return Revision(old, is_substantive=False, reason=f"kept: the page now gives {new.text_quality} text")
    if new.body_sha256 == old.body_sha256:
        return Revision(replace(new, version=old.version), is_substantive=False, reason="the same text")
    revised = replace(new, version=old.version + 1)
    reason = _changed(old, new)
    return Revision(revised, is_substantive=reason is not None, reason=reason or "only wording or layout")


def _changed(old: Article, new: Article) -> str | None:
    """Return what of the story has changed, None where only its wording or layout has."""
    if _TOKEN.findall(_folded(old.title)) != _TOKEN.findall(_folded(new.title)):
        return "another headline"
    figures = _figures(old) ^ _figures(new)
    if figures:
        return f"other figures: {', '.join(sorted(figures)[:5])}"
    before, after = _runs(old), _runs(new)
    if len(after - before) >= _NEWS:
        return "text added"
    return "text removed" if len(before - after) >= _NEWS else None


def _figures(article: Article) -> set[str]:
    """Return the figures of the story's long paragraphs: short lines hold clocks, counters and notices."""
    return {figure for line in article.body.split("\n") if _length(line) >= _ADDED for figure in _FIGURE.findall(line)}


def _runs(article: Article) -> set[str]:
    return _shingles(_TOKEN.findall(_folded(article.body)))


def _is_part(new: Article, old: Article) -> bool:
    part = _runs(new)
    return len(part & _runs(old)) >= _INSIDE * len(part)
