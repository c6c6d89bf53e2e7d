"""The warehouse: records in, tables out, each row once, whatever the order and however often."""

import itertools
import random
from dataclasses import fields, replace
from pathlib import Path
from uuid import uuid4

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warehouse_rows import (
    DAY,
    HOUR,
    NOON,
    article,
    deal,
    everything,
    fetch,
    flag,
    item,
    ledger,
    report,
    report_tables,
    run,
    state,
    warehouse_at,
)

from flows import records
from flows.memory import Memory, ledger_tables
from flows.records import DealRedirect, Outcome, identity
from warehouse import SpoolError, WarehouseError, dictionary, journal, schema
from warehouse.opening import private
from warehouse.rules import RULES, stored

RECORDS = {
    "sources": records.Source, "runs": records.Run, "fetches": records.Fetch, "captures": records.Capture, "items": records.Item,
    "feed_states": records.FeedState, "decisions": records.Decision, "deal_redirects": records.DealRedirect, "articles": records.Article,
    "signatures": records.Signature, "flags": records.Flag, "flag_evidence": records.FlagEvidence, "parties": records.Party,
    "reports": records.Report, "report_parties": records.ReportParty, "report_amounts": records.ReportAmount,
    "report_evidence": records.ReportEvidence, "deals": records.Deal, "deal_parties": records.DealParty, "deal_amounts": records.DealAmount,
    "deal_events": records.DealEvent, "deal_articles": records.DealArticle, "deal_conflicts": records.DealConflict,
}  # fmt: skip


@pytest.fixture
def warehouse(tmp_path):
    made = warehouse_at(tmp_path / "w")
    yield made
    made.close()


def rows(warehouse, sql, *parameters):
    with warehouse.reading() as connection:
        return connection.execute(sql, list(parameters)).fetchall()


def load(warehouse, name, tables, **more):
    warehouse.spool(name, tables, **more)
    report = warehouse.load()
    assert not report.deferred, report.reason
    assert not report.refused, report.refused
    return report


def content(warehouse):
    """All rows of all tables, in an order of their own."""
    tables = [stored(table) for table in RULES] + ["article_past", "bodies"]
    return {table: sorted(rows(warehouse, f"FROM {table}"), key=repr) for table in tables}


def test_every_record_has_a_table_with_its_fields():
    assert set(RECORDS) == set(RULES)
    for table, record in RECORDS.items():
        wanted = [field.name for field in fields(record) if field.name != "evidence"]
        columns = [column.name for column in schema.tables()[stored(table)] if column.name != "text_id"]
        assert columns == [name for name in wanted if name != "body"], table


def test_columns_may_be_null_where_a_field_may_be_none():
    for table, record in RECORDS.items():
        columns = {column.name: column for column in schema.tables()[stored(table)]}
        for field in fields(record):
            if field.name in columns:
                assert columns[field.name].nullable == ("None" in str(field.type)), f"{table}.{field.name}"


def test_what_goes_in_comes_out_of_every_table(warehouse):
    given = everything()
    load(warehouse, "all", given)
    for table, record in RECORDS.items():
        assert given[table], table
        with_children = {"evidence": ()} if record is records.Flag else {}
        found = Memory(warehouse)._all(record, f"FROM {table if table == 'articles' else stored(table)}")
        assert sorted(map(repr, found)) == sorted(repr(replace(one, **with_children)) for one in given[table]), table
    assert warehouse.check() == ()


def test_the_same_batch_twice_is_one(warehouse):
    path = warehouse.spool("all", everything())
    assert warehouse.spool("all", everything()) == path
    assert len(warehouse.load().loaded) == 1
    before = content(warehouse)
    assert warehouse.load().loaded == ()
    warehouse.spool("all", everything())  # after a kill between commit and clearing, or a task tried again
    assert warehouse.load().loaded == ()
    assert content(warehouse) == before
    assert warehouse.waiting() == 0


def test_all_that_waits_is_loaded_in_order_of_arrival(warehouse):
    for number in range(30):
        warehouse.spool(f"b{number}", {"feed_states": [state(etag=str(number))], "runs": [run(number)]})
    assert len(warehouse.load().loaded) == 30
    assert rows(warehouse, "SELECT etag FROM feed_states") == [("29",)]
    assert rows(warehouse, "SELECT count(*) FROM runs") == [(30,)]


