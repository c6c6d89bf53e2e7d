"""Phrases: what the wording of a headline and a lead says of a story, learnt from stories written for it: is it a deal, of which type, how far is it.

The weights are data (phrases.npz, written by benchmarks/train_phrases.py): for each question the runs of words that bear on it, by hash, and a weight for each answer.
"""

import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from math import exp, log
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

from flows.steps.vocabulary.lookup import CHAIN_ROLES, Vocabulary
from flows.text.wordings import Mask, Piece, runs

Array = np.ndarray[Any, np.dtype[Any]]
FILE = "phrases.npz"


class Keyed(NamedTuple):
    """Runs by the hash by which questions know them, and the logarithm of one more than how often each stands there."""

    keys: Array
    counts: Array


@dataclass(frozen=True)
class Question:
    """One question: its answers, and the runs of words that bear on it."""

    answers: tuple[str, ...]
    keys: Array  # crc32 of each run
    rarity: Array  # how much a run tells by being rare
    weights: Array  # a row for each run, a column for each answer
    bias: Array

    @cached_property
    def _sorted(self) -> tuple[Array, Array]:
        """Return the hashes in order, and the row of each."""
        order = np.argsort(self.keys, kind="stable")
        return self.keys[order], order

    def scores(self, told: Mapping[str, int]) -> dict[str, float]:
        """Return for each answer how much the runs of a story speak for it, as log-odds."""
        return self.scores_of(keyed(told))

    def scores_of(self, told: Keyed) -> dict[str, float]:
        """Return the scores of runs that are `keyed` already: once for several questions."""
        keys, order = self._sorted
        at = np.minimum(np.searchsorted(keys, told.keys), len(keys) - 1)
        known = keys[at] == told.keys
        rows = order[at[known]]
        values = told.counts[known] * self.rarity[rows]
        sums = values @ self.weights[rows] / max(1e-9, float(np.sqrt(values @ values))) + self.bias
        return dict(zip(self.answers, sums.tolist(), strict=True))


def log_sum(scores: Collection[float]) -> float:
    """Return the logarithm of the sum of what scores, themselves logarithms, stand for; without overflow."""
    top = max(scores)
    return log(sum(exp(score - top) for score in scores)) + top


def keyed(told: Mapping[str, int]) -> Keyed:
    """Return runs as questions know them."""
    keys = np.fromiter((crc32(run.encode()) for run in told), dtype=np.uint32, count=len(told))
    return Keyed(keys, np.log1p(np.fromiter(told.values(), dtype=np.float64, count=len(told))))


def told(
    text: str, pieces: Iterable[Piece], names: Iterable[tuple[int, int, str, str]], vocabulary: Vocabulary, *, wordless: bool
) -> Counter[str]:
    """Return the runs of words of a folded text; `names` are (start, end, kind, key) of what the vocabulary found in it."""
    masks = [Mask(start, end, token) for start, end, kind, key in names if (token := _token(kind, key, vocabulary))]
    return runs(text, pieces, masks, wordless=wordless)


def _token(kind: str, key: str, vocabulary: Vocabulary) -> str | None:
    """Return what stands for a name: a firm or a place, Chinese or not; None = a word, which stays as it is printed."""
    if kind == "company":
        company = vocabulary.companies[key]
        return f"<{'chinese' if company.is_chinese else 'foreign'} {'firm' if company.role in CHAIN_ROLES else 'house'}>"
    if kind == "place":
        return f"<{'chinese' if key in vocabulary.places and vocabulary.places[key].is_chinese else 'foreign'} place>"
    return "<project>" if kind in {"project", "site"} else None


def content() -> bytes:
    """Return the packaged weights as they lie on disk."""
    return (files("flows.steps.vocabulary") / FILE).read_bytes()


@cache
def packaged() -> Mapping[str, Question]:
    """Return the packaged questions by name: `flag`, `deal_type`, `status`, `sector`."""
    return parse(content())


def parse(packed: bytes) -> Mapping[str, Question]:
    """Return the questions that a file of weights holds."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as data:
        return {
            str(name): Question(
                tuple(str(answer) for answer in data[f"{name}.answers"]),
                data[f"{name}.keys"],
                data[f"{name}.rarity"].astype(np.float64),
                data[f"{name}.weights"].astype(np.float64) * float(data[f"{name}.scale"]),
                data[f"{name}.bias"],
            )
            for name in data["questions"]
        }


def packed(questions: Mapping[str, Question]) -> bytes:
    """Return questions as a file of weights: one byte a weight."""
    out: dict[str, Array] = {"questions": np.array(list(questions))}
    for name, one in questions.items():
        scale = max(1e-9, float(np.abs(one.weights).max(initial=0.0))) / 127
        out |= {
            f"{name}.answers": np.array(one.answers),
            f"{name}.keys": one.keys.astype(np.uint32),
            f"{name}.rarity": one.rarity.astype(np.float16),
            f"{name}.weights": np.rint(one.weights / scale).astype(np.int8),
            f"{name}.scale": np.array(scale),
            f"{name}.bias": one.bias.astype(np.float64),
        }
    target = io.BytesIO()
    np.savez_compressed(target, **out)  # type: ignore[arg-type]  # the stub takes every keyword for its one option
    return target.getvalue()


def fitting(told_in: Sequence[Mapping[str, int]], least: int) -> tuple[str, ...]:
    """Return the runs that stand in at least `least` of many stories, in a fixed order."""
    spread = Counter(run for found in told_in for run in found)
    return tuple(sorted(run for run, count in spread.items() if count >= least))
