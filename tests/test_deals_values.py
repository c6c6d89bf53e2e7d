"""What a deal's row says when reports disagree: outlets, status, sums, dates, totals, and what people decided."""

from datetime import date

import pytest
from telling import NOW, article, at, merged, told

from flows.records import Decision, Ledger

PLANT = {"host_country": "HU", "place": "Debrecen", "sector": "battery_cells"}
CATL = "catl:investor"


def only(ledger):
    (deal,) = ledger.deals
    return deal


def decided(action, subject, *, field=None, value=None, minute=0):
    return Decision(f"d-{action}-{minute}", at("2026-01-01").replace(minute=minute), action, subject, field, value, None, "ana")


# --- outlets ------------------------------------------------------------------------------------------------------------------


def test_copies_reprints_and_one_publisher_count_once():
    names = ["a", "b", "c", "d", "e"]
    reports = [told(name, "2022-08-12", CATL, **PLANT) for name in names]
    original = article("a", "2022-08-12", url="https://one.example.com/1")
    articles = (
        original,
        article("b", "2022-08-12", url="https://www.one.example.com/2"),  # the same publisher
        article("c", "2022-08-12", url="https://copy.example.org/x", duplicate_of=original.article_id),
        article("d", "2022-08-12", url="https://wire.example.net/x", author="Reuters"),
        article("e", "2022-08-12", url="https://other.example.se/x", body="DEBRECEN, Aug 12 (Reuters) - CATL said ..."),
    )
    ledger = merged(*reports, articles=articles)
    assert (only(ledger).report_count, only(ledger).outlet_count) == (5, 2)
    assert {row.article_id: row.role for row in ledger.articles}[articles[2].article_id] == "copy"


def test_a_copy_that_was_not_read_is_linked_all_the_same():
    original, copy = article("a", "2022-08-12"), article("b", "2022-08-13")
    copy = article("b", "2022-08-13", duplicate_of=original.article_id)
    ledger = merged(told("a", "2022-08-12", CATL, **PLANT), articles=(original, copy))
    assert [(row.article_id, row.report_id is None, row.role) for row in ledger.articles[1:]] == [(copy.article_id, True, "copy")]


# --- status -------------------------------------------------------------------------------------------------------------------


def test_a_life_in_order():
    steps = [
        ("rumoured", "first_report"),
        ("announced", "first_report"),
        ("approved", "regulatory_ok"),
        ("under_construction", "groundbreaking"),
        ("operating", "opening"),
    ]
    reports = [
        told(status, f"202{year}-03-01", CATL, status=status, event_type=event, **PLANT) for year, (status, event) in enumerate(steps, 1)
    ]
    reports.append(told("recap", "2025-04-01", CATL, status="announced", event_type="amount_change", **PLANT))
    ledger = merged(*reports, articles=tuple(article(status, "2021-03-01") for status, _ in steps))
    assert only(ledger).status == "operating"
    assert [row.status_after for row in ledger.events][:5] == [status for status, _ in steps]


@pytest.mark.parametrize(
    ("tiers", "status"),
    [((3,), "under_construction"), ((3, 3), "cancelled"), ((2,), "cancelled"), ((4, 4, 4), "under_construction")],
)
def test_bad_news_needs_credible_outlets(tiers, status):
    start = told("start", "2023-01-10", CATL, status="under_construction", event_type="groundbreaking", **PLANT)
    stops = [told(f"stop{n}", "2023-06-01", CATL, status="cancelled", event_type="cancel", **PLANT) for n in range(len(tiers))]
    articles = [article("start", "2023-01-10")] + [
        article(f"stop{n}", "2023-06-01", source=f"tier{tier}", url=f"https://o{n}.example-{n}.org/") for n, tier in enumerate(tiers)
    ]
    ledger = merged(start, *stops, articles=tuple(articles))
    assert only(ledger).status == status
    assert (only(ledger).not_counted_because == "status cancelled") == (status == "cancelled")


