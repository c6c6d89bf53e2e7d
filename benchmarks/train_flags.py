"""Train the flags' model from the labelled material and write flows/steps/flags/weights.json and its part of vocabulary/phrases.npz.

    python -m benchmarks.train_flags    # reads the labelled corpus (see benchmarks/labelled.py), tests/stories/*.jsonl and practice/headlines.tsv

Features know no words, only kinds of words and where they stand, so that the model learns how deals are told and not what was told.
Deterministic: the same material gives the same weights. Needs scikit-learn, which the product itself does not.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from benchmarks import train_phrases
from benchmarks.labelled import REPORTED, Labelled, groups, news, own_words, practice, retold, written
from flows.steps.flags import features as flag_features
from flows.steps.flags import phrasing
from flows.steps.flags.vetoes import veto, weight
from flows.steps.vocabulary import phrases
from flows.steps.vocabulary.phrases import Question

Matrix = np.ndarray[Any, np.dtype[Any]]
_TARGET = Path(flag_features.__file__).with_name("weights.json")
_ROUND = 5
_ALL_BUT = 0.015  # F1 that separates thresholds which are as good as each other
_LOW = 0.45  # the part of such thresholds that is passed over from below: which of them is the very lowest is a matter of chance
SAID = 0.9  # how much the log-odds of the wording count beside those of the features
_OWN, _TOLD, _HARD = (
    1.5,
    6.0,
    0.7,
)  # weights of a headline made up or a report retold, of a story written to the rules, and of one made hard on purpose, beside a real report told anew
_NEWS = 2.0  # weight of a labelled news item beside a real report told anew
_DEAL = 1.5  # weight of a deal beside other news where wording is learnt
_COMMON = 100  # stories from which a kind of other news is learnt by itself
OTHER = "other"
_READ_AS = 4.0  # weight of a real item among made-up ones where wording is learnt


def linear(values: Matrix, answers: Matrix, strength: float, weight: Matrix | None = None) -> tuple[Matrix, float]:
    """Return (weights for raw features, bias) of a logistic regression that was fitted on standardised ones."""
    mean, spread = values.mean(0), values.std(0)
    spread[spread < 1e-9] = 1.0
    fitted = LogisticRegression(C=strength, max_iter=3000, class_weight="balanced").fit(
        (values - mean) / spread, answers, sample_weight=weight
    )
    weights = fitted.coef_[0] / spread
    return weights, float(fitted.intercept_[0] - (weights * mean).sum())


def boosted(values: Matrix, answers: Matrix, weight: Matrix) -> GradientBoostingClassifier:
    """Return fitted boosted trees."""
    trees = GradientBoostingClassifier(
        n_estimators=200, max_depth=4, learning_rate=0.05, subsample=0.6, max_features=0.08, min_samples_leaf=4, random_state=0
    )
    balance = np.where(answers > 0, (answers == 0).sum() / max(1, (answers > 0).sum()), 1.0) ** 0.5
    return trees.fit(values, answers, sample_weight=weight * balance)


class Pair:
    """A logistic regression and boosted trees whose log-odds are averaged; those of the wording are added."""

    def __init__(self, rows: Sequence[Labelled]) -> None:
        """Fit to labelled rows."""
        values, answers, weight = material(rows)
        self.weights, self.bias = linear(values, answers, 0.003, weight)
        self.trees = boosted(values, answers, weight)
        self.wording = wording(rows)

    def raw(self, rows: Sequence[Labelled]) -> Matrix:
        """Return the log-odds of each row."""
        values = np.array([row.values for row in rows])
        raw: Matrix = (values @ self.weights + self.bias + self.trees.decision_function(values)) / 2 + SAID * np.array(
            [phrasing.odds(self.wording.scores(row.told)) for row in rows]
        )
        against: Matrix = np.array([weight(veto(row)) for row in values])
        return raw - against


def wording(rows: Sequence[Labelled]) -> Question:
    """Return what wordings say of a story, learnt from rows: a deal, new or known, or which kind of other news."""
    kinds = [row.verdict if row.flagged else row.category or OTHER for row in rows]
    common = {kind for kind, count in Counter(kinds).items() if count >= _COMMON}
    answers = [kind if kind in common else OTHER for kind in kinds]
    worth = np.array([(_READ_AS * _real(row) if row.collection != "own" else 1.0) * (_DEAL if row.flagged else 1.0) for row in rows])
    return train_phrases.fitted([row.told for row in rows], answers, "flag", worth)


def _real(row: Labelled) -> float:
    """Return the weight of a real item: the labelled news counts more than reports told anew."""
    return 1.0 if row.collection == REPORTED else _NEWS


def calibrated(raw: Matrix, answers: Matrix) -> tuple[float, float]:
    """Return (slope, offset) that make cross-validated log-odds probabilities (Platt)."""
    fitted = LogisticRegression(C=1e3).fit(raw.reshape(-1, 1), answers)
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])


def folds(rows: Sequence[Labelled], count: int = 10) -> Matrix:
    """Return a fold number for each row; rows of one event, or of one text, share a fold."""
    names = groups(rows)
    order = {name: index for index, name in enumerate(sorted(set(names)))}
    shuffled = np.random.default_rng(7).permutation(len(order))
    return np.array([shuffled[order[name]] % count for name in names])


def material(rows: Sequence[Labelled]) -> tuple[Matrix, Matrix, Matrix]:
    """Return (features, answers, weights) of rows."""
    told = {row.article.article_id: _TOLD for row in own_words()} | {row.article.article_id: _HARD for row in written()}
    weights = [_real(row) if row.collection != "own" else told.get(row.article.article_id, _OWN) for row in rows]
    return np.array([row.values for row in rows]), np.array([row.flagged for row in rows], dtype=float), np.array(weights)


def cross_validated(rows: Sequence[Labelled], more: Sequence[Labelled]) -> Matrix:
    """Return the log-odds of each row from models that saw nothing of its fold; `more` rows are in every training set."""
    numbers = folds(rows)
    raw = np.zeros(len(rows))
    for number in sorted(set(numbers)):
        pair = Pair([*(row for row, fold in zip(rows, numbers, strict=True) if fold != number), *more])
        raw[numbers == number] = pair.raw([row for row, fold in zip(rows, numbers, strict=True) if fold == number])
    return raw


def best_threshold(probabilities: Matrix, answers: Matrix) -> float:
    """Return one from the middle of the probabilities above which F1 is all but the best: the very best, and the very lowest, are matters of chance."""
    limits = [float(limit) for limit in np.unique(probabilities.round(3))]
    reached = {limit: f1(probabilities >= limit, answers) for limit in limits}
    good = [limit for limit in limits if reached[limit] >= max(reached.values()) - _ALL_BUT]
    return good[int(len(good) * _LOW)]


def f1(flagged: Matrix, answers: Matrix) -> float:
    """Return F1 of a decision."""
    right = float((flagged & (answers > 0)).sum())
    return 2 * right / max(1.0, float(flagged.sum() + (answers > 0).sum()))


def _exported(trees: GradientBoostingClassifier) -> tuple[list[str], list[list[tuple[int, float, int, int, float]]], float]:
    used = sorted({int(index) for tree in trees.estimators_[:, 0] for index in tree.tree_.feature if index >= 0})
    place = {index: position for position, index in enumerate(used)}
    nodes = [_nodes(tree.tree_, place, trees.learning_rate) for tree in trees.estimators_[:, 0]]
    prior = float(trees.init_.class_prior_[1])
    return [flag_features.NAMES[index] for index in used], nodes, float(np.log(prior / (1 - prior)))


def _nodes(tree: Any, place: dict[int, int], rate: float) -> list[tuple[int, float, int, int, float]]:
    columns = zip(tree.feature, tree.threshold, tree.children_left, tree.children_right, tree.value[:, 0, 0], strict=True)
    return [
        (place[int(feature)], round(float(limit), _ROUND), int(left), int(right), 0.0)
        if feature >= 0
        else (-1, 0.0, 0, 0, round(float(value) * rate, _ROUND))
        for feature, limit, left, right, value in columns
    ]


def main() -> None:
    """Train on everything labelled, calibrate by cross-validation, write the weights."""
    rows = news()
    own = [*practice(), *own_words(), *retold()]
    answers = np.array([row.flagged for row in rows], dtype=float)
    raw = cross_validated(rows, own)
    slope, offset = calibrated(raw, answers)
    probabilities = 1 / (1 + np.exp(-(slope * raw + offset)))
    threshold = best_threshold(probabilities, answers)
    pair = Pair([*rows, *own])
    names, trees, bias = _exported(pair.trees)
    update, update_bias = _update([*rows, *own])
    content = {
        "about": "written by benchmarks/train_flags.py; linear: log-odds per feature; trees: (feature, threshold, left, right, value)",
        "trained_on": f"{len(rows)} labelled news items, {len(own)} stories in own words",
        "linear": {
            name: round(float(weight), _ROUND) for name, weight in zip(flag_features.NAMES, pair.weights, strict=True) if abs(weight) > 1e-4
        },
        "linear_bias": round(pair.bias, _ROUND),
        "features": names,
        "trees": trees,
        "trees_bias": round(bias, _ROUND),
        "said": SAID,
        "slope": round(slope, _ROUND),
        "offset": round(offset, _ROUND),
        "threshold": round(threshold, 3),
        "review": [round(threshold * 0.55, 3), round(threshold, 3)],
        "update": update,
        "update_bias": update_bias,
    }
    _TARGET.write_text(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace('"trees":', '\n"trees":').replace("]],[[", "]],\n[[") + "\n",
        encoding="utf-8",
    )
    Path(phrases.__file__).with_name(phrases.FILE).write_bytes(phrases.packed({**phrases.packaged(), "flag": pair.wording}))
    print(f"cross-validated F1 {f1(probabilities >= threshold, answers):.3f} at {threshold:.3f}; {len(trees)} trees, {len(names)} features")


def _update(rows: Sequence[Labelled]) -> tuple[dict[str, float], float]:
    """Return the weights that tell an update from a new deal, learnt from flagged rows."""
    flagged = [row for row in rows if row.flagged]
    weights, bias = linear(
        np.array([row.values for row in flagged]), np.array([row.verdict == "deal_update" for row in flagged], dtype=float), 0.01
    )
    named = {name: round(float(weight), _ROUND) for name, weight in zip(flag_features.NAMES, weights, strict=True) if abs(weight) > 1e-4}
    return named, round(bias, _ROUND)


if __name__ == "__main__":
    main()
