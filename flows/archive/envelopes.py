"""A response as a WARC/1.1 record in a gzip member of its own, and back. Pure: bytes in, bytes out.

The body is kept unpacked, so the headers that speak of its packing are kept under `x-archive-orig-`: any WARC reader gets a body that
fits its headers. What WARC has no place for travels as JSON in the `WARC-Evwatch` header; what HTTP cannot carry faithfully, too.
"""

import json
import re
import zlib
from base64 import b32encode
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BufferWARCWriter

from flows.records import Capture, Outcome, Response

Headers = tuple[tuple[str, str], ...]
NOTE = "WARC-Evwatch"
_HIDDEN = {"content-encoding", "transfer-encoding", "content-length"}
_KEPT = "x-archive-orig-"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?|")
_UNFIT = re.compile(r"[^!-~]")


class UnfitError(ValueError):
    """A record of the archive that cannot be read; the message says which and why."""


def digest(body: bytes) -> str:
    """Return the SHA-256 of a body, in hex."""
    return sha256(body).hexdigest()


def pack(response: Response, capture: Capture, refers_to: Capture | None = None) -> bytes:
    """Return the gzip member of one response; with `refers_to`, a revisit that holds no body of its own."""
    writer = BufferWARCWriter(gzip=False, warc_version="WARC/1.1")
    writer.write_record(_record(writer, response, capture, refers_to))
    return _gzip(writer.get_contents())


def warcinfo(name: str, software: str) -> bytes:
    """Return the gzip member that opens a file."""
    writer = BufferWARCWriter(gzip=False, warc_version="WARC/1.1")
    said = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    writer.write_record(writer.create_warcinfo_record(name, said))
    return _gzip(writer.get_contents())


def unpack(member: bytes, warc_file: str, warc_offset: int) -> tuple[Capture, Response, tuple[str, int] | None] | None:
    """Read one gzip member: capture, response, and for a revisit the file and offset that hold the body; None = a record of another kind.

    Raises UnfitError if it is not a record of ours, or damaged.
    """
    place = f"{warc_file}@{warc_offset}"
    try:
        record = next(iter(ArchiveIterator(BytesIO(member))))
        if record.rec_type not in {"response", "resource", "revisit"}:
            return None
        note = json.loads(record.rec_headers.get_header(NOTE) or "{}")
        body = record.content_stream().read()
        return _read(record, note, body, warc_file, warc_offset)
    except UnfitError:
        raise
    except Exception as error:
        raise UnfitError(f"{place}: expected a WARC record, found damage ({type(error).__name__}: {error})") from error


def _gzip(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(data) + packer.flush()


def _record(writer: Any, response: Response, capture: Capture, refers_to: Capture | None) -> Any:
    note = _note(response, capture, refers_to)
    payload_digest = f"sha256:{b32encode(bytes.fromhex(capture.sha256)).decode()}"
    said = {"WARC-Date": _date(response.fetched_at), NOTE: json.dumps(note, separators=(",", ":"))}
    target = _address(response.url)
    if capture.kind == "import" or response.status is None:
        said |= {"WARC-Payload-Digest": payload_digest, "Content-Type": _line(capture.content_type or "application/octet-stream")}
        return writer.create_warc_record(target, "resource", BytesIO(response.body), len(response.body), warc_headers_dict=said)
    headers = StatusAndHeaders(f"{response.status} {_reason(response.status)}", _shown(response), protocol="HTTP/1.1")
    if refers_to is not None:
        return writer.create_revisit_record(
            target, payload_digest, _address(refers_to.url), _date(refers_to.fetched_at), http_headers=headers, warc_headers_dict=said
        )
    said["WARC-Payload-Digest"] = payload_digest
    return writer.create_warc_record(
        target, "response", BytesIO(response.body), len(response.body), http_headers=headers, warc_headers_dict=said
    )


def _note(response: Response, capture: Capture, refers_to: Capture | None) -> dict[str, Any]:
    """Return what the standard headers do not say; only what is not evident, so that records stay small."""
    note: dict[str, Any] = {"source_id": capture.source_id, "item_id": capture.item_id, "kind": capture.kind, "run_id": capture.run_id}
    note |= {"outcome": response.outcome.value, "elapsed_ms": response.elapsed_ms, "sha256": capture.sha256, "status": response.status}
    if _address(response.url) != response.url:
        note["url"] = response.url
    if response.final_url != response.url:
        note["final_url"] = response.final_url
    if response.hops:
        note["hops"] = response.hops
    if (
        not all(_NAME.fullmatch(name) and _VALUE.fullmatch(value) for name, value in response.headers)
        or response.status is None
        or capture.kind == "import"
    ):
        note["headers"] = response.headers
    optional = {"error": response.error, "retry_after_s": response.retry_after_s, "content_type": capture.content_type}
    note |= {name: value for name, value in optional.items() if value is not None}
    if refers_to is not None:
        note["refers_to"] = [refers_to.warc_file, refers_to.warc_offset]
    return note


def _shown(response: Response) -> list[tuple[str, str]]:
    """Return the headers as a WARC reader may see them: one line each, and true of the unpacked body."""
    shown = [(f"{_KEPT}{name}" if name in _HIDDEN else name, value) for name, value in response.headers]
    clean = [(re.sub(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]", "-", name) or "-", _line(value)) for name, value in shown]
    return [*clean, ("content-length", str(len(response.body)))]


def _line(value: str) -> str:
    return re.sub(r"[^ -~]+", " ", value).strip()


def _address(url: str) -> str:
    """Return a URL in one line of ASCII."""
    return _UNFIT.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "surrogatepass")), url)


def _date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _reason(status: int) -> str:
    return {200: "OK", 404: "Not Found", 403: "Forbidden", 410: "Gone"}.get(status, "Status")


def _read(
    record: Any, note: dict[str, Any], body: bytes, warc_file: str, warc_offset: int
) -> tuple[Capture, Response, tuple[str, int] | None]:
    refers_to = note.get("refers_to")
    if refers_to is None and digest(body) != note.get("sha256"):
        raise UnfitError(f"{warc_file}@{warc_offset}: expected a body with digest {note.get('sha256')}, found {digest(body)}")
    url = note.get("url") or record.rec_headers.get_header("WARC-Target-URI")
    fetched_at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    headers: Headers = (
        tuple((name, value) for name, value in note["headers"]) if "headers" in note else _hidden(record.http_headers.headers)
    )
    response = Response(
        url=url,
        final_url=note.get("final_url", url),
        fetched_at=fetched_at,
        outcome=Outcome(note["outcome"]),
        status=note["status"],
        headers=headers,
        body=body,
        elapsed_ms=note["elapsed_ms"],
        error=note.get("error"),
        retry_after_s=note.get("retry_after_s"),
        hops=tuple(note.get("hops", ())),
    )
    capture = Capture(
        sha256=note["sha256"],
        url=url,
        final_url=response.final_url,
        source_id=note["source_id"],
        item_id=note["item_id"],
        kind=note["kind"],
        run_id=note["run_id"],
        fetched_at=fetched_at,
        http_status=note["status"],
        content_type=note.get("content_type"),
        warc_file=warc_file,
        warc_offset=warc_offset,
    )
    return capture, response, tuple(refers_to) if refers_to else None


def _hidden(shown: list[tuple[str, str]]) -> Headers:
    """Undo `_shown`."""
    return tuple((name.removeprefix(_KEPT), value) for name, value in shown[:-1])
