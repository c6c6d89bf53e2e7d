"""`evwatch review`: what the machine is unsure of, and what people decide about it.

A decision is a row; it is written down here and obeyed by the next merge. Nothing here changes a deal.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from flows.advising import Advice
    from flows.records import Decision
    from warehouse import Warehouse

_QUOTED = 160  # characters of a quote on the console


@click.group(name="review", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--warehouse", "folder", default="warehouse", envvar="EVWATCH_WAREHOUSE", show_default=True, help="Folder of the data.")
@click.option("--by", default=None, envvar="EVWATCH_REVIEWER", help="Your name, kept with your decisions.")
@click.pass_context
def command(context: click.Context, folder: str, by: str | None) -> None:
    """Look at doubtful deals and decide them: accept, correct, merge, split, or "not a deal".

    Decisions take effect with the next run and survive every replay. A deal is named by its id or the id's first characters, an article
    by its URL or id.
    """
    context.obj = {"folder": Path(folder), "by": by}


@command.command(name="list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(min=1), help="Rows at most.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, for machines.")
@click.pass_obj
def list_(obj: dict[str, Any], limit: int, as_json: bool) -> None:
    """List deals and articles that a person should look at, the largest deals first."""
    import json

    with _opened(obj) as warehouse:
        rows = warehouse.ask(_DOUBTFUL, [limit]).dicts()
    for row in rows:
        _tell(json.dumps(row, default=str, ensure_ascii=False) if as_json else f"{row['subject']}  {row['title']}\n    {row['doubt']}")
    if not rows and not as_json:
        _tell("nothing to review")


_DOUBTFUL = """
  SELECT * FROM (
    SELECT 'deal' AS kind, deal_id AS subject, title, review AS doubt, amount_usd, last_reported_at AS seen_at FROM deals WHERE review IS NOT NULL
    UNION ALL
    SELECT 'article', CAST(f.article_id AS VARCHAR), a.title, f.reason, NULL, a.first_seen_at
      FROM flags f JOIN articles a USING (article_id) WHERE f.verdict = 'review'
  )
  WHERE subject NOT IN (SELECT subject FROM decisions WHERE action IN ('accept', 'not_a_deal', 'is_a_deal'))
  ORDER BY kind DESC, amount_usd DESC NULLS LAST, seen_at DESC, subject LIMIT ?
