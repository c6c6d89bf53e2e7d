"""Fit what weighs for the country of a deal and write flows/steps/vocabulary/roles_hosts.csv.

    python -m benchmarks.train_hosts    # from all coded deals

One weight per kind of evidence, the same for all countries: the country that is right should get the most points among those that the story
may be about. Types and parties are read by the packaged models, so fit these first (benchmarks/train_facts.py).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]  # scikit-learn brings it, without types

from benchmarks.coded_deals import CodedArticle, coded
from flows.steps import vocabulary
from flows.steps.reports import hosts, judging, parties
from flows.steps.reports.facts import seen
from flows.steps.reports.weights import Model, packaged
from flows.steps.vocabulary import load

Array = np.ndarray[Any, np.dtype[Any]]
TARGET = Path(vocabulary.__file__).with_name("roles_hosts.csv")
_LEAST = 6  # countries that a kind of evidence must speak for
_STRENGTH = 1.0
_WORTH = {
    "news": 3.0,
    "retold": 2.0,
    "practice": 0.5,
    "headlines": 0.5,
}  # of a deal beside one of a written story: what is real weighs more
_HEAD = """# What weighs for a country as the host of a deal: kinds of evidence as flows/steps/reports/hosts.py names them. \
Written by benchmarks/train_hosts.py. source: coded deals.
feature,weight
"""


def told(item: CodedArticle, models: Mapping[str, Model]) -> hosts.Evidence:
    """Return what speaks for each country in `item`."""
    facts = seen(item.article, load())
    kind, _ = judging.judged(models["deal_type"], judging.type_features(facts.story, facts.cues, facts.signals, facts.said))
    return hosts.evidence(facts, kind.label, parties.choose(facts.story, facts.names, facts.cues, kind.label, models["role"]))


def fitted(examples: Sequence[tuple[hosts.Evidence, str, float]]) -> dict[str, float]:
    """Return the weights that make the right country of each example (evidence, country, worth) the likeliest."""
    counted = Counter(feature for shown, *_ in examples for one in shown.values() for feature in one)
    names = sorted(feature for feature, count in counted.items() if count >= _LEAST)
    rows = [(*_row(shown, right, names), worth) for shown, right, worth in examples if right in shown]

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = _STRENGTH * float(weights @ weights), 2 * _STRENGTH * weights
        for table, right, worth in rows:
            points = table @ weights
            shares = np.exp(points - points.max())
            shares /= shares.sum()
            total -= worth * float(np.log(shares[right] + 1e-12))
            slope = slope + worth * (table.T @ shares - table[right])
        return total, slope

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    return {name: round(float(weight), 2) for name, weight in zip(names, best, strict=True)}


def _row(shown: hosts.Evidence, right: str, names: Sequence[str]) -> tuple[Array, int]:
    countries = sorted(shown)
    return np.array([[shown[country].get(name, 0.0) for name in names] for country in countries]), countries.index(right)


def save(weights: Mapping[str, float]) -> None:
    """Write the table, the weightiest first."""
    lines = [f"{name},{weight}" for name, weight in sorted(weights.items(), key=lambda one: (-abs(one[1]), one[0])) if weight]
    TARGET.write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Fit on all coded deals."""
    models = packaged()
    save(fitted([(told(item, models), item.deals[0].host_country or "", _WORTH.get(item.collection, 1.0)) for item in coded()]))


if __name__ == "__main__":
    main()
