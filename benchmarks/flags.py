"""How well stories are flagged: over labelled news (cross-validated), retold reports, ordinary news; against what a user would do instead.

    python -m benchmarks.flags

The labelled set trains the model, so each of its items is judged by models that saw nothing of its event or text. Retold reports are judged by a model that
was trained without them; stories set apart (benchmarks/unseen, written by others than those who made rules and practice) by one that saw everything else. Ordinary news is judged by the shipped model. Baselines: a boolean keyword query, and TF-IDF with logistic regression, in folds of events too.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.labelled import Labelled, news, ordinary, own_words, practice, reported_apart, retold, unseen
from benchmarks.train_flags import Matrix, Pair, best_threshold, calibrated, cross_validated, f1, folds
from flows.records import Article
from flows.steps import flags, vocabulary

_KEYWORDS = (  # a query as one would type it into a search feed, in the languages of the set
    re.compile(
        r"electric (?:vehicle|car)|\bEVs?\b|batter|新能源|电动|电池|자동차|전기차|배터리|電気自動車|電池|elektr|bater|elétric",
        re.IGNORECASE,
    ),
    re.compile(r"chin|中国|宁德|比亚迪|중국|byd|catl|\bnio\b|xpeng|geely|shanghai|上海|hangzhou", re.IGNORECASE),
    re.compile(
        r"invest|\bplant\b|factory|gigafactory|stake|acqui|joint venture|\bipo\b|funding|投资|建厂|融资|合资|收购|工厂|项目|투자|공장|지분|合弁|工場|出資|fabry|fábrica",
        re.IGNORECASE,
    ),
)
_ROUNDS = 3  # of which the quickest counts: what else the machine does only adds
_ENOUGH = 15  # positives from which a language is shown on its own


def measure() -> dict[str, float]:
    """Return the metrics, flat: precision, recall, f1 overall, recall_<language>, retold_f1, false alarms per 1,000, baselines, speed."""
    rows = news()
    answers = np.array([row.flagged for row in rows], dtype=float)
    raw = cross_validated(rows, [*practice(), *own_words(), *retold()])
    slope, offset = calibrated(raw, answers)
    probabilities = 1 / (1 + np.exp(-(slope * raw + offset)))
    threshold = best_threshold(probabilities, answers)
    flagged = probabilities >= threshold
    metrics = {**_scores("", flagged, answers), "brier": float(((probabilities - answers) ** 2).mean())}
    metrics |= _slices(rows, flagged, answers)
    metrics["weighted_alarms"] = _weighted_alarms(rows, flagged, answers)
    metrics |= _retold_scores(rows, slope, offset, threshold)
    metrics |= _unseen(rows)
    metrics |= _apart(rows, slope, offset, threshold)
    metrics |= _ordinary()
    metrics |= _scores("keywords_", _keywords(rows), answers) | _scores("tfidf_", _tfidf(rows, answers), answers)
    _show(rows, flagged, answers, metrics)
    return metrics


def _scores(prefix: str, flagged: Matrix, answers: Matrix) -> dict[str, float]:
    right = float((flagged & (answers > 0)).sum())
    return {
        f"{prefix}precision": right / max(1.0, float(flagged.sum())),
        f"{prefix}recall": right / max(1.0, float(answers.sum())),
        f"{prefix}f1": f1(flagged, answers),
    }


def _slices(rows: Sequence[Labelled], flagged: Matrix, answers: Matrix) -> dict[str, float]:
    """Return F1 and recall by language, year and length."""
    found: dict[str, float] = {}
    for name, keys in (
        ("language", [row.language for row in rows]),
        ("year", [row.year for row in rows]),
        ("length", [_length(row) for row in rows]),
    ):
        for key in sorted(set(keys)):
            chosen = np.array([other == key for other in keys])
            if answers[chosen].sum() >= _ENOUGH:
                found |= _scores(f"{name}_{key}_", flagged[chosen], answers[chosen])
    return found


def _length(row: Labelled) -> str:
    size = len(row.article.body)
    return "title" if size < 30 else "summary" if size < 400 else "long"


def _weighted_alarms(rows: Sequence[Labelled], flagged: Matrix, answers: Matrix) -> float:
    """Return false alarms per 1,000 articles of the natural stream: each item counts for all it stands for."""
    weights = np.array([row.weight for row in rows])
    return float(1000 * weights[flagged & (answers == 0)].sum() / weights[answers == 0].sum())


def _retold_scores(rows: Sequence[Labelled], slope: float, offset: float, threshold: float) -> dict[str, float]:
    """Return the scores over retold reports, by a model that saw neither them nor the stories written from the same deals."""
    told = retold()
    raw = Pair([*rows, *practice()]).raw(told)
    return _scores("retold_", 1 / (1 + np.exp(-(slope * raw + offset))) >= threshold, np.array([row.flagged for row in told], dtype=float))


def _unseen(rows: Sequence[Labelled]) -> dict[str, float]:
    """Return the scores over the labelled news, by a model that saw only what was written for it: how outlets never seen are judged."""
    raw = Pair([*practice(), *own_words(), *retold()]).raw(rows)
    answers = np.array([row.flagged for row in rows], dtype=float)
    return _scores("unseen_", raw >= best_threshold(raw, answers), answers)


def _apart(rows: Sequence[Labelled], slope: float, offset: float, threshold: float) -> dict[str, float]:
    """Return the scores over the stories and the retellings of real reports that were set apart, by a model that saw all but them; and by the plain query."""
    model = Pair([*rows, *practice(), *own_words(), *retold()])
    found: dict[str, float] = {}
    for name, told in (("apart", unseen()), ("real", reported_apart())):
        answers = np.array([row.flagged for row in told], dtype=float)
        flagged = 1 / (1 + np.exp(-(slope * model.raw(told) + offset))) >= threshold
        found |= _scores(f"{name}_", flagged, answers) | {f"{name}_keywords_f1": f1(_keywords(told), answers)}
        found |= _by_script(name, told, flagged, answers)
    return found


def _by_script(name: str, told: Sequence[Labelled], flagged: Matrix, answers: Matrix) -> dict[str, float]:
    """Return F1 of Chinese, Japanese and Korean stories, of English ones, and of all others."""
    group = np.array(["cjk" if row.language in {"zh", "ja", "ko"} else "en" if row.language == "en" else "others" for row in told])
    return {f"{name}_{one}_f1": f1(flagged[group == one], answers[group == one]) for one in ("cjk", "en", "others")}


def _ordinary() -> dict[str, float]:
    """Return alarms per 1,000 ordinary articles and articles judged per second, and their cost relative to the keyword query on the same texts."""
    articles = ordinary()
    words = vocabulary.load()
    verdicts = [flags.judge(article, words) for article in articles]
    rounds = [(_seconds(lambda article: flags.judge(article, words), articles), _seconds(_asked, articles)) for _ in range(_ROUNDS)]
    spent, bare = min(spent for spent, _ in rounds), min(bare for _, bare in rounds)
    return {
        "ordinary_alarms": 1000 * sum(flag.flagged for flag in verdicts) / len(articles),
        "articles_per_second": len(articles) / spent,
        "speed_ratio": spent / bare,
    }


def _seconds(act: Callable[[Article], object], articles: Sequence[Article]) -> float:
    """Return the processor time of an act on all articles."""
    begun = time.process_time()
    for article in articles:
        act(article)
    return time.process_time() - begun


def _asked(article: Article) -> None:
    for pattern in _KEYWORDS:
        pattern.search(f"{article.title}\n{article.body}")


def _keywords(rows: Sequence[Labelled]) -> Matrix:
    texts = [f"{row.article.title}\n{row.article.body}" for row in rows]
    return np.array([all(pattern.search(text) for pattern in _KEYWORDS) for text in texts])


def _tfidf(rows: Sequence[Labelled], answers: Matrix) -> Matrix:
    """Return the decisions of TF-IDF with logistic regression, in five folds of events, at its own best threshold."""
    texts = [f"{row.article.title} {row.article.title}\n{row.article.body[:300]}" for row in rows]
    numbers = folds(rows, 5)
    probabilities = np.zeros(len(rows))
    for number in sorted(set(numbers)):
        held = numbers == number
        vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), min_df=5, max_features=4000, sublinear_tf=True)
        known = vectors.fit_transform(text for text, out in zip(texts, held, strict=True) if not out)
        fitted = LogisticRegression(C=10, max_iter=300, class_weight="balanced", solver="liblinear").fit(known, answers[~held])
        probabilities[held] = fitted.predict_proba(vectors.transform(text for text, out in zip(texts, held, strict=True) if out))[:, 1]
    return np.asarray(probabilities >= best_threshold(probabilities, answers))


def _show(rows: Sequence[Labelled], flagged: Matrix, answers: Matrix, metrics: dict[str, float]) -> None:
    """Print the metrics, then the categories of negatives that were flagged."""
    for name, value in metrics.items():
        print(f"   {name:32} {value:10.3f}")
    of = Counter(row.category or "?" for row, answer in zip(rows, answers, strict=True) if not answer)
    wrong = Counter(row.category or "?" for row, flag, answer in zip(rows, flagged, answers, strict=True) if flag and not answer)
    print("   negatives flagged, by category:", ", ".join(f"{name} {count}/{of[name]}" for name, count in wrong.most_common()))


if __name__ == "__main__":
    measure()
