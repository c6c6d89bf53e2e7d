"""What the pass remembers: records as they were, each question bounded."""

from dataclasses import replace

import pytest
from warehouse_rows import (
    DAY,
    HOUR,
    NOON,
    article,
    capture,
    decision,
    flag,
    item,
    ledger,
    report,
    report_tables,
    run,
    signature,
    source,
    state,
    warehouse_at,
)

from flows.memory import Memory, ledger_tables
from flows.records import Ledger, Outcome, Reported
from warehouse import Warehouse


@pytest.fixture
def warehouse(tmp_path):
    made = warehouse_at(tmp_path / "w")
    yield made
    made.close()


def load(warehouse, name, tables, **more):
    warehouse.spool(name, tables, **more)
    assert len(warehouse.load().loaded) == 1


def test_nothing_is_remembered_before_anything_was_loaded(tmp_path):
    memory = Memory(Warehouse(tmp_path / "none"))
    assert memory.feed_states() == {}
    assert memory.due_items(NOON) == ()
    assert memory.unseen([item(), item()]) == (item(),)
    assert memory.unjudged() == ()
    assert memory.reported() == ()
    assert memory.decisions() == ()
    assert memory.ledger() == Ledger()


def test_states_sources_runs_and_decisions_come_back(warehouse):
    load(
        warehouse,
        "a",
        {"feed_states": [state()], "sources": [source(tier=2)], "runs": [run(1), run(2, NOON + DAY)], "decisions": [decision()]},
    )
    memory = Memory(warehouse)
    assert memory.feed_states() == {"voltpost": state()}
    assert memory.sources() == {"voltpost": source(tier=2)}
    assert memory.runs(limit=1) == (run(2, NOON + DAY),)
    assert memory.decisions() == (decision(),)


def test_what_waits_and_may_be_tried_is_due(warehouse):
    waiting = item("waiting")
    later = replace(item("later"), tries=1, next_try_at=NOON + HOUR)
    again = replace(item("again"), tries=1, next_try_at=NOON - HOUR)
    done = replace(item("done"), outcome=Outcome.OK, tries=1)
    load(warehouse, "a", {"items": [waiting, later, again, done]})
    memory = Memory(warehouse)
    assert memory.due_items(NOON) == (waiting, again)
    assert memory.due_items(NOON + HOUR, limit=2) == (waiting, again) or len(memory.due_items(NOON + HOUR, limit=2)) == 2
    assert memory.unseen([item("new"), done, waiting]) == (item("new"),)
    assert memory.items([done.item_id, item("new").item_id]) == {done.item_id: done}


def test_what_has_no_verdict_on_its_present_text_is_unjudged(warehouse):
    load(warehouse, "a", {"articles": [article(), article("2", at=NOON + HOUR)]})
    memory = Memory(warehouse)
    assert [one.body for one in memory.unjudged()] == ["Body of one.", "Body of one."]
    assert len(memory.unjudged(limit=1)) == 1
    load(warehouse, "b", {"articles": [article()], "flags": [flag()], "flag_evidence": flag().evidence})
    assert memory.unjudged() == (article("2", at=NOON + HOUR),)
    assert {one.article_id for one in memory.unjudged("r2")} == {article().article_id, article("2").article_id}
    load(warehouse, "c", {"articles": [article(body="edited", at=NOON + DAY)]})
    assert [one.body for one in memory.unjudged()] == ["edited", "Body of one."]
    load(warehouse, "d", {"flags": [flag()]})
    assert [one.title for one in memory.unjudged()] == ["Title 2"]


def test_a_verdict_on_an_older_text_is_no_verdict(warehouse):
    load(warehouse, "a", {"articles": [article(body="old")]})
    warehouse.spool("edit", {"articles": [article(body="new", at=NOON + HOUR)]})
    warehouse.spool("verdict", {"articles": [article(body="old")], "flags": [flag()]})
    warehouse.load()
    assert [one.body for one in Memory(warehouse).unjudged()] == ["new"]


def test_flags_and_reports_come_back_with_what_belongs_to_them(warehouse):
    tables = report_tables(report(), report(ordinal=1))
    load(warehouse, "a", {"articles": [article()], "flags": [flag()], "flag_evidence": flag().evidence, **tables})
    memory = Memory(warehouse)
    assert memory.flags([article().article_id]) == {article().article_id: flag()}
    wanted = [
        Reported(
            one, (tables["report_parties"][n],), (tables["report_amounts"][n],), (tables["report_evidence"][n],), (tables["parties"][0],)
        )
        for n, one in enumerate(tables["reports"])
    ]
    assert sorted(memory.reported(), key=lambda one: one.report.ordinal) == wanted
    assert memory.reported(since=NOON + HOUR) == ()
    assert len(memory.reported_by([article().article_id])) == 2
    load(warehouse, "b", ledger_tables(ledger("d1")))
    assert [one.report.ordinal for one in memory.reported(unmerged=True)] == [1]


def test_signatures_that_share_a_band_are_candidates(warehouse):
    load(warehouse, "a", {"signatures": [signature("1", (1, 2)), signature("2", (2, 2**64 - 1), NOON + HOUR), signature("3", (9,))]})
    memory = Memory(warehouse)
    assert memory.signature_candidates([2]) == (signature("1", (1, 2)), signature("2", (2, 2**64 - 1), NOON + HOUR))
    assert memory.signature_candidates([2**64 - 1, 77]) == (signature("2", (2, 2**64 - 1), NOON + HOUR),)
    assert memory.signature_candidates([2], since=NOON + HOUR) == (signature("2", (2, 2**64 - 1), NOON + HOUR),)
    assert memory.signature_candidates([]) == ()


def test_captures_are_found_by_file_address_and_time(warehouse):
    load(warehouse, "a", {"captures": [capture(1), capture(2, NOON + HOUR, warc_file="2026/03/b.warc.gz")]})
    memory = Memory(warehouse)
    assert memory.captures(["2026/03/a.warc.gz"]) == (capture(1),)
    assert memory.captured(["http://voltpost.example/1"]) == (capture(1),)
    assert len(memory.all_captures()) == 2
    assert [one.warc_offset for one in memory.all_captures(NOON + HOUR)] == [2]


def test_what_is_loaded_is_remembered_at_once_though_not_published(warehouse):
    memory = Memory(warehouse)
    for number in range(5):
        load(warehouse, f"b{number}", {"items": [item(str(number))]})
        assert len(memory.due_items(NOON)) == number + 1
