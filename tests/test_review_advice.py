"""A program of the user's own is asked about stories under review: real programs, good and bad ones."""

import json
import sys
from dataclasses import replace

import pytest
import telling
from click.testing import CliRunner
from telling import article, told
from warehouse_rows import flag, warehouse_at

from flows import advising, reviewing
from flows.commands.review import command
from flows.memory import Memory
from flows.stages.judge import tables
from flows.steps import deals
from warehouse import Warehouse

DOUBTFUL = ("one", "two")
TOWNS = {"one": "Szeged", "two": "Komárom", "sure": "Debrecen"}
REPORTS = tuple(told(name, "2024-01-10", "byd:investor", host_country="HU", place=town) for name, town in TOWNS.items())
YES = """
import json, sys
for line in sys.stdin:
    case = json.loads(line)
    assert case["question"] and case["body"] is not None
    print(json.dumps({"article_id": case["article_id"], "answer": "deal", "why": "BYD pays\\x1b[2J for a plant"}))
"""


@pytest.fixture
def home(tmp_path):
    articles = [article(name, "2024-01-10", title=f"Story {name}") for name in TOWNS]
    flags = [
        replace(
            flag(), article_id=one.article_id, verdict="review" if index < len(DOUBTFUL) else "deal_new", flagged=index == len(DOUBTFUL)
        )
        for index, one in enumerate(articles)
    ]
    warehouse = warehouse_at(tmp_path / "w")
    warehouse.spool("seen", {"sources": list(telling.SOURCES.values()), "articles": articles, "flags": flags, **tables(REPORTS)})
    warehouse.load()
    warehouse.publish()
    warehouse.close()
    return tmp_path / "w"


def advise(home, code, *options, exit_code=0):
    done = CliRunner().invoke(command, ["--warehouse", str(home), "advise", *options, sys.executable, "-c", code])
    assert done.exit_code == exit_code, done.output
    return done.output


def stored(home):
    warehouse = Warehouse(home)
    try:
        return reviewing.stored(warehouse)
    finally:
        warehouse.close()


def merged_deals(home):
    warehouse = Warehouse(home)
    memory = Memory(warehouse)
    try:
        return deals.merge(memory.reported(), {}, telling.SOURCES, deals.Ledger(), memory.decisions(), telling.NOW).deals, memory.unmerged()
    finally:
        warehouse.close()


def test_stories_under_review_make_no_deal_until_someone_says_so(home):
    assert [deal.place for deal in merged_deals(home)[0]] == ["Debrecen"]
    shown = advise(home, YES)
    assert "2 decisions to write down: say --keep" in shown
    assert "\x1b" not in shown
    assert stored(home) == ()
    advise(home, YES, "--keep")
    assert {(one.action, one.by.split()[0]) for one in stored(home)} == {("is_a_deal", "program")}
    assert sorted(deal.place for deal in merged_deals(home)[0]) == sorted(TOWNS.values())
    assert "0 decisions" in advise(home, YES, "--keep")  # nothing is asked twice


def test_what_only_waits_for_a_person_is_not_merged_again_and_again(home):
    warehouse = Warehouse(home)
    warehouse.spool(
        "none", {"flags": [replace(flag(), article_id=one.report.article_id, verdict="review", flagged=False) for one in REPORTS]}
    )
    warehouse.load()
    assert not Memory(warehouse).unmerged()
    warehouse.close()


BAD = {
    "no JSON": ("print('I think so')", "expected a JSON object"),
    "another article": ('print(\'{"article_id": "x", "answer": "deal"}\')', "expected one that was asked about"),
    "another word": (
        "import json,sys\nfor l in sys.stdin: print(json.dumps({'article_id': json.loads(l)['article_id'], 'answer': 'yes'}))",
        "expected one of deal, no_deal, unsure",
    ),
    "nothing": ("pass", "no answer about 2"),
    "a list": ("print('[1]')", "expected one that was asked about"),
    "failure": ("raise SystemExit('no key')", "expected exit code 0, found 1: no key"),
    "deep": ("print('[' * 100000)", "expected a JSON object"),
}


@pytest.mark.parametrize("kind", BAD)
def test_answers_that_cannot_be_used_are_told_and_decide_nothing(home, kind):
    code, said = BAD[kind]
    assert said in advise(home, code, "--keep")
    assert stored(home) == ()


def test_a_program_that_hangs_is_stopped_and_what_it_said_is_kept():
    cases = [{"article_id": "a"}, {"article_id": "b"}]
    code = 'import sys,time; print(\'{"article_id": "a", "answer": "unsure"}\', flush=True); time.sleep(60)'
    advised = advising.ask([sys.executable, "-c", code], cases, 1.5)
    assert [one.article_id for one in advised.advice] == ["a"]
    assert any("found it running" in line for line in advised.refused)


def test_a_program_that_is_not_there_is_named(home):
    done = CliRunner().invoke(command, ["--warehouse", str(home), "advise", "/nowhere/adviser"])
    assert done.exit_code == 2
    assert "/nowhere/adviser: expected a program that can be started" in done.output


def test_the_program_gets_text_as_it_is(tmp_path):
    seen = "import sys; open(sys.argv[1], 'w', encoding='utf-8').write(sys.stdin.buffer.read().decode())"
    case = {"article_id": "a", "title": '宁德时代\n"quoted"', "body": "é"}
    advising.ask([sys.executable, "-c", seen, str(tmp_path / "seen")], [case], 30)
    row = json.loads((tmp_path / "seen").read_text(encoding="utf-8"))
    assert (row["title"], row["body"]) == (case["title"], case["body"])
