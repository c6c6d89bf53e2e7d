"""Killed at any point, the next run goes on, and the tables end up as if nothing had happened. Slow: it really kills."""

import os
import signal
import subprocess
import time
from pathlib import Path
from random import Random

import pytest
from evwatch import evwatch, start, tables

KILLS = 20
ONLY = ("voltpost", "voltpost-companies", "hangyebao", "antrieb", "halfpress")  # an edit, a copy, GBK, a broken feed
RUN = ("run", "--sample", "--direct", *(word for name in ONLY for word in ("--only", name)))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    home = tmp_path_factory.mktemp("undisturbed")
    begun = time.monotonic()
    done = evwatch(*RUN, "--warehouse", str(home))
    assert done.returncode == 0, done.stderr
    return tables(home), time.monotonic() - begun


@pytest.mark.slow
def test_kills_at_random_moments_change_nothing(undisturbed, tmp_path):
    expected, seconds = undisturbed
    chance, kills, homes = Random(20250710), 0, 0
    while kills < KILLS:
        home = tmp_path / str(homes)
        process = start(*RUN, "--warehouse", str(home))
        try:
            process.wait(seconds * chance.uniform(0.1, 1.1))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
        else:  # it got to its end between kills: compare, and begin with an empty folder
            assert process.returncode == 0
            assert tables(home) == expected
            homes += 1
    done = evwatch(*RUN, "--warehouse", str(home))
    assert done.returncode == 0, done.stderr
    assert tables(home) == expected


@pytest.mark.slow
def test_no_worker_outlives_a_killed_run(tmp_path):
    process = start(*RUN, "--warehouse", str(tmp_path))
    time.sleep(6)
    os.kill(process.pid, signal.SIGKILL)  # the run alone: its workers must notice by themselves
    process.wait()
    ends = time.monotonic() + 20
    while alive := _group(process.pid):
        assert time.monotonic() < ends, f"still alive: {alive}"
        time.sleep(0.2)


def _group(leader: int) -> list[str]:
    """Return the living processes of a process group, from the kernel's own list."""
    found = []
    for process in (path for path in Path("/proc").iterdir() if path.name.isdigit()):
        try:
            state, _, group = (process / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it ended meanwhile
            continue
        if int(group) == leader and state != "Z":
            found.append(process.name)
    return found
