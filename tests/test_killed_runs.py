"""Killed at any point, the next run goes on, and the tables end up as if nothing had happened. Slow: it really kills."""

import json
import os
import signal
import subprocess
import sys
import time

import dying
import pytest
from evwatch import ROOT, group, start, tables

from warehouse import Warehouse

pytestmark = pytest.mark.slow

KILLS = 20
RUN = ("run", "--sample", "--direct", *(word for name in dying.ONLY for word in ("--only", name)))


def died(*words: object) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT)]), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "dying.py"), *map(str, words)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def wild(tmp_path_factory):
    """A folder with a calm pass, and passes after as many kills as it took."""
    folder = tmp_path_factory.mktemp("wild")
    return folder, died("random", KILLS, 20250710, folder)


def test_kills_at_random_moments_change_nothing(wild):
    folder, homes = wild
    assert len(homes) >= 2
    expected = tables(folder / homes[0])
    assert len(expected["articles"]) > 15
    for home in homes[1:]:
        assert tables(folder / home) == expected, home


def test_deaths_at_every_boundary_change_nothing(wild, tmp_path):
    folder, homes = wild
    places = died("between", tmp_path)
    stages = ["recover", "poll-0", "load-items", "load-articles", "judge", "merge", "load-deals", "publish"]
    assert {f"after {stage}" for stage in stages} <= set(places)
    assert {"read-0: sync", "load-items: _transaction", "load-items: _leave", "publish: _copy", "publish: _point"} <= set(places)
    home = tmp_path / "home"
    assert tables(home) == tables(folder / homes[0])
    assert Warehouse(home).check() == ()
    assert [path for path in (home / "spool").iterdir() if not path.name.startswith(".")] == []
    assert list((home / "archive").rglob("*.open")) == []


def test_no_worker_outlives_a_killed_run(tmp_path):
    process = start(*RUN, "--warehouse", str(tmp_path))
    _wait(lambda: len(group(process.pid)) > 1, 60)  # it has a worker
    os.kill(process.pid, signal.SIGKILL)  # the run alone: its workers must notice by themselves
    process.wait()
    _wait(lambda: not group(process.pid), 20)


def _wait(until, seconds):
    ends = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < ends
        time.sleep(0.1)
