"""Reading: an article as the rules see it: one text, cut into headline, lead and body, with everything the vocabulary knows in it.

Only the beginning is read: the main news of a story stands there, and what comes later is background.
"""

import re
from dataclasses import dataclass

from flows.records import Article
from flows.steps.flags.figures import figures, prints_yuan
from flows.steps.flags.openings import cut_openings, ends_in_stop, is_credit
from flows.steps.vocabulary import Project, Vocabulary
from flows.steps.vocabulary.matching import Hit
from flows.text import Folded, Span, fold, is_simplified, is_wordless, script_of, sentence_at, sentences

READ = 2400  # characters of the body that are read
_READ_WORDLESS = 1000  # the same in Chinese, Japanese, Korean, Thai, in which a character says more
_LEAD = 520  # characters of text that make the lead
_LEAD_WORDLESS = 230
_LEAD_SENTENCES = 4
_GLANCE, _GLANCE_WORDLESS = 900, 500  # characters in which the chain and China must be named: headline and lead, with room to spare
_REACH = 55  # characters within which two words belong together
_REACHES = {"han": 20, "kana": 26, "hangul": 32, "thai": 50}  # the same where signs say more
_FIGURED = 5  # sentences of the body whose sums are looked for
_REPEATED = 3  # sentences of the body that may only be the headline again

_FRAGMENT, _FRAGMENT_WORDLESS = 45, 22  # characters of a line without a full stop that is a caption, a name or a date, and no sentence

_CAPTIONED = 120  # characters from which a sentence may be a caption and news in one
_RUBRIC = 24  # characters of a headline that may be no more than the name of a column
_TELLING = 2  # words of capital that make it news
_SIGNS = re.compile(r"[\W_]+")

HEADLINE, LEAD, BODY, SKIPPED = "headline", "lead", "body", "skipped"


@dataclass(slots=True)
class Sentence:
    """A sentence of the text with what was found in it."""

    span: Span  # in the text of the story
    zone: str
    hits: list[Hit]
    figures: dict[str, int]  # money, capacity, percent ..., with where they begin in the sentence


@dataclass(slots=True)
class Story:
    """An article, read."""

    text: str  # title, a line break, the beginning of the body
    body_at: int  # where the body begins in `text`
    folded: Folded
    wordless: bool
    chinese: bool  # written in simplified Chinese
    reach: int  # characters within which two words belong together
    sentences: list[Sentence]
    whole: bool = False  # read beyond headline and lead, for they name both the chain and China

    def zone(self, *zones: str) -> list[Sentence]:
        """Return the sentences of these zones."""
        return [sentence for sentence in self.sentences if sentence.zone in zones]


def read(article: Article, vocabulary: Vocabulary) -> Story:
    """Return the article's beginning with its sentences, zones, hits and figures; without sentences where it is not about the chain.

    Only where headline and lead name both the chain and China is more read than they.
    """
    wordless = is_wordless(f"{article.title[:400]}\n{article.body[:600]}")
    glance = f"{article.title}\n{article.body[: _GLANCE_WORDLESS if wordless else _GLANCE]}"
    folded = fold(glance)
    script = script_of(glance) if wordless else "latin"
    story = Story(glance, len(article.title) + 1, folded, wordless, script == "han", _REACHES.get(script, _REACH), [])
    if not vocabulary.touches_chain(glance, folded, wordless=wordless):
        return story
    story.chinese = script == "han" and is_simplified(glance)
    if not (story.chinese or vocabulary.touches_china(glance, folded, article.language, wordless=wordless) or prints_yuan(glance)):
        _shorten(story, story.body_at + (_LEAD_WORDLESS if wordless else _LEAD))
        story.sentences = _zoned(story, vocabulary, article.language)
        return story
    story.sentences = _zoned(story, vocabulary, article.language)
    if _speaks_of_both(story, vocabulary):
        story.text = f"{article.title}\n{article.body[: _READ_WORDLESS if wordless else READ]}"
        story.folded = fold(story.text)
        story.sentences = _zoned(story, vocabulary, article.language)
        _figure(_as_simplified(story), story.sentences)
        story.whole = True
    return story


def _shorten(story: Story, size: int) -> None:
    """Cut the text of a story."""
    story.text = story.text[:size]
    story.folded = fold(story.text) if story.folded.offsets else Folded(story.folded.text[:size])


def _speaks_of_both(story: Story, vocabulary: Vocabulary) -> bool:
    """Tell whether headline and lead may name the chain and China: what follows is only read then."""
    top = [hit.term for sentence in story.sentences if sentence.zone in {HEADLINE, LEAD} for hit in sentence.hits]
    if not any(vocabulary.is_of_chain(term) for term in top):
        return False
    return story.chinese or any(vocabulary.is_of_china(term) for term in top) or prints_yuan(story.text)


