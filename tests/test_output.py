"""Text of the web in every field, every command asked: nothing that drives a terminal comes out, in words or in JSON."""

import json
import unicodedata
from dataclasses import fields, replace

import pytest
from click.testing import CliRunner
from warehouse_rows import article, everything, warehouse_at

from flows.commands import deals, query, review, sql, status, why

EVIL = "\x1b]0;owned\x07 \x1b[2J \u202egnp.exe \u2066x\u2069 \x9b31m \x7f [bold]b[/] <script>alert(1)</script> [x](javascript:alert(1)) '; DROP TABLE deals; --"
FREE = {
    "title",
    "quote",
    "error",
    "reason",
    "outlet",
    "author",
    "summary",
    "body",
    "place",
    "review",
    "note",
    "because",
    "term",
    "printed",
    "value",
}


def poisoned(record):
    """Return the record with evil behind each of its free texts."""
    texts = {field.name: getattr(record, field.name) for field in fields(record) if field.name in FREE}
    return replace(record, **{name: f"{text} {EVIL}" for name, text in texts.items() if isinstance(text, str | None) and name != "review"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = warehouse_at(tmp_path_factory.mktemp("output") / "w")
    tables = {name: [poisoned(record) for record in records] for name, records in everything().items()}
    tables["sources"] = [replace(one, name=f"{one.name} {EVIL}") for one in tables["sources"]]
    tables["deals"] = [replace(one, review=f"doubt {EVIL}") for one in tables["deals"]]
    tables["report_parties"] = [replace(one, name_as_printed=f"BYD {EVIL}") for one in tables["report_parties"]]
    tables["decisions"] = []
    made.spool("all", tables)
    loaded = made.load()
    assert not loaded.refused, loaded
    assert made.publish("run-0001").published
    yield made.places.folder
    made.close()


ARTICLE = article("1").article_id
ASKED = [
    (status.command, []),
    (status.command, ["--json"]),
    (deals.command, []),
    (deals.command, ["d1"]),
    (query.command, ["failed_sources"]),
    (query.command, ["deal_story", "deal=d1", "--format", "csv"]),
    (query.command, ["latest_stories", "--format", "json"]),
    (sql.command, ["SELECT * FROM articles", "--format", "jsonl"]),
    (sql.command, ['SELECT 1 AS "\x1b[2J\u202ea"']),
    (sql.command, ["SELECT error('\x1b[2J' || title) FROM articles"]),
    (why.command, [ARTICLE]),
    (why.command, [ARTICLE, "--json"]),
]  # fmt: skip


@pytest.mark.parametrize(("command", "words"), ASKED, ids=range(len(ASKED)))
def test_no_command_lets_the_web_drive_the_terminal(folder, command, words):
    done = CliRunner().invoke(command, [*words, "--warehouse", str(folder)])
    assert done.exit_code == (2 if "error(" in "".join(words) else 0), done.output
    assert strange(done.output) == []
    if "--json" in words or "json" in words:
        json.loads(done.output)


@pytest.mark.parametrize("words", [["list"], ["list", "--json"], ["show", "d1"]])
def test_no_review_does(folder, words):
    done = CliRunner().invoke(review.command, ["--warehouse", str(folder), *words])
    assert done.exit_code == 0, done.output
    assert strange(done.output) == []


def test_names_are_no_sql(folder):
    done = CliRunner().invoke(query.command, ["company", "name='; DROP TABLE deals; --", "--warehouse", str(folder)])
    assert done.exit_code == 0, done.output
    assert "d1" in CliRunner().invoke(deals.command, ["--warehouse", str(folder)]).output


def strange(text: str) -> list[str]:
    """Return the characters that drive a terminal, hide, or turn the direction of what follows."""
    return [letter for letter in text if letter not in "\n\t" and unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
