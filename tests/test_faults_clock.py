"""A clock that jumps, between two passes and within one: nothing is lost, nothing waits for years, no lock is taken for stale."""

from datetime import timedelta

import pytest
from passing import START, desk
from test_warehouse_faults import started
from warehouse_rows import run

from flows.locking import AlreadyRunningError, held
from warehouse import Warehouse

pytestmark = pytest.mark.slow

JUMPS = [timedelta(days=-1), timedelta(days=31), timedelta(days=-400), timedelta(days=365)]


async def test_between_two_passes_all_is_polled_and_read_whatever_the_clock_says(tmp_path, monkeypatch):
    async with desk(tmp_path, monkeypatch) as at:
        await at.run(force=False)
        for pages, jump in enumerate(JUMPS, 2):
            at.publish(pages)
            at.now += jump
            tally = await at.run(force=False)
            assert (tally["sources_polled"], tally["items_new"], tally["articles_new"]) == (2, 2, 2), jump
        assert at.rows("SELECT count(*), count(DISTINCT canonical_url) FROM articles") == ((10, 10),)
        assert at.rows("SELECT count(*) FROM items WHERE outcome = 'ok'") == ((10,),)
        assert at.rows("SELECT count(*) FROM runs WHERE outcome = 'completed'") == ((5,),)


async def test_within_a_pass_nothing_is_lost(tmp_path, monkeypatch):
    async with desk(tmp_path, monkeypatch) as at:
        at.publish(4)
        fetched = at.server.routes["feed0.example/1"]

        async def jump(writer, asked):
            at.now += timedelta(days=40)
            writer.write(fetched)
            await writer.drain()

        at.server.routes["feed0.example/1"] = jump
        await at.run()
        at.now = START - timedelta(days=2)
        await at.run(force=False)
        assert at.rows("SELECT count(*) FROM items WHERE outcome = 'ok'") == ((8,),)
        assert at.rows("SELECT count(*) FROM articles") == ((8,),)


async def test_a_next_try_planned_in_a_wrong_future_is_now(tmp_path, monkeypatch):
    async with desk(tmp_path, monkeypatch, hosts=1) as at:
        page = at.server.routes.pop("feed0.example/0")
        at.server.routes["feed0.example/0"] = b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n"
        at.later(days=31)
        await at.run()
        assert at.rows("SELECT outcome, next_try_at > TIMESTAMPTZ '2026-04-01 00:00:00+00' FROM items") == ((None, True),)
        at.server.routes["feed0.example/0"] = page
        at.now = START
        await at.run()
        assert at.rows("SELECT outcome FROM items") == (("ok",),)


def test_the_order_of_batches_outlives_a_clock_that_goes_back(tmp_path, monkeypatch):
    """A rebuild takes the journal in the order of arrival: the last word on a row must stay the last."""
    warehouse = Warehouse(tmp_path)
    warehouse.spool("first", {"runs": [run(1, outcome="running")]})
    warehouse.load()
    monkeypatch.setattr("warehouse.spooling.time_ns", lambda: 10**18)
    warehouse.spool("second", {"runs": [run(1, outcome="completed")]})
    warehouse.load()
    warehouse.swap(warehouse.rebuild())
    with warehouse.reading() as connection:
        assert connection.execute("SELECT outcome FROM runs").fetchall() == [("completed",)]
    warehouse.close()


HOLD = """
import time
from flows.locking import held
from datetime import datetime, UTC
with held(Path(sys.argv[1]), purpose="long", now=datetime(1999, 1, 1, tzinfo=UTC)):
    print("held", flush=True)
    time.sleep(60)
"""


def test_no_date_makes_a_held_lock_stale(tmp_path):
    holder = started(HOLD, tmp_path / "run.lock")
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunningError, match="long, since 1999"), held(tmp_path / "run.lock", purpose="x", now=START):
            pass
    finally:
        holder.kill()
        holder.communicate()