@pytest.mark.slow
def test_one_load_or_many_give_the_same_tables(tmp_path):
    batches = [
        {"items": [item(), item("2")], "fetches": [fetch()], "articles": [article(body="feed text")]},
        {"items": [replace(item(), outcome=Outcome.OK, tries=1)], "articles": [article(body="page", at=NOON + HOUR)]},
        {
            "articles": [article(body="page", at=NOON + HOUR, duplicate_of=identity("o"))],
            "flags": [flag()],
            "flag_evidence": flag().evidence,
            **report_tables(report(), report(ordinal=1)),
        },
        ledger_tables(ledger("d1", "d2")),
        {"flags": [flag(terms=("stake", "plant"))], "flag_evidence": flag(terms=("stake", "plant")).evidence, **report_tables(report())},
        ledger_tables(ledger("d2", at=NOON + DAY)),
        {"items": [item()], "flags": [flag(flagged=False)]},
    ]
    together, apart = warehouse_at(tmp_path / "a"), warehouse_at(tmp_path / "b")
    for number, tables in enumerate(batches):
        together.spool(f"b{number}", tables)
        load(apart, f"b{number}", tables)
    assert len(together.load().loaded) == len(batches)
    assert content(together) == content(apart)
    assert rows(apart, "SELECT count(*) FROM report_facts") == [(0,)]


def test_a_merely_seen_item_never_undoes_its_fate(warehouse):
    load(warehouse, "seen", {"items": [item(at=NOON + HOUR)]})
    load(warehouse, "done", {"items": [replace(item(at=NOON + HOUR), outcome=Outcome.OK, tries=1)]})
    load(warehouse, "again", {"items": [item(at=NOON)]})
    assert rows(warehouse, "SELECT outcome, tries FROM items") == [("ok", 1)]
    load(warehouse, "requeued", {"items": [replace(item(), next_try_at=NOON)]})
    assert rows(warehouse, "SELECT outcome, tries FROM items") == [(None, 0)]


def test_an_edited_article_keeps_its_earlier_text(warehouse):
    load(warehouse, "a", {"articles": [article(body="first")]})
    load(warehouse, "b", {"articles": [article(body="second", at=NOON + HOUR)]})
    assert rows(warehouse, "SELECT body, version, first_seen_at = ? FROM articles", NOON) == [("second", 2, True)]
    assert rows(warehouse, "SELECT body, version FROM article_versions") == [("first", 1)]


def test_an_older_text_fetched_later_is_no_edit(warehouse):
    changed = {"second": NOON - HOUR, "first": NOON - 9 * HOUR}
    for hours, (body, at) in enumerate(changed.items()):
        load(warehouse, body, {"articles": [article(body=body, at=NOON + hours * HOUR, modified_at=at)]})
    assert rows(warehouse, "SELECT body, version FROM articles") == [("second", 2)]
    assert rows(warehouse, "SELECT body, version FROM article_versions") == [("first", 1)]
    load(warehouse, "third", {"articles": [article(body="third", at=NOON + 5 * HOUR)]})  # says nothing of a change
    assert rows(warehouse, "SELECT body, version FROM articles") == [("third", 3)]


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(5)), st.integers(0, 30))
def test_versions_do_not_depend_on_the_order_of_arrival(tmp_path, order, splits):
    texts = [article(body=body, at=NOON + hours * HOUR) for body, hours in (("a", 0), ("b", 1), ("a", 2), ("c", 3), ("c", 4))]
    made = warehouse_at(tmp_path / uuid4().hex)
    for place, number in enumerate(order):
        made.spool(f"b{number}", {"articles": [texts[number]]})
        if splits >> place & 1:
            made.load()
    made.load()
    assert rows(made, "SELECT body, version, fetched_at FROM articles") == [("c", 3, NOON + 4 * HOUR)]
    assert rows(made, "SELECT body, version, fetched_at FROM article_versions ORDER BY version") == [
        ("b", 1, NOON + HOUR),
        ("a", 2, NOON + 2 * HOUR),
    ]
    assert made.check() == ()


def test_a_new_fetch_of_the_same_text_keeps_what_was_found_to_be_its_original(warehouse):
    load(warehouse, "a", {"articles": [article(duplicate_of=identity("o"))]})
    load(warehouse, "b", {"articles": [article(at=NOON + HOUR)]})
    assert rows(warehouse, "SELECT CAST(duplicate_of AS VARCHAR), version, fetched_at FROM articles") == [(identity("o"), 1, NOON + HOUR)]


