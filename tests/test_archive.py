"""The archive keeps every response exactly, in files that any WARC reader reads, and survives being killed at any byte."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from flows.archive import Archive, ArchiveError
from flows.records import Outcome, Response, identity

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
HEADERS = (("content-type", "text/html; charset=utf-8"), ("content-encoding", "br"), ("content-length", "12"), ("etag", '"a"'))


def answer(url="http://voltpost.example/a", body=b"<p>text</p>", at=NOON, headers=HEADERS, **more):
    given = {"final_url": url, "outcome": Outcome.OK, "status": 200, "elapsed_ms": 12}
    return Response(url=url, fetched_at=at, headers=headers, body=body, **(given | more))


def put(archive, response, item="a", kind="page", source="voltpost", run="20260301T120000Z-aaaaaa"):
    return archive.append(response, source_id=source, item_id=identity(item) if item else None, kind=kind, run_id=run)


def warcs(folder):
    return sorted(folder.rglob("*.warc.gz*"))


def standard(folder):
    """Read all files as any WARC tool would, digests checked."""
    found = []
    for path in warcs(folder):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                body = record.content_stream().read()
                found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), body))
    return found


def test_what_goes_in_comes_out(tmp_path):
    response = answer(final_url="http://voltpost.example/b", hops=("http://x.example/1",), error="slow", retry_after_s=7)
    with Archive(tmp_path) as archive:
        capture = put(archive, response)
        archive.sync()
        assert archive.read(capture) == response
    assert Archive(tmp_path).read(capture) == response
    assert list(Archive(tmp_path).walk()) == [(capture, response)]


def test_standard_readers_read_every_kind_of_record(tmp_path):
    with Archive(tmp_path) as archive:
        put(archive, answer())
        put(archive, answer(), item="b")  # the same body for another item: a revisit
        put(archive, answer(url="file:mine.jsonl", body=b'{"title": "x"}', status=None, headers=()), kind="import")
        put(archive, answer(url="http://voltpost.example/feed", body="<rss>电池</rss>".encode()), item=None, kind="feed")
    kinds = [(kind, body) for kind, _, body in standard(tmp_path)]
    assert kinds[0][0] == "warcinfo"
    assert kinds[1:] == [
        ("response", b"<p>text</p>"),
        ("revisit", b""),
        ("resource", b'{"title": "x"}'),
        ("response", "<rss>电池</rss>".encode()),
    ]


def test_headers_fit_the_unpacked_body_for_standard_readers(tmp_path):
    with Archive(tmp_path) as archive:
        put(archive, answer())
    with warcs(tmp_path)[0].open("rb") as file:
        record = next(one for one in ArchiveIterator(file) if one.rec_type == "response")
        assert record.http_headers.get_header("content-encoding") is None
        assert record.http_headers.get_header("x-archive-orig-content-encoding") == "br"
        assert record.http_headers.get_header("content-length") == str(len(b"<p>text</p>"))


def test_the_same_body_is_stored_once(tmp_path):
    with Archive(tmp_path) as archive:
        first = put(archive, answer())
        again = put(archive, answer(at=NOON + timedelta(hours=1)))
        other = put(archive, answer(at=NOON + timedelta(hours=2)), item="b")
        assert again == first
        assert other.warc_offset > first.warc_offset
        assert archive.read(other).body == b"<p>text</p>"
    with Archive(tmp_path) as later:
        later.remember([first])
        assert put(later, answer(at=NOON + timedelta(days=1)), run="20260302T120000Z-bbbbbb") == first


def test_a_changed_body_is_stored_again(tmp_path):
    with Archive(tmp_path) as archive:
        put(archive, answer())
        put(archive, answer(body=b"<p>edited</p>", at=NOON + timedelta(hours=1)))
        assert [response.body for _, response in archive.walk()] == [b"<p>text</p>", b"<p>edited</p>"]


def test_walk_is_in_order_of_time_over_files_and_days(tmp_path):
    times = [
        NOON + timedelta(hours=11, minutes=50),
        NOON,
        NOON + timedelta(hours=13),
        NOON + timedelta(days=3),
        NOON + timedelta(hours=11, minutes=59),
    ]
    for number, at in enumerate(times):
        with Archive(tmp_path) as archive:
            put(archive, answer(body=b"%d" % number, at=at), run=f"run{number}")
            put(archive, answer(body=b"late %d" % number, at=at + timedelta(minutes=30)), run=f"run{number}")
    seen = [response.fetched_at for _, response in Archive(tmp_path).walk()]
    assert seen == sorted(seen)
    assert len(seen) == 10
    assert [response.fetched_at for _, response in Archive(tmp_path).walk(since=times[2])] == [at for at in seen if at >= times[2]]


def test_files_are_closed_when_they_grow_too_large(tmp_path):
    with Archive(tmp_path, file_bytes=2000) as archive:
        captures = [put(archive, answer(url=f"http://voltpost.example/{n}", body=bytes([n]) * 10), item=str(n)) for n in range(20)]
        archive.sync()
    assert len(warcs(tmp_path)) > 3
    assert [Archive(tmp_path).read(capture).body[:1] for capture in captures] == [bytes([n]) for n in range(20)]
    assert not list(tmp_path.rglob("*.open"))


def killed(folder, responses):
    """Leave an unfinished file, as a killed run would."""
    archive = Archive(folder)
    captures = [put(archive, response, item=str(n)) for n, response in enumerate(responses)]
    archive.close(finish=False)
    return captures


@pytest.mark.slow
def test_a_tail_torn_at_any_byte_is_cut_back_to_the_last_whole_record(tmp_path):
    captures = killed(
        tmp_path / "whole", [answer(body=b"first", url="http://a.example/1"), answer(body=b"second", url="http://a.example/2")]
    )
    data = warcs(tmp_path / "whole")[0].read_bytes()
    for length in range(captures[1].warc_offset, len(data)):
        folder = tmp_path / f"torn{length}"
        torn = folder / f"{captures[0].warc_file}.open"
        torn.parent.mkdir(parents=True)
        torn.write_bytes(data[:length])
        with Archive(folder) as archive:
            assert archive.repair() == (captures[0],)
            assert torn.stat().st_size == captures[1].warc_offset
            assert archive.read(captures[0]).body == b"first"
            later = put(archive, answer(body=b"third", url="http://a.example/3"))
        assert Archive(folder).read(later).body == b"third"
        assert [body for kind, _, body in standard(folder) if kind == "response"] in ([b"first", b"third"], [b"third", b"first"])


def test_garbage_after_the_last_record_is_cut(tmp_path):
    captures = killed(tmp_path, [answer()])
    path = warcs(tmp_path)[0]
    whole = path.read_bytes()
    path.write_bytes(whole + b"\0" * 5000)
    with Archive(tmp_path) as archive:
        assert list(archive.repair()) == captures
        assert path.read_bytes() == whole


def test_damage_in_the_middle_costs_only_the_damaged_record(tmp_path):
    captures = killed(tmp_path, [answer(url=f"http://a.example/{n}", body=b"%d" % n * 50) for n in range(5)])
    path = warcs(tmp_path)[0]
    data = bytearray(path.read_bytes())
    data[captures[2].warc_offset + 40] ^= 0xFF
    path.write_bytes(data)
    with Archive(tmp_path) as archive:
        assert list(archive.repair()) == [captures[0], captures[1], captures[3], captures[4]]
        with pytest.raises(ArchiveError, match="damage"):
            archive.read(captures[2])


def test_repair_leaves_out_what_is_known_and_finds_the_rest_again_until_it_is_settled(tmp_path):
    captures = killed(tmp_path, [answer(url=f"http://a.example/{n}") for n in range(3)])
    first = Archive(tmp_path)
    assert list(first.repair(lambda names: captures[:1])) == captures[1:]
    first.close(finish=False)
    second = Archive(tmp_path)
    assert list(second.repair(lambda names: captures[:1])) == captures[1:]
    second.close()
    assert Archive(tmp_path).repair() == ()
    assert [capture for capture, _ in Archive(tmp_path).walk()] == captures


def test_repair_keeps_off_a_file_that_somebody_writes(tmp_path):
    with Archive(tmp_path) as writer:
        put(writer, answer())
        with Archive(tmp_path) as other:
            assert other.repair() == ()
        assert len(list(tmp_path.rglob("*.open"))) == 1


def test_an_error_leaves_the_file_open_to_repair(tmp_path):
    def broken_pass():
        with Archive(tmp_path) as archive:
            captures.append(put(archive, answer()))
            raise RuntimeError

    captures = []
    with pytest.raises(RuntimeError):
        broken_pass()
    assert Archive(tmp_path).repair() == tuple(captures)


def test_old_files_are_pruned_and_reading_them_says_so(tmp_path):
    with Archive(tmp_path) as archive:
        old = put(archive, answer(), run="old")
        new = put(archive, answer(at=NOON + timedelta(days=40), body=b"new"), run="new")
    archive = Archive(tmp_path)
    assert archive.prune(NOON + timedelta(days=30)) == (old.warc_file,)
    assert archive.read(new).body == b"new"
    with pytest.raises(ArchiveError, match="dropped by age"):
        archive.read(old)
    assert [capture for capture, _ in archive.walk()] == [new]


def test_a_wrong_digest_is_refused(tmp_path):
    with Archive(tmp_path) as archive:
        capture = put(archive, answer())
        with pytest.raises(ArchiveError, match="another record"):
            archive.read(replace(capture, sha256="0" * 64))


text = st.text(max_size=40)
responses = st.builds(
    Response,
    url=text.map(lambda tail: "http://a.example/" + tail),
    final_url=text,
    fetched_at=st.integers(0, 2**31).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    outcome=st.just(Outcome.OK),
    status=st.integers(100, 599),
    headers=st.lists(st.tuples(text, text), max_size=5).map(tuple),
    body=st.binary(max_size=200),
    elapsed_ms=st.integers(0, 10**6),
    error=st.none() | text,
    retry_after_s=st.none() | st.integers(0, 10**6),
    hops=st.lists(text, max_size=3).map(tuple),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(responses, st.sampled_from(["page", "feed", "import"]))
def test_any_response_survives_exactly_and_stays_readable_by_others(tmp_path, response, kind):
    folder = tmp_path / identity(repr(response), kind)
    with Archive(folder) as archive:
        capture = put(archive, response, kind=kind)
        archive.sync()
        assert archive.read(capture) == response
    assert [(one, other) for one, other in Archive(folder).walk()] == [(capture, response)]
    assert standard(folder)[1][2] == response.body


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path):
    code = f"""
