"""How well the facts of a deal are read: `python -m benchmarks.facts`.

Collections beside each other: real items (news), real items retold in 21 languages (retold), own stories (stories: they tell a part of the coded facts only, so type, direction, country,
sector and parties are scored on them, and amounts only where they agree in being stated). Stories set apart (apart) are read with the shipped weights,
which never saw them. Two ways: `packaged` reads with the weights that are shipped, which have seen these articles;
`unseen` reads each deal with weights trained on all other deals (cross-validation in groups), which is what to expect of news to come. The baseline takes the first company as investor, the
first sum as amount, the first country as host, and the commonest type, status and sector.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain

import numpy as np

from benchmarks.coded_deals import CodedArticle, GoldDeal, apart, coarse, coded, fits, reported_apart
from flows.records import Reported
from flows.steps.reports import read
from flows.steps.reports.amounts import NEVER
from flows.steps.reports.facts import seen
from flows.steps.reports.weights import Model
from flows.steps.vocabulary import load

FOLDS = 10
HEADS = (
    "deal_type",
    "direction",
    "status",
    "sector",
    "host_country",
    "amount",
    "amount_stated",
    "amount_none",
    "party_f1",
    "party_role",
    "quotes",
)
_TOLD_IN_PART = frozenset({"stories", "practice", "headlines"})  # what they do not tell is not asked
_IPO_VENUES = frozenset({"US", "HK", "CN"})


class Tally:
    """Counts what was right of what was asked."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.wrong: dict[str, list[str]] = defaultdict(list)

    def add(self, field: str, *, right: bool, note: str = "") -> None:
        """Count one answer."""
        self.asked[field] += 1
        self.right[field] += right
        if not right and note:
            self.wrong[field].append(note)

    def rates(self) -> dict[str, float]:
        """Return the share right for each field; parties as F1."""
        found = {field: self.right[field] / self.asked[field] for field in self.asked if not field.startswith("party_")}
        hits, named, gold = self.right["party_hit"], self.asked["party_hit"], self.asked["party_gold"]
        found["party_f1"] = 2 * hits / max(1, named + gold)
        found["party_role"] = self.right["party_role"] / max(1, self.asked["party_role"])
        return found


def is_type(found: str, deals: Iterable[GoldDeal], status: str) -> bool:
    """Say whether a type is right: as labelled, or the project's own type with status mou where the label is mou."""
    return any(
        found == deal.deal_type or (deal.deal_type == "mou" and status == "mou") or (found == "mou" and deal.status == "mou")
        for deal in deals
    )


def score(tally: Tally, item: CodedArticle, reported: Reported | None) -> None:
    """Count what is right in the main report of `item`."""
    if reported is None:
        return
    report, deal = reported.report, item.deals[0]
    note = f"{item.article.language} {item.article.title[:70]}"
    tally.add(
        "deal_type", right=is_type(report.deal_type, item.deals, report.status), note=f"{note}: {deal.deal_type} found {report.deal_type}"
    )
    tally.add(
        "direction",
        right=report.direction == deal.direction,
        note=f"{note}: {deal.direction} found {report.direction} ({report.host_country}, {report.deal_type})",
    )
    if item.has_status:
        tally.add("status", right=report.status == deal.status, note=f"{note}: {deal.status} found {report.status}")
    tally.add("sector", right=report.sector == deal.sector, note=f"{note}: {deal.sector} found {report.sector}")
    if deal.host_country is not None:
        right = report.host_country == deal.host_country or (
            deal.deal_type == "ipo" and report.deal_type == "ipo" and report.host_country in _IPO_VENUES
        )
        tally.add("host_country", right=right, note=f"{note}: {deal.host_country} found {report.host_country}")
    _score_amount(tally, item, reported, note)
    _score_parties(tally, item, reported, note)
    for row in reported.evidence:
        if row.state != "not_stated":
            source = item.article.title if row.text_field == "title" else item.article.body
            tally.add("quotes", right=bool(row.quote) and source[row.start : row.end] == row.quote, note=note)