def test_a_contradiction_is_kept_with_its_outlets():
    minister = told("minister", "2025-03-26", "chery:investor", host_country="TR", place="Samsun", status="announced")
    company = told("company", "2025-03-28", "chery:investor", host_country="TR", place="Samsun", status="cancelled", event_type="cancel")
    ledger = merged(minister, company, articles=(article("minister", "2025-03-26"), article("company", "2025-03-28", source="tier1")))
    assert only(ledger).status == "cancelled"
    rows = [row for row in ledger.conflicts if row.field == "status"]
    assert [(row.value, row.chosen, row.outlet) for row in rows] == [("cancelled", True, "Tier 1"), ("announced", False, "Tier 2")]


def test_a_rumour_of_one_trade_outlet_is_for_review():
    report = told("talk", "2026-01-10", "geely:potential_investor", host_country="ES", place="Valencia", status="rumoured")
    weak = only(merged(report, articles=(article("talk", "2026-01-10", source="tier3"),)))
    assert weak.review is not None
    assert "rumour" in weak.review
    strong = only(merged(report, articles=(article("talk", "2026-01-10", source="tier2"),)))
    assert (strong.status, strong.count_in_totals, strong.not_counted_because, strong.review) == (
        "rumoured",
        False,
        "status rumoured",
        None,
    )


def test_first_reports_are_reports_later_ones_updates():
    reports = [
        told("first", "2023-01-10", CATL, **PLANT),
        told("second", "2023-01-11", CATL, **PLANT),
        told("opens", "2025-01-10", CATL, status="operating", event_type="opening", **PLANT),
    ]
    assert [row.role for row in merged(*reports).articles] == ["first_report", "report", "update"]


# --- values -------------------------------------------------------------------------------------------------------------------


def test_sums_stand_side_by_side_and_the_choice_is_explained():
    buyer, facts = "cyvn:investor nio:target", {"deal_type": "minority_stake", "host_country": "CN", "amount_kind": "stake_price"}
    sums = {"reuters": (738.5e6, "USD"), "cnbc": (738.5e6, "USD"), "ansa": (784e6, "USD"), "blog": (1e9, "USD")}
    reports = [told(name, "2023-06-20", buyer, amount=amount, currency=currency, **facts) for name, (amount, currency) in sums.items()]
    articles = tuple(
        article(name, "2023-06-20", source="tier4" if name == "blog" else "tier2", url=f"https://{name}-news.com/1") for name in sums
    )
    ledger = merged(*reports, articles=articles)
    deal = only(ledger)
    assert (deal.amount, deal.currency, deal.amount_kind) == (738.5e6, "USD", "stake_price")
    assert (deal.amount_usd, deal.usd_rate_on) == (738.5e6, date(2023, 6, 20))
    assert {row.amount: row.chosen for row in ledger.amounts} == {738.5e6: True, 784e6: False, 1e9: False}
    assert next(row.because for row in ledger.amounts if row.chosen) == "2 independent outlets, best tier 2"
    assert {row.value for row in ledger.conflicts if row.field == "amount"} == {"738500000 USD", "784000000 USD", "1000000000 USD"}


def test_a_slip_of_the_currency_is_seen():
    facts = {"host_country": "PT", "place": "Sines", "sector": "battery_cells", "capacity": 15.0, "capacity_unit": "GWh/yr"}
    right = [told(name, "2024-02-01", "calb:investor", amount=2e9, currency="EUR", **facts) for name in ("a", "b")]
    slip = told("brief", "2024-02-02", "calb:investor", amount=2e9, currency="CNY", **facts)
    articles = (
        article("a", "2024-02-01", url="https://aa.com/1"),
        article("b", "2024-02-01", url="https://bb.com/1"),
        article("brief", "2024-02-02", source="tier4", url="https://cc.com/1"),
    )
    ledger = merged(*right, slip, articles=articles)
    assert (only(ledger).amount, only(ledger).currency) == (2e9, "EUR")
    assert "given in EUR and in CNY" in (only(ledger).review or "")
    assert any("slip" in row.because for row in ledger.amounts if not row.chosen)


