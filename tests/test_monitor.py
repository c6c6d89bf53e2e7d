"""The Prefect way: the same pass, as a flow. Slow: each of these starts a Prefect server."""

import json
import os
import signal
import sqlite3
import subprocess
import time
import urllib.request

import pytest
from evwatch import COMMAND, ROOT, evwatch, tables

pytestmark = [pytest.mark.slow, pytest.mark.prefect]


def test_a_run_through_prefect_gives_the_same_tables_as_one_without(tmp_path):
    """Also notices an orchestrator whose dependencies resolve but do not work together: its server would not start."""
    through, without = tmp_path / "through", tmp_path / "without"
    done = evwatch("run", "--sample", "--json", "--warehouse", str(through))
    assert done.returncode == 0, done.stderr[-2000:]
    assert evwatch("run", "--sample", "--direct", "--json", "--warehouse", str(without)).returncode == 0
    assert tables(through) == tables(without)
    _recorded(through)


def _recorded(home):
    """Check what Prefect's own database says of the run: its state by name, its task runs whole, its artifacts there."""
    with sqlite3.connect(home / "private" / "prefect" / "prefect.db") as database:
        assert database.execute("SELECT state_type, state_name FROM flow_run").fetchall() == [("COMPLETED", "Partial")]
        tasks = {row[0] for row in database.execute("SELECT name FROM task_run").fetchall()}
        assert {"recover", "poll-0", "read-0", "judge", "merge", "publish"} <= tasks
        keys = {row[0] for row in database.execute("SELECT key FROM artifact").fetchall()}
        assert {"evwatch-run", "evwatch-failing-sources"} <= keys


def test_serve_runs_on_schedule_and_stops_cleanly(tmp_path):
    log = tmp_path / "serve.log"
    with log.open("wb") as out:
        words = ["serve", "--every", "30s", "--sample", "--port", "0", "--warehouse", str(tmp_path / "home")]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        process = subprocess.Popen([*COMMAND, *words], cwd=ROOT, env=kept, stdout=out, stderr=out, start_new_session=True)
        try:
            _wait((tmp_path / "home" / "news.duckdb").exists, 300, log)
            server = next(line for line in log.read_text().splitlines() if line.startswith("Prefect server")).split()[2]
            _wait(lambda: "COMPLETED" in _states(server), 120, log)
            assert _states(server).count("RUNNING") <= 1
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(server, timeout=5).read()


def _states(server: str) -> list[str]:
    asked = urllib.request.Request(f"{server}/api/flow_runs/filter", b"{}", {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return [run["state_type"] for run in json.load(answer)]


def _wait(until, seconds, log):
    ends = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < ends, log.read_text()[-3000:]
        time.sleep(0.5)