def _score_amount(tally: Tally, item: CodedArticle, reported: Reported, note: str) -> None:
    report = reported.report
    if item.collection in _TOLD_IN_PART:
        return
    if item.deals[0].amount is None:
        tally.add("amount_none", right=report.amount is None, note=f"{note}: invented {report.amount} {report.currency}")
        tally.add("amount", right=report.amount is None)
    else:
        right = any(
            d.amount and report.amount and d.currency == report.currency and abs(d.amount - report.amount) <= 1e-6 * d.amount
            for d in item.deals
        )
        tally.add(
            "amount_stated",
            right=right,
            note=f"{note}: {item.deals[0].amount} {item.deals[0].currency} found {report.amount} {report.currency}",
        )
        tally.add("amount", right=right)


def _score_parties(tally: Tally, item: CodedArticle, reported: Reported, note: str) -> None:
    if item.collection in {"practice", "headlines"}:
        return
    gold = list({party.name: party for deal in item.deals for party in deal.parties}.values())
    if item.collection == "stories":  # a story tells a part of its deal: ask only for those that it names
        text = item.article.title + " " + item.article.body
        names = [m for m in load().mentions(text, item.article.language) if m.kind == "company"]
        gold = [party for party in gold if any(fits(party.name, m.key, m.term) for m in names)]
    left = list(gold)
    for party in reported.parties:
        hit = next((one for one in left if fits(one.name, party.party_id, party.name_as_printed)), None)
        again = hit is None and any(fits(one.name, party.party_id, party.name_as_printed) for one in gold)
        if again:
            continue
        tally.add("party_hit", right=hit is not None, note=f"{note}: too many: {party.name_as_printed} as {party.role}")
        if hit is not None:
            left.remove(hit)
            tally.add("party_role", right=coarse(hit.role) == coarse(party.role), note=f"{note}: {hit.name} {hit.role} found {party.role}")
    for _ in gold:
        tally.asked["party_gold"] += 1
    for one in left:
        tally.wrong["party_missed"].append(f"{note}: missed {one.name} as {one.role}")


def baseline(tally: Tally, item: CodedArticle) -> None:
    """Count what the simplest reader gets right: the first of everything, and the commonest label."""
    facts, deal = seen(item.article, load()), item.deals[0]
    tally.add("deal_type", right=deal.deal_type == "greenfield")
    tally.add("direction", right=deal.direction == "outbound")
    if item.has_status:
        tally.add("status", right=deal.status == "announced")
    tally.add("sector", right=deal.sector == "vehicle_assembly")
    if deal.host_country is not None:
        tally.add("host_country", right=bool(facts.sites) and facts.sites[0].place.country == deal.host_country)
    first = facts.sums[0].money if facts.sums else None
    if item.collection not in _TOLD_IN_PART:
        right = (
            first is None if deal.amount is None else first is not None and first.currency == deal.currency and first.amount == deal.amount
        )
        tally.add("amount", right=right)
        tally.add("amount_none" if deal.amount is None else "amount_stated", right=right)
    gold = [party for one in item.deals for party in one.parties]
    tally.asked["party_gold"] += len(gold)
    for name in facts.names[:1]:
        tally.add("party_hit", right=any(fits(one.name, name.key, name.printed) for one in gold))


def _folds(items: list[CodedArticle]) -> list[int]:
    """Return the fold of each item; all items of one deal stand in the same."""
    sizes = Counter(item.deals[0].event for item in items)
    load_of, fold = [0] * FOLDS, {}
    for event, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        fold[event] = int(np.argmin(load_of))
        load_of[fold[event]] += size
    return [fold[item.deals[0].event] for item in items]


