"""Records become a batch on disk: a folder of Parquet files that appears whole or not at all, and waits there to be loaded.

Knows the tables' columns, not the database: spooling cannot fail because somebody holds a file.
"""

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path
from time import time_ns
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse import disk, schema
from warehouse.errors import NoRoomError, SpoolError
from warehouse.rules import FILLED, RULES, stored

Tables = Mapping[str, Sequence[Any]]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}")
_FOLDER = re.compile(r"(\d{20})~(.+)~([0-9a-f]{12})")
_HIGHEST = ".highest"  # file of the spool that keeps the highest number given
_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_TYPES: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "UUID": pa.string(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
    "VARCHAR[]": pa.list_(pa.string()),
    "UBIGINT[]": pa.list_(pa.uint64()),
}


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch in the spool."""

    path: Path
    sequence: int  # order of arrival
    name: str  # as given by whoever spooled it, and a digest of its content: the same content under the same name is the same batch

    @property
    def whole_ledger(self) -> bool:
        """Whether its deals are all there are."""
        return bool(json.loads((self.path / "batch.json").read_text("utf-8"))["whole_ledger"])

    @property
    def tables(self) -> dict[str, Path]:
        """The Parquet file of each table."""
        return {file.stem: file for file in sorted(self.path.glob("*.parquet"))}


def spool(folder: Path, name: str, tables: Tables, *, whole_ledger: bool = False) -> Path:
    """Write one batch and return its folder; writing the same batch again returns the one that is there.

    Raises SpoolError if a record does not fit its table, NoRoomError if the disk is full; then nothing is left behind.
    """
    if not _NAME.fullmatch(name):
        raise SpoolError(f"spool: expected a batch name of letters, digits and ._-, found {name!r}")
    arrow = {table: as_arrow(name, table, records) for table, records in tables.items() if len(records)}
    if whole_ledger:
        arrow.setdefault("deals", as_arrow(name, "deals", []))
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{uuid4().hex}"
    try:
        return _place(folder, draft, name, _write(draft, arrow, whole_ledger=whole_ledger))
    except OSError as error:
        raise NoRoomError(f"{folder}: batch {name} could not be written ({error}); make room and run again") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def pending(folder: Path) -> tuple[Batch, ...]:
    """Return the batches that wait, in order of arrival."""
    return tuple(_batches(folder))


def _batches(folder: Path) -> Iterator[Batch]:
    for path in sorted(folder.glob("*~*~*")):
        if found := _FOLDER.fullmatch(path.name):
            yield Batch(path, int(found.group(1)), f"{found.group(2)}~{found.group(3)}")


def _write(draft: Path, arrow: Mapping[str, pa.Table], *, whole_ledger: bool) -> str:
    """Write and flush the files of a batch, and return a digest of their content."""
    draft.mkdir()
    digest = sha256(b"whole" if whole_ledger else b"")
    for table, rows in sorted(arrow.items()):
        file = draft / f"{table}.parquet"
        pq.write_table(rows, file, compression="zstd")
        disk.flush(file)
        digest.update(table.encode() + file.read_bytes())
    note = draft / "batch.json"
    note.write_text(
        json.dumps({"whole_ledger": whole_ledger, "rows": {table: rows.num_rows for table, rows in sorted(arrow.items())}}), "utf-8"
    )
    disk.flush(note)
    disk.flush(draft)
    return digest.hexdigest()[:12]


def _place(folder: Path, draft: Path, name: str, digest: str) -> Path:
    known = sorted(folder.glob(f"*~{name}~{digest}"))
    if known:
        return known[0]
    sequence = max(time_ns(), _last(folder) + 1)
    target = folder / f"{sequence:020d}~{name}~{digest}"
    disk.place(draft, target)
    _note(folder, sequence)
    return target


def _last(folder: Path) -> int:
    """Return the highest number ever given, so that a clock that goes back never makes a later batch the older one."""
    noted = folder / _HIGHEST
    text = noted.read_text("ascii", "replace") if noted.exists() else ""
    return max([batch.sequence for batch in _batches(folder)] + [int(text) if text.isdecimal() else 0])


def _note(folder: Path, sequence: int) -> None:
    draft = folder / f"{_HIGHEST}.{uuid4().hex}"
    try:
        draft.write_text(f"{sequence}", "ascii")
        draft.replace(folder / _HIGHEST)
    except OSError:
        draft.unlink(missing_ok=True)  # a full disk costs the note, not the batch that is there already


def as_arrow(batch: str, table: str, records: Iterable[Any]) -> pa.Table:
    """Return records as an Arrow table with the columns of `table`.

    Raises SpoolError naming batch, table, column and, where one is to blame, the row.
    """
    columns = columns_of(batch, table)
    rows = list(records)
    arrays = [_array(f"spool: {batch}: {table}", column, rows) for column in columns]
    return pa.table(arrays, names=[column.name for column in columns])


def columns_of(batch: str, table: str) -> tuple[schema.Column, ...]:
    """Return the columns that records of `table` must have. Raises SpoolError for a table that is not spooled."""
    if table not in RULES:
        raise SpoolError(f"spool: {batch}: expected a table of {', '.join(RULES)}; found {table!r}")
    base = stored(table)
    columns = tuple(column for column in schema.tables()[base] if column.name not in FILLED.get(base, ()))
    return (*columns, schema.Column("body", "VARCHAR", nullable=False)) if table == "articles" else columns


def _array(place: str, column: schema.Column, rows: Sequence[Any]) -> "pa.Array[Any]":
    try:
        values = [_plain(getattr(row, column.name)) for row in rows]
    except AttributeError as error:
        raise SpoolError(f"{place}.{column.name}: expected records with this field, found none ({error})") from error
    try:
        array = pa.array(values, _TYPES[column.type])
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError) as error:
        raise SpoolError(f"{place}[{_culprit(values, column)}].{column.name}: expected {column.type}, found {error}") from error
    _check(place, column, values, array)
    return array


def _plain(value: Any) -> Any:
    """Return what Arrow takes: enum members as text, text without what no UTF-8 file can hold (NUL, lone surrogates)."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return value if value.isascii() and "\0" not in value else value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, tuple | frozenset | list):
        return [_plain(one) for one in value]
    if getattr(value, "tzinfo", 0) is None:
        raise SpoolError(f"spool: expected times with a zone, found the naive {value!r}")
    return value


def _check(place: str, column: schema.Column, values: Sequence[Any], array: "pa.Array[Any]") -> None:
    if not column.nullable and array.null_count:
        raise SpoolError(f"{place}[{values.index(None)}].{column.name}: expected a value, found None")
    if column.type == "UUID":
        fits = pc.match_substring_regex(array, _UUID)
        if pc.any(pc.invert(fits)).as_py():
            row = fits.to_pylist().index(False)
            raise SpoolError(f"{place}[{row}].{column.name}: expected an id made by `identity` (a UUID), found {values[row]!r}")


def _culprit(values: Sequence[Any], column: schema.Column) -> str:
    for row, value in enumerate(values):
        try:
            pa.array([value], _TYPES[column.type])
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError):
            return str(row)
    return "?"
