"""Small linear models whose weights are data: they add up what speaks for each label, and can say why. Know no language and no text."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from flows.steps.reports.tables import text


@dataclass(frozen=True, slots=True)
class Choice:
    """What a model chose, how sure it is, and the features that carried it, strongest first."""

    label: str
    probability: float
    because: tuple[str, ...]
    all: dict[str, float]  # label -> probability


@dataclass(frozen=True)
class Model:
    """Weights: label -> feature -> weight; the feature "" is the label's bias."""

    weights: dict[str, dict[str, float]]

    def choose(self, found: dict[str, float], allowed: frozenset[str] | None = None) -> Choice:
        """Return the best label for the features `found`, of those `allowed`."""
        labels = [label for label in self.weights if allowed is None or label in allowed]
        scores = {label: self._score(label, found) for label in labels}
        top = max(scores.values())
        powers = {label: math.exp(score - top) for label, score in scores.items()}
        total = sum(powers.values())
        shares = {label: power / total for label, power in powers.items()}
        best = max(labels, key=lambda label: (shares[label], label))
        return Choice(best, shares[best], self._because(best, found), shares)

    def _score(self, label: str, found: dict[str, float]) -> float:
        mine = self.weights[label]
        return mine.get("", 0.0) + sum(mine.get(name, 0.0) * value for name, value in found.items())

    def _because(self, label: str, found: dict[str, float]) -> tuple[str, ...]:
        parts = {name: self.weights[label].get(name, 0.0) * value for name, value in found.items()}
        return tuple(name for name in sorted(parts, key=lambda name: (-parts[name], name)) if parts[name] > 0)


@cache
def packaged() -> Mapping[str, Model]:
    """Return the packaged models: one for each question (`deal_type`, `status`, `sector`, `role`, `amount`)."""
    return {head: Model(weights) for head, weights in json.loads(text("reports_weights.json")).items()}
