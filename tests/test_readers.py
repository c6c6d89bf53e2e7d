"""A reader in another process sees no error and nothing stale, while runs load and publish. Slow: twenty real runs."""

import asyncio
import json
import subprocess
import sys

import pytest

from benchmarks import newsroom
from flows import passes
from flows.opening import Options, opened

RUNS = 20
READER = """
import json, sys, time
import duckdb
from pathlib import Path
link, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen, reads = [], 0
while not stop.exists():
    if link.exists():
        with duckdb.connect(str(link), read_only=True) as connection:
            count = connection.execute("SELECT count(*) FROM articles").fetchall()[0][0]
            connection.execute("SELECT * FROM deal_ledger").fetchall()
        reads += 1
        if not seen or seen[-1] != count:
            seen.append(count)
    time.sleep(0.01)
print(json.dumps({"seen": seen, "reads": reads}))
"""


@pytest.mark.slow
def test_twenty_runs_under_a_reader(tmp_path):
    home, stop = tmp_path / "warehouse", tmp_path / "stop"
    reader = subprocess.Popen([sys.executable, "-c", READER, str(home / "news.duckdb"), str(stop)], stdout=subprocess.PIPE, text=True)
    listed = tmp_path / "sources.yaml"
    counts = []
    for run in range(1, RUNS + 1):
        with newsroom.serving(run) as (address, _):  # each run finds one page more on each host
            listed.write_text(newsroom.sources(2) + f"settings: {{pause_s: 0, private_hosts: {{'*.example': '{address}'}}}}\n")
            asyncio.run(_pass(listed, home))
        counts.append(_fresh(home))
    stop.touch()
    told = json.loads(reader.communicate(timeout=60)[0])
    assert reader.returncode == 0
    assert counts == [2 * run for run in range(1, RUNS + 1)]
    assert told["reads"] > RUNS
    assert told["seen"] == sorted(told["seen"])
    assert told["seen"][-1] == 2 * RUNS


async def _pass(listed, home):
    async with opened(Options(str(listed), str(home), force=True)) as context:
        await passes.run(passes.Pass(context))


def _fresh(home):
    """Return what a new reader sees right after a run."""
    count = (
        "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).execute('SELECT count(*) FROM articles').fetchall()[0][0])"
    )
    return int(subprocess.run([sys.executable, "-c", count, str(home / "news.duckdb")], capture_output=True, text=True, check=True).stdout)
