"""Whole runs on a disk that is full, read-only, or damaged: a line that says what to do, readers served, and nothing lost afterwards."""

import os
import subprocess

import pytest
from evwatch import evwatch, tables
from test_warehouse_faults import filled

from benchmarks import newsroom

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A small newsroom, and the tables of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("room")
    with newsroom.serving(3) as (address, _):
        settings = f"settings: {{pause_s: 0, extract_workers: 1, private_hosts: {{'*.example': '{address}'}}}}\n"
        (folder / "sources.yaml").write_text(newsroom.sources(2) + settings)
        words = ("run", "--direct", "--sources", str(folder / "sources.yaml"), "--warehouse")
        done = evwatch(*words, str(folder / "calm"))
        assert done.returncode == 0, done.stderr
        yield words, tables(folder / "calm"), folder / "calm"


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk needs the right to mount one: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("leave", [0, 300_000, 6_000_000])
def test_a_run_on_a_full_disk_says_so_and_the_next_one_makes_up_for_it(room, small_disk, leave):
    """From no room for the lock, over none for the archive, to none for the load."""
    words, expected, _ = room
    ballast = filled(small_disk, leave)
    done = evwatch(*words, str(small_disk / "w"))
    assert done.returncode == 1, done.stdout
    assert "the run failed, nothing is lost" in done.stderr, done.stderr
    assert "make room" in done.stderr
    assert "Traceback" not in done.stderr
    ballast.unlink()
    assert evwatch(*words, str(small_disk / "w"), "--force").returncode == 0
    assert tables(small_disk / "w") == expected


def test_a_read_only_folder_is_told_and_its_readers_are_served(room, small_disk):
    words, expected, calm = room
    subprocess.run(["cp", "-a", str(calm), str(small_disk / "w")], check=True)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = evwatch(*words, str(small_disk / "w"))
    assert done.returncode == 1
    assert "let evwatch write there" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert tables(small_disk / "w") == expected
    assert evwatch("status", "--warehouse", str(small_disk / "w")).returncode == 0
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert evwatch(*words, str(small_disk / "w"), "--force").returncode == 0


def test_a_damaged_database_is_named_and_replay_brings_it_back(room, tmp_path):
    words, expected, calm = room
    home = tmp_path / "w"
    subprocess.run(["cp", "-a", str(calm), str(home)], check=True)
    file = home / "private" / "news.duckdb"
    file.write_bytes(os.urandom(8192) + file.read_bytes()[8192:])
    done = evwatch(*words, str(home), "--force")
    assert done.returncode == 1
    assert "evwatch replay" in done.stderr, done.stderr
    assert tables(home) == expected
    replayed = evwatch("replay", "--yes", "--warehouse", str(home), "--sources", words[3])
    assert replayed.returncode == 0, replayed.stderr
    assert tables(home) == expected
