"""Readers never wait, never fail, never see anything older than the last publication when they connect again."""

import stat
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from warehouse_rows import NOON, article, run, warehouse_at

from warehouse import NotPublishedError, QuestionError, publishing

HERE = Path(__file__).parent


@pytest.fixture
def warehouse(tmp_path):
    made = warehouse_at(tmp_path / "w")
    yield made
    made.close()


def publish(warehouse, number, **more):
    warehouse.spool(f"run-{number}", {"runs": [run(number)], "articles": [article(str(number), "word " * 500)]})
    assert not warehouse.load().deferred
    return warehouse.publish(f"run-{number}", **more)


def test_nobody_reads_before_the_first_publication(warehouse):
    with pytest.raises(NotPublishedError, match="evwatch run"):
        warehouse.ask("SELECT 1")


def test_a_copy_is_read_only_and_knows_its_number_and_run(warehouse):
    assert publish(warehouse, 1).number == 1
    assert warehouse.places.link.is_symlink()
    assert stat.S_IMODE(warehouse.places.link.stat().st_mode) == 0o444
    assert warehouse.ask("SELECT number, run_id FROM publication").rows == ((1, "run-1"),)
    assert not Path(str(warehouse.places.link) + ".wal").exists()


def test_only_what_is_new_is_published(warehouse):
    assert publish(warehouse, 1).published
    assert warehouse.publish().reason == "nothing new"
    assert publish(warehouse, 2).number == 2


def test_only_the_last_copies_are_kept(warehouse):
    for number in range(1, 6):
        publish(warehouse, number, keep=2)
    assert sorted(file.name for file in warehouse.places.published.iterdir()) == ["news-4.duckdb", "news-5.duckdb"]


def test_a_large_file_is_not_copied_all_the_time(warehouse, monkeypatch):
    monkeypatch.setattr(publishing, "FREELY", 0)
    assert publish(warehouse, 1, daily_bytes=1000).published
    assert "next copy in" in publish(warehouse, 2, daily_bytes=1000).reason
    assert publish(warehouse, 3, daily_bytes=10**15).published


def test_numbers_go_on_after_a_rebuild(warehouse):
    publish(warehouse, 1)
    publish(warehouse, 2)
    warehouse.swap(warehouse.rebuild())
    assert warehouse.publish().number == 3


def test_a_session_held_open_keeps_its_copy_and_sees_the_new_one_when_it_connects_again(warehouse):
    publish(warehouse, 1)
    path = str(warehouse.places.link)
    held = duckdb.connect(path, read_only=True)
    for number in range(2, 8):
        publish(warehouse, number, keep=1)
        assert held.execute("SELECT count(*) FROM articles").fetchall() == [(1,)]
        with duckdb.connect(path, read_only=True) as again:
            assert again.execute("SELECT count(*), max(version) FROM articles").fetchall() == [(number, 1)]


READER = """
import sys, time, duckdb
last = reads = 0
while True:
    connection = duckdb.connect(sys.argv[1], read_only=True)
    found, bodies = connection.execute("SELECT (SELECT count(*) FROM runs), (SELECT count(body) FROM articles)").fetchall()[0]
    connection.close()
    assert found == bodies and found >= last, (found, bodies, last)
    last, reads = found, reads + 1
    print(found, flush=True)
"""


@pytest.mark.slow
def test_a_reader_in_a_loop_sees_no_error_and_nothing_stale(warehouse):
    publish(warehouse, 1)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, warehouse.places.link], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert reader.stdout.readline() == "1\n"
    for number in range(2, 10):
        assert publish(warehouse, number).published
        seen = [int(reader.stdout.readline()) for _ in range(2)]  # the reader may have connected just before
        while seen[-1] < number:
            seen.append(int(reader.stdout.readline()))
    reader.kill()
    rest, errors = reader.communicate()
    assert errors == ""
    assert set(rest.split()) <= {"9"}


FORBIDDEN = [
    "INSERT INTO runs SELECT * FROM runs", "DELETE FROM runs", "UPDATE runs SET outcome = 'x'", "DROP TABLE runs", "CREATE TABLE a (b INTEGER)",
    "CREATE VIEW v AS SELECT 1", "ALTER TABLE runs ADD COLUMN x INTEGER", "ATTACH '{0}/x.duckdb' AS x", "ATTACH '{1}' AS x",
    "COPY runs TO '{0}/x.csv'", "COPY (SELECT 1) TO '{0}/x.parquet'", "COPY runs FROM '{0}/x.csv'", "EXPORT DATABASE '{0}/x'", "IMPORT DATABASE '{0}/x'",
    "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_blob('/etc/passwd')", "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM '{0}/x.parquet'", "SELECT * FROM glob('/*')", "SELECT * FROM read_csv('http://127.0.0.1/x')", "INSTALL httpfs", "LOAD httpfs",
    "LOAD '/tmp/x.duckdb_extension'", "SET enable_external_access = true", "SET lock_configuration = false", "SET TimeZone = 'America/New_York'",
    "RESET enable_external_access", "SET temp_directory = '{0}'", "PRAGMA enable_external_access", "CREATE SECRET s (TYPE S3)", "SELECT getenv('HOME')",
    "FROM secret", "CALL pragma_version(1)", "COMMENT ON TABLE runs IS 'x'", "TRUNCATE runs", "MERGE INTO runs USING runs AS r ON true WHEN MATCHED THEN DELETE",
]  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    made = warehouse_at(tmp_path_factory.mktemp("published") / "w")
    publish(made, 1)
    yield made
    made.close()


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_nothing_can_be_written_and_no_file_reached(published, tmp_path, sql):
    secret = "mine"  # noqa: F841 - a Python variable is no table either
    warehouse = published
    before = warehouse.places.link.read_bytes()
    present = sorted(tmp_path.rglob("*"))
    with pytest.raises(QuestionError):
        warehouse.ask(sql.format(tmp_path, warehouse.places.file))
    assert warehouse.places.link.read_bytes() == before
    assert sorted(tmp_path.rglob("*")) == present


def test_several_statements_do_not_get_round_the_lock(warehouse, tmp_path):
    publish(warehouse, 1)
    with pytest.raises(QuestionError):
        warehouse.ask(f"SELECT 1; DETACH news; ATTACH '{warehouse.places.link}' AS news")
    with pytest.raises(QuestionError):
        warehouse.ask(f"SELECT 1; COPY (SELECT 1) TO '{tmp_path}/x.csv'")


def test_questions_are_answered(warehouse):
    publish(warehouse, 1)
    answer = warehouse.ask("SELECT run_id, ? AS x FROM runs", [7])
    assert (answer.columns, answer.rows) == (("run_id", "x"), (("run-0001", 7),))
    assert warehouse.ask("SELECT $a AS x", {"a": "b"}).dicts() == [{"x": "b"}]
    assert warehouse.ask_arrow("SELECT count(*) AS n FROM articles").to_pylist() == [{"n": 1}]
    assert len(warehouse.ask("FROM article_search('word')")) == 1
    assert warehouse.ask("CREATE TEMP TABLE a AS SELECT 1; SELECT count(*) FROM a").rows == ((1,),)
    assert warehouse.ask("SELECT first_seen_at FROM articles").rows[0][0] == NOON
