"""Nothing can be reached, or one source breaks and comes back: rows, words and notices of whole passes."""

import json
import socket
from datetime import timedelta

import pytest
from evwatch import evwatch
from passing import desk

from benchmarks import newsroom
from warehouse import Warehouse

pytestmark = pytest.mark.slow


def nobody() -> str:
    """Return an address on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def refusing(count):
    return newsroom.sources(count) + f"settings: {{private_hosts: {{'*.example': '{nobody()}'}}}}\n"


def nameless(count):
    """Names of as many registered domains: those of one would wait for one another."""
    return newsroom.sources(count).replace(".example/", "-no-such-name-8f3a1c.org/") + "settings: {timeout_s: 3}\n"


@pytest.mark.parametrize(("listed", "outcomes"), [(refusing, {"connection"}), (nameless, {"dns", "timeout"})])
def test_when_nothing_can_be_reached_a_run_ends_and_says_so_once(tmp_path, listed, outcomes):
    (tmp_path / "sources.yaml").write_text(listed(12))
    words = ["run", "--direct", "--sources", str(tmp_path / "sources.yaml"), "--warehouse", str(tmp_path / "w")]
    done = evwatch(*words)
    assert done.returncode == 0, done.stderr
    assert "Polled 12 sources: 0 fine, 12 failed" in done.stdout
    assert "Not one source could be reached" in done.stdout
    assert "is this machine online" in " ".join(done.stdout.split())
    assert sum("feed-" in line for line in done.stdout.splitlines()) == 1, done.stdout
    found = Warehouse(tmp_path / "w").ask("SELECT source_id, outcome FROM fetches WHERE kind = 'feed'").rows
    assert sorted(name for name, _ in found) == sorted(f"feed-{number}" for number in range(12))
    assert {outcome for _, outcome in found} <= outcomes
    again = evwatch(*words, "--force", "--json")
    told = json.loads(again.stdout)
    assert (again.returncode, told["cut_off"], told["counts"]["sources_failed"]) == (0, True, 12)
    shown = evwatch("status", "--warehouse", str(tmp_path / "w"))
    assert shown.returncode == 0, shown.stderr


async def test_after_all_were_down_everything_is_caught_up(tmp_path, monkeypatch):
    async with desk(tmp_path, monkeypatch, hosts=4) as at:
        await at.run(force=False)
        at.publish(3)
        at.write(nobody())
        for _ in range(5):
            at.later(minutes=90)
            tally = await at.run(force=False)
            assert tally["sources_failed"] == tally["sources_polled"]
        at.write()
        at.later(hours=24)  # whatever the pauses are, they end within a day
        tally = await at.run(force=False)
        assert (tally["sources_polled"], tally["sources_failed"], tally["items_new"]) == (4, 0, 8)
        assert at.rows("SELECT count(*), count(DISTINCT canonical_url) FROM articles") == ((12, 12),)


async def test_all_at_once_is_one_notice_and_one_of_many_is_its_own(tmp_path, monkeypatch):
    """Broken and repaired for real: a server that refuses one host, then everybody is cut off, then all is well again."""

    def notices(hours):
        asked = at.now - timedelta(hours=hours)
        return {(row["source_id"], row["notice"]) for row in Warehouse(at.home).answer("source_notices", {"since": str(asked)}).dicts()}

    async def hours(count):
        for _ in range(count // 2):
            at.later(hours=2)
            await at.run()

    async with desk(tmp_path, monkeypatch, hosts=4) as at:
        await hours(6)
        feed = at.server.routes["feed1.example/rss"]
        at.server.routes["feed1.example/rss"] = b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n"
        await hours(8)
        assert notices(7) == {("feed-1", "broke")}
        gaps = Warehouse(at.home).ask("SELECT source_id, reason, gap_to FROM coverage_gaps").rows
        assert gaps == (("feed-1", "failing", None),)
        at.server.routes["feed1.example/rss"] = feed
        await hours(2)
        assert notices(3) == {("feed-1", "recovered")}
        at.write(nobody())
        await hours(8)
        assert notices(7) == {("*", "broke")}
        at.write()
        await hours(2)
        assert notices(3) == {("*", "recovered")}
        assert len(Warehouse(at.home).ask("SELECT * FROM coverage_gaps WHERE gap_to IS NOT NULL").rows) == 5
