"""`evwatch why`: what earned an article its verdict, or what it lacked: aspects, words, sentences, rule, nearest miss, reports."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.records import Article, Flag, FlagEvidence

_ARTICLE = "SELECT * FROM articles WHERE url = $subject OR canonical_url = $subject OR CAST(article_id AS VARCHAR) = $subject LIMIT 1"
_REPORTS = "SELECT title, deal_type, direction, status, amount, currency, place FROM reports WHERE CAST(article_id AS VARCHAR) = $article ORDER BY ordinal"
_NAMES = {"ev": "EV chain", "china": "China link", "capital": "capital event", "against": "speaks against"}
_SHOWN = 4  # sentences shown for each aspect


@click.command(name="why")
@click.argument("subject", metavar="URL|ID|FILE")
@click.option("--language", help="Language of a text file (ISO 639-1); found out where not given.")
@click.option(
    "--warehouse",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="warehouse",
    show_default=True,
    help="Folder of the data.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def command(subject: str, language: str | None, folder: Path, *, as_json: bool) -> None:
    """Say why an article was flagged, or why not.

    URL or ID name an article of the published warehouse, judged again under today's rules. FILE is an article of your own: .json (title, text,
    language), .html, or plain text whose first line is the title.
    """
    from flows.steps import flags, vocabulary

    path = Path(subject)
    article = _from_file(path, language) if path.is_file() else _from_warehouse(subject, folder)
    flag = flags.judge(article, vocabulary.load())
    reports = [] if path.is_file() else _asked(folder, _REPORTS, {"article": article.article_id})
    if as_json:
        from flows.commands.answers import values

        click.echo(values.packed(_plain(article, flag, reports)))
        return
    _show(article, flag, reports)


def _from_warehouse(subject: str, folder: Path) -> "Article":
    from flows.records import Article

    rows = _asked(folder, _ARTICLE, {"subject": subject})
    if not rows:
        raise click.ClickException(
            f"expected a file, or the URL or id of an article in {folder}, found {subject!r}; `evwatch query` and `evwatch sql` list articles"
        )
    row = rows[0]
    known: dict[str, Any] = {name: row.get(name) for name in Article.__dataclass_fields__}
    return Article(**{**known, "article_id": str(row["article_id"]), "body": row["body"] or "", "title": row["title"] or ""})


def _asked(folder: Path, sql: str, values: dict[str, str]) -> list[dict[str, Any]]:
    from flows.commands.answers import answering
    from warehouse import Warehouse

    found: list[dict[str, Any]] = []
    with answering():
        found.extend(Warehouse(folder).ask(sql, values).dicts())
    return found


def _from_file(path: Path, language: str | None) -> "Article":
    """Return the article that a user's file holds. Raises click.ClickException where it is none."""
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path}: expected a text in UTF-8: {error}") from error
    if path.suffix == ".json":
        title, body, told = _of_json(path, content)
    elif path.suffix in {".html", ".htm"}:
        title, body, told = _of_page(path, content)
    else:
        title, _, body = content.strip().partition("\n")
        told = None
    return _article(str(path), title, body.strip(), language or told)


def _of_json(path: Path, content: str) -> tuple[str, str, str | None]:
    try:
        held = json.loads(content)
        return str(held.get("title") or ""), str(held.get("text") or held.get("body") or ""), held.get("language")
    except (ValueError, AttributeError) as error:
        raise click.ClickException(f"{path}: expected a JSON object with title and text: {error}") from error


def _of_page(path: Path, content: str) -> tuple[str, str, str | None]:
    from datetime import UTC, datetime

    from flows.records import Item, Page
    from flows.steps import articles

    seen = datetime(1970, 1, 1, tzinfo=UTC)  # a verdict does not depend on time
    item = Item("file", "file", None, None, None, "", "", None, None, None, None, "first_seen", seen)
    try:
        read = articles.extract(Page(item, path.resolve().as_uri(), "text/html; charset=utf-8", content.encode(), seen))
    except articles.Unreadable as error:
        raise click.ClickException(f"{path}: expected an HTML page with an article: {error}") from error
    return read.title, read.body, read.language


def _article(name: str, title: str, body: str, language: str | None) -> "Article":
    from datetime import UTC, datetime

    from flows.records import Article, identity

    seen = datetime(1970, 1, 1, tzinfo=UTC)  # a verdict does not depend on time
    return Article(
        article_id=identity(name), url=name, canonical_url=name, source_id="file", item_id=None, title=title, body=body, author=None, outlet=None,
        language=language, published_at=None, published_from="text", first_seen_at=seen, fetched_at=seen, body_sha256="", text_quality="full", rights_notice=None,
    )  # fmt: skip


def _show(article: "Article", flag: "Flag", reports: "Sequence[dict[str, Any]]") -> None:
    """Print the verdict, then each aspect with its words and sentences, then what was missing."""
    from flows.commands.console import harmless

    click.echo(harmless(article.title or article.url))
    click.echo(
        f"\n  {flag.verdict}{f' ({flag.category})' if flag.category else ''}, probability {flag.score:.2f}\n  {harmless(flag.reason)}\n"
    )
    scores = {"ev": flag.ev_score, "china": flag.china_score, "capital": flag.capital_score}
    for aspect, name in _NAMES.items():
        pieces = [piece for piece in flag.evidence if piece.aspect == aspect]
        click.echo(
            f"  {name}{f': {scores[aspect]:.2f}' if aspect in scores else ''}{'' if any(piece.quote for piece in pieces) else ': nothing found'}"
        )
        for line in _told(pieces):
            click.echo(harmless(line))
    for report in reports:
        told = ", ".join(f"{key} {value}" for key, value in report.items() if value is not None and key != "title")
        click.echo(harmless(f"  report: {report['title']} ({told})"))


def _told(pieces: "Sequence[FlagEvidence]") -> list[str]:
    """Return a line for each sentence: where it stands, which words in it counted under which rule, the sentence."""
    sentences: dict[tuple[str, int], list[FlagEvidence]] = {}
    for piece in pieces:
        if piece.quote:
            sentences.setdefault((piece.field, piece.start), []).append(piece)
    lines = []
    for (field, start), found in list(sentences.items())[:_SHOWN]:
        words = ", ".join(dict.fromkeys(f"{piece.term} [{piece.rule}]" for piece in found))
        lines += [f"    {field} {start}-{found[0].end}: {words}", f'      "{found[0].quote}"']
    return lines


def _plain(article: "Article", flag: "Flag", reports: "Sequence[dict[str, Any]]") -> dict[str, Any]:
    from dataclasses import asdict

    return {"url": article.url, "title": article.title, **asdict(flag), "reports": list(reports)}
