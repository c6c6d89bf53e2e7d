"""`evwatch review` against a real warehouse: what is listed, what is written down, what comes out of it."""

import json
import shutil
from datetime import UTC, datetime

import pytest
import telling
from click.testing import CliRunner
from telling import article, merged, told

from flows import reviewing
from flows.commands.review import command
from flows.memory import Memory, ledger_tables
from flows.stages.judge import tables
from flows.steps import deals
from warehouse import Warehouse

NAUGHTY = "BYD \x1b[31mplans\x07 Szeged"
REPORTS = (
    told("one", "2023-12-22", "byd:investor", host_country="HU", place="Szeged", amount=4e12, currency="EUR", capacity=2e5, capacity_unit="vehicles/yr"),
    told("two", "2023-12-23", "byd:investor", host_country="HU", place="Szeged"),
    told("three", "2024-01-10", "byd:investor", host_country="HU", place="Komárom"),
)  # fmt: skip
ARTICLES = (article("one", "2023-12-22", title=NAUGHTY), article("two", "2023-12-23"), article("three", "2024-01-10"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    warehouse = Warehouse(folder)
    ledger = merged(*REPORTS, articles=ARTICLES)
    warehouse.spool("seen", {"sources": list(telling.SOURCES.values()), "articles": ARTICLES})
    warehouse.spool("said", tables(REPORTS))
    warehouse.spool("merged", ledger_tables(ledger), whole_ledger=True)
    warehouse.load()
    warehouse.publish()
    warehouse.close()
    return folder


@pytest.fixture
def home(filled, tmp_path):
    return shutil.copytree(filled, tmp_path, symlinks=True, dirs_exist_ok=True)


def review(home, *words, code=0):
    result = CliRunner().invoke(command, ["--warehouse", str(home), "--by", "ana", *words])
    assert result.exit_code == code, result.output
    return result.output


def stored(home):
    warehouse = Warehouse(home)
    try:
        return reviewing.stored(warehouse)
    finally:
        warehouse.close()


def ids(home):
    warehouse = Warehouse(home)
    try:
        return [row[0] for row in warehouse.ask("SELECT deal_id FROM deals ORDER BY first_reported_at")]
    finally:
        warehouse.close()


def test_doubtful_deals_are_listed_without_driving_the_terminal(home):
    listed = review(home, "list")
    assert ids(home)[0] in listed
    assert "for each vehicle of yearly capacity" in listed
    shown = review(home, "show", ids(home)[0])
    assert REPORTS[1].report.report_id in shown
    assert "\x1b" not in listed + shown
    (row,) = (json.loads(line) for line in review(home, "list", "--json").splitlines())
    assert row["subject"] == ids(home)[0]


def test_every_action_becomes_a_row(home):
    szeged, komarom = ids(home)
    review(home, "accept", szeged[:9], "--note", "seen the filing")
    review(home, "correct", szeged, "amount", "4000000000")
    review(home, "merge", szeged, komarom)
    review(home, "split", szeged, REPORTS[1].report.report_id)
    review(home, "not-a-deal", ARTICLES[2].url)
    review(home, "is-a-deal", ARTICLES[2].article_id)
    review(home, "correct", REPORTS[2].report.report_id, "place", "Szeged")
    found = [(one.action, one.subject, one.field, one.value) for one in stored(home)]
    assert found == [
        ("accept", szeged, None, None),
        ("correct", szeged, "amount", "4000000000"),
        ("merge", szeged, None, komarom),
        ("split", szeged, None, REPORTS[1].report.report_id),
        ("not_a_deal", ARTICLES[2].article_id, None, None),
        ("is_a_deal", ARTICLES[2].article_id, None, None),
        ("correct", REPORTS[2].report.report_id, "place", "Szeged"),
    ]
    assert {one.by for one in stored(home)} == {"ana"}
    assert stored(home)[0].note == "seen the filing"


def test_a_split_of_the_first_report_is_the_same_split_the_other_way(home):
    szeged, _ = ids(home)
    review(home, "split", szeged, REPORTS[0].report.report_id)
    assert stored(home)[0].value == REPORTS[1].report.report_id


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("accept", "deal-none"), "expected an id"),
        (("accept", "deal-"), "which fits deal-"),
        (("correct", "deal-", "colour", "red"), "expected one of title, deal_type"),
        (("correct", "deal-", "amount", "a lot"), "amount: expected"),
        (("correct", "deal-", "deal_id", "x"), "expected one of"),
        (("split", "{0}", "nothing"), "found nothing"),
        (("merge", "{0}", "{0}"), "expected two deals"),
    ],
)
def test_wrong_usage_says_what_was_expected(home, words, said):
    output = review(home, *(word.format(*ids(home)) for word in words), code=2)
    assert said in output
    assert stored(home) == ()


