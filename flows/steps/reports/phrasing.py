"""Phrasing: how title and lead are worded, and what that says of type, status and sector. What wordings mean is data of the vocabulary."""

from collections.abc import Collection, Iterable, Mapping

from flows.steps.reports.stories import LEAD, Story
from flows.steps.vocabulary import Mention, Vocabulary, phrases
from flows.text import fold, is_wordless
from flows.text.wordings import Piece

QUESTIONS = ("deal_type", "status", "sector")
_LEAST = -6.0  # log of a share below which it says nothing more


def told(story: Story, mentions: Iterable[Mention], vocabulary: Vocabulary) -> Mapping[str, int]:
    """Return the runs of words of the title and of the first sentences that count, each with how often it stands there."""
    folded = fold(story.text)
    spans = [span for span in story.spans if story.rank(span.start) <= LEAD]
    pieces = [Piece(folded.folded(span.start), folded.folded(span.end), span.start < story.head) for span in spans]
    names = [(folded.folded(one.start), folded.folded(one.end), one.kind, one.key) for one in mentions]
    return phrases.told(folded.text, pieces, names, vocabulary, wordless=is_wordless(story.text[:_SAMPLE]))


_SAMPLE = 1000  # characters that tell whether words run together


def said(runs: Mapping[str, int]) -> dict[str, dict[str, float]]:
    """Return for each question what a story so worded answers: answer -> log of its share."""
    told_by = phrases.keyed(runs)
    return {name: shares(phrases.packaged()[name].scores_of(told_by)) for name in QUESTIONS}


def shares(scores: Mapping[str, float]) -> dict[str, float]:
    """Return the logarithm of each answer's share, from log-odds."""
    total = phrases.log_sum(scores.values())
    return {answer: max(_LEAST, score - total) for answer, score in scores.items()}


def features(said_of: Mapping[str, float], never: Collection[str] = ()) -> dict[str, float]:
    """Return what a model weighs of the answers to one question: the nearer to certain, the larger."""
    return {f"said:{answer}": 1.0 - share / _LEAST for answer, share in said_of.items() if answer not in never}
