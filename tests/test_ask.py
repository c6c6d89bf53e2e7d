"""The asking commands: every format, and nothing from the web that drives a terminal, opens a link or runs in a spreadsheet."""

import csv
import io
import json
import unicodedata
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from warehouse_rows import article, deal, everything, ledger, warehouse_at

from flows.commands import deals, query, sql, status
from flows.commands.answers import FORMATS, tables, values
from flows.memory import ledger_tables
from warehouse import questions

EVIL = [
    "\x1b[2J\x1b]0;owned\x07title", "\x1b]8;;javascript:alert(1)\x1b\\click\x1b]8;;\x1b\\", "abc\u202egnp.exe", "a\u2066b\u2069", "bell\x07 back\x08 nul\x7f c1\x9b31m",
    "[bold red]markup[/] [link=javascript:alert(1)]x[/link]", "**bold** [x](javascript:alert(1)) <script>alert(1)</script>", '=HYPERLINK("http://evil";"x")',
    "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "  =1+1", "line\nbreak\r\nand\ttab", "zero\u200bwidth\ufeff", "wide ＝1+1", "＝1+1",
    "javascript:alert(document.cookie)", "'; DROP TABLE deals; --", "\u2028separator\u2029",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = warehouse_at(tmp_path_factory.mktemp("ask") / "w")
    told = ledger("d1", "d2")
    made.spool("all", everything())
    made.spool("evil", {"articles": [article(f"e{number}", text, title=text) for number, text in enumerate(EVIL)]})
    made.spool(
        "ledger",
        ledger_tables(replace(told, deals=(told.deals[0], deal("d2", title=EVIL[0], host_country="ES", amount=None, amount_usd=None)))),
        whole_ledger=True,
    )
    made.load()
    assert made.publish("run-0001").published
    yield made.places.folder
    made.close()


def call(folder, command, *arguments):
    return CliRunner().invoke(command, [*arguments, "--warehouse", str(folder)])


TITLES = "SELECT title FROM articles WHERE starts_with(url, 'http://voltpost.example/e') ORDER BY CAST(substr(url, 26) AS INTEGER)"


@pytest.mark.parametrize("form", FORMATS[:-1])
def test_nothing_drives_the_terminal_in_any_format(folder, form):
    done = call(folder, sql.command, TITLES, "--format", form)
    assert done.exit_code == 0
    bad = [letter for letter in done.output if letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    assert bad == []


def test_markup_and_links_stay_text(folder):
    shown = call(folder, sql.command, TITLES).output
    assert "[bold red]markup[/] [link=javascript:alert(1)]x[/link]" in shown
    assert "[x](javascript:alert(1)) <script>" in shown
    assert "\x1b" not in shown


def test_a_table_on_a_terminal_makes_no_links(folder, monkeypatch):
    file = io.StringIO()
    tables.grid(
        Console(file=file, force_terminal=True, width=200, markup=False, highlight=False), ["a"], [[values.shown(text)] for text in EVIL]
    )
    assert "\x1b]" not in file.getvalue()


def test_json_loses_nothing(folder):
    rows = json.loads(call(folder, sql.command, TITLES, "--format", "json").output)
    assert [row["title"] for row in rows] == EVIL
    lines = call(folder, sql.command, TITLES, "--format", "jsonl").output.splitlines()
    assert [json.loads(line)["title"] for line in lines] == EVIL


def test_csv_runs_nothing_in_a_spreadsheet(folder):
    rows = list(csv.reader(io.StringIO(call(folder, sql.command, TITLES, "--format", "csv").output)))
    assert rows[0] == ["title"]
    for (cell,), text in zip(rows[1:], EVIL, strict=True):
        assert not cell.lstrip(" \t").startswith(("=", "+", "-", "@", "＝"))
        assert text.strip()[:1] not in "=+-@＝" or cell.startswith("'")


def test_numbers_are_not_guarded(folder):
    assert (
        call(
            folder,
            sql.command,
            "SELECT -1 AS a, -2.5 AS b, DATE '2026-01-02' AS c, true AS d, NULL AS e, ['x', 'y'] AS f",
            "--format",
            "csv",
        ).output
        == 'a,b,c,d,e,f\n-1,-2.5,2026-01-02,true,,"[""x"", ""y""]"\n'
    )


@given(st.text())
def test_any_text_is_harmless_in_every_form(text):
    for shown in (values.shown(text), values.cell(text), values.packed(text)):
        assert not [
            letter
            for letter in shown
            if unicodedata.category(letter) in {"Cc", "Cf", "Cs"} and letter not in "\n\t\u200c\u200d" and ord(letter) <= 0xFFFF
        ]
    assert json.loads(values.packed(text)) == text
    assert values.cell(text)[:1] not in tuple("=+-@")


def test_parquet_goes_to_a_file(folder, tmp_path):
    done = call(
        folder,
        sql.command,
        "SELECT article_id, title, first_seen_at FROM articles",
        "--format",
        "parquet",
        "--output",
        str(tmp_path / "a.parquet"),
    )
    assert done.exit_code == 0
    assert pq.read_table(tmp_path / "a.parquet").num_rows == len(EVIL) + 2


def test_every_format_goes_to_a_file(folder, tmp_path):
    for form in FORMATS:
        done = call(folder, sql.command, "SELECT 1 AS a", "--format", form, "-o", str(tmp_path / form))
        assert (done.exit_code, done.output) == (0, "")
        assert (tmp_path / form).stat().st_size


def test_sql_comes_from_standard_input(folder):
    assert "42" in CliRunner().invoke(sql.command, ["-", "--warehouse", str(folder)], input="SELECT 42 AS answer").output


def test_errors_are_told_with_their_code(folder, tmp_path):
    wrong = call(folder, sql.command, "SELECT nothing FROM nowhere")
    assert (wrong.exit_code, "nowhere" in wrong.output) == (2, True)
    missing = call(tmp_path, sql.command, "SELECT 1")
    assert (missing.exit_code, "evwatch run" in missing.output) == (1, True)
    unknown = call(folder, query.command, "new_deal")
    assert (unknown.exit_code, "new_deals" in unknown.output) == (2, True)
    strange = call(folder, query.command, "new_deals", "colour=red")
    assert (strange.exit_code, "since, country, limit" in strange.output) == (2, True)
    assert call(folder, query.command, "company").exit_code == 2
    assert call(folder, query.command, "new_deals", "since").exit_code == 2


def test_queries_are_listed_with_what_they_take(folder):
    listed = call(folder, query.command).output
    for question in questions.every():
        assert question.name in listed
        assert question.words, question.name
        assert all(one.words for one in question.takes)


GIVEN = {
    "company": ["name=BYD"],
    "deal_story": ["deal=d1"],
    "new_deals": ["since=2026-01-01", "country=hu"],
    "source_notices": ["since=2026-03-01"],
}


@pytest.mark.parametrize("question", [one.name for one in questions.every()])
def test_every_query_answers(folder, question):
    done = call(folder, query.command, question, *GIVEN.get(question, []), "--format", "jsonl")
    assert done.exit_code == 0, done.output
    if question in {
        "company",
        "deal_story",
        "new_deals",
        "by_country",
        "by_month",
        "by_sector",
        "pipeline",
        "contradictions",
        "latest_stories",
        "runs",
        "source_health",
        "top_investors",
        "missing_amounts",
    }:
        assert done.output.strip(), question


def test_every_parameter_of_a_query_is_used_in_it():
    for question in questions.every():
        body = "\n".join(line for line in question.sql.splitlines() if not line.startswith("--"))
        assert {one.name for one in question.takes} == {
            word[1:].split(")")[0].split(" ")[0].split(",")[0] for word in body.replace("(", " ").split() if word.startswith("$")
        }, question.name


def test_deals_are_listed_narrowed_and_told(folder):
    assert "d1" in call(folder, deals.command).output
    narrowed = call(folder, deals.command, "--country", "es", "--format", "jsonl").output.splitlines()
    assert [json.loads(line)["deal_id"] for line in narrowed] == ["d2"]
    assert [
        json.loads(line)["deal_id"] for line in call(folder, deals.command, "--usd", "1000000", "--format", "jsonl").output.splitlines()
    ] == ["d1"]
    assert len(call(folder, deals.command, "--party", "byd", "--since", "2026-01-01", "--format", "jsonl").output.splitlines()) == 2
    told = call(folder, deals.command, "d1")
    assert "In Szeged." in told.output
    page = told.output
    assert all(title in page for title in ("Parties", "Sums of money", "Life", "Every report")), page
    assert "BYD (CN), in 1 report\n" in page
    assert '"It will build."' in page
    assert call(folder, deals.command, "nothing").exit_code == 1


def test_status_shows_runs_sources_and_age(folder, tmp_path):
    shown = call(folder, status.command)
    assert shown.exit_code == 0
    assert "Readers see copy 1" in shown.output
    assert "completed" in shown.output
    found = json.loads(call(folder, status.command, "--json").output)
    assert found["articles"] == len(EVIL) + 2
    assert found["states"] == {"ok": 1}
    assert "nothing is published yet" in call(tmp_path, status.command).output
