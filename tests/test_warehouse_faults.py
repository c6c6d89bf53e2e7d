"""What can happen to a warehouse: somebody holds it, the disk is full, it is killed, its file is damaged. Nothing is lost or doubled."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from warehouse_rows import HOUR, NOON, article, fetch, run, state, warehouse_at

from warehouse import CorruptError, NoRoomError, Warehouse, loading, publishing
from warehouse.rules import RULES, stored

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
START = f"""
import sys
sys.path[:0] = [{str(HERE)!r}, {str(HERE.parent)!r}]
from dataclasses import replace
from pathlib import Path
from flows.records import Outcome
from warehouse import *
from warehouse_rows import *
"""


def started(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", START + code, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def rows(warehouse, sql):
    with warehouse.reading() as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def warehouse(tmp_path):
    made = warehouse_at(tmp_path / "w")
    made.spool("first", {"runs": [run(1)]})
    made.load()
    yield made
    made.close()


HOLD = """
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reader")
connection.execute("SELECT 1").fetchall()
print("held", flush=True)
sys.stdin.read() if False else __import__("time").sleep(60)
"""


@pytest.mark.parametrize("how", ["reader", "writer"])
def test_a_held_private_file_defers_the_load_and_names_the_holder(warehouse, how):
    warehouse.close()
    holder = started(HOLD, warehouse.places.file, how)
    try:
        assert holder.stdout.readline() == "held\n"
        warehouse.spool("second", {"runs": [run(2)]})
        report = warehouse.load()
        assert report.loaded == ()
        assert [name.split("~")[0] for name in report.deferred] == ["second"]
        assert report.pid == holder.pid
        assert str(holder.pid) in report.reason
        publication = warehouse.publish()
        assert not publication.published
        assert str(holder.pid) in publication.reason
    finally:
        holder.kill()
        holder.communicate()
    assert len(warehouse.load().loaded) == 1
    assert rows(warehouse, "SELECT count(*) FROM runs") == [(2,)]


def test_a_second_loader_waits_its_turn_and_says_who_has_it(warehouse):
    holder = started(
        "import time\nfrom warehouse.opening import private\nfrom warehouse.places import Places\n"
        "with private(Places(Path(sys.argv[1]))).alone():\n    print('held', flush=True)\n    time.sleep(60)",
        warehouse.places.folder,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        warehouse.spool("second", {"runs": [run(2)]})
        report = warehouse.load(patience_s=0.2)
        assert report.pid == holder.pid
        assert len(report.deferred) == 1
    finally:
        holder.kill()
        holder.communicate()
    assert len(warehouse.load().loaded) == 1


def test_many_threads_spool_load_read_and_publish_at_once(warehouse):
    errors = []

    def work(number):
        try:
            for turn in range(6):
                warehouse.spool(f"t{number}-{turn}", {"runs": [run(100 * number + turn)], "feed_states": [state(f"s{number}")]})
                warehouse.load()
                rows(warehouse, "SELECT count(*) FROM runs")
                warehouse.publish()
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in a thread is told by the test
            errors.append(error)

    threads = [Thread(target=work, args=(number,)) for number in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    warehouse.publish()
    assert warehouse.ask("SELECT count(*) FROM runs").rows == ((19,),)
    assert warehouse.check() == ()


@pytest.mark.slow
def test_many_processes_load_the_same_spool_once(warehouse):
    for number in range(2, 30):
        warehouse.spool(f"b{number}", {"runs": [run(number)], "fetches": [fetch(at=NOON + number * HOUR)]})
    code = "w = Warehouse(sys.argv[1])\nfor turn in range(5): print(w.load().refused)\n"
    loaders = [started(code, warehouse.places.folder) for _ in range(4)]
    for loader in loaders:
        out, err = loader.communicate()
        assert set(out.splitlines()) == {"{}"}, err
    assert rows(warehouse, "SELECT count(*) FROM runs") == [(29,)]
    assert rows(warehouse, "SELECT count(*) FROM fetches") == [(28,)]
    assert len(list((warehouse.places.journal / "fetches").rglob("*.parquet"))) == 28


WORK = """
import os, random, signal, time
from flows.memory import ledger_tables
def tables(number):
    name = str(number)
    return {"runs": [run(number)], "items": [replace(item(name), outcome=Outcome.OK, tries=number)], "fetches": [fetch(at=NOON + number * HOUR)],
        "articles": [article(name, "text " * 200 + name), article("same", f"edit {number}", at=NOON + number * HOUR)], "flags": [flag(name)], "flag_evidence": flag(name).evidence,
        **report_tables(report(name))}

