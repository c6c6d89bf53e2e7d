"""Reports: own stories beside the facts expected of them, and what every fact must show."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.records import Article, Flag, identity
from flows.steps import reports
from flows.steps.vocabulary import load

STORIES = [json.loads(line) for line in (Path(__file__).parent / "reports" / "stories.jsonl").read_text(encoding="utf-8").splitlines()]
TYPES = {
    "greenfield",
    "expansion",
    "brownfield",
    "plant_purchase",
    "joint_venture",
    "acquisition",
    "minority_stake",
    "capital_increase",
    "asset_purchase",
    "fund",
    "vc_round",
    "ipo",
    "project_financing",
    "project_contract",
    "rd_centre",
    "charging_network",
    "licensing",
    "mou",
    "divestment",
}
STATUSES = {
    "rumoured",
    "mou",
    "announced",
    "agreed",
    "approved",
    "under_construction",
    "operating",
    "completed",
    "suspended",
    "cancelled",
    "failed",
    "divested",
}
KINDS = {
    "total_programme",
    "phase",
    "stake_price",
    "party_contribution",
    "registered_capital",
    "fund_size",
    "round_size",
    "loan",
    "state_aid",
    "valuation",
    "implied",
}
ROLES = {
    "investor",
    "lead_investor",
    "sponsor",
    "fund_manager",
    "partner",
    "target",
    "seller",
    "licensor",
    "offtaker",
    "host_gov",
    "regulator",
    "lender",
    "guarantor",
    "potential_investor",
}
PRINTED = {"amount", "capacity", "stake_pct", "jobs", "place"}  # their quotes hold the number or name as printed


def article(title, body="", language="en", published="2024-05-01", url="https://voltpost.example/a"):
    day = datetime.fromisoformat(published).replace(tzinfo=UTC)
    return Article(
        identity(url, title), url, url, "voltpost", None, title, body, None, None, language, day, "feed", day, day, "", "full", None
    )


def flag(story, verdict="deal_new"):
    return Flag(story.article_id, "test", verdict, verdict != "not_deal", 0.9, 0.9, 0.9, 0.9, None, "test")


def read(story, verdict="deal_new"):
    return reports.read(story, flag(story, verdict), load())


def read_row(row):
    story = article(row["title"], row["text"], row["language"], row["published"], row["url"])
    return story, read(story, row["verdict"])[0]


def source_of(story, row):
    return story.title if row.text_field == "title" else story.body


@pytest.mark.parametrize("row", STORIES, ids=[row["id"] for row in STORIES])
def test_facts_of_own_stories(row):
    _, found = read_row(row)
    for field, value in row["expected"].items():
        if field == "parties":
            assert set(value) <= {party.party_id for party in found.parties}, found.parties
        elif field == "unknown":
            assert set(value) <= {party.name_as_printed for party in found.parties}, found.parties
        elif field == "announced_on":
            assert found.report.announced_on == date.fromisoformat(value)
        else:
            assert getattr(found.report, field) == value, (field, found.report)


@pytest.mark.parametrize("row", STORIES, ids=[row["id"] for row in STORIES])
def test_every_fact_has_the_quote_that_gives_it(row):
    story, found = read_row(row)
    check_evidence(story, found)


def check_evidence(story, found):
    """Refuse a fact without evidence, a quote that does not stand where it says, and one that does not contain what it proves."""
    proven = {line.field: line for line in found.evidence if line.state in {"known", "conflicting"}}
    for line in found.evidence:
        assert line.report_id == found.report.report_id
        if line.state == "not_stated":
            assert (line.value, line.quote) == ("", "")
            continue
        assert source_of(story, line)[line.start : line.end] == line.quote != ""
    for field in (
        "deal_type",
        "direction",
        "status",
        "event_type",
        "sector",
        "host_country",
        "admin1",
        "place",
        "amount",
        "currency",
        "stake_pct",
        "capacity",
        "jobs",
        "announced_on",
    ):
        assert (getattr(found.report, field) is not None) == (field in proven), field
    for party in found.parties:
        assert party.name_as_printed in proven[f"party:{party.party_id}"].quote
    for amount in found.amounts:
        assert amount.as_printed in proven[f"amount:{amount.ordinal}"].quote
    for field in PRINTED & set(proven) - {"place"}:
        assert re.search(r"\w", proven[field].quote)


@pytest.mark.parametrize("row", STORIES, ids=[row["id"] for row in STORIES])
def test_words_are_those_of_the_coding_rules(row):
    _, found = read_row(row)
    assert found.report.deal_type in TYPES
    assert found.report.status in STATUSES
    assert found.report.direction in {None, "outbound", "inbound", "domestic", "third_country"}
    assert {amount.kind for amount in found.amounts} <= KINDS
    assert {party.role for party in found.parties} <= ROLES
    assert len({party.party_id for party in found.parties}) == len(found.parties)


@pytest.mark.parametrize(("title", "body"), [
    ("BYD plans plant in Hungary", "BYD, valued at $100 billion, will build a car factory in Szeged. Its revenue was $80 billion last year."),
    ("CATL plans plant in Spain", "CATL will build a battery factory in Zaragoza. It won an order worth $2 billion from BMW."),
    ("NIO opens plant in Hefei", "NIO opened a car factory in Hefei. The cars start at $30,000 each."),
    ("比亚迪将在匈牙利建厂", "比亚迪宣布将在匈牙利塞格德建设电动汽车工厂。公司去年营收6000亿元，市值约7000亿元。"),
])  # fmt: skip
def test_no_amount_is_invented(title, body):
    (found,) = read(article(title, body, "zh" if "比" in title else "en"))
    assert found.report.amount is None
    assert {line.field for line in found.evidence if line.state == "not_stated"} >= {"amount", "currency"}


def test_same_article_gives_the_same_report():
    story = article("BYD to build $1 billion plant in Manisa", "BYD signed a deal on Monday.")
    assert read(story) == read(story)


def test_a_date_without_year_is_the_last_one():
    story = article(
        "BYD signs plant deal", "BYD signed on 28 December an agreement to build a car factory in Szeged, Hungary.", published="2024-01-03"
    )
    assert read(story)[0].report.announced_on == date(2023, 12, 28)


def test_an_update_does_not_say_when_the_deal_was_announced():
    story = article("BYD opens factory in Szeged", "BYD opened its car factory in Szeged, Hungary, on Monday.")
    assert read(story, "deal_update")[0].report.announced_on is None


def test_an_empty_article_gives_no_report():
    assert read(article("", "")) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=600), st.sampled_from(["en", "zh", "ko", "ja", "de", "hu", "ar", "th", "xx"]))
def test_any_text_is_read_and_its_evidence_stands_where_it_says(title, body, language):
    story = article(title, body, language)
    for found in read(story):
        check_evidence(story, found)


WORDS = [
    "BYD",
    "CATL",
    "宁德时代",
    "to build",
    "投资",
    "$1.2bn",
    "12亿元",
    "plant",
    "工厂",
    "in Hungary",
    "Debrecen",
    "20%",
    "stake",
    "100 GWh",
    "5,000 jobs",
    "on Monday",
    "8月25日",
    ".",
    "。",
    "\n",
    "Blechwerk GmbH",
    "signed",
    "(",
    ")",
    "，",
]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12), st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from(["en", "zh"]))
def test_any_order_of_telling_words_is_read(title, body, language):
    story = article(" ".join(title), " ".join(body), language)
    for found in read(story):
        check_evidence(story, found)
