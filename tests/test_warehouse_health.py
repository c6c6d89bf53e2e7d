"""Source health over simulated months: breaks are seen within two expected periods, healthy sources raise no alarm."""

import random
from datetime import UTC, date, datetime

import pytest
from warehouse_rows import DAY, HOUR, NOON, deal, fetch, item, ledger, source, warehouse_at

from flows.memory import ledger_tables
from flows.records import Outcome

pytestmark = pytest.mark.slow

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
POLL = 3 * HOUR


def wire(chance):
    """Some twenty items a day, fewer at night."""
    at = START - 2 * DAY
    while True:
        at += HOUR * chance.expovariate(1.6)
        if 6 <= at.hour < 22 or chance.random() < 0.15:
            yield at


def paper(chance):
    """Six stories each weekday between 6 and 18 o'clock; nothing at weekends."""
    day = START - 10 * DAY
    while True:
        if day.weekday() < 5:
            yield from sorted(day + HOUR * chance.uniform(6, 18) for _ in range(6))
        day += DAY


def daily(chance):
    """One story a day, at about the same hour."""
    day = START - 10 * DAY
    while True:
        yield day + HOUR * chance.gauss(9, 1)
        day += DAY


def weekly(chance):
    """One story a week."""
    day = START - 60 * DAY
    while True:
        yield day + HOUR * chance.gauss(10, 4)
        day += 7 * DAY


def rare(chance):
    """Stories at random, one in two days on average."""
    at = START - 40 * DAY
    while True:
        at += DAY * chance.expovariate(0.5)
        yield at


RHYTHMS = {"wire": wire, "paper": paper, "daily": daily, "weekly": weekly, "rare": rare}
BREAK = START + 60 * DAY


def simulated(name, rhythm, days, *, fault=None, repaired=None, seed=0):
    """The fetches and items of one source, polled every three hours; from BREAK on (until `repaired`) it has a fault."""
    chance = random.Random(f"{name}{seed}")
    times, spoken = RHYTHMS[rhythm](chance), []
    for at in times:
        if at > START + days * DAY:
            break
        spoken.append(at)
    fetches, items, known, now = [], [], 0, START + HOUR * chance.uniform(0, 3)
    while now < START + days * DAY:
        broken = fault and now >= BREAK and (repaired is None or now < repaired)
        visible = [at for at in spoken if at <= (BREAK if broken and fault == "freeze" else now)]
        if fault == "slow":
            visible = [at for number, at in enumerate(visible) if at < BREAK or number % 8 == 0]
        if broken and fault in {"timeout", "blocked", "not_a_feed"}:
            fetches.append(fetch(name, now, Outcome(fault), item_count=None, error="what happened"))
        elif broken and fault == "empty":
            fetches.append(fetch(name, now, Outcome.EMPTY, item_count=0))
        else:
            new = visible[known:]
            known = len(visible)
            items += [item(f"{at:%Y%m%dT%H%M%S}", max(now, at), name, published_at=at) for at in new]
            fetches.append(fetch(name, now, Outcome.OK if new else Outcome.UNCHANGED, item_count=20 if new else None, new_count=len(new)))
        now += POLL * chance.uniform(0.9, 1.1)
    return fetches, items


def watched(folder, sources):
    """A warehouse that watched `sources`: {name: (fetches, items)}."""
    made = warehouse_at(folder)
    made.spool("sources", {"sources": [source(name) for name in sources]})
    for name, (fetches, items) in sources.items():
        made.spool(name, {"fetches": fetches, "items": items})
    assert not made.load().refused
    return made


def health(warehouse, at):
    with warehouse.reading() as connection:
        rows = connection.execute("SELECT source_id, state, reason FROM source_health_at(?)", [at]).fetchall()
    return {name: (state, reason) for name, state, reason in rows}


ALARMS = {"stale", "failing", "blocked", "silent_zero", "changed_volume"}


