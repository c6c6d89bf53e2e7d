import fcntl
import json
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from flows.locking import AlreadyRunningError, held

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from flows.locking import held
with held(Path(sys.argv[1]), purpose="run", now=datetime(2026, 1, 2, tzinfo=UTC)):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_holder_is_told_who_has_it(tmp_path):
    lock = tmp_path / "deep" / "run.lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunningError, match=rf"process {holder.pid} \(run, since 2026-01-02"), held(lock, purpose="x", now=NOW):
            pass
        holder.kill()
    time.sleep(0.05)
    with held(lock, purpose="after a kill", now=NOW):
        assert json.loads(lock.read_text())["purpose"] == "after a kill"


def test_it_is_free_again_after_an_error(tmp_path):
    with pytest.raises(ValueError, match="inside"), held(tmp_path / "l", purpose="a", now=NOW):
        raise ValueError("inside")
    with held(tmp_path / "l", purpose="b", now=NOW):
        pass


def test_a_holder_that_has_not_signed_is_still_named(tmp_path):
    lock = tmp_path / "l"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(AlreadyRunningError, match="has not signed"), held(lock, purpose="b", now=NOW):
            pass
