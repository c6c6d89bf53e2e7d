"""The Prefect way: the same pass, as a flow. Slow: each of these starts a Prefect server."""

import json
import os
import signal
import sqlite3
import subprocess
import time
import urllib.request
from datetime import UTC, datetime

import pytest
from evwatch import COMMAND, ROOT, evwatch, group, start, tables

from benchmarks import newsroom

EVER = datetime.min.replace(tzinfo=UTC)
pytestmark = [pytest.mark.slow, pytest.mark.prefect]


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A small newsroom with one dead feed: what `run` must be told of it, and the tables of a run without Prefect."""
    folder = tmp_path_factory.mktemp("room")
    dead = "  - {source_id: dead, name: Dead, url: 'http://feed9.example/nothing', kind: feed, language: en, country: GB}\n"
    with newsroom.serving(4) as (address, _):
        settings = f"settings: {{pause_s: 0, extract_workers: 1, private_hosts: {{'*.example': '{address}'}}}}\n"
        (folder / "sources.yaml").write_text(newsroom.sources(2) + dead + settings)
        words = ("--sources", str(folder / "sources.yaml"))
        done = evwatch("run", "--direct", *words, "--warehouse", str(folder / "without"))
        assert done.returncode == 0, done.stderr
        yield words, tables(folder / "without")


def test_a_run_through_prefect_gives_the_same_tables_as_one_without(room, tmp_path):
    """Also notices an orchestrator whose dependencies resolve but do not work together: its server would not start."""
    words, expected = room
    done = evwatch("run", "--json", *words, "--warehouse", str(tmp_path))
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(expected["articles"]) == 8
    assert tables(tmp_path) == expected
    _recorded(tmp_path)


def _recorded(home):
    """Check what Prefect's own database says of the run: its state by name, its task runs whole, its artifacts there."""
    with sqlite3.connect(home / "private" / "prefect" / "prefect.db") as database:
        assert database.execute("SELECT state_type, state_name FROM flow_run").fetchall() == [("COMPLETED", "Partial")]
        tasks = {row[0] for row in database.execute("SELECT name FROM task_run").fetchall()}
        assert {"recover", "poll-0", "read-0", "judge", "merge", "publish"} <= tasks
        keys = {row[0] for row in database.execute("SELECT key FROM artifact").fetchall()}
        assert {"evwatch-run", "evwatch-failing-sources"} <= keys


def test_serve_runs_on_schedule_survives_its_server_and_stops_cleanly(room, tmp_path):
    """One server for three faults: killed under a run of ours and under the schedule, and told to stop."""
    log, home, other = tmp_path / "serve.log", tmp_path / "home", tmp_path / "other"
    listed, expected = room
    with log.open("wb") as out:
        words = ["serve", "--every", "15s", *listed, "--port", "0", "--warehouse", str(home)]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        process = subprocess.Popen([*COMMAND, *words], cwd=ROOT, env=kept, stdout=out, stderr=out, start_new_session=True)
        try:
            _wait((home / "news.duckdb").exists, 300, log)
            server = next(line for line in log.read_text().splitlines() if line.startswith("Prefect server")).split()[2]
            _wait(lambda: _ended(server), 120, log)
            run = start("run", *listed, "--warehouse", str(other), PREFECT_API_URL=f"{server}/api")
            _wait(lambda: _poll_is_loaded(other), 120, log)
            begun = datetime.now(UTC)
            os.kill(_server_of(process.pid), signal.SIGKILL)
            assert run.wait(180) == 0
            assert tables(other) == expected
            _wait(lambda: _ended(server, begun), 240, log)
            assert tables(home) == expected
            assert len([one for one in _runs(server) if one["state_type"] == "RUNNING"]) <= 1
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    told = log.read_text()
    assert "Prefect's server died; starting it again" in told
    assert told.endswith("stopped\n"), told[-2000:]
    assert "astop' was never awaited" not in told  # Prefect's own way of stopping loses it
    _wait(lambda: not group(process.pid), 20, log)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(server, timeout=5).read()


def _poll_is_loaded(home):
    return any((home / "archive" / "journal" / "fetches").rglob("*poll*.parquet"))


def _server_of(serving: int) -> int:
    """Return the process id of the server that `evwatch serve` started; it leads a session of its own."""
    asked = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(serving)], capture_output=True, text=True, check=True).stdout
    return next(int(line.split()[0]) for line in asked.splitlines() if "prefect server start" in line)


def _ended(server: str, since: datetime | None = None) -> bool:
    """Whether a scheduled run that began after `since` is completed."""
    runs = [one for one in _runs(server) if one["state_type"] == "COMPLETED" and one["deployment_id"]]
    return any(datetime.fromisoformat(one["start_time"]) > (since or EVER) for one in runs)


def _runs(server: str) -> list[dict[str, str]]:
    """Return all runs but those still to come; none while the server is away."""
    wanted = json.dumps({"flow_runs": {"state": {"type": {"not_any_": ["SCHEDULED"]}}}}).encode()
    asked = urllib.request.Request(f"{server}/api/flow_runs/filter", wanted, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.load(answer)
    except OSError:
        return []


def _wait(until, seconds, log):
    ends = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < ends, log.read_text()[-3000:]
        time.sleep(0.5)
