from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flows.records import Item, Outcome, Source, identity
from flows.records.sources import Kind
from flows.steps import batching, seeding

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def item(url: str | None, hours: int = 0, source: str = "s", dated: bool = True) -> Item:
    return Item(
        item_id=identity(source, url or "", str(hours)),
        source_id=source,
        guid=None,
        url=url,
        canonical_url=url,
        title="t",
        summary="",
        author=None,
        outlet=None,
        language=None,
        published_at=NOW + timedelta(hours=hours) if dated else None,
        published_from="feed",
        first_seen_at=NOW,
    )


def host(url: str) -> str:
    return url.split("/")[2]


def test_items_of_one_page_stand_together_oldest_first():
    late, early = item("http://a/1", 5, "x"), item("http://a/1", 1, "y")
    other = item("http://a/2", 3)
    assert batching.groups([late, other, early]) == ((early, late), (other,))


def test_a_line_per_domain_capped_and_one_for_items_without_pages():
    items = [item(f"http://a/{n}", n) for n in range(5)] + [item("http://b/1")] + [item(None, n) for n in range(4)]
    found = batching.lines(items, host, most=2)
    assert [len(line) for line in found] == [4, 2, 1]
    assert [group[0].url for group in found[1]] == ["http://a/0", "http://a/1"]


@given(st.lists(st.integers(1, 30), max_size=40), st.integers(1, 20))
def test_packing_keeps_every_line_whole(lengths, size):
    lines = [tuple((item(f"http://{n}/{m}"),) for m in range(length)) for n, length in enumerate(lengths)]
    packed = batching.pack(lines, size)
    assert sorted(len(line) for batch in packed for line in batch) == sorted(lengths)
    assert all(sum(map(len, batch)) <= size or len(batch) == 1 for batch in packed)


@given(st.lists(st.text(), max_size=50), st.integers(1, 20))
def test_batches_hold_each_name_once(names, size):
    dealt = batching.batches(names, size)
    assert sorted(name for batch in dealt for name in batch) == sorted(names)
    assert all(0 < len(batch) <= size for batch in dealt)


def test_a_new_source_is_read_from_its_newest_items_only():
    source = Source("s", "S", "http://s/", Kind.FEED, max_age_days=1)
    items = [item("http://s/old", -48), *(item(f"http://s/{n}", -n) for n in range(5)), item("http://s/undated", 0, dated=False)]
    seeded = seeding.seed(items, source, NOW, pages=3)
    assert [one.url for one in seeded if one.outcome is None] == ["http://s/0", "http://s/1", "http://s/2"]
    assert {one.outcome for one in seeded} == {None, Outcome.SEEDED}
    assert [one.item_id for one in seeded] == [one.item_id for one in items]
