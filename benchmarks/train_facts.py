"""Train the small models of the reports step: `python -m benchmarks.train_facts` writes flows/steps/vocabulary/reports_weights.json.

Features are concepts, never words, so that what is learned in one language holds in all. The groups of cross-validation are real deals: reports of one deal never stand on both sides.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]  # scikit-learn brings it, without types
from sklearn.feature_extraction import DictVectorizer

from benchmarks.coded_deals import CodedArticle, coded, group_of, pays
from benchmarks.labelled import REPORTED
from benchmarks.train_phrases import said_of_deals
from flows.steps.reports import amounts, judging, parties
from flows.steps.reports.facts import Facts, seen
from flows.steps.reports.weights import Model
from flows.steps.vocabulary import load

WEIGHTS = Path(__file__).parents[1] / "flows" / "steps" / "vocabulary" / "reports_weights.json"
STRENGTH = {"deal_type": 1.5, "status": 0.5, "sector": 2.0, "role": 0.5, "amount": 1.0}
PRIORS = {"rule:": 1.6, "said:": 3.0}  # how much a point of a label's own rule, and its wording, count before anything is learned
BIAS = 0.3  # how strongly a label that is merely common is held back
_NO_AMOUNTS = frozenset({"practice", "headlines"})  # they tell none
_ELSEWHERE = 0.5  # how much types and sectors of real reports count beside: their readers draw some lines elsewhere
_SMALL = 0.02  # weights below say nothing
WORTH = {
    "news": 2.0,
    "retold": 4.0,
    "stories": 1.0,
    "practice": 0.75,
    "headlines": 0.75,
    "written": 0.75,
    REPORTED: 0.6,
}  # of an article of a collection, as made-up ones are not as frequent as life has them
Example = tuple[dict[str, float], str, float]  # features, label, weight


def practised(item: CodedArticle, facts: Facts) -> Facts:
    """Return the facts of an article as one sees them whose wording was never learnt from: so a story of practice is worth no more than another."""
    answered = said_of_deals().get(item.article.article_id)
    return replace(facts, said=answered) if answered else facts


def examples(item: CodedArticle, facts: Facts) -> dict[str, list[Example]]:
    """Return what each model learns from one labelled article."""
    story, deal, worth = facts.story, item.deals[0], WORTH[item.collection]
    elsewhere = item.collection == REPORTED
    drawn = worth * _ELSEWHERE if elsewhere else worth
    found: dict[str, list[Example]] = {
        "deal_type": [(judging.type_features(story, facts.cues, facts.signals, facts.said), deal.deal_type, drawn)],
        "sector": [(judging.sector_features(story, facts.cues, facts.signals, facts.names, deal.deal_type, facts.said), deal.sector, drawn)],
        "role": [(shown, group_of(item, name), worth) for name, shown in zip(facts.names, parties.features(story, facts.names, facts.cues, deal.deal_type), strict=True)],
        "status": [], "amount": [],
    }  # fmt: skip
    if not deal.parties:
        found["role"] = []
    if deal.deal_type == "mou":
        found["deal_type"] = []
    if item.has_status and not elsewhere:  # the line between announced and agreed above all
        found["status"] = [(judging.status_features(story, facts.cues, facts.signals, deal.deal_type, facts.said), deal.status, worth)]
    shown = amounts.features(story, facts.sums, facts.cues, deal.deal_type, tuple(name.spots[0] for name in facts.names))
    found["amount"] = [
        (features, "yes" if any(pays(one, other) for other in item.deals) else "no", worth)
        for one, features in zip(facts.sums, shown, strict=True) if amounts.eligible(story, one) and item.collection not in _NO_AMOUNTS
    ]  # fmt: skip
    return found


def fitted(rows: Sequence[Example], strength: float) -> Model:
    """Return the model that fits `rows` best without straying far from the rules.

    It is multinomial logistic regression whose weights are pulled, not to zero, but to what the hand-made rules and the wording say: a label's own count PRIORS, all else nothing. So types that are rare in the
    labelled material, or absent, are still found as the coding rules describe them.
    """
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([features | {"": 1.0} for features, _, _ in rows]).tocsr()
    names = list(vectorizer.get_feature_names_out())
    labels = sorted({label for _, label, _ in rows} | {name.removeprefix("rule:") for name in names if name.startswith("rule:")})
    wanted = np.zeros((len(rows), len(labels)))
    wanted[np.arange(len(rows)), [labels.index(label) for _, label, _ in rows]] = 1.0
    worth = np.array([weight for _, _, weight in rows])
    prior = np.array([[PRIORS.get(name.removesuffix(label), 0.0) for label in labels] for name in names])
    own = np.array([[not name.startswith("said:") or name == f"said:{label}" for label in labels] for name in names])
    free = np.array([1.0 / strength if name else BIAS for name in names])[:, None]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = np.where(own, flat.reshape(prior.shape), 0.0)  # what the wording says of one label tells nothing of another
        scores = matrix @ weights
        scores -= scores.max(axis=1, keepdims=True)
        powers = np.exp(scores)
        shares = powers / powers.sum(axis=1, keepdims=True)
        away = weights - prior
        value = -float((worth * np.log(shares[wanted == 1.0] + 1e-12)).sum()) + 0.5 * float((free * away**2).sum())
        return value, np.where(own, matrix.T @ ((shares - wanted) * worth[:, None]) + free * away, 0.0).ravel()

    best = minimize(loss, prior.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 150}).x.reshape(prior.shape)
    return Model({
        label: {name: round(float(weight), 3) for name, weight in zip(names, best[:, index], strict=True) if abs(weight) >= _SMALL or not name}
        for index, label in enumerate(labels)
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
    learned = [examples(item, practised(item, seen(item.article, vocabulary))) for item in coded()]
    weights = {head: model.weights for head, model in models(learned).items()}
    WEIGHTS.write_text(json.dumps(weights, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(learned)} articles, {sum(len(label) for head in weights.values() for label in head.values())} weights -> {WEIGHTS.name}")


if __name__ == "__main__":
    main()