@pytest.mark.slow
def test_healthy_sources_raise_no_alarm_for_a_quarter(tmp_path):
    sources = {f"{rhythm}{seed}": simulated(f"{rhythm}{seed}", rhythm, 100, seed=seed) for rhythm in RHYTHMS for seed in range(6)}
    made = watched(tmp_path / "w", sources)
    alarms = []
    for hours in range(4, 100 * 24, 13):  # every hour of the day, every day of the week
        alarms += [(hours // 24, name, *found) for name, found in health(made, START + hours * HOUR).items() if found[0] in ALARMS]
    wrong = {(name, state) for _, name, state, _ in alarms}
    assert len(wrong) <= 1, alarms  # "rare" has no rhythm: one pause in thousands is longer than twice any before
    assert {name for name, _ in wrong} <= {name for name in sources if name.startswith("rare")}, alarms


EXPECTED = {"wire": 12 * HOUR, "paper": DAY, "daily": DAY + 6 * HOUR, "weekly": 8 * DAY}  # the longest usual pause


@pytest.mark.parametrize("rhythm", EXPECTED)
def test_a_frozen_feed_is_seen_within_two_expected_periods(tmp_path, rhythm):
    made = watched(tmp_path / "w", {"frozen": simulated("frozen", rhythm, 90, fault="freeze"), "well": simulated("well", rhythm, 90)})
    with made.reading() as connection:
        (last,) = connection.execute("SELECT max(published_at) FROM items WHERE source_id = 'frozen'").fetchall()[0]
    assert health(made, last + EXPECTED[rhythm] / 2)["frozen"][0] not in ALARMS
    weekend = 2 * DAY if rhythm == "paper" else 0 * DAY  # on which it never publishes
    after = health(made, last + 2 * EXPECTED[rhythm] + weekend + 3 * HOUR)
    assert after["frozen"][0] == "stale", after
    assert after["well"][0] not in ALARMS


@pytest.mark.parametrize(
    ("fault", "state"), [("timeout", "failing"), ("blocked", "blocked"), ("not_a_feed", "failing"), ("empty", "silent_zero")]
)
def test_a_break_is_seen_within_a_few_polls_and_its_repair_too(tmp_path, fault, state):
    repaired = BREAK + 5 * DAY
    made = watched(
        tmp_path / "w", {"sick": simulated("sick", "paper", 75, fault=fault, repaired=repaired), "well": simulated("well", "paper", 75)}
    )
    assert health(made, BREAK - HOUR)["sick"][0] not in ALARMS
    assert health(made, BREAK + 4 * POLL)["sick"][0] == state
    assert health(made, BREAK + 4 * POLL)["well"][0] not in ALARMS
    assert health(made, repaired + 2 * DAY)["sick"][0] not in ALARMS
    with made.reading() as connection:
        gaps = connection.execute("SELECT source_id, reason, gap_from, gap_to FROM coverage_gaps").fetchall()
    assert [(name, reason) for name, reason, _, _ in gaps] == [("sick", "empty" if fault == "empty" else "failing")], gaps
    ((_, _, begun, ended),) = gaps
    assert BREAK - POLL * 1.2 <= begun <= BREAK + POLL
    assert repaired <= ended <= repaired + POLL * 1.2


def test_a_slower_feed_is_seen_within_two_weeks(tmp_path):
    made = watched(tmp_path / "w", {"slow": simulated("slow", "wire", 90, fault="slow"), "well": simulated("well", "wire", 90)})
    assert health(made, BREAK - HOUR)["slow"][0] == "ok"
    assert health(made, BREAK + 7 * DAY)["slow"][0] == "changed_volume"
    assert health(made, BREAK + 7 * DAY)["well"][0] == "ok"


def test_a_pause_of_our_own_is_a_gap_of_every_source(tmp_path):
    well = simulated("well", "paper", 40)
    fetches = [one for one in well[0] if not START + 20 * DAY < one.fetched_at < START + 24 * DAY]
    made = watched(tmp_path / "w", {"well": (fetches, well[1])})
    with made.reading() as connection:
        gaps = connection.execute("SELECT reason, CAST(gap_from AS DATE), CAST(gap_to AS DATE) FROM coverage_gaps").fetchall()
    assert gaps == [("not_polled", date(2026, 1, 24), date(2026, 1, 29))] or [reason for reason, _, _ in gaps] == ["not_polled"], gaps


def test_a_zero_is_told_from_a_blind_spot(tmp_path):
    made = watched(tmp_path / "w", {"sick": simulated("sick", "paper", 120, fault="timeout", repaired=BREAK + 35 * DAY)})
    made.spool("deals", ledger_tables(ledger("d1", at=START + 3 * DAY)))
    made.spool("deals-2", {"deals": [deal("d2", START + 110 * DAY)]})
    made.load()
    with made.reading() as connection:
        months = connection.execute("SELECT month, deals, sources_watched, sources_with_gaps FROM deals_by_month ORDER BY month").fetchall()
    assert months == [
        (date(2026, 1, 1), 1, 1, 0), (date(2026, 2, 1), 0, 1, 0), (date(2026, 3, 1), 0, 1, 1), (date(2026, 4, 1), 1, 1, 1), (date(2026, 5, 1), 0, 1, 0),
    ]  # fmt: skip


def test_breaks_and_repairs_are_noticed(tmp_path):
    repaired = BREAK + 2 * DAY
    made = watched(
        tmp_path / "w", {"sick": simulated("sick", "wire", 64, fault="timeout", repaired=repaired), "well": simulated("well", "wire", 64)}
    )
    assert made.publish().published
    assert [(row["source_id"], row["notice"]) for row in made.answer("source_notices", {"since": str(BREAK + DAY)}).dicts()] == [
        ("sick", "recovered")
    ]
    made = watched(tmp_path / "v", {"sick": simulated("sick", "wire", 61, fault="timeout"), "well": simulated("well", "wire", 61)})
    assert made.publish().published
    assert [(row["source_id"], row["notice"]) for row in made.answer("source_notices").dicts()] == [("sick", "broke")]


def test_switched_off_and_new_sources_are_no_trouble(tmp_path):
    made = warehouse_at(tmp_path / "w")
    made.spool(
        "a",
        {
            "sources": [source("off", enabled=False), source("new"), source("young")],
            "fetches": [fetch("young")],
            "items": [item("1", NOON, "young")],
        },
    )
    made.load()
    assert {name: state for name, (state, _) in health(made, NOON + HOUR).items()} == {"off": "off", "new": "new", "young": "ok"}
    assert health(made, NOON + 20 * DAY)["young"][0] == "stale"