def unseen(items: list[CodedArticle]) -> list[Mapping[str, Model]]:
    """Return for each item models that were trained without its deal."""
    from benchmarks.train_facts import examples, models, practised  # noqa: PLC0415 - scikit-learn is needed only here

    learned = [examples(item, practised(item, seen(item.article, load()))) for item in items]
    folds = _folds(items)
    trained = [models(found for found, fold in zip(learned, folds, strict=True) if fold != out) for out in range(FOLDS)]
    return [trained[fold] for fold in folds]


def run(items: list[CodedArticle], weights: list[Mapping[str, Model] | None]) -> dict[str, Tally]:
    """Read all items, and return a tally for each collection, and for each language of the real ones."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for item, models in zip(items, weights, strict=True):
        found = read(item.article, item.flag, load(), models=models)
        for name in (item.collection, f"{item.article.language}") if item.collection not in _TOLD_IN_PART else (item.collection,):
            score(tallies[name], item, found[0] if found else None)
    return tallies


def speed(items: list[CodedArticle], rounds: int = 5) -> tuple[float, float]:
    """Return articles a second, and the time of reading as a multiple of finding names and places alone: the quickest of some rounds each."""
    some = [item for item in items if item.collection == "news"][:150]
    vocabulary = load()
    bare, whole = [], []
    for _ in range(rounds):
        start = time.process_time()
        for item in some:
            vocabulary.mentions(f"{item.article.title}\n{item.article.body}", item.article.language)
        bare.append(time.process_time() - start)
        start = time.process_time()
        for item in some:
            read(item.article, item.flag, vocabulary)
        whole.append(time.process_time() - start)
    return len(some) / min(whole), min(whole) / max(min(bare), 1e-9)


_SHIPPED = frozenset({"news", "retold", "stories"})  # collections that are read with the shipped weights as well


def measure() -> dict[str, float]:
    """Return every metric by its flat name; empty where the labelled material is absent."""
    items = coded()
    if not items:
        return {}
    found: dict[str, float] = {}
    shipped = [*(item for item in items if item.collection in _SHIPPED), *apart(), *reported_apart()]
    packaged = run(shipped, [None] * len(shipped))
    held = run(items, list(unseen(items)))
    simple: dict[str, Tally] = defaultdict(Tally)
    for item in items:
        baseline(simple[item.collection], item)
    for way, tallies in (("packaged", packaged), ("unseen", held), ("baseline", simple)):
        for name, tally in tallies.items():
            found.update({f"{way}_{name}_{field}": round(rate, 3) for field, rate in tally.rates().items()})
    found["quotes"] = min(tally.rates().get("quotes", 1.0) for tally in packaged.values())
    found["articles_per_second"], found["times_names_alone"] = (round(value, 1) for value in speed(items))
    return found


def show(way: str, names: Iterable[str], found: Mapping[str, float]) -> None:
    """Print one way's table."""
    print(f"\n{way:10}" + "".join(f"{field[:13]:>14}" for field in HEADS))
    for name in names:
        print(f"{name:10}" + "".join(f"{found.get(f'{way}_{name}_{field}', float('nan')):14.3f}" for field in HEADS))


def main() -> None:
    """Print the tables."""
    found = measure()
    if not found:
        print("labelled material not found: set EVWATCH_CORPUS to the folder that holds corpus/ and gold/")
        return
    languages = sorted({name.split("_")[1] for name in found if name.startswith("unseen_") and len(name.split("_")[1]) == 2})
    for way in ("baseline", "packaged", "unseen"):
        show(
            way,
            chain(
                ("news", "retold", "stories", "practice", "headlines", "reported", "apart", "real"), languages if way != "baseline" else ()
            ),
            found,
        )
    print(
        f"\nquotes that stand at their offsets: {found['quotes']:.3f}; {found['articles_per_second']:.0f} articles/s, {found['times_names_alone']:.1f} times finding names alone"
    )
    print(f"sums never taken as the amount of a deal: {', '.join(sorted(NEVER))}")


if __name__ == "__main__":
    main()
