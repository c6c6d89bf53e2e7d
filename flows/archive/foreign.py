"""WARC files of others: their HTML responses, one at a time, whatever else and however much they hold."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from flows.records import Outcome, Response

_LARGEST = 20 * 2**20  # bytes of one body; what is longer is passed over
_OK = "200"


class ForeignError(ValueError):
    """A file that is no readable WARC; the message says where reading ended."""


def responses(path: Path) -> Iterator[Response]:
    """Yield the successful HTML responses of the WARC file at `path`, in its order. Raises ForeignError where it is damaged."""
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        while True:
            try:
                record = next(records, None)
                found = _response(record) if record is not None else None
            except (ArchiveLoadFailed, zlib.error, EOFError, ValueError, UnicodeDecodeError) as error:
                raise ForeignError(f"{path.name}: expected a WARC record, found damage after {file.tell():,} bytes ({error})") from error
            if record is None:
                return
            if found:
                yield found


def _response(record: object) -> Response | None:
    headers = getattr(record, "http_headers", None)
    if getattr(record, "rec_type", "") != "response" or headers is None or headers.get_statuscode() != _OK:
        return None
    if "html" not in (headers.get_header("Content-Type") or ""):
        return None
    body = record.content_stream().read(_LARGEST + 1)  # type: ignore[attr-defined] # warcio ships no types
    if len(body) > _LARGEST:
        return None
    named = record.rec_headers  # type: ignore[attr-defined] # as above
    url = named.get_header("WARC-Target-URI")
    return Response(
        url=url,
        final_url=url,
        fetched_at=datetime.fromisoformat(named.get_header("WARC-Date")).astimezone(UTC),
        outcome=Outcome.OK,
        status=200,
        headers=tuple((name.lower(), value) for name, value in headers.headers),
        body=body,
        elapsed_ms=0,
    )
