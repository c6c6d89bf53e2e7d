"""Train what wordings say of a story and write flows/steps/vocabulary/phrases.npz.

    python -m benchmarks.train_phrases    # type, status and sector, from stories that were written for it alone: practice, tests/stories

No labelled news and no retold report is learnt from here, so that what phrases say of them is what they would say of news never seen, and the models that weigh it
(benchmarks/train_facts.py) may be fitted to it. What phrases say of the practice stories themselves is asked of models that did not see them. Whether a story is a
deal at all is learnt in benchmarks/train_flags.py, which cross-validates it with the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # scikit-learn brings it, without types
from sklearn.feature_selection import chi2
from sklearn.linear_model import LogisticRegression

from benchmarks import coded_deals
from flows.steps import vocabulary
from flows.steps.reports import phrasing
from flows.steps.reports.facts import seen
from flows.steps.vocabulary import phrases
from flows.steps.vocabulary.phrases import Question

Array = np.ndarray[Any, np.dtype[Any]]
TARGET = Path(phrases.__file__).with_name(phrases.FILE)
FOLDS = 5
_LEAST = 3  # stories in which a run must stand
_MOST = {"flag": 30_000, "deal_type": 12_000, "status": 12_000, "sector": 12_000}  # runs kept, those that weigh most
_STRENGTH = {"flag": 5.0, "deal_type": 20.0, "status": 20.0, "sector": 20.0}


@dataclass(frozen=True, slots=True)
class Told:
    """A story as phrases are learnt from it."""

    story_id: str
    runs: Mapping[str, int]
    answer: str
    event: str


@cache
def stories(question: str) -> tuple[Told, ...]:
    """Return the written stories of deals that answer a question."""
    words = vocabulary.load()
    told = []
    for item in (*coded_deals.stories(), *coded_deals.practice(), *coded_deals.headlines(), *coded_deals.written()):
        if (
            (answer := getattr(item.deals[0], question))
            and (question != "status" or item.has_status)
            and not (question == "deal_type" and answer == "mou")
        ):
            facts = seen(item.article, words)
            told.append(Told(item.article.article_id, phrasing.told(facts.story, facts.mentions, words), answer, item.deals[0].event))
    return tuple(told)


def fitted(told: Sequence[Mapping[str, int]], right: Sequence[str], name: str, worth: Array | None = None) -> Question:
    """Return the question `name`, learnt from what stories tell and the right answers; `worth` = weights of the stories."""
    runs = phrases.fitting(told, _LEAST)
    if len(runs) > _MOST[name]:
        runs = tuple(runs[index] for index in sorted(_heaviest(told, right, runs, name, worth)[: _MOST[name]]))
    return _learnt(told, right, runs, name, worth)


def _heaviest(told: Sequence[Mapping[str, int]], right: Sequence[str], runs: Sequence[str], name: str, worth: Array | None) -> Array:
    """Return the runs by how much they tell: by a test of chance where there are very many, else by what a first model makes of them."""
    if name == "flag":
        return np.argsort(-np.nan_to_num(chi2(_matrix(told, runs)[0], right)[0]), kind="stable")
    return np.argsort(-np.abs(_learnt(told, right, runs, name, worth).weights).max(axis=1), kind="stable")


def _learnt(told: Sequence[Mapping[str, int]], right: Sequence[str], runs: Sequence[str], name: str, worth: Array | None) -> Question:
    matrix, rarity = _matrix(told, runs)
    model = LogisticRegression(C=_STRENGTH[name], solver="newton-cg", tol=1e-3, max_iter=50)
    model.fit(matrix, right, sample_weight=worth)
    classes, weights, bias = [str(one) for one in model.classes_], model.coef_.T, model.intercept_
    keys = np.array([crc32(run.encode()) for run in runs], dtype=np.uint32)
    return Question(tuple(classes), keys, rarity, np.asarray(weights), np.asarray(bias))


def _matrix(told: Sequence[Mapping[str, int]], runs: Sequence[str]) -> tuple[csr_matrix, Array]:
    """Return (a row for each story, a column for each run; how rare each run is), as Question.scores sees them."""
    column = {run: index for index, run in enumerate(runs)}
    cells = [(row, column[run], count) for row, found in enumerate(told) for run, count in found.items() if run in column]
    rows, columns, counts = (np.array(part) for part in zip(*cells, strict=True))
    spread = np.bincount(columns, minlength=len(runs))
    rarity = np.log((1 + len(told)) / (1 + spread)) + 1
    matrix = csr_matrix((np.log1p(counts) * rarity[columns], (rows, columns)), shape=(len(told), len(runs)))
    sizes = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return csr_matrix(matrix.multiply(1 / np.maximum(sizes, 1e-9)[:, None])), rarity


def _fold(story: Told) -> int:
    """Return the fold of a story: those of one deal share one."""
    return crc32((story.event or story.story_id).encode()) % FOLDS


@cache
def said(question: str) -> Mapping[str, Mapping[str, float]]:
    """Return story -> answer -> log-odds, each story asked of models that saw nothing of it or of its deal."""
    out: dict[str, Mapping[str, float]] = {}
    for fold in range(FOLDS):
        known = [story for story in stories(question) if _fold(story) != fold]
        asked = fitted([story.runs for story in known], [story.answer for story in known], question)
        out |= {story.story_id: asked.scores(story.runs) for story in stories(question) if _fold(story) == fold}
    return out


@cache
def said_of_deals() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """Return story -> question -> answer -> log of its share, as `phrasing.said` gives it, for the coded stories that were written."""
    out: dict[str, dict[str, Mapping[str, float]]] = {}
    for question in phrasing.QUESTIONS:
        for story_id, scores in said(question).items():
            out.setdefault(story_id, {})[question] = phrasing.shares(scores)
    return {story_id: found for story_id, found in out.items() if len(found) == len(phrasing.QUESTIONS)}


def main() -> None:
    """Train on all that was written and write the weights."""
    questions = dict(phrases.packaged()) if TARGET.exists() else {}
    for name in phrasing.QUESTIONS:
        known = stories(name)
        questions[name] = fitted([story.runs for story in known], [story.answer for story in known], name)
        print(f"{name}: {len(known)} stories, {len(questions[name].keys)} runs, {len(questions[name].answers)} answers")
    TARGET.write_bytes(phrases.packed(questions))


if __name__ == "__main__":
    main()