def work(folder):
    warehouse = Warehouse(folder)
    if warehouse.published():
        assert warehouse.ask("SELECT count(*) > 0 FROM load_log").rows == ((True,),)
    for number in range(3):
        warehouse.spool(f"run-{number}", tables(number))
        warehouse.spool(f"ledger-{number}", ledger_tables(ledger(*(f"d{n}" for n in range(number + 1)), reports=[str(n) for n in range(number + 1)])), whole_ledger=True)
        loaded = warehouse.load()
        assert not loaded.refused and not loaded.deferred, loaded
        done = warehouse.publish(f"run-{number}", keep=2)
        assert done.published or done.reason == "nothing new", done

def forked(folder):
    pid = os.fork()
    if not pid:
        code = 1
        try:
            work(folder)
            code = 0
        finally:
            os._exit(code)
    return pid

begun = time.monotonic()
assert os.waitpid(forked(sys.argv[1]), 0)[1] == 0
seconds, chance, kills, folders = time.monotonic() - begun, random.Random(7), 0, [sys.argv[2] + "0"]
while kills < 24:
    pid = forked(folders[-1])
    time.sleep(chance.uniform(0, seconds))
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended:  # it came to its end between kills: the next begins with an empty folder
        assert status == 0, status
        folders.append(f"{sys.argv[2]}{len(folders)}")
    else:
        kills += 1
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
assert os.waitpid(forked(folders[-1]), 0)[1] == 0
print(len(folders))
"""


def snapshot(warehouse):
    return {table: sorted(rows(warehouse, f"FROM {stored(table)}"), key=repr) for table in RULES} | {
        "past": sorted(rows(warehouse, "FROM article_past"), key=repr)
    }


@pytest.mark.slow
def test_killed_at_random_moments_the_tables_end_up_the_same(tmp_path):
    calm = warehouse_at(tmp_path / "calm")
    out, errors = started(WORK, calm.places.folder, tmp_path / "wild").communicate()
    assert out.strip().isdecimal(), errors
    expected = snapshot(calm)
    for number in range(int(out)):
        wild = Warehouse(tmp_path / f"wild{number}")
        assert snapshot(wild) == expected
        assert wild.check() == ()
        assert wild.ask("SELECT count(*) FROM runs").rows == ((3,),)
        assert [file for file in wild.places.published.iterdir() if file.name.startswith(".")] == []
        fresh = wild.rebuild()
        assert {one.table for one in wild.compare(fresh).tables}.isdisjoint({"runs", "items", "fetches", "deal_redirects"})
        fresh.close()
        wild.close()


def test_a_damaged_file_is_named_kept_and_stops_everything_until_it_is_rebuilt(warehouse):
    warehouse.publish("run-1")
    warehouse.close()
    file = warehouse.places.file
    file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])
    warehouse.spool("second", {"runs": [run(2)]})
    with pytest.raises(CorruptError, match=r"news\.duckdb: expected a sound database.*evwatch replay"):
        warehouse.load()
    assert len(list(warehouse.places.private.glob("news.corrupt-*.duckdb"))) == 1
    with pytest.raises(CorruptError, match="evwatch replay"):
        warehouse.publish()
    assert "evwatch replay" in warehouse.broken()
    assert warehouse.ask("SELECT count(*) FROM runs").rows == ((1,),)
    assert warehouse.waiting() == 1
    fresh = warehouse.rebuild()
    warehouse.swap(fresh)
    assert len(warehouse.load().loaded) == 1
    assert warehouse.publish("run-2").published
    assert warehouse.ask("SELECT count(*) FROM runs").rows == ((2,),)


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_a_cut_file_is_damage_too(warehouse, size):
    warehouse.close()
    file = warehouse.places.file
    file.write_bytes(file.read_bytes()[:size])
    warehouse.spool("second", {"runs": [run(2)]})
    try:
        warehouse.load()
    except CorruptError:
        warehouse.swap(warehouse.rebuild())
        warehouse.load()
    assert rows(warehouse, "SELECT count(*) FROM runs") == [(2,)]


def test_a_lost_file_is_noticed(warehouse):
    """An empty database in place of a lost one would be published over a good copy."""
    warehouse.publish("run-1")
    warehouse.close()
    warehouse.places.file.unlink()
    warehouse.spool("second", {"runs": [run(2)]})
    with pytest.raises(CorruptError, match="evwatch replay"):
        warehouse.load()
    warehouse.swap(warehouse.rebuild())
    warehouse.load()
    assert rows(warehouse, "SELECT count(*) FROM runs") == [(2,)]


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk needs the right to mount one: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def filled(folder, leave):
    """Fill the disk until only `leave` bytes are free."""
    ballast = folder / "ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    ballast.write_bytes(b"x" * max(0, free - leave))
    return ballast


@pytest.mark.parametrize("leave", [0, 40_000, 1_000_000, 3_000_000])
def test_a_full_disk_loses_nothing_at_any_stage(small_disk, monkeypatch, leave):
    monkeypatch.setattr(loading, "_ROOM", 0)
    monkeypatch.setattr(publishing, "_ROOM", 0)
    monkeypatch.setattr("warehouse.disk.require", lambda *_: None)  # as if somebody filled the disk after the check
    warehouse = warehouse_at(small_disk / "w")
    warehouse.spool("first", {"runs": [run(1)], "articles": [article("1", os.urandom(20_000).hex())]})
    assert warehouse.load().loaded
    assert warehouse.publish().published
    held = {"runs": [run(2)], "articles": [article("2", os.urandom(200_000).hex())]}
    warehouse.spool("second", held)
    ballast = filled(small_disk, leave)
    report = warehouse.load()
    spooled = {}
    try:
        warehouse.spool("third", {"runs": [run(3)], "articles": [article("3", os.urandom(300_000).hex())]})
        spooled[3] = True
    except NoRoomError:
        spooled = {}
    publication = warehouse.publish()
    if not publication.published:
        assert publication.reason
    assert warehouse.ask("SELECT count(*) >= 1 FROM runs").rows == ((True,),)
    warehouse.close()
    ballast.unlink()
    if report.deferred:
        assert "make room" in report.reason
    warehouse.load()
    wanted = {1, 2, *spooled}
    assert rows(warehouse, "SELECT count(*) FROM runs") == [(len(wanted),)]
    assert warehouse.publish().published or publication.published
    assert warehouse.ask("SELECT count(*), count(body) FROM articles").rows == ((len(wanted), len(wanted)),)
    warehouse.close()


def test_too_little_room_is_said_before_anything_is_tried(warehouse, monkeypatch):
    monkeypatch.setattr("warehouse.disk.shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000}))
    warehouse.spool("second", {"runs": [run(2)]})
    report = warehouse.load()
    assert "bytes free to load, found 1,000; make room" in report.reason
    assert "bytes free to publish" in warehouse.publish().reason
    monkeypatch.undo()
    assert len(warehouse.load().loaded) == 1


def test_a_file_too_large_to_write_leaves_no_batch(tmp_path):
    code = """
import resource, signal, os
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
w = Warehouse(sys.argv[1])
try:
    w.spool("big", {"articles": [article("1", os.urandom(100_000).hex())]})
except NoRoomError as error:
    print(w.waiting(), list(w.places.spool.iterdir()), "make room" in str(error))
"""
    done = started(code, tmp_path)
    out, errors = done.communicate()
    assert out == "0 [] True\n", errors


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said(warehouse):
    warehouse.places.spool.chmod(0o555)
    with pytest.raises(NoRoomError):
        warehouse.spool("second", {"runs": [run(2)]})


def test_a_lost_file_is_rebuilt_without_a_comparison(warehouse):
    warehouse.close()
    warehouse.places.file.unlink()
    fresh = warehouse.rebuild()
    assert warehouse.compare(fresh).tables == ()
    warehouse.swap(fresh)
    assert warehouse.broken() is None
    assert rows(warehouse, "SELECT count(*) FROM runs") == [(1,)]