def test_decisions_survive_the_next_merge_and_a_replay(home):
    szeged, komarom = ids(home)
    review(home, "correct", szeged, "jobs", "2500")
    review(home, "merge", szeged, komarom)
    warehouse = Warehouse(home)
    memory = Memory(warehouse)
    for ledger in (memory.ledger(), deals.Ledger()):
        after = deals.merge(memory.reported(), {}, telling.SOURCES, ledger, memory.decisions(), telling.NOW)
        (deal,) = after.deals
        assert deal.jobs == 2500
        assert deals.follow(komarom, after.redirects) == deals.follow(szeged, after.redirects) == deal.deal_id
    warehouse.spool("again", ledger_tables(after), whole_ledger=True)
    warehouse.load()
    assert deals.merge(memory.reported(), {}, telling.SOURCES, memory.ledger(), memory.decisions(), telling.NOW) == memory.ledger()
    warehouse.close()


@pytest.mark.parametrize("suffix", [".yaml", ".jsonl"])
def test_decisions_travel_as_a_file(home, tmp_path, suffix):
    szeged, komarom = ids(home)
    review(home, "correct", szeged, "place", "Szeged-Algyő", "--note", "közlemény: „Szeged”")
    review(home, "merge", szeged, komarom)
    file = tmp_path / f"decisions{suffix}"
    review(home, "export", str(file))
    assert "2 were here already" in review(home, "import", str(file))
    other = tmp_path / "other"
    warehouse = Warehouse(other)
    warehouse.spool("seen", {"sources": list(telling.SOURCES.values())})
    warehouse.load()
    warehouse.close()
    assert "2 decisions taken in" in review(other, "import", str(file))
    assert stored(other) == stored(home)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", "evwatch_decisions: 9\ndecisions: []\n", "expected version 1, found 9"),
        ("a.yaml", "- 1\n", "found list"),
        ("a.yaml", "evwatch_decisions: 1\ndecisions: [{action: accept}]\n", "decisions[0]"),
        ("a.jsonl", '{"evwatch_decisions": 1}\n{"decision_id": "a", "decided_at": "2026", "action": "burn", "subject": "s"}\n', "found 'burn'"),
        ("a.jsonl", '{"evwatch_decisions": 1}\n{"decision_id": "a", "decided_at": "soon", "action": "accept", "subject": "s"}\n', "found 'soon'"),
        ("a.jsonl", '{"evwatch_decisions": 1}\n{"decision_id": "a", "decided_at": "2026-01-01", "action": "accept", "subject": "s"}\n', "with its zone"),
        ("a.jsonl", "nonsense\n", "JSON"),
        ("a.jsonl", "", "JSON"),
    ],
)  # fmt: skip
def test_a_broken_file_changes_nothing(home, tmp_path, name, text, said):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    assert said in review(home, "import", str(file), code=2)
    assert stored(home) == ()


def test_without_a_warehouse_it_says_so(tmp_path):
    assert "expected a published warehouse" in review(tmp_path / "none", "list", code=1)


def test_the_same_decision_twice_is_one():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert reviewing.decision(at, "accept", "deal-1", by="ana") == reviewing.decision(at, "accept", "deal-1", by="ana")
