"""What README says can be typed, and what can be typed is in README."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from evwatch import ROOT

from flows.cli import _COMMANDS, evwatch

README = (ROOT / "README.md").read_text(encoding="utf-8")
TYPED = [line.strip() for line in README.splitlines() if line.startswith("    ")]
ASKED = [line.removeprefix("uv run evwatch ") for line in TYPED if "--warehouse sample-warehouse" in line]


@pytest.mark.parametrize("line", ASKED)
def test_every_question_can_be_asked(line, sampled, monkeypatch):
    monkeypatch.chdir(sampled[0].parent)
    done = CliRunner().invoke(evwatch, shlex.split(line))
    assert done.exit_code == 0, done.output
    assert len(done.output.splitlines()) > ("export" not in line)  # a file says the rest


def test_there_are_questions():
    assert len(ASKED) >= 6


def test_the_two_commands_of_a_fresh_machine():
    assert "pip install uv && uv run evwatch run --sample" in TYPED
    assert "uv run pytest" in TYPED
    assert " run --locked pytest\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_is_in_readme_and_helps(name):
    assert f"`evwatch {name}" in README
    helped = CliRunner().invoke(evwatch, [name, "--help"])
    assert helped.exit_code == 0, helped.output
    assert "Usage: evwatch" in helped.output.replace("cli ", "evwatch ")


def test_every_file_that_readme_names_is_there():
    named = [name for name in re.findall(r"\]\(([^)#]+)\)", README) if "//" not in name]
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_project_speaks_of_itself_alone():
    """No path of a machine in any text of the project."""
    texts = [
        path
        for folder in ("flows", "warehouse", "docs", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md", ".sql", ".toml"}
    ]
    found = [
        str(path) for path in [*texts, *ROOT.glob("*.md")] if re.search(r"/(home|root|work)/[a-z]", Path(path).read_text(encoding="utf-8"))
    ]
    assert found == []


def test_help_needs_nothing_heavy():
    """`--help` answers at once only as long as the command line's own module loads no library but click."""
    heavy = ["aiohttp", "duckdb", "prefect", "pyarrow", "pydantic", "rich", "trafilatura", "yaml"]
    check = f"import sys, flows.cli; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "[]"
