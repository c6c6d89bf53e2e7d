"""Where the labelled material lies: beside the checkout, or where EVWATCH_CORPUS points; tests skip where it is absent."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("EVWATCH_CORPUS", Path(__file__).resolve().parents[2] / "shared"))


def _found(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"labelled material not found at {path.name}: set EVWATCH_CORPUS to the folder that holds corpus/ and gold/")
    return path


def path(name: str) -> Path:
    """Return the path of a file of the corpus, or skip the test."""
    return _found(SHARED / "corpus" / name)


def gold(name: str) -> Path:
    """Return the path of a file of coded deals, or skip the test."""
    return _found(SHARED / "gold" / name)