def test_a_new_verdict_replaces_evidence_and_reports(warehouse):
    load(
        warehouse,
        "a",
        {"articles": [article()], "flags": [flag()], "flag_evidence": flag().evidence, **report_tables(report(), report(ordinal=1))},
    )
    load(
        warehouse,
        "b",
        {"flags": [flag(terms=("fund",))], "flag_evidence": flag(terms=("fund",)).evidence, **report_tables(report(place="Pécs"))},
    )
    assert rows(warehouse, "SELECT term FROM flag_evidence") == [("fund",)]
    assert rows(warehouse, "SELECT ordinal, place FROM reports") == [(0, "Pécs")]
    assert rows(warehouse, "SELECT count(*) FROM report_parties") == [(1,)]
    load(warehouse, "c", {"flags": [flag(flagged=False)]})
    assert rows(
        warehouse, "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM report_evidence), (SELECT count(*) FROM flag_evidence)"
    ) == [(0, 0, 0)]


def test_deals_are_replaced_one_by_one_or_all_at_once(warehouse):
    load(warehouse, "a", ledger_tables(ledger("d1", "d2")))
    load(warehouse, "b", {"deals": [deal("d1", status="operating")]})
    assert rows(warehouse, "SELECT deal_id, status FROM deals ORDER BY deal_id") == [("d1", "operating"), ("d2", "announced")]
    assert rows(warehouse, "SELECT deal_id FROM deal_parties") == [("d2",)]
    load(warehouse, "c", ledger_tables(ledger("d3")), whole_ledger=True)
    assert rows(warehouse, "SELECT deal_id FROM deals") == [("d3",)]
    assert rows(warehouse, "SELECT count(*) FROM deal_redirects") == [(3,)]
    load(warehouse, "d", {}, whole_ledger=True)
    assert rows(warehouse, "SELECT count(*) FROM deals") == [(0,)]


def test_a_merged_deal_leaves_the_ledger_but_not_the_memory(warehouse):
    load(warehouse, "a", ledger_tables(ledger("d1", "d2")))
    load(warehouse, "b", {"deal_redirects": [DealRedirect("d2", report().report_id, "d1", NOON + DAY)]})
    assert rows(warehouse, "SELECT deal_id FROM deals") == [("d1",)]
    assert rows(warehouse, "SELECT redirect_to FROM deal_redirects WHERE deal_id = 'd2'") == [("d1",)]


def test_a_ledger_comes_back_as_it_was(warehouse):
    given = ledger(*(f"d{number}" for number in (3, 1, 2)))
    load(warehouse, "a", ledger_tables(given), whole_ledger=True)
    found = Memory(warehouse).ledger()
    assert replace(found, redirects=()) == replace(given, redirects=())
    assert set(found.redirects) == set(given.redirects)


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"nonsense": [1]}, "expected a table of"),
        ({"items": [replace(item(), title=None)]}, r"items\[0\]\.title: expected a value, found None"),
        ({"items": [item(), replace(item(), item_id="a1")]}, r"items\[1\]\.item_id: expected an id made by `identity`"),
        ({"items": [replace(item(), first_seen_at=NOON.replace(tzinfo=None))]}, "times with a zone"),
        ({"items": [item(), replace(item(), tries="many")]}, r"items\[1\]\.tries: expected INTEGER"),
        ({"items": [object()]}, "expected records with this field"),
    ],
)
def test_a_record_that_does_not_fit_is_refused_where_it_is_made(warehouse, tables, words):
    with pytest.raises(SpoolError, match=words):
        warehouse.spool("bad", tables)
    assert warehouse.waiting() == 0
    assert not list(warehouse.places.spool.glob("*"))


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a~b", "x" * 200])
def test_a_batch_name_is_a_plain_word(warehouse, name):
    with pytest.raises(SpoolError, match="batch name"):
        warehouse.spool(name, {"runs": [run()]})


def test_text_that_no_file_can_hold_is_made_to_fit(warehouse):
    load(warehouse, "odd", {"items": [item(title="a\0b\ud800c")]})
    assert rows(warehouse, "SELECT title FROM items") == [("ab?c",)]


def test_text_of_any_script_survives(warehouse):
    words = "比亚迪 ﷺ 😀 'quote' \"double\" ; DROP TABLE items; -- \\ \t\n"
    load(warehouse, "odd", {"items": [item(title=words)]})
    assert rows(warehouse, "SELECT title FROM items") == [(words,)]


