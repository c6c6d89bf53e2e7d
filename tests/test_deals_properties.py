"""What holds of merging whatever the reports: order, repetition, increments, ids."""

from dataclasses import fields, replace

from hypothesis import given, settings
from hypothesis import strategies as st
from telling import NOW, SOURCES, at, merged, names, told

from flows.records import Decision, Ledger
from flows.steps import deals

FIRMS = [
    "byd:investor",
    "catl:investor stellantis:partner",
    "gotion:investor",
    "x-novacell:investor",
    "cyvn:investor nio:target",
    "nio:target",
    "",
]
PLACES = [("HU", "Szeged"), ("HU", None), ("HU", "Debrecen"), ("US", "Michigan"), ("CN", "合肥"), (None, None)]
STATUSES = [
    ("announced", "first_report"),
    ("rumoured", "first_report"),
    ("under_construction", "construction"),
    ("suspended", "pause"),
    ("mou", "mou_signed"),
]
SUMS = [(None, None), (1e9, "EUR"), (1.1e9, "USD"), (5e9, "CNY"), (65e9, "MAD")]


@st.composite
def report(draw, number):
    country, place = draw(st.sampled_from(PLACES))
    status, event = draw(st.sampled_from(STATUSES))
    amount, currency = draw(st.sampled_from(SUMS))
    day = (at("2023-01-01").date().toordinal()) + draw(st.integers(0, 700))
    return told(
        f"story-{number}",
        str(type(at("2023-01-01").date()).fromordinal(day)),
        draw(st.sampled_from(FIRMS)),
        deal_type=draw(st.sampled_from(["greenfield", "joint_venture", "minority_stake", "expansion", "mou"])),
        sector=draw(st.sampled_from(["vehicle_assembly", "battery_cells", None])),
        host_country=country,
        place=place,
        status=status,
        event_type=event,
        **({"amount": amount, "currency": currency} if amount else {}),
    )


reports = st.integers(1, 14).flatmap(lambda count: st.tuples(*(report(number) for number in range(count))))


def facts(ledger):
    """Return all that a ledger says, without ids and the time of their making."""
    parts = {}
    for row in ledger.articles:
        parts.setdefault(row.deal_id, set()).add(row.report_id)
    name = {deal_id: min(ids) for deal_id, ids in parts.items()}
    said = set()
    for table in fields(Ledger):
        for row in getattr(ledger, table.name):
            if table.name != "redirects":
                more = {"parent_deal_id": name.get(row.parent_deal_id)} if table.name == "deals" else {}
                said.add(replace(row, deal_id=name[row.deal_id], **more))
    return said


@settings(max_examples=25, deadline=None)
@given(reports, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(given_reports, random):
    shuffled = list(given_reports)
    random.shuffle(shuffled)
    assert merged(*shuffled, *shuffled[:2]) == merged(*given_reports)


@settings(max_examples=25, deadline=None)
@given(reports, st.randoms(use_true_random=False), st.integers(1, 4))
def test_increments_end_where_one_go_does(given_reports, random, steps):
    arriving = list(given_reports)
    random.shuffle(arriving)
    ledger = Ledger()
    for step in range(1, steps + 1):
        so_far = arriving[: len(arriving) * step // steps]
        ledger = merged(*so_far, ledger=ledger)
    assert facts(ledger) == facts(merged(*given_reports))


@settings(max_examples=25, deadline=None)
@given(reports, st.randoms(use_true_random=False), st.integers(0, 13))
def test_touched_blocks_are_enough(given_reports, random, cut):
    arriving = list(given_reports)
    random.shuffle(arriving)
    before = merged(*arriving[:cut])
    fresh = {one.report.report_id for one in arriving[cut:]}
    some = deals.touched(arriving, fresh, {}, before, ())
    step = deals.merge(some, {}, SOURCES, before, (), NOW, complete=False)
    assert step == merged(*arriving, ledger=before)


@settings(max_examples=25, deadline=None)
@given(reports)
def test_merging_again_is_idempotent(given_reports):
    once = merged(*given_reports)
    assert merged(*given_reports, ledger=once, now=at("2027-01-01")) is once
    backwards = Ledger(**{table.name: getattr(once, table.name)[::-1] for table in fields(Ledger)})
    assert merged(*given_reports, ledger=backwards) is backwards


@settings(max_examples=25, deadline=None)
@given(reports, st.integers(1, 13))
def test_ids_stay_or_lead_on(given_reports, cut):
    before = merged(*given_reports[:cut])
    after = merged(*given_reports, ledger=before)
    present = {deal.deal_id for deal in after.deals}
    for deal in before.deals:
        assert deals.follow(deal.deal_id, after.redirects) in present
    assert len({row.deal_id for row in after.redirects}) == len(after.redirects)


@settings(max_examples=25, deadline=None)
@given(reports)
def test_every_report_is_in_exactly_one_deal_and_every_row_in_a_deal(given_reports):
    ledger = merged(*given_reports)
    in_deals = [row.report_id for row in ledger.articles]
    assert sorted(in_deals) == sorted(one.report.report_id for one in given_reports)
    ids = {deal.deal_id for deal in ledger.deals}
    for table in fields(Ledger):
        assert {row.deal_id for row in getattr(ledger, table.name)} <= ids
    for deal in ledger.deals:
        assert deal.parent_deal_id in ids - {deal.deal_id} | {None}
        assert deal.count_in_totals == (deal.not_counted_because is None)
        assert deal.first_reported_at <= deal.last_reported_at
        assert (deal.amount_usd is None) == (deal.usd_rate_on is None)
        chosen = [row for row in ledger.amounts if row.deal_id == deal.deal_id and row.chosen]
        assert len(chosen) == (deal.amount is not None)


def decision(number, action, subject, **more):
    return Decision(
        f"d{number}", at("2026-01-01").replace(minute=number), action, subject, more.get("field"), more.get("value"), None, None
    )


@settings(max_examples=25, deadline=None)
@given(reports, st.data())
def test_people_win_and_stay_winners(given_reports, data):
    first = merged(*given_reports)
    ids = sorted(deal.deal_id for deal in first.deals)
    one, other = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
    decisions = [decision(1, "merge", one, value=other)] if one != other else [decision(1, "correct", one, field="jobs", value="77")]
    for ledger in (first, Ledger()):  # in a replay that lost the ledger, too
        after = merged(*given_reports, ledger=ledger, decisions=decisions)
        if one == other:
            assert {deal.jobs for deal in after.deals if deal.deal_id == one} == {77}
        else:
            assert deals.follow(one, after.redirects) == deals.follow(other, after.redirects)
            assert names(after) != names(first)
