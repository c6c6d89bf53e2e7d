"""What was observed is kept as Parquet for ever, apart from the database: `<table>/<month>/<sequence>~<batch>.parquet`.

Loose files of a month are packed into parts, so that years of runs stay a few files; a packed row keeps its number in `_seq`. A row
that is twice in the journal (a kill between packing and clearing) does no harm: the rules of the tables drop it on a rebuild.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import disk
from warehouse.places import Places
from warehouse.rules import OBSERVED
from warehouse.spooling import Batch

LOOSE = 96  # loose files of a month before they are packed
PARTS = 24  # parts of a month before they become one
_SEQUENCE = re.compile(r"(\d{20})~.*\.parquet")


def keep(places: Places, batch: Batch) -> None:
    """Move the observations of a loaded batch into the journal; doing it again after a kill finishes it."""
    month = datetime.fromtimestamp(batch.sequence / 1e9, UTC).strftime("%Y-%m")
    for table, file in batch.tables.items():
        if table in OBSERVED:
            disk.place(file, places.journal / table / month / f"{batch.sequence:020d}~{batch.name}.parquet")


def files(places: Places) -> dict[str, list[tuple[Path, int]]]:
    """Return the journal's files of each table in order of arrival, each with its number (that of its first row, if packed)."""
    found: dict[str, list[tuple[Path, int]]] = {}
    for table in OBSERVED:
        numbered = [
            (path, int(name.group(1))) for path in (places.journal / table).glob("*/*.parquet") if (name := _SEQUENCE.fullmatch(path.name))
        ]
        if numbered:
            found[table] = sorted(numbered, key=lambda one: one[1])
    return found


def compact(places: Places, *, loose: int = LOOSE, parts: int = PARTS) -> int:
    """Pack months with too many files and return how many files went."""
    return sum(_pack(month, loose, parts) for month in _months(places))


def _months(places: Places) -> Iterator[Path]:
    for table in OBSERVED:
        folder = places.journal / table
        if folder.is_dir():
            yield from sorted(month for month in folder.iterdir() if month.is_dir())


def _pack(month: Path, loose: int, parts: int) -> int:
    for stray in month.glob(".*"):
        stray.unlink()  # of a kill while packing
    single = sorted(file for file in month.glob("*.parquet") if "~part-" not in file.name)
    packed = sorted(month.glob("*~part-*.parquet"))
    if len(packed) >= parts:
        return _join(month, packed + single)
    return _join(month, single) if len(single) >= loose else 0


def _join(month: Path, old: list[Path]) -> int:
    """Write the rows of `old` as one part, in order, and only then remove `old`."""
    draft = month / f".{uuid4().hex}"
    sequence = min(_number(file) for file in old)
    schema = pa.unify_schemas([pq.read_schema(file) for file in old])
    if "_seq" not in schema.names:
        schema = schema.append(pa.field("_seq", pa.int64()))
    with pq.ParquetWriter(draft, schema, compression="zstd") as writer:
        for file in sorted(old, key=_number):
            writer.write_table(_numbered(pq.read_table(file), _number(file), schema))
    disk.flush(draft)
    disk.place(draft, month / f"{sequence:020d}~part-{uuid4().hex[:8]}.parquet")
    for file in old:
        file.unlink()
    return len(old)


def _number(file: Path) -> int:
    return int(file.name[:20])


def _numbered(rows: pa.Table, number: int, schema: pa.Schema) -> pa.Table:
    """Give rows their number, and columns that older files lack."""
    if "_seq" not in rows.column_names:
        rows = rows.append_column("_seq", pa.array([number] * rows.num_rows, pa.int64()))
    for field in schema:
        if field.name not in rows.column_names:
            rows = rows.append_column(field.name, pa.nulls(rows.num_rows, field.type))
    return rows.select(schema.names).cast(schema)