@pytest.mark.parametrize(("amount", "doubted"), [(7.34e9, False), (734e6, True), (73.4e9, True)])
def test_a_sum_that_does_not_fit_the_capacity_is_for_review(amount, doubted):
    deal = only(merged(told("a", "2022-08-12", CATL, amount=amount, currency="EUR", capacity=100.0, capacity_unit="GWh/yr", **PLANT)))
    assert (deal.review is not None) == doubted


def test_the_first_stated_day_stands_and_a_follow_up_has_none():
    first = told("a", "2023-11-23", CATL, announced_on="2023-11-22", **PLANT)
    later = told("b", "2023-11-25", CATL, announced_on="2023-11-25", **PLANT)
    assert only(merged(first, later)).announced_on == date(2023, 11, 22)
    assert only(merged(told("c", "2025-01-10", CATL, status="operating", event_type="opening", **PLANT))).announced_on is None
    assert only(merged(told("d", "2025-01-10", CATL, **PLANT))).announced_on == date(2025, 1, 10)


def test_no_rate_is_null():
    deal = only(merged(told("a", "2024-06-06", "gotion:investor", host_country="MA", amount=12.8e9, currency="MAD")))
    assert (deal.amount, deal.currency, deal.amount_usd, deal.usd_rate_on) == (12.8e9, "MAD", None, None)


@pytest.mark.parametrize(
    ("parties", "facts", "direction"),
    [
        ("byd:investor", {"host_country": "HU"}, "outbound"),
        ("byd:investor", {"host_country": "CN"}, "domestic"),
        ("volkswagen:investor xpeng:target", {"host_country": "CN", "deal_type": "minority_stake"}, "inbound"),
        ("volvo-cars:investor", {"host_country": "SK"}, "outbound"),
        ("hyundai:investor baic:investor", {"host_country": "CN", "deal_type": "capital_increase"}, "inbound"),
        ("ford:investor catl:licensor", {"host_country": "US", "deal_type": "licensing", "direction": "third_country"}, "third_country"),
    ],
)
def test_direction_follows_the_controlling_parent(parties, facts, direction):
    assert only(merged(told("a", "2024-01-10", parties, **facts))).direction == direction


@pytest.mark.parametrize(
    ("facts", "counted", "tier"),
    [
        ({}, True, "core"),
        ({"status": "mou", "event_type": "mou_signed"}, False, "core"),
        ({"deal_type": "ipo"}, False, "secondary"),
        ({"deal_type": "licensing"}, False, "secondary"),
        ({"deal_type": "divestment", "status": "completed"}, False, "core"),
    ],
)
def test_totals_and_tier(facts, counted, tier):
    deal = only(merged(told("a", "2024-01-10", "byd:investor", host_country="HU", **facts)))
    assert (deal.count_in_totals, deal.tier) == (counted, tier)
    assert (deal.not_counted_because is None) == counted


def test_new_capacity_at_the_site_is_a_child():
    first = told("one", "2020-03-01", "bmw:investor", host_country="CN", place="Shenyang", amount=1e9, currency="EUR")
    second = told(
        "two", "2024-04-26", "bmw:investor", host_country="CN", place="Shenyang", deal_type="expansion", amount=20e9, currency="CNY"
    )
    parent, child = merged(first, second).deals
    assert (parent.parent_deal_id, child.parent_deal_id) == (None, parent.deal_id)


# --- people -------------------------------------------------------------------------------------------------------------------

ONE = told("one", "2023-12-22", "byd:investor", host_country="HU", place="Szeged")
TWO = told("two", "2024-01-10", "byd:investor", host_country="HU", place="Komárom")
MORE = told("more", "2024-01-12", "byd:investor", host_country="HU", place="Komárom")


