"""Phrasing: how headline and lead are worded, and how much that speaks for a deal. What wordings mean is data of the vocabulary."""

from collections.abc import Mapping

from flows.steps.flags.reading import HEADLINE, LEAD, Story
from flows.steps.vocabulary import Vocabulary, phrases
from flows.text.wordings import Piece


def told(story: Story, vocabulary: Vocabulary) -> Mapping[str, int]:
    """Return the runs of words of headline and lead, each with how often it stands there."""
    folded = story.folded
    shown = [sentence for sentence in story.sentences if sentence.zone in {HEADLINE, LEAD}]
    pieces = [Piece(folded.folded(one.span.start), folded.folded(one.span.end), one.zone == HEADLINE) for one in shown]
    names = [(hit.start, hit.end, hit.term.kind, hit.term.key) for sentence in shown for hit in sentence.hits]
    return phrases.told(folded.text, pieces, names, vocabulary, wordless=story.wordless)


def said(story: Story, vocabulary: Vocabulary) -> float:
    """Return the log-odds that a story so worded tells a deal."""
    return phrases.packaged()["flag"].scores(told(story, vocabulary))["deal"]
