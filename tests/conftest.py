"""One run over the bundled newsroom, shared by all tests that only look at it, in all processes of one test run."""

import fcntl
import json
from pathlib import Path

import pytest
from evwatch import evwatch
from hypothesis import settings

# The check must say of a change what it would have said yesterday; `pytest --hypothesis-profile=hunt` looks for what nobody has tried yet.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("hunt", max_examples=2000, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def sampled(tmp_path_factory, worker_id) -> tuple[Path, dict]:
    """The warehouse after one run over the newsroom, and what the run told; copy it before changing anything."""
    mine = tmp_path_factory.getbasetemp()
    shared = mine if worker_id == "master" else mine.parent
    home, told = shared / "sample-warehouse", shared / "told.json"
    with (shared / "sampled.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            done = evwatch("run", "--sample", "--direct", "--json", "--warehouse", str(home))
            assert done.returncode == 0, done.stderr
            told.write_text(done.stdout)
    return home, json.loads(told.read_text())
