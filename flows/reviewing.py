"""Decisions of people as a file: versioned text that can be kept beside code, read back, and carried to another warehouse.

Turns decisions into text and back; what they mean is merging's business, where they are stored is the warehouse's.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from flows.records import Decision, identity
from flows.steps.deals.decisions import ACTIONS
from warehouse import Warehouse

VERSION = 1  # of the file's form; raised when a field changes its meaning
_NAMES = tuple(field.name for field in fields(Decision))
_NEEDED = ("decision_id", "decided_at", "action", "subject")


def decision(
    at: datetime,
    action: str,
    subject: str,
    *,
    field: str | None = None,
    value: str | None = None,
    note: str | None = None,
    by: str | None = None,
) -> Decision:
    """Return a new decision; its id is made of all that was decided, so the same decision twice is one."""
    key = identity("decision", at.isoformat(), action, subject, field or "", value or "", by or "")
    return Decision(key, at, action, subject, field, value, note, by)


def stored(warehouse: Warehouse) -> tuple[Decision, ...]:
    """Return all decisions that are loaded, in their order. Raises HeldError."""
    with warehouse.reading() as connection:
        if connection is None:
            return ()
        columns = ", ".join(f'"{name}"' for name in _NAMES)
        rows = connection.execute(f"SELECT {columns} FROM decisions ORDER BY decided_at, decision_id").fetchall()  # noqa: S608 - own field names
    return tuple(Decision(*row) for row in rows)


def as_text(decisions: Iterable[Decision], suffix: str) -> str:
    """Return decisions as YAML, or for the suffix .jsonl as JSON lines; the first line tells the version."""
    rows = [{name: _plain(value) for name, value in asdict(one).items() if value is not None} for one in decisions]
    if suffix == ".jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ({"evwatch_decisions": VERSION}, *rows))
    return yaml.safe_dump({"evwatch_decisions": VERSION, "decisions": rows}, allow_unicode=True, sort_keys=False)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def from_text(text: str, path: Path) -> tuple[Decision, ...]:
    """Return the decisions of a file that `as_text` wrote. Raises ValueError that names the row, what was expected and what was found."""
    version, rows = _json_lines(text, path) if path.suffix == ".jsonl" else _yaml(text, path)
    if version != VERSION:
        raise ValueError(f"{path}: evwatch_decisions: expected version {VERSION}, found {version!r}")
    return tuple(_decision(row, f"{path}: decisions[{number}]") for number, row in enumerate(rows))


def _json_lines(text: str, path: Path) -> tuple[Any, Sequence[Any]]:
    try:
        head, *rows = (json.loads(line) for line in text.splitlines() if line.strip())
    except ValueError as error:
        raise ValueError(f"{path}: expected one JSON object a line, found: {error}") from error
    return head.get("evwatch_decisions") if isinstance(head, dict) else head, rows


def _yaml(text: str, path: Path) -> tuple[Any, Sequence[Any]]:
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: expected YAML, found: {error}") from error
    if isinstance(read, dict) and isinstance(read.get("decisions"), list):
        return read.get("evwatch_decisions"), read["decisions"]
    raise ValueError(f"{path}: expected evwatch_decisions and a list of decisions, found {type(read).__name__}")


def _decision(row: Any, where: str) -> Decision:
    given = set(row) if isinstance(row, Mapping) else set()
    if any(not row.get(name) for name in _NEEDED if given) or not given or given - set(_NAMES):
        raise ValueError(f"{where}: expected {', '.join(_NEEDED)} and no others than {', '.join(_NAMES)}, found {sorted(map(str, given))}")
    if row["action"] not in ACTIONS:
        raise ValueError(f"{where}.action: expected one of {', '.join(ACTIONS)}, found {row['action']!r}")
    text = {name: str(row[name]) if row.get(name) is not None else None for name in _NAMES}
    return Decision(
        decision_id=str(row["decision_id"]),
        decided_at=_time(row["decided_at"], where),
        action=str(row["action"]),
        subject=str(row["subject"]),
        field=text["field"],
        value=text["value"],
        note=text["note"],
        by=text["by"],
    )


def _time(value: Any, where: str) -> datetime:
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(f"{where}.decided_at: expected an ISO time, found {value!r}") from error
    if at.tzinfo is None:
        raise ValueError(f"{where}.decided_at: expected a time with its zone, found {value!r}")
    return at
