"""Small linear models whose weights are data: they add up what speaks for each label, and can say why. Know no language and no text."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property

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

    @cached_property
    def _by_feature(self) -> dict[str, tuple[tuple[str, float], ...]]:
        turned: dict[str, list[tuple[str, float]]] = {}
        for label, line in self.weights.items():
            for name, weight in line.items():
                turned.setdefault(name, []).append((label, weight))
        return {name: tuple(pairs) for name, pairs in turned.items()}

    @cached_property
    def _biases(self) -> dict[str, float]:
        return {label: line.get("", 0.0) for label, line in self.weights.items()}

    def shares(self, found: dict[str, float]) -> dict[str, float]:
        """Return the probability of each label for the features `found`."""
        scores, by_feature = self._biases.copy(), self._by_feature
        for name, value in found.items():
            if value and name in by_feature:
                for label, weight in by_feature[name]:
                    scores[label] += weight * value
        top = max(scores.values())
        powers = {label: math.exp(score - top) for label, score in scores.items()}
        total = sum(powers.values())
        return {label: power / total for label, power in powers.items()}

    def choose(self, found: dict[str, float], never: frozenset[str] = frozenset()) -> Choice:
        """Return the best label for the features `found`, none of those in `never`."""
        shares = self.shares(found)
        best = max(shares, key=lambda label: (label not in never, shares[label], label))
        return Choice(best, shares[best], self._because(best, found), shares)

    def _because(self, label: str, found: dict[str, float]) -> tuple[str, ...]:
        mine = self.weights[label]
        parts = {name: mine[name] * value for name, value in found.items() if name in mine and mine[name] * value > 0}
        return tuple(sorted(parts, key=lambda name: (-parts[name], name)))


@cache
def packaged() -> Mapping[str, Model]:
    """Return the packaged models: one for each question (`deal_type`, `status`, `sector`, `role`, `amount`)."""
    return {head: Model(weights) for head, weights in json.loads(text("reports_weights.json")).items()}
