"""Merging measured: B-cubed over labelled deals, from labelled facts (merging alone) and from facts read by machine (end to end).

`as_labelled` takes the labels as they are; the other figures first join labels that name one deal twice (merging_material.SAME_EVENT).
`python -m benchmarks.merging 20000` only merges that many made-up reports.
The baseline clusters the same articles by the likeness of their titles, at its best threshold for each set.
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations

from benchmarks import merging_material as material
from benchmarks.merging_material import Labelled
from flows.records import Flag, Ledger, Reported
from flows.steps import deals, vocabulary

NOW = datetime(2026, 12, 1, tzinfo=UTC)
Clustering = Mapping[str, str]  # item -> cluster


def b_cubed(found: Clustering, truth: Clustering) -> tuple[float, float, float]:
    """Return B-cubed (precision, recall, F1) of one clustering of the same items against another."""
    sizes, true_sizes = Counter(found.values()), Counter(truth.values())
    both = Counter((found[item], truth[item]) for item in truth)
    precision = sum(both[found[item], truth[item]] / sizes[found[item]] for item in truth) / len(truth)
    recall = sum(both[found[item], truth[item]] / true_sizes[truth[item]] for item in truth) / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def merged(reported: Sequence[Reported], items: Sequence[Labelled]) -> dict[str, str]:
    """Return report -> deal."""
    articles = {item.article.article_id: item.article for item in items}
    ledger = deals.merge(reported, articles, {}, Ledger(), (), NOW)
    return {row.report_id: row.deal_id for row in ledger.articles if row.report_id is not None}


def by_labels(items: Sequence[Labelled]) -> dict[str, str]:
    """Return the clustering of labelled deals from their labelled facts."""
    return merged(material.from_labels(items), items)


def by_reading(items: Sequence[Labelled]) -> dict[str, str]:
    """Return the clustering of labelled deals from what the machine reads in their articles; what it did not read stands alone."""
    reported = [one for item in _articles(items) for one in _read(item)]
    homes = merged(reported, items)
    by_article: dict[str, list[Reported]] = defaultdict(list)
    for one in reported:
        by_article[one.report.article_id].append(one)
    found: dict[str, str] = {}
    for item in _articles(items):
        labelled = [other for other in items if other.article.article_id == item.article.article_id]
        found |= {
            key: homes[report] if report else f"unread {key}" for key, report in _paired(labelled, by_article[item.article.article_id])
        }
    return found


def _articles(items: Sequence[Labelled]) -> list[Labelled]:
    return list({item.article.article_id: item for item in items}.values())


def _read(item: Labelled) -> Sequence[Reported]:
    """Read an article as flagged: what the flags miss is the flags' benchmark."""
    from flows.steps import reports  # noqa: PLC0415  # a reader of its own; merging is measured without it too

    flag = Flag(item.article.article_id, "labels", "deal_new", True, 1.0, 1.0, 1.0, 1.0, None, "labelled")  # noqa: FBT003  # a record
    return reports.read(item.article, flag, vocabulary.load())


def _paired(labelled: Sequence[Labelled], read: Sequence[Reported]) -> Iterator[tuple[str, str | None]]:
    """Yield each labelled deal of an article with the report most like it; a report is given once, None = nothing read."""
    pairs = sorted(((_likeness(item, one), item, one) for item in labelled for one in read), key=lambda pair: pair[0], reverse=True)
    taken: dict[str, str] = {}
    for _, item, one in pairs:
        if material.report_id(item) not in taken and one.report.report_id not in taken.values():
            taken[material.report_id(item)] = one.report.report_id
    yield from ((material.report_id(item), taken.get(material.report_id(item))) for item in labelled)


def _likeness(item: Labelled, one: Reported) -> tuple[int, int]:
    """Return how many facts of a labelled deal a report has; of equals the one that stands where the label does."""
    wanted = {name: item.facts.get(name) for name in ("deal_type", "amount", "place", "stake_pct", "sector", "status")}
    return sum(value is not None and getattr(one.report, name) == value for name, value in wanted.items()), -abs(
        one.report.ordinal - item.ordinal
    )


