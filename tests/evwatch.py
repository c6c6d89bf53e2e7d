"""The command line as a user has it: a process, its exit code and its words; and a warehouse's tables, ready to be compared."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "flows"]

# What differs between two runs that found the same: clocks, run names, places in files.
_PASSING = {
    "run_id",
    "fetched_at",
    "first_seen_at",
    "first_reported_at",
    "last_reported_at",
    "reported_at",
    "since",
    "warc_file",
    "warc_offset",
    "tries",
    "next_try_at",
    "elapsed_ms",
}
CONCLUSIONS = (
    "articles",
    "article_versions",
    "flags",
    "flag_evidence",
    "reports",
    "report_parties",
    "report_amounts",
    "report_evidence",
    "parties",
)
LEDGER = ("deals", "deal_parties", "deal_amounts", "deal_events", "deal_articles", "deal_conflicts", "deal_redirects")
OBSERVED = ("sources", "items", "captures")


def evwatch(*words: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `evwatch` and wait for it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "EVWATCH_"))}
    return subprocess.run([*COMMAND, *words], cwd=cwd, env=kept | environment, capture_output=True, text=True, timeout=600, check=False)


def start(*words: str, **environment: str) -> subprocess.Popen[bytes]:
    """Start `evwatch` in a process group of its own, and do not wait."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([*COMMAND, *words], cwd=ROOT, env={**os.environ, **environment}, start_new_session=True, **quiet)


def group(leader: int) -> list[str]:
    """Return the living processes of a process group, from the kernel's own list."""
    found = []
    for process in (path for path in Path("/proc").iterdir() if path.name.isdigit()):
        try:
            state, _, led_by = (process / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it ended meanwhile
            continue
        if int(led_by) == leader and state != "Z":
            found.append(process.name)
    return found


def tables(home: Path, names: tuple[str, ...] = (*OBSERVED, *CONCLUSIONS, *LEDGER)) -> dict[str, list[str]]:
    """Return the published rows of these tables as sorted texts, without what differs between two runs that found the same."""
    with duckdb.connect(str(home / "news.duckdb"), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return {name: sorted(map(str, _rows(connection, name))) for name in names}


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[object, ...]]:
    columns = [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall() if row[0] not in _PASSING]
    listed = ", ".join(f'"{column}"' for column in columns)
    return connection.execute(f"SELECT {listed} FROM {name}").fetchall()