"""


@command.command()
@click.argument("deal")
@click.pass_obj
def show(obj: dict[str, Any], deal: str) -> None:
    """Show a deal with its reports (their ids are what `split` takes), its events and its contradictions."""
    with _opened(obj) as warehouse:
        deal_id = _deal(warehouse, deal)
        for heading, sql in _SECTIONS.items():
            rows = warehouse.ask(sql, [deal_id]).dicts()
            if rows:
                _tell(heading)
            for row in rows:
                _tell("    " + "  ".join(_short(value) for value in row.values() if value is not None))


_SECTIONS = {
    "deal": "SELECT deal_id, title, status, amount, currency, review FROM deals WHERE deal_id = ?",
    "reports": "SELECT d.report_id, CAST(a.published_at AS DATE), a.language, d.role, round(d.match_score, 2), a.title, a.url, d.match_reason "
    "FROM deal_articles d JOIN articles a USING (article_id) WHERE d.deal_id = ? ORDER BY a.published_at, d.report_id",
    "events": "SELECT event_date, CAST(reported_at AS DATE), event_type, status_after, quote FROM deal_events WHERE deal_id = ? ORDER BY reported_at",
    "contradictions": "SELECT field, value, CASE WHEN chosen THEN 'chosen' ELSE '' END, outlet, CAST(reported_at AS DATE), because "
    "FROM deal_conflicts WHERE deal_id = ? ORDER BY field, chosen DESC, reported_at",
}


@command.command()
@click.argument("deal")
@click.option("--note", help="Why.")
@click.pass_obj
def accept(obj: dict[str, Any], deal: str, note: str | None) -> None:
    """Say that a doubtful deal is right as it stands."""
    with _opened(obj) as warehouse:
        _decide(warehouse, obj, "accept", _deal(warehouse, deal), note=note)


@command.command()
@click.argument("subject")
@click.argument("field")
@click.argument("value", required=False)
@click.option("--note", help="Why, and where it says so.")
@click.pass_obj
def correct(obj: dict[str, Any], subject: str, field: str, value: str | None, note: str | None) -> None:
    """Set FIELD of a deal (or of a report, by its id) to VALUE; without VALUE it becomes unknown.

    FIELD is a column of `deals`, or party:ID with the party's role as VALUE; without VALUE the party is taken out.
    """
    from flows.steps.deals.decisions import parse

    try:
        parse(field, value)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with _opened(obj) as warehouse:
        found = _one(warehouse, "SELECT CAST(report_id AS VARCHAR) FROM reports WHERE CAST(report_id AS VARCHAR) = ?", [subject])
        _decide(warehouse, obj, "correct", found or _deal(warehouse, subject), field=field, value=value, note=note)


@command.command()
@click.argument("deal")
@click.argument("other")
@click.option("--note", help="Why.")
@click.pass_obj
def merge(obj: dict[str, Any], deal: str, other: str, note: str | None) -> None:
    """Say that two deals are one; the older id stays, the other leads to it."""
    with _opened(obj) as warehouse:
        one, two = _deal(warehouse, deal), _deal(warehouse, other)
        if one == two:
            raise click.UsageError(f"expected two deals, found {one} twice")
        _decide(warehouse, obj, "merge", one, value=two, note=note)


@command.command()
@click.argument("deal")
@click.argument("reports", nargs=-1, required=True)
@click.option("--note", help="Why.")
@click.pass_obj
def split(obj: dict[str, Any], deal: str, reports: tuple[str, ...], note: str | None) -> None:
    """Say that REPORTS (ids, as `show` prints them) of a deal are another deal; the part with the first report keeps the id."""
    with _opened(obj) as warehouse:
        deal_id = _deal(warehouse, deal)
        rows = warehouse.ask("SELECT CAST(report_id AS VARCHAR) FROM deal_articles WHERE deal_id = ? AND report_id IS NOT NULL", [deal_id])
        own = {str(row[0]) for row in rows}
        strangers = set(reports) - own
        if strangers or not own - set(reports):
            raise click.UsageError(
                f"expected some, not all, of the reports of {deal_id}, found {', '.join(sorted(strangers)) or 'all of them'}"
            )
        anchor = _one(warehouse, "SELECT CAST(anchor_report_id AS VARCHAR) FROM deal_redirects WHERE deal_id = ?", [deal_id])
        leaving = set(reports) if anchor not in reports else own - set(reports)
        _decide(warehouse, obj, "split", deal_id, value=",".join(sorted(leaving)), note=note)


@command.command(name="not-a-deal")
@click.argument("subject")
@click.option("--note", help="Why.")
@click.pass_obj
def not_a_deal(obj: dict[str, Any], subject: str, note: str | None) -> None:
    """Say that a deal, or an article (URL or id), is none; later reports of the same are then none either."""
    with _opened(obj) as warehouse:
        _decide(warehouse, obj, "not_a_deal", _subject(warehouse, subject), note=note)


@command.command(name="is-a-deal")
@click.argument("subject")
@click.option("--note", help="Why.")
@click.pass_obj
def is_a_deal(obj: dict[str, Any], subject: str, note: str | None) -> None:
    """Take back "not a deal", or confirm a deal or article that the machine doubts."""
    with _opened(obj) as warehouse:
        _decide(warehouse, obj, "is_a_deal", _subject(warehouse, subject), note=note)


@command.command(context_settings={"allow_interspersed_args": False})
@click.argument("program", nargs=-1, required=True)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(min=1), help="Stories at most, newest first.")
@click.option("--seconds", default=600.0, show_default=True, type=click.FloatRange(min=1), help="After which the program is stopped.")
@click.option("--keep", is_flag=True, help="Write the answers down as decisions; without it, they are only shown.")
@click.pass_obj
def advise(obj: dict[str, Any], program: tuple[str, ...], limit: int, seconds: float, keep: bool) -> None:
    """Ask PROGRAM, of your own, about the stories under review; a language model may be behind it.

    It reads one JSON object a line (question, article_id, title, body, evidence, ...) and prints one a line:
    {"article_id": "...", "answer": "deal" | "no_deal" | "unsure", "why": "..."}. Decisions of people are never touched.
    """
    from flows import advising, reviewing

    with _opened(obj) as warehouse:
        decided = {one.subject for one in reviewing.stored(warehouse)}
        cases = [case for case in warehouse.ask(_UNDECIDED).dicts() if case["article_id"] not in decided][:limit]
        try:
            advised = advising.ask(program, cases, seconds) if cases else advising.Advised((), ())
        except advising.AdviserError as error:
            raise click.UsageError(str(error)) from error
        titles = {str(case["article_id"]): str(case["title"]) for case in cases}
        for one in advised.advice:
            _tell(f"{one.answer:8} {titles[one.article_id]}\n         {one.why}")
        for line in advised.refused:
            click.echo(f"evwatch: {_plain(line)}", err=True)
        _take(warehouse, obj, program[0], [one for one in advised.advice if advising.ANSWERS[one.answer]], keep=keep)


_UNDECIDED = """
  SELECT CAST(f.article_id AS VARCHAR) AS article_id, a.url, a.language, a.published_at, a.title, a.body, f.reason,
    (SELECT list({aspect: e.aspect, term: e.term, sentence: e.quote}) FROM flag_evidence e WHERE e.article_id = f.article_id) AS evidence
  FROM flags f JOIN articles a USING (article_id)
  WHERE f.verdict = 'review' AND a.duplicate_of IS NULL
  ORDER BY a.first_seen_at DESC, f.article_id
