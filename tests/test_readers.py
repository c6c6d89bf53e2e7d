"""A reader in another process sees no error and nothing stale, while runs load and publish. Slow: twenty real runs."""

import json
import subprocess
import sys

import pytest
from passing import desk

RUNS = 20
READER = """
import json, select, sys, time
import duckdb
from pathlib import Path
link, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen, reads = [], 0
while not stop.exists():
    asked = bool(select.select([sys.stdin], [], [], 0.02)[0]) and sys.stdin.readline()
    if link.exists():
        with duckdb.connect(str(link), read_only=True) as connection:
            count = connection.execute("SELECT count(*) FROM articles").fetchall()[0][0]
            connection.execute("SELECT * FROM deal_ledger").fetchall()
        reads += 1
        if not seen or seen[-1] != count:
            seen.append(count)
        if asked:
            print(count, flush=True)
print(json.dumps({"seen": seen, "reads": reads}))
"""


@pytest.mark.slow
async def test_twenty_runs_under_a_reader(tmp_path, monkeypatch):
    async with desk(tmp_path, monkeypatch) as at:
        link, stop = at.home / "news.duckdb", tmp_path / "stop"
        reader = _reader(link, stop)
        counts = []
        for run in range(1, RUNS + 1):  # each finds one page more on each host
            at.publish(run)
            at.later(hours=1)
            await at.run()
            counts.append(_asked(reader))
        stop.touch()
        told = json.loads(reader.communicate(timeout=60)[0])
    assert reader.returncode == 0
    assert counts == [2 * run for run in range(1, RUNS + 1)]
    assert told["reads"] > RUNS
    assert told["seen"] == sorted(told["seen"])
    assert told["seen"][-1] == 2 * RUNS


def _reader(link, stop):
    return subprocess.Popen([sys.executable, "-c", READER, str(link), str(stop)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _asked(reader):
    """Return what the reader, asked right after a run, sees."""
    reader.stdin.write("now\n")
    reader.stdin.flush()
    return int(reader.stdout.readline())
