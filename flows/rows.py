"""Rows of the database as records: the columns that a record needs, and the record that a row makes. Knows no table."""

from collections.abc import Hashable
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, cast, get_args, get_type_hints

_NOT_COLUMNS = {"evidence"}  # nested records that have a table of their own
_UUIDS = {"item_id", "article_id", "report_id", "duplicate_of", "anchor_report_id", "revision_of"}


def columns(record: type[Any]) -> str:
    """Return what to select for a record, ids as text."""
    return ", ".join(
        f'CAST("{name}" AS VARCHAR) AS "{name}"' if name in _UUIDS else f'"{name}"' for name in _names(cast("Hashable", record))
    )


@cache
def _names(record: Hashable) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cast("Any", record)) if field.name not in _NOT_COLUMNS)


@cache
def maker(record: Hashable) -> Any:
    """Return a function that makes a record of a row: lists become tuples, names become members of their enum."""
    cls = cast("type[Any]", record)
    turns = [_turn(hint) for name, hint in get_type_hints(cls).items() if name not in _NOT_COLUMNS]
    needed = [(index, turn) for index, turn in enumerate(turns) if turn]

    def make(row: tuple[Any, ...]) -> Any:
        values = list(row)
        for index, turn in needed:
            if values[index] is not None:
                values[index] = turn(values[index])
        return cls(*values)

    return make


def _turn(hint: Any) -> Any:
    for option in get_args(hint) if isinstance(hint, UnionType) else (hint,):
        if option is datetime:
            return _utc
        if isinstance(option, type) and issubclass(option, StrEnum):
            return option
        if getattr(option, "__origin__", None) is tuple:
            return tuple
    return None


def _utc(value: datetime) -> datetime:
    """Return the time in the standard library's UTC: the database says the same with another library's."""
    return value.replace(tzinfo=UTC)