def _zoned(story: Story, vocabulary: Vocabulary, language: str | None) -> list[Sentence]:
    """Cut the text into sentences, find what the vocabulary knows in each, and tell each its zone."""
    text, body_at, folded = story.text, story.body_at, story.folded
    hits = vocabulary.found(text, folded, language, wordless=story.wordless)
    headline = [Span(0, body_at - 1)] if text[: body_at - 1].strip() else []
    parts = sentences(text[body_at:], language)
    skips = [folded.original(hit.end) - body_at for hit in hits if hit.term.kind == "skip"]
    parts = cut_openings(text[body_at:], parts, text[: body_at - 1], skips)
    spans = (*headline, *(Span(span.start + body_at, span.end + body_at) for span in parts))
    found = [Sentence(span, BODY, [], {}) for span in spans]
    for hit in hits:
        index = sentence_at(spans, folded.original(hit.start))
        if index >= 0:
            found[index].hits.append(hit)
    _tell_zones(text, found, has_headline=bool(headline), room=_LEAD_WORDLESS if story.wordless else _LEAD)
    _promote(found)
    return with_projects(found, vocabulary)


def _promote(found: list[Sentence]) -> None:
    """Let the first sentence of the lead stand for a headline that says nothing: "Breaking news", the name of a column."""
    if not found or found[0].zone != HEADLINE or found[0].hits or found[0].span.end - found[0].span.start > _RUBRIC:
        return
    first = next((sentence for sentence in found if sentence.zone == LEAD), None)
    if first is not None:
        found[0].zone, first.zone = SKIPPED, HEADLINE


def _as_simplified(story: Story) -> str:
    """Return the text as figures are looked for: traditional Chinese signs as the simplified ones, of the same length."""
    return story.text if story.chinese or not story.wordless or story.folded.offsets else story.folded.text


def _figure(text: str, found: list[Sentence]) -> None:
    """Tell headline, lead and the first sentences of the body their figures."""
    left = _FIGURED
    for sentence in found:
        if not sentence.hits or sentence.zone == SKIPPED:
            continue
        left -= sentence.zone == BODY
        if sentence.zone != BODY or left >= 0:
            sentence.figures = figures(text[sentence.span.start : sentence.span.end])


def _tell_zones(text: str, found: list[Sentence], *, has_headline: bool, room: int) -> None:
    """Mark headline and lead; sentences that only serve the page, and a repeated headline, are skipped."""
    headline = _plain(text[found[0].span.start : found[0].span.end]) if has_headline else ""
    taken = 0
    count = 0
    told = any(ends_in_stop(text, sentence.span) for sentence in found[1 if has_headline else 0 :])
    for index, sentence in enumerate(found):
        size = sentence.span.end - sentence.span.start
        if index == 0 and has_headline:
            sentence.zone = HEADLINE
        elif (
            serves_page(sentence, size, wordless=room == _LEAD_WORDLESS)
            or is_credit(text, sentence.span)
            or (index <= _REPEATED and _repeats(text, sentence.span, headline))
        ):
            sentence.zone = SKIPPED
        elif told and size < (_FRAGMENT_WORDLESS if room == _LEAD_WORDLESS else _FRAGMENT) and not ends_in_stop(text, sentence.span):
            continue
        elif taken < room and count < _LEAD_SENTENCES:
            sentence.zone = LEAD
            taken += size
            count += 1


def serves_page(sentence: Sentence, size: int, *, wordless: bool) -> bool:
    """Tell whether a sentence only serves the page; a long one that tells of capital has merely a caption before it."""
    if all(hit.term.kind != "skip" for hit in sentence.hits):
        return False
    return wordless or size < _CAPTIONED or sum(hit.term.kind == "capital" for hit in sentence.hits) < _TELLING


def _repeats(text: str, span: Span, headline: str) -> bool:
    """Tell whether a sentence only says the headline again."""
    plain = _plain(text[span.start : span.end])
    return bool(headline) and bool(plain) and (plain in headline or (headline in plain and len(plain) < len(headline) * 1.15))


def _plain(text: str) -> str:
    return _SIGNS.sub("", text)


def with_projects(sentences: list[Sentence], vocabulary: Vocabulary) -> list[Sentence]:
    """Return the sentences with the sites of known projects told from mere places.

    A site means its project only where headline and lead name a company of the project and a word of its trade.
    """
    top = [hit.term for sentence in sentences if sentence.zone in {HEADLINE, LEAD} for hit in sentence.hits]
    if any(sentence.hits and any(hit.term.kind == "site" for hit in sentence.hits) for sentence in sentences):
        companies = {term.key for term in top if term.kind == "company"}
        words = {term.key for term in top if term.kind == "ev"}
        for sentence in sentences:
            sentence.hits = [
                hit for hit in sentence.hits if hit.term.kind != "site" or _is_meant(vocabulary.projects[hit.term.key], companies, words)
            ]
    return sentences


def _is_meant(project: Project, companies: set[str], words: set[str]) -> bool:
    """Tell whether a site is that of the project, from what stands beside it."""
    if project.companies and project.companies.isdisjoint(companies):
        return False
    return not project.words or not project.words.isdisjoint(words)