"""


def _take(warehouse: "Warehouse", obj: dict[str, Any], program: str, advice: "Sequence[Advice]", *, keep: bool) -> None:
    """Write advice down as decisions, if it is to be kept."""
    from flows import advising, reviewing
    from flows.opening import now

    by, at = obj["by"] or f"program {Path(program).name}", now()
    decided = [reviewing.decision(at, str(advising.ANSWERS[one.answer]), one.article_id, note=one.why or None, by=by) for one in advice]
    if keep:
        _keep(warehouse, decided)
    _tell(f"{len(decided)} decisions {'written down; they take effect with the next run' if keep else 'to write down: say --keep'}")


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.pass_obj
def export(obj: dict[str, Any], file: Path) -> None:
    """Write all decisions to FILE (.yaml or .jsonl), to keep under version control or to carry to another warehouse."""
    from flows import reviewing

    with _opened(obj) as warehouse:
        decisions = reviewing.stored(warehouse)
    file.write_text(reviewing.as_text(decisions, file.suffix), encoding="utf-8")
    _tell(f"{len(decisions)} decisions written to {file}")


@command.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_(obj: dict[str, Any], file: Path) -> None:
    """Take in decisions that `export` wrote; those that are here already change nothing."""
    from flows import reviewing

    try:
        decisions = reviewing.from_text(file.read_text(encoding="utf-8"), file)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with _opened(obj) as warehouse:
        known = {one.decision_id for one in reviewing.stored(warehouse)}
        fresh = [one for one in decisions if one.decision_id not in known]
        _keep(warehouse, fresh)
    _tell(f"{len(fresh)} decisions taken in, {len(decisions) - len(fresh)} were here already")


def _decide(warehouse: "Warehouse", obj: dict[str, Any], action: str, subject: str, **more: str | None) -> None:
    from flows import reviewing
    from flows.opening import now

    decision = reviewing.decision(now(), action, subject, by=obj["by"], **more)
    _keep(warehouse, [decision])
    _tell(f"{action.replace('_', ' ')}: {subject}{' ' + str(decision.value) if decision.value else ''}; takes effect with the next run")


def _keep(warehouse: "Warehouse", decisions: "list[Decision]") -> None:
    """Write decisions down; a loader that is busy takes them in later."""
    from flows.records import identity

    if decisions:
        name = identity("decisions", *sorted(one.decision_id for one in decisions))
        warehouse.spool(f"review-{name}", {"decisions": decisions})
        warehouse.load(patience_s=2.0)


@contextmanager
def _opened(obj: dict[str, Any]) -> "Iterator[Warehouse]":
    """Open the warehouse; its errors become a line and an exit code."""
    from flows.cli import BUSY, FAILED
    from warehouse import HeldError, Warehouse, WarehouseError

    warehouse = Warehouse(obj["folder"])
    try:
        yield warehouse
    except HeldError as error:
        _fail(f"another process holds the warehouse: {error}", BUSY)
    except WarehouseError as error:
        _fail(str(error), FAILED)
    finally:
        warehouse.close()


def _fail(message: str, code: int) -> None:
    click.echo(f"evwatch: {_plain(message)}", err=True)
    sys.exit(code)


def _plain(text: str) -> str:
    from flows.commands.console import harmless

    return harmless(text)


def _tell(text: str) -> None:
    """Print lines without anything that drives a terminal: titles come from the web."""
    for line in text.split("\n"):
        click.echo(_plain(line))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "..."


def _subject(warehouse: "Warehouse", text: str) -> str:
    """Return the id of the article or deal that `text` names."""
    article = _one(
        warehouse, "SELECT CAST(article_id AS VARCHAR) FROM articles WHERE ? IN (url, canonical_url, CAST(article_id AS VARCHAR))", [text]
    )
    return article or _deal(warehouse, text)


def _deal(warehouse: "Warehouse", text: str) -> str:
    """Return the id in use that `text`, an id or its beginning, leads to. Raises UsageError where there is none, or more than one."""
    rows = warehouse.ask("SELECT deal_id, redirect_to FROM deal_redirects WHERE starts_with(deal_id, ?) ORDER BY deal_id", [text])
    exact = [row for row in rows if row[0] == text]
    found = exact or list(rows)
    if len(found) != 1:
        ids = ", ".join(str(row[0]) for row in found[:5])
        raise click.UsageError(f"deal: expected an id or the beginning of one, found {text!r}" + (f", which fits {ids}" if ids else ""))
    return str(found[0][1] or found[0][0])


def _one(warehouse: "Warehouse", sql: str, values: list[str]) -> str | None:
    return next((str(row[0]) for row in warehouse.ask(sql, values)), None)
