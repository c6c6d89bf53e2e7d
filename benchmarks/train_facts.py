"""Train the small models of the reports step: `python -m benchmarks.train_facts` writes flows/steps/vocabulary/reports_weights.json.

Features are concepts, never words, so that what is learned in one language holds in all. The groups of cross-validation are real deals: reports of one deal never stand on both sides.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.coded_deals import CodedArticle, coded, group_of, pays
from flows.steps.reports import amounts, judging, parties
from flows.steps.reports.reading import Facts, seen
from flows.steps.reports.weights import Model
from flows.steps.vocabulary import load

WEIGHTS = Path(__file__).parents[1] / "flows" / "steps" / "vocabulary" / "reports_weights.json"
STRENGTH = {"deal_type": 1.0, "status": 1.0, "sector": 1.0, "role": 0.2, "amount": 0.5}
_SMALL = 0.02  # weights below say nothing
Example = tuple[dict[str, float], str]


def examples(item: CodedArticle, facts: Facts) -> dict[str, list[Example]]:
    """Return what each model learns from one labelled article."""
    story, deal = facts.story, item.deals[0]
    found: dict[str, list[Example]] = {
        "deal_type": [(judging.type_features(story, facts.cues, facts.signals), deal.deal_type)],
        "sector": [(judging.sector_features(story, facts.cues, facts.signals, facts.names, deal.deal_type), deal.sector)],
        "role": [(shown, group_of(item, name)) for name, shown in zip(facts.names, parties.features(story, facts.names, facts.cues, deal.deal_type), strict=True)],
        "status": [], "amount": [],
    }  # fmt: skip
    if deal.deal_type == "mou":
        found["deal_type"] = []
    if item.has_status:
        found["status"] = [(judging.status_features(story, facts.cues, facts.signals, deal.deal_type), deal.status)]
    shown = amounts.features(story, facts.sums, facts.cues, deal.deal_type, tuple(name.spots[0] for name in facts.names))
    found["amount"] = [
        (features, "yes" if any(pays(one, other) for other in item.deals) else "no")
        for one, features in zip(facts.sums, shown, strict=True) if amounts.eligible(story, one)
    ]  # fmt: skip
    return found


def fitted(rows: Sequence[Example], strength: float) -> Model:
    """Return the model that logistic regression fits to `rows`."""
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([features for features, _ in rows])
    labels = np.array([label for _, label in rows])
    regression = LogisticRegression(C=strength, max_iter=500).fit(matrix, labels)
    names = list(vectorizer.get_feature_names_out())
    lines = regression.coef_ if len(regression.classes_) > 2 else np.vstack([-regression.coef_[0] / 2, regression.coef_[0] / 2])
    biases = regression.intercept_ if len(regression.classes_) > 2 else np.array([-regression.intercept_[0] / 2, regression.intercept_[0] / 2])
    return Model({
        str(label): {"": round(float(bias), 3)} | {name: round(float(weight), 3) for name, weight in zip(names, line, strict=True) if abs(weight) >= _SMALL}
        for label, line, bias in zip(regression.classes_, lines, biases, strict=True)
    })  # fmt: skip


def models(learned: Iterable[dict[str, list[Example]]]) -> dict[str, Model]:
    """Return all models from the examples of many articles."""
    rows: dict[str, list[Example]] = {head: [] for head in STRENGTH}
    for found in learned:
        for head, more in found.items():
            rows[head] += more
    return {head: fitted(rows[head], STRENGTH[head]) for head in STRENGTH}


def main() -> None:
    """Train on all that is labelled and write the weights."""
    vocabulary = load()
    learned = [examples(item, seen(item.article, vocabulary)) for item in coded()]
    weights = {head: model.weights for head, model in models(learned).items()}
    WEIGHTS.write_text(json.dumps(weights, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(learned)} articles, {sum(len(label) for head in weights.values() for label in head.values())} weights -> {WEIGHTS.name}")


if __name__ == "__main__":
    main()
