"""The model: numbers of a story to a calibrated probability. Weights are data (weights.json), written by benchmarks/train_flags.py."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp

from flows.steps.flags.features import NAMES


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic regression: weights by feature, those of no weight left out."""

    weights: tuple[tuple[int, float], ...]
    bias: float

    def raw(self, values: Sequence[float]) -> float:
        """Return the log-odds."""
        return self.bias + sum(weight * values[index] for index, weight in self.weights)


Tree = tuple[tuple[int, float, int, int, float], ...]  # feature (-1 = leaf), threshold, left, right, value


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression and boosted trees, averaged and calibrated."""

    linear: Linear
    trees: tuple[Tree, ...]
    bias: float  # of the trees
    said: float  # how much the wording's log-odds count beside theirs
    slope: float  # of the calibration
    offset: float
    threshold: float  # calibrated probability from which a story is flagged
    review: tuple[float, float]  # between these two the machine is not sure
    update: Linear  # new deal or update, among flagged stories

    def probability(self, values: Sequence[float], said: float, against: float) -> float:
        """Return the calibrated probability that the story is flagged, from its features, the log-odds of its wording, and those that a rule takes away."""
        boosted = self.bias + sum(_leaf(tree, values) for tree in self.trees)
        return sigmoid(self.slope * ((self.linear.raw(values) + boosted) / 2 + self.said * said - against) + self.offset)

    def is_update(self, values: Sequence[float]) -> bool:
        """Tell whether a flagged story reads as news of a deal known before."""
        return self.update.raw(values) > 0


def _leaf(tree: Tree, values: Sequence[float]) -> float:
    node = tree[0]
    while node[0] >= 0:
        node = tree[node[2] if values[node[0]] <= node[1] else node[3]]
    return node[4]


def sigmoid(raw: float) -> float:
    """Return the probability of log-odds, without overflow."""
    if raw >= 0:
        return 1 / (1 + exp(-raw))
    return exp(raw) / (1 + exp(raw))


@cache
def load() -> Model:
    """Return the packaged model; raises ValueError where it was trained for other features."""
    return parse(text())


def text() -> str:
    """Return the weights file as it is packaged."""
    return files("flows.steps.flags").joinpath("weights.json").read_text(encoding="utf-8")


def parse(content: str) -> Model:
    """Return the model of a weights file."""
    weights = json.loads(content)
    index = {name: position for position, name in enumerate(NAMES)}
    unknown = [name for name in (*weights["linear"], *weights["features"], *weights["update"]) if name not in index]
    if unknown:
        raise ValueError(
            f"weights.json: expected features of this version, found {unknown[:3]}; train again with benchmarks/train_flags.py"
        )
    used = [index[name] for name in weights["features"]]
    trees = tuple(tuple((used[node[0]] if node[0] >= 0 else -1, *node[1:]) for node in tree) for tree in weights["trees"])
    low, high = weights["review"]
    return Model(
        linear=_linear(weights["linear"], weights["linear_bias"], index),
        trees=trees,
        bias=weights["trees_bias"],
        said=weights["said"],
        slope=weights["slope"],
        offset=weights["offset"],
        threshold=weights["threshold"],
        review=(low, high),
        update=_linear(weights["update"], weights["update_bias"], index),
    )


def _linear(weights: dict[str, float], bias: float, index: dict[str, int]) -> Linear:
    return Linear(tuple((index[name], weight) for name, weight in weights.items()), bias)
