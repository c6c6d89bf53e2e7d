"""Evidence: the stretch of the article that gives a fact, exactly as printed, with the rule that read it. Reads no facts itself."""

from dataclasses import dataclass, field

from flows.records import ReportEvidence
from flows.steps.reports.stories import Story

LONGEST = 420  # characters of a quote: a longer sentence is cut around the value
_MARGIN = 190


def quoted(story: Story, start: int, end: int) -> tuple[int, int]:
    """Return the stretch to quote for `start:end`: its sentence, cut where that is too long."""
    start, end = max(0, start), min(end, len(story.text))
    if not story.spans:
        return start, end
    span = story.spans[story.sentence(start)]
    low, high = min(span.start, start), max(span.end, end)
    if high - low > LONGEST:
        low, high = max(low, start - _MARGIN), min(high, end + _MARGIN)
    if start < story.head:
        high = min(high, story.head - 1)
    return low, high


@dataclass
class Ledger:
    """Collects the evidence of one report."""

    story: Story
    report_id: str
    rows: list[ReportEvidence] = field(default_factory=list)

    def known(self, name: str, value: object, spot: tuple[int, int], rule: str, state: str = "known") -> None:
        """Add that `name` has `value` because of what stands at `spot` of the story's text."""
        low, high = quoted(self.story, *spot)
        text_field, start, end = self.story.field(low, high)
        source = self.story.article.title if text_field == "title" else self.story.article.body
        self.rows.append(ReportEvidence(self.report_id, name, state, str(value), source[start:end], text_field, start, end, rule))

    def missing(self, name: str) -> None:
        """Add that the article does not state `name`."""
        self.rows.append(ReportEvidence(self.report_id, name, "not_stated", "", "", "body", 0, 0, "nothing found"))