def test_a_bad_batch_stops_nobody_else(warehouse):
    warehouse.spool("good-1", {"runs": [run(1)]})
    bad = warehouse.spool("bad", {"runs": [run(2)]})
    warehouse.spool("good-2", {"runs": [run(3)]})
    (bad / "runs.parquet").write_bytes(b"torn")
    report = warehouse.load()
    assert [name.split("~")[0] for name in report.loaded] == ["good-1", "good-2"]
    assert [name.split("~")[0] for name in report.refused] == ["bad"]
    assert bad.exists()
    assert rows(warehouse, "SELECT count(*) FROM runs") == [(2,)]


def test_migrations_apply_once_and_are_never_edited(warehouse):
    connection = duckdb.connect()
    assert schema.migrate(connection) == ("0001_tables.sql",)
    assert schema.migrate(connection) == ()
    connection.execute("UPDATE schema_migrations SET checksum = 'x' WHERE name = '0001_tables.sql'")
    with pytest.raises(WarehouseError, match="add a new migration"):
        schema.migrate(connection)
    connection.execute("INSERT INTO schema_migrations VALUES ('9999_future.sql', 'x', now())")
    with pytest.raises(WarehouseError, match="newer evwatch"):
        schema.migrate(connection)


def test_a_failed_migration_leaves_nothing(monkeypatch):
    connection = duckdb.connect()
    monkeypatch.setattr(schema, "_steps", lambda: {"0001_bad.sql": "CREATE TABLE a (b INTEGER); CREATE TABLE a (b INTEGER)"})
    with pytest.raises(duckdb.Error):
        schema.migrate(connection)
    assert connection.execute("SELECT count(*) FROM schema_migrations").fetchall() == [(0,)]
    assert connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'a'").fetchall() == [(0,)]


def test_files_can_be_read_by_every_duckdb_from_1_5_on(warehouse):
    load(warehouse, "a", {"runs": [run()]})
    warehouse.close()
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{warehouse.places.file}' AS w (READ_ONLY)")
    (tags,) = connection.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'w'").fetchall()[0]
    assert "v1.5" in str(tags)


def test_bodies_are_packed(warehouse):
    words = [" ".join(random.Random(number).choices(["plant", "battery", "fund", "Szeged", "euro"], k=400)) for number in range(300)]
    load(warehouse, "a", {"articles": [article(str(number), body) for number, body in enumerate(words)]})
    warehouse.close()
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{warehouse.places.file}' AS w (READ_ONLY); USE w")
    found = connection.execute(
        "SELECT DISTINCT compression FROM pragma_storage_info('bodies') WHERE column_name = 'body' AND segment_type = 'VARCHAR'"
    ).fetchall()
    assert [name.lower() for (name,) in found] == ["zstd"]


@pytest.mark.slow
def test_observations_alone_rebuild_what_was_observed(warehouse):
    given = everything()
    for number in range(4):
        load(
            warehouse,
            f"b{number}",
            {
                "items": [item(str(number)), replace(item(), outcome=Outcome.OK, tries=number)],
                "runs": [run(number)],
                "fetches": [fetch(at=NOON + number * HOUR)],
            },
        )
    load(warehouse, "all", given)
    observed = [table for table, rule in RULES.items() if rule.observed]
    before = content(warehouse)
    warehouse.close()
    warehouse.places.file.unlink()
    fresh = warehouse.rebuild()
    found = content(fresh)
    assert {table: found[table] for table in observed} == {table: before[table] for table in observed}
    load(fresh, "all", given)
    warehouse.swap(fresh)
    assert content(warehouse) == before
    assert list(warehouse.places.private.glob("rebuild*")) == []
    assert warehouse.publish().published


@pytest.mark.slow
def test_the_journal_stays_a_few_files(warehouse):
    for number in range(40):
        load(
            warehouse,
            f"b{number}",
            {"feed_states": [state(etag=str(number))], "items": [item(str(number % 7), outcome=Outcome.OK, tries=number)]},
        )
        journal.compact(warehouse.places, loose=5, parts=3)
    assert len(list(warehouse.places.journal.rglob("*.parquet"))) <= 16
    before = content(warehouse)
    fresh = warehouse.rebuild()
    assert warehouse.compare(fresh).tables == ()
    assert content(fresh) == before


