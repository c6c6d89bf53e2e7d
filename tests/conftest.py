"""One run over the bundled newsroom, shared by all tests that only look at it."""

import json
from pathlib import Path

import pytest
from evwatch import evwatch


@pytest.fixture(scope="session")
def sampled(tmp_path_factory) -> tuple[Path, dict]:
    """The warehouse after one run over the newsroom, and what the run told."""
    home = tmp_path_factory.mktemp("sampled") / "sample-warehouse"
    done = evwatch("run", "--sample", "--direct", "--json", "--warehouse", str(home))
    assert done.returncode == 0, done.stderr
    return home, json.loads(done.stdout)
