"""Points for and against two reports telling of one deal, each with its reason; words are made only for the match that is kept."""

from dataclasses import dataclass
from math import exp
from typing import Any

from flows.steps.deals import limits
from flows.steps.deals.claims import Money

Point = tuple[float, str, Any]  # points, what they are for, and the value compared
NOTHING: Point = (0.0, "", "")


@dataclass(frozen=True, slots=True)
class Match:
    """How well a claim fits a cluster."""

    points: float
    said: tuple[Point, ...]

    @property
    def score(self) -> float:
        """Return the points as 0-1: 0.5 at the threshold."""
        return 1 / (1 + exp(limits.THRESHOLD - self.points))

    @property
    def reason(self) -> str:
        """Return what spoke for and against, in words."""
        return "; ".join(f"{what}{_in_words(value)}{f' ({points:+.2g})' if points else ''}" for points, what, value in self.said if what)


def because(reason: str, match: Match | None = None) -> Match:
    """Return a match that rests on something else than points, or one that a longer story leads to."""
    if match is None:
        return Match(float("inf"), ((0.0, reason, ""),))
    return Match(match.points, ((0.0, reason, ""), *match.said))


def _in_words(value: Any) -> str:
    if isinstance(value, Money):
        return f" {value.currency} {value.amount:.4g}"
    if isinstance(value, (list, tuple, set)):
        return " " + ", ".join(sorted(str(one) for one in value))
    return f" {value:g}" if isinstance(value, float) else f" {value}" if value else ""
