"""Phrasing: how headline and lead are worded, and how much that speaks for a deal. What wordings mean is data of the vocabulary."""

from collections.abc import Mapping

from flows.steps.flags.reading import HEADLINE, LEAD, Story
from flows.steps.vocabulary import Vocabulary, phrases
from flows.text.wordings import Piece

DEALS = frozenset({"deal_new", "deal_update"})


def told(story: Story, vocabulary: Vocabulary) -> Mapping[str, int]:
    """Return the runs of words of headline and lead, each with how often it stands there."""
    folded = story.folded
    shown = [sentence for sentence in story.sentences if sentence.zone in {HEADLINE, LEAD}]
    pieces = [Piece(folded.folded(one.span.start), folded.folded(one.span.end), one.zone == HEADLINE) for one in shown]
    names = [(hit.start, hit.end, hit.term.kind, hit.term.key) for sentence in shown for hit in sentence.hits]
    return phrases.told(folded.text, pieces, names, vocabulary, wordless=story.wordless)


def said(story: Story, vocabulary: Vocabulary) -> float:
    """Return the log-odds that a story so worded tells a deal."""
    return odds(phrases.packaged()["flag"].scores(told(story, vocabulary)))


def odds(scores: Mapping[str, float]) -> float:
    """Return the log-odds of a deal, new or known, from the scores of all kinds of news."""
    deals = [score for kind, score in scores.items() if kind in DEALS]
    others = [score for kind, score in scores.items() if kind not in DEALS]
    return phrases.log_sum(deals) - phrases.log_sum(others)
