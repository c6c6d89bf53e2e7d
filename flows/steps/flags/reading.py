"""Reading: an article as the rules see it: one text, cut into headline, lead and body, with everything the vocabulary knows in it.

Only the beginning is read: the main news of a story stands there, and what comes later is background.
"""

from dataclasses import dataclass

from flows.records import Article
from flows.steps.flags.figures import figures
from flows.steps.vocabulary import Vocabulary
from flows.steps.vocabulary.matching import Hit
from flows.text import Folded, Span, fold, is_simplified, is_wordless, script_of, sentence_at, sentences

READ = 3600  # characters of the body that are read
_READ_WORDLESS = 1500  # the same in Chinese, Japanese, Korean, Thai, in which a character says more
_LEAD = 520  # characters of text that make the lead
_LEAD_WORDLESS = 230
_LEAD_SENTENCES = 4
_REPEATED = 3  # sentences of the body that may only be the headline again

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
    sentences: list[Sentence]

    def zone(self, *zones: str) -> list[Sentence]:
        """Return the sentences of these zones."""
        return [sentence for sentence in self.sentences if sentence.zone in zones]


def read(article: Article, vocabulary: Vocabulary) -> Story:
    """Return the article's beginning with its sentences, zones, hits and figures; without sentences where it is not about the chain."""
    title = article.title
    wordless = is_wordless(f"{title[:400]}\n{article.body[:600]}")
    text = f"{title}\n{article.body[: _READ_WORDLESS if wordless else READ]}"
    folded = fold(text)
    if not vocabulary.touches_chain(text, folded, wordless=wordless):
        return Story(text, len(title) + 1, folded, wordless, False, [])  # noqa: FBT003 - not looked at
    hits = vocabulary.found(text, folded, article.language, wordless=wordless)
    chinese = wordless and script_of(text) == "han" and is_simplified(text)
    return Story(
        text,
        len(title) + 1,
        folded,
        wordless,
        chinese,
        _zoned(text, len(title) + 1, folded, hits, wordless=wordless, language=article.language),
    )


def _zoned(text: str, body_at: int, folded: Folded, hits: list[Hit], *, wordless: bool, language: str | None) -> list[Sentence]:
    """Cut the text into sentences and tell each its zone."""
    headline = [Span(0, body_at - 1)] if text[: body_at - 1].strip() else []
    spans = (*headline, *(Span(span.start + body_at, span.end + body_at) for span in sentences(text[body_at:], language)))
    found = [Sentence(span, BODY, [], figures(text[span.start : span.end])) for span in spans]
    for hit in hits:
        index = sentence_at(spans, folded.original(hit.start))
        if index >= 0:
            found[index].hits.append(hit)
    _tell_zones(text, found, has_headline=bool(headline), room=_LEAD_WORDLESS if wordless else _LEAD)
    return found


def _tell_zones(text: str, found: list[Sentence], *, has_headline: bool, room: int) -> None:
    """Mark headline and lead; sentences that only serve the page, and a repeated headline, are skipped."""
    headline = _plain(text[found[0].span.start : found[0].span.end]) if has_headline else ""
    taken = 0
    count = 0
    for index, sentence in enumerate(found):
        size = sentence.span.end - sentence.span.start
        if index == 0 and has_headline:
            sentence.zone = HEADLINE
        elif any(hit.term.kind == "skip" for hit in sentence.hits) or (index <= _REPEATED and _repeats(text, sentence.span, headline)):
            sentence.zone = SKIPPED
        elif taken < room and count < _LEAD_SENTENCES:
            sentence.zone = LEAD
            taken += size
            count += 1


def _repeats(text: str, span: Span, headline: str) -> bool:
    """Tell whether a sentence only says the headline again."""
    plain = _plain(text[span.start : span.end])
    return bool(headline) and bool(plain) and (plain in headline or (headline in plain and len(plain) < len(headline) * 1.4))


def _plain(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
