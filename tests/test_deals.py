"""Which reports are one deal: the traps of the coding rules, told in our own words."""

import pytest
import telling
from telling import merged, names, told

from flows.steps import vocabulary

SAME = [
    pytest.param(
        told("hu", "2022-08-12", "catl:investor", host_country="HU", place="Debrecen", amount=7.34e9, currency="EUR", sector="battery_cells"),
        told("zh", "2022-08-13", "catl:investor", host_country="HU", place="德布勒森", capacity=100.0, capacity_unit="GWh/yr", sector="battery_cells"),
        id="one plant in two languages, one with the sum, one with the capacity",
    ),
    pytest.param(
        told("rumour", "2023-11-09", "byd:investor", host_country="HU", status="rumoured"),
        told("fact", "2023-12-22", "byd:investor", host_country="HU", place="Szeged"),
        id="rumour without a town, then the town",
    ),
    pytest.param(
        told("first", "2022-08-12", "catl:investor", host_country="HU", place="Debrecen", sector="battery_cells"),
        told("late", "2025-09-08", "catl:investor", host_country="HU", place="Debrecen", event_type="delay", status="under_construction"),
        id="a delay three years later",
    ),
    pytest.param(
        told("mou", "2023-05-31", "gotion:investor", host_country="MA", deal_type="mou", status="mou", sector="battery_cells"),
        told("signed", "2024-06-06", "gotion:investor", host_country="MA", place="Kénitra", status="agreed", sector="battery_cells"),
        id="memorandum, agreement a year later",
    ),
    pytest.param(
        told("ft", "2023-06-20", "cyvn:investor nio:target", deal_type="minority_stake", host_country="CN", amount=738.5e6, currency="USD"),
        told("ansa", "2023-06-27", "cyvn:investor nio:target", deal_type="minority_stake", host_country="CN", amount=784e6, currency="USD"),
        id="one stake, other amount",
    ),
    pytest.param(
        told("town", "2024-12-10", "catl:investor stellantis:partner", deal_type="joint_venture", host_country="ES", place="Zaragoza"),
        told("village", "2025-11-28", "catl:investor stellantis:partner", deal_type="joint_venture", host_country="ES", place="Figueruelas", status="under_construction", event_type="groundbreaking"),
        id="village and its town",
    ),
    pytest.param(
        told("long", "2026-08-03", "x-安徽乾圆科技有限公司:investor", host_country="CN", place="安徽安庆", capacity=20000.0, capacity_unit="t/yr", sector="battery_materials"),
        told("short", "2026-08-05", "x-乾圆科技:investor", host_country="CN", place="安庆", capacity=20000.0, capacity_unit="t/yr", sector="battery_materials"),
        id="unknown firm, long and short name",
    ),
]  # fmt: skip

APART = [
    pytest.param(
        told("szeged", "2023-12-22", "byd:investor", host_country="HU", place="Szeged"),
        told("komarom", "2024-01-10", "byd:investor", host_country="HU", place="Komárom"),
        told("budapest", "2024-01-11", "byd:investor", host_country="HU", place="Budapest", deal_type="rd_centre"),
        id="one firm, three sites in one country",
    ),
    pytest.param(
        told("michigan", "2022-10-05", "gotion:investor", host_country="US", admin1="Michigan", amount=2.36e9, currency="USD"),
        told("illinois", "2022-11-08", "gotion:investor", host_country="US", admin1="Illinois", amount=2.4e9, currency="USD"),
        id="one firm, two states",
    ),
    pytest.param(
        told("b", "2021-01-14", "weride:target", deal_type="vc_round", host_country="CN", amount=310e6, currency="USD", amount_kind="round_size", quote="WeRide closed its series B round."),
        told("c", "2021-06-23", "weride:target", deal_type="vc_round", host_country="CN", amount=310e6, currency="USD", amount_kind="round_size", quote="The series C round brought USD 310 million."),
        id="two rounds of one size",
    ),
    pytest.param(
        told("jan", "2021-01-14", "weride:target", deal_type="vc_round", host_country="CN", amount=310e6, currency="USD", amount_kind="round_size"),
        told("june", "2021-06-23", "weride:target", deal_type="vc_round", host_country="CN", amount=310e6, currency="USD", amount_kind="round_size"),
        id="two rounds of one size, rounds unnamed",
    ),
    pytest.param(
        told("cathode", "2024-03-29", "brt:investor", host_country="MA", place="Tangier", sector="battery_materials", quote="BTR will make 50,000 tonnes of cathode material."),
        told("anode", "2024-06-20", "brt:investor", host_country="MA", place="Tangier", sector="battery_materials", quote="BTR's second plant is for anode material."),
        id="two product lines at one site",
    ),
    pytest.param(
        told("vw", "2020-05-29", "volkswagen:investor gotion:target", deal_type="minority_stake", host_country="CN", amount=1e9, currency="EUR"),
        told("vw", "2020-05-29", "volkswagen:investor jac:target", deal_type="acquisition", host_country="CN", amount=1e9, currency="EUR", ordinal=1),
        id="two deals in one release",
    ),
    pytest.param(
        told("seres", "2024-08-25", "seres:investor x-yinwang:target huawei:seller", deal_type="minority_stake", host_country="CN", amount=11.5e9, currency="CNY", stake_pct=10.0),
        told("avatr", "2024-08-20", "avatr:investor x-yinwang:target huawei:seller", deal_type="minority_stake", host_country="CN", amount=11.5e9, currency="CNY", stake_pct=10.0),
        id="one target, one price, two buyers",
    ),
    pytest.param(
        told("seven", "2023-06-20", "cyvn:investor nio:target", deal_type="minority_stake", host_country="CN", amount=738.5e6, currency="USD", stake_pct=7.0),
        told("twenty", "2023-12-18", "cyvn:investor nio:target", deal_type="minority_stake", host_country="CN", amount=2.2e9, currency="USD", stake_pct=20.1),
        id="the same firm buys again",
    ),
    pytest.param(
        told("catl", "2022-08-12", "catl:investor", host_country="HU", place="Debrecen", sector="battery_cells"),
        told("eve", "2023-05-09", "eve:investor", host_country="HU", place="Debrecen", sector="battery_cells"),
        id="two firms in one town",
    ),
]  # fmt: skip


