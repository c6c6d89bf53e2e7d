"""Small linear models whose weights are data: they add up what speaks for each label, and can say why. Know no language and no text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from flows.steps.reports.tables import text

Array = np.ndarray[Any, np.dtype[Any]]


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
    def _rows(self) -> dict[str, int]:
        """Return the row of each feature in `_table`."""
        return {name: row for row, name in enumerate(sorted({name for line in self.weights.values() for name in line} - {""}))}

    @cached_property
    def _table(self) -> Array:
        """Return the weights: a row for each feature, a column for each label."""
        table = np.zeros((len(self._rows), len(self.weights)))
        for column, line in enumerate(self.weights.values()):
            for name, weight in line.items():
                if name:
                    table[self._rows[name], column] = weight
        return table

    @cached_property
    def _biases(self) -> Array:
        return np.array([line.get("", 0.0) for line in self.weights.values()])

    def shares(self, found: dict[str, float]) -> dict[str, float]:
        """Return the probability of each label for the features `found`."""
        row_of = self._rows
        known = [(row_of[name], value) for name, value in found.items() if value and name in row_of]
        scores = self._biases
        if known:
            rows, values = zip(*known, strict=True)
            scores = scores + np.array(values) @ self._table[list(rows)]
        powers = np.exp(scores - scores.max())
        return dict(zip(self.weights, (powers / powers.sum()).tolist(), strict=True))

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