def test_differences_are_told_table_by_table(warehouse):
    load(warehouse, "a", {"runs": [run(1), run(2)], "articles": [article()], "flags": [flag()], "flag_evidence": flag().evidence})
    fresh = warehouse.rebuild()
    load(
        fresh,
        "b",
        {
            "runs": [run(2, outcome="failed"), run(3)],
            "articles": [article()],
            "flags": [flag()],
            "flag_evidence": flag(terms=("other",)).evidence,
        },
    )
    found = {one.table: (one.added, one.removed, one.changed) for one in warehouse.compare(fresh).tables}
    assert found == {"runs": (1, 0, 1), "flag_evidence": (1, 1, 0)}
    assert next(one for one in warehouse.compare(fresh).tables if one.table == "runs").examples == ("+run-0003", "~run-0002")


def test_stories_and_deals_that_change_are_named(warehouse):
    def told(*deals):
        return ledger_tables(replace(ledger("d1"), deals=deals))

    load(
        warehouse, "a", {"articles": [article()], "flags": [flag(flagged=False)]} | told(deal("d1", amount=None), deal("d2", title="gone"))
    )
    fresh = warehouse.rebuild()
    load(
        fresh,
        "b",
        {"articles": [article()], "flags": [flag()]} | told(deal("d1", status="operating", amount=1.5e9), deal("d3", title="more")),
    )
    found = warehouse.compare(fresh)
    assert [line.endswith(f": {article().title}") for line in found.stories] == [True]
    assert found.stories[0].split(": ")[0] == f"{flag(flagged=False).verdict} -> {flag().verdict}"
    assert found.deals == (
        "new: more [d3]",
        "gone: gone [d2]",
        "Deal d1 [d1]: status announced -> operating, amount none -> 1,500,000,000",
    )
    assert warehouse.compare(warehouse.rebuild()).deals  # what is gone altogether, too


def test_every_table_view_and_column_is_explained(warehouse):
    load(warehouse, "a", everything())
    columns = rows(
        warehouse,
        "SELECT table_name, column_name, is_nullable, comment FROM duckdb_columns() WHERE NOT internal AND database_name = 'news'",
    )
    bases = {*schema.tables(), "schema_migrations"}
    assert [(table, name) for table, name, _, words in columns if not words] == []
    assert [(table, name) for table, name, nullable, words in columns if table in bases and nullable and "NULL" not in words] == []
    relations = rows(
        warehouse,
        "SELECT table_name, comment FROM duckdb_tables() WHERE database_name = 'news' UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND database_name = 'news'",
    )
    assert [name for name, words in relations if not words] == []
    known = {(table, name) for table, name, _, _ in columns}
    assert [(relation, name) for relation, name, _ in schema.words() if name and (relation, name) not in known] == []


def test_checks_find_what_is_wrong(warehouse):
    load(warehouse, "a", everything())
    assert warehouse.check() == ()
    with private(warehouse.places).writing() as connection:
        connection.execute("INSERT INTO items SELECT * FROM items").fetchall()
        connection.execute("DELETE FROM deals").fetchall()
        connection.execute("DELETE FROM bodies").fetchall()
    names = {failure.name for failure in warehouse.check()}
    assert names == {
        "unique:items",
        "body:article_texts",
        *(f"orphan:{table}.deal_id" for table in ("deal_parties", "deal_amounts", "deal_events", "deal_articles", "deal_conflicts")),
    }
    publication = warehouse.publish()
    assert not publication.published
    assert "unique:items (1)" in publication.reason


@pytest.mark.slow
def test_any_order_of_batches_gives_sound_tables(tmp_path):
    batches = [
        {"items": [item()]},
        {"items": [replace(item(), outcome=Outcome.OK, tries=1)], "articles": [article()]},
        {"articles": [article()], "flags": [flag()], "flag_evidence": flag().evidence, **report_tables(report())},
    ]
    for number, order in enumerate(itertools.permutations(range(3))):
        made = warehouse_at(tmp_path / str(number))
        for place in order:
            load(made, f"b{place}", batches[place])
        assert made.check() == ()
        assert rows(made, "SELECT outcome FROM items") == [("ok",)]
        assert rows(made, "SELECT count(*) FROM reports") == [(1,)]


def test_the_data_dictionary_is_current():
    written = Path(__file__).resolve().parents[1] / "docs" / "columns.md"
    assert written.read_text("utf-8") == dictionary.page(), "run `python -m warehouse.dictionary`"