def test_a_merge_leaves_a_redirect_and_a_split_gives_the_id_back():
    first = merged(ONE, TWO)
    szeged, komarom = (deal.deal_id for deal in first.deals)
    joined = merged(ONE, TWO, ledger=first, decisions=[decided("merge", szeged, value=komarom)])
    assert [deal.deal_id for deal in joined.deals] == [szeged]
    assert {row.deal_id: row.redirect_to for row in joined.redirects} == {szeged: None, komarom: szeged}
    assert joined.articles[1].match_reason == "joined by a person's decision"
    undone = [decided("merge", szeged, value=komarom), decided("split", szeged, value=TWO.report.report_id, minute=1)]
    parted = merged(ONE, TWO, MORE, ledger=joined, decisions=undone)
    assert {deal.deal_id for deal in parted.deals} == {szeged, komarom}
    assert merged(ONE, TWO, MORE, ledger=Ledger(), decisions=undone).deals == parted.deals


def test_a_split_holds_against_all_likeness():
    same = told("again", "2023-12-23", "byd:investor", host_country="HU", place="Szeged")
    deal_id = only(merged(ONE, same)).deal_id
    parted = merged(ONE, same, decisions=[decided("split", deal_id, value=same.report.report_id)])
    assert parted.deals[0].deal_id == deal_id
    assert len(parted.deals) == 2


def test_not_a_deal_takes_later_reports_along_until_taken_back():
    first = merged(ONE)
    no = decided("not_a_deal", only(first).deal_id)
    later = told("later", "2025-01-10", "byd:investor", host_country="HU", place="Szeged", status="operating", event_type="opening")
    assert merged(ONE, later, ledger=first, decisions=[no]).deals == ()
    again = merged(ONE, later, ledger=first, decisions=[no, decided("is_a_deal", no.subject, minute=1)])
    assert only(again).deal_id == no.subject


@pytest.mark.parametrize("subject", [ONE.report.report_id, ONE.report.article_id])
def test_a_report_or_article_that_is_no_deal_is_left_out(subject):
    assert [deal.place for deal in merged(ONE, TWO, decisions=[decided("not_a_deal", subject)]).deals] == ["Komárom"]


def test_corrections_win_and_say_what_they_replaced():
    deal_id = only(merged(ONE)).deal_id
    decisions = [
        decided("correct", deal_id, field="amount", value="4000000000"),
        decided("correct", deal_id, field="currency", value="EUR", minute=1),
        decided("correct", deal_id, field="status", value="under_construction", minute=2),
        decided("correct", deal_id, field="count_in_totals", value="no", minute=3),
        decided("correct", deal_id, field="party:catl", value="offtaker", minute=4),
        decided("correct", deal_id, field="party:byd", minute=5),
    ]
    ledger = merged(ONE, decisions=decisions)
    deal = only(ledger)
    assert (deal.amount, deal.currency, deal.status, deal.count_in_totals) == (4e9, "EUR", "under_construction", False)
    assert deal.amount_usd == pytest.approx(4.4e9, rel=0.05)
    assert [(row.party_id, row.role) for row in ledger.parties] == [("catl", "offtaker")]
    assert [(row.value, row.chosen) for row in ledger.conflicts if row.field == "status"] == [
        ("under_construction", True),
        ("announced", False),
    ]


def test_a_corrected_report_moves():
    same = told("wrong", "2023-12-23", "byd:investor", host_country="HU", place="Szeged")
    ledger = merged(ONE, same, decisions=[decided("correct", same.report.report_id, field="place", value="Komárom")])
    assert [deal.place for deal in ledger.deals] == ["Szeged", "Komárom"]


def test_accepting_ends_the_doubt():
    doubtful = told("a", "2022-08-12", CATL, amount=734e6, currency="EUR", capacity=100.0, capacity_unit="GWh/yr", **PLANT)
    deal = only(merged(doubtful))
    assert deal.review
    assert only(merged(doubtful, decisions=[decided("accept", deal.deal_id)])).review is None


def test_an_id_outlives_its_first_report():
    same = told("again", "2023-12-23", "byd:investor", host_country="HU", place="Szeged")
    before = merged(ONE, same)
    after = merged(same, ledger=before, now=NOW)
    assert only(after).deal_id == only(before).deal_id