def test_the_parties_of_these_tests_are_known():
    known = vocabulary.load().companies
    used = {party.party_id for case in SAME + APART for one in case.values for party in one.parties}
    assert {one for one in used if not one.startswith("x-")} <= set(known)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_deal(one, other):
    assert len(merged(one, other).deals) == 1
    assert len(merged(other, one).deals) == 1


@pytest.mark.parametrize("reports", [pytest.param(case.values, id=case.id) for case in APART])
def test_two_deals(reports):
    assert len(merged(*reports).deals) == len(reports)


def test_the_first_story_is_one_row_and_no_other():
    parties = "ampere:sponsor cicc-capital:fund_manager hangzhou-capital:investor hangzhou-hitech:investor"
    facts = {"deal_type": "fund", "status": "agreed", "host_country": "CN", "place": "Hangzhou", "sector": "multi"}
    tellers = [
        ("en", "2025-07-10"),
        ("fr", "2025-07-10"),
        ("zh", "2025-07-10"),
        ("hu", "2025-07-11"),
        ("es", "2025-07-11"),
        ("de", "2025-07-26"),
    ]
    reports = [told(name, day, parties, announced_on="2025-07-10", direction="inbound", **facts) for name, day in tellers[:5]]
    reports += [told("de", "2025-07-26", "renault:sponsor cicc-capital:fund_manager x-hangzhou-lp:investor", **facts)]
    talk = told("talk", "2023-11-15", "renault:potential_investor x-hangzhou-city:potential_investor", **facts | {"status": "rumoured"})
    old_fund = told("tianjin", "2016-05-20", "cicc:fund_manager", **facts | {"place": "Tianjin"})
    jmev = told("jmev", "2019-07-17", "renault:investor jmev:target", deal_type="minority_stake", host_country="CN", stake_pct=50.0)
    articles = tuple(telling.article(name, day, language=name) for name, day in tellers)

    ledger = merged(*reports, talk, old_fund, jmev, articles=articles)

    assert len(ledger.deals) == 4
    (deal,) = (one for one in ledger.deals if one.report_count > 1)
    assert (deal.deal_type, deal.direction, deal.status) == ("fund", "inbound", "agreed")
    assert (str(deal.announced_on), deal.date_precision) == ("2025-07-10", "day")
    assert (deal.amount, deal.currency, deal.amount_usd) == (None, None, None)
    assert (deal.host_country, deal.place, deal.sector, deal.tier) == ("CN", "Hangzhou", "multi", "core")
    assert (deal.report_count, deal.languages) == (6, ("de", "en", "es", "fr", "hu", "zh"))
    assert deal.count_in_totals
    roles = {row.party_id: row.role for row in ledger.parties if row.deal_id == deal.deal_id}
    assert roles["ampere"] == "sponsor"
    assert roles["cicc-capital"] == "fund_manager"
    assert roles["hangzhou-capital"] == roles["hangzhou-hitech"] == "investor"


def test_a_misread_report_of_the_first_story_does_not_part_it():
    parties = "ampere:sponsor cicc-capital:fund_manager hangzhou-capital:investor hangzhou-hitech:investor renault:sponsor"
    facts = {"deal_type": "fund", "status": "agreed", "host_country": "CN", "place": "Hangzhou", "sector": "multi"}
    well_read = [told(name, "2025-07-10", parties, **facts) for name in ("en", "fr", "zh")]
    misread = told(
        "press",
        "2025-07-10",
        "renault:investor ampere:target cicc-capital:investor",
        deal_type="minority_stake",
        status="agreed",
        host_country="FR",
    )
    (deal,) = merged(*well_read, misread).deals
    assert (deal.deal_type, deal.host_country, deal.place, deal.report_count) == ("fund", "CN", "Hangzhou", 4)


def test_every_match_is_explained():
    ledger = merged(*SAME[0].values)
    first, second = ledger.articles
    assert (first.role, first.match_score, first.match_reason) == ("first_report", 1.0, "first report of the deal")
    assert second.role == "report"
    assert 0.5 < second.match_score < 1
    assert "same party: catl (+1.5)" in second.match_reason
    assert "same site" in second.match_reason


def test_names_of_deals_are_made_of_facts():
    (deal,) = merged(SAME[0].values[0]).deals
    assert deal.title == "CATL: greenfield, Debrecen (HU)"
    assert names(merged(SAME[0].values[0])) == {frozenset({SAME[0].values[0].report.report_id})}