def baseline(items: Sequence[Labelled], truth: Clustering) -> tuple[float, float, float]:
    """Return B-cubed of single-link clustering by the titles' character 4-grams, at the threshold that suits these items best."""
    grams = {material.report_id(item): _grams(item.article.title) for item in items}
    pairs = [(_jaccard(grams[one], grams[other]), one, other) for one, other in combinations(grams, 2)]
    return max((b_cubed(_linked(grams, pairs, step / 20), truth) for step in range(1, 20)), key=lambda scores: scores[2])


def _grams(title: str) -> frozenset[str]:
    plain = title.casefold()
    return frozenset(plain[start : start + 4] for start in range(max(1, len(plain) - 3)))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _linked(items: Mapping[str, object], pairs: Sequence[tuple[float, str, str]], threshold: float) -> dict[str, str]:
    parents = {item: item for item in items}

    def root(item: str) -> str:
        while parents[item] != item:
            item = parents[item]
        return item

    for likeness, one, other in pairs:
        if likeness >= threshold:
            parents[root(one)] = root(other)
    return {item: root(item) for item in items}


def _sets() -> dict[str, list[Labelled]]:
    return {"news": material.corpus("news.jsonl"), "retold": material.corpus("retold.jsonl"), "stories": material.stories()}


def _truth(items: Sequence[Labelled]) -> dict[str, str]:
    return {material.report_id(item): material.SAME_EVENT.get(item.event, item.event) for item in items}


def _has_reader() -> bool:
    try:
        from flows.steps.reports import read  # noqa: F401, PLC0415  # only asks whether it is there
    except ImportError:
        return False
    return True


def measure() -> dict[str, float]:
    """Return the metrics, printed as a table."""
    metrics: dict[str, float] = {}
    print(f"{'set':34} {'items':>6} {'deals':>6} {'P':>7} {'R':>7} {'F1':>7}")
    for name, items in _sets().items():
        if not items:
            continue
        truth = _truth(items)
        if name != "stories":
            found = by_labels(items)
            _tell(metrics, f"{name}_labels", found, truth)
            _tell(metrics, f"{name}_labels_as_labelled", found, {material.report_id(item): item.event for item in items})
        if _has_reader():
            found = by_reading(items)
            _tell(metrics, f"{name}_read", found, truth)
            _tell(metrics, f"{name}_read_as_labelled", found, {material.report_id(item): item.event for item in items})
        scores = baseline(items, truth)
        metrics[f"{name}_baseline_f1"] = scores[2]
        print(
            f"{name + ' baseline: titles':34} {len(truth):6} {len(set(truth.values())):6} " + " ".join(f"{score:7.3f}" for score in scores)
        )
    metrics |= _speed()
    return metrics


def _tell(metrics: dict[str, float], name: str, found: Clustering, truth: Clustering) -> None:
    precision, recall, score = b_cubed(found, truth)
    metrics |= {f"{name}_precision": precision, f"{name}_recall": recall, f"{name}_f1": score}
    print(f"{name:34} {len(truth):6} {len(set(truth.values())):6} {precision:7.3f} {recall:7.3f} {score:7.3f}")


def _speed(count: int = 8_000) -> dict[str, float]:
    """Merge made-up reports: a quarter of them, all, and twenty new ones through the touched blocks only; figures are ratios."""
    items = [material.made_up(number) for number in range(count)]
    _timed(items[:200])  # tables and rates are read once in a process
    quarter, _ = _timed(items[: count // 4])
    scratch, whole = _timed(items)
    fresh = {one.report.report_id for one in sorted(items, key=lambda one: one.report.reported_at)[-20:]}
    began = time.process_time()
    some = deals.touched(items, fresh, {}, whole, ())
    again = deals.merge(some, {}, {}, whole, (), NOW, complete=False)
    step = time.process_time() - began
    print(f"{count} reports into {len(whole.deals)} deals: {scratch:.1f} s; 20 new ones, {len(some)} reports in their blocks: {step:.1f} s")
    return {"growth": scratch / quarter / 4, "touched_share_of_time": step / scratch, "touched_is_same": float(again is whole)}


def _timed(items: Sequence[Reported]) -> tuple[float, Ledger]:
    began = time.process_time()
    ledger = deals.merge(items, {}, {}, Ledger(), (), NOW)
    return time.process_time() - began, ledger


if __name__ == "__main__":
    began = time.process_time()
    if len(sys.argv) > 1:
        print(_speed(int(sys.argv[1])))
    else:
        measure()
    print(f"{time.process_time() - began:.1f} s")
