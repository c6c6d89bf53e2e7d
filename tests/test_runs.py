"""A pass as a user starts it, over the bundled newsroom."""

import json
import shutil
from datetime import UTC, datetime

import pytest
from evwatch import evwatch, tables

from flows.archive import Archive
from flows.locking import held
from flows.memory import Memory
from flows.sample import newsroom
from warehouse import Warehouse


def rows(home, sql):
    return Warehouse(home).ask(sql).rows


def test_it_polls_all_and_names_what_failed(sampled):
    home, told = sampled
    assert told["counts"]["sources_polled"] == len(rows(home, "FROM sources"))
    failed = {row["source_id"]: row["outcome"] for row in told["failed_sources"]}
    assert {"gone", "not_a_feed", "blocked", "connection", "rate_limited"} <= set(failed.values())


def test_every_item_has_ended_and_has_its_article(sampled):
    home, _ = sampled
    assert rows(home, "SELECT count(*) FROM items WHERE outcome IS NULL") == ((0,),)
    assert rows(home, "SELECT count(*) FROM items") > ((60,),)
    unread = "SELECT url FROM items WHERE item_id NOT IN (SELECT item_id FROM articles WHERE item_id IS NOT NULL) AND outcome <> 'ok'"
    assert rows(home, unread) == ()


def test_each_response_is_in_the_archive(sampled):
    home, _ = sampled
    warehouse = Warehouse(home)
    captures = Memory(warehouse).all_captures()
    warehouse.close()  # or this process would hold the file against the next run
    assert len(captures) > 60
    with Archive(home / "archive") as archive:
        assert all(archive.read(capture).body for capture in captures)


def test_running_again_changes_nothing(sampled, tmp_path):
    home = shutil.copytree(sampled[0], tmp_path / "warehouse", symlinks=True)
    before = tables(home)
    again = evwatch("run", "--sample", "--direct", "--json", "--warehouse", str(home))
    assert again.returncode == 0, again.stderr
    counts = json.loads(again.stdout)["counts"]
    assert (counts["items_new"], counts["articles_judged"], counts["deals_new"], counts["deals_changed"]) == (0, 0, 0, 0)
    assert tables(home) == before


def test_the_edit_is_a_version_and_the_copy_points_to_its_original(sampled):
    home, _ = sampled
    assert len(rows(home, "SELECT * FROM articles WHERE version > 1")) == 1
    assert len(rows(home, "SELECT * FROM article_versions")) == 1
    originals = rows(home, "SELECT o.duplicate_of FROM articles a JOIN articles o ON o.article_id = a.duplicate_of")
    assert originals
    assert set(originals) == {(None,)}


def test_the_first_story_is_one_deal_from_all_its_tellers(sampled):
    home, _ = sampled
    sql = """SELECT deal_type, direction, status, CAST(announced_on AS VARCHAR), amount, place, outlet_count >= 5, len(languages) >= 5
        FROM deals WHERE deal_id IN (SELECT deal_id FROM deal_parties WHERE party_id LIKE '%cicc%') AND deal_type = 'fund'"""
    assert rows(home, sql) == (("fund", "inbound", "agreed", "2025-07-10", None, "Hangzhou", True, True),)


@pytest.mark.slow
def test_the_database_can_be_lost_and_comes_back_the_same(sampled, tmp_path):
    home = shutil.copytree(sampled[0], tmp_path / "warehouse", symlinks=True)
    before = tables(home)
    for path in (home / "private").glob("news.duckdb*"):
        path.unlink()
    done = evwatch("replay", "--yes", "--warehouse", str(home), "--sources", str(newsroom.SOURCES))
    assert done.returncode == 0, done.stderr
    assert tables(home) == before


@pytest.mark.slow
def test_a_replay_under_the_same_rules_changes_nothing(sampled, tmp_path):
    home = shutil.copytree(sampled[0], tmp_path / "warehouse", symlinks=True)
    done = evwatch("replay", "--dry-run", "--warehouse", str(home), "--sources", str(newsroom.SOURCES))
    assert "the replay gives the same tables" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
def test_import_adds_once(sampled, tmp_path):
    home = shutil.copytree(sampled[0], tmp_path / "warehouse", symlinks=True)
    brought = tmp_path / "mine.jsonl"
    story = {
        "title": "BYD to build a 1 billion dollar electric car plant in Manisa, Turkey",
        "text": "BYD signed with the Turkish ministry.",
        "published": "2024-07-08",
    }
    brought.write_text(json.dumps(story) + "\n{broken\n")
    first = evwatch("import", str(brought), "--warehouse", str(home), "--sources", str(newsroom.SOURCES))
    assert first.returncode == 1
    assert "mine.jsonl:2: expected a JSON object" in first.stderr
    assert "1 articles brought, 1 of them new, 1 flagged" in first.stdout
    again = evwatch("import", str(brought), "--warehouse", str(home), "--sources", str(newsroom.SOURCES))
    assert "1 articles brought, 0 of them new" in again.stdout


def test_a_broken_list_ends_with_2_and_every_mistake(tmp_path):
    listed = tmp_path / "sources.yaml"
    listed.write_text(
        "sources:\n- {source_id: a, name: A, url: 'ftp://a', kind: feed}\n- {source_id: a, name: B, url: 'http://b.example/', kind: fed}\n"
    )
    done = evwatch("run", "--direct", "--sources", str(listed), "--warehouse", str(tmp_path))
    assert done.returncode == 2
    assert "sources[0].url" in done.stderr
    assert "sources[1].kind" in done.stderr


def test_an_unknown_only_ends_with_2(tmp_path):
    done = evwatch("run", "--sample", "--direct", "--only", "nobody", "--warehouse", str(tmp_path))
    assert (done.returncode, "expected ids of the source list, found nobody" in done.stderr) == (2, True)


def test_a_second_run_ends_with_75_and_says_who_holds_the_lock(tmp_path):
    with held(tmp_path / "private" / "run.lock", purpose="a long run", now=datetime(2026, 1, 1, tzinfo=UTC)):
        done = evwatch("run", "--sample", "--direct", "--warehouse", str(tmp_path))
    assert done.returncode == 75
    assert "a long run" in done.stderr