import resource, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_archive import *
archive = Archive({str(tmp_path)!r})
capture = put(archive, answer())
resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
import os
try:
    put(archive, answer(body=os.urandom(20000)))
except ArchiveError as error:
    assert "make room" in str(error), error
    archive.close(finish=False)
    print("told")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False)
    assert done.stdout == "told\n", done.stderr
    assert [response for _, response in Archive(tmp_path).walk()] == [answer()]


@pytest.mark.slow
def test_killed_at_random_moments_nothing_synced_is_lost(tmp_path):
    """Twenty writers, forked by one program, each killed after a few of its promises."""
    code = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_archive import *
folder = Path({str(tmp_path)!r})

def write(promises):
    archive, n = Archive(folder), 0
    while True:
        n += 1
        put(archive, answer(url=f"http://a.example/{{n}}", body=bytes(str(n), "ascii") * 500), item=str(n))
        if n % 5 == 0:
            archive.sync()
            os.write(promises, b"%d\\n" % n)

for number in range(20):
    reading, promises = os.pipe()
    writer = os.fork()
    if not writer:
        write(promises)
    os.close(promises)
    with os.fdopen(reading) as pipe:
        lines = [pipe.readline() for _ in range(2 + number)]
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        lines += pipe.readlines()
    promised = int(lines[-1])
    with Archive(folder) as archive:
        recovered = archive.repair()
        assert len(recovered) >= promised
        assert [archive.read(capture).url for capture in recovered] == [f"http://a.example/{{n + 1}}" for n in range(len(recovered))]
print("sound")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[1], check=False)
    assert done.stdout == "sound\n", done.stderr
    standard(tmp_path)
