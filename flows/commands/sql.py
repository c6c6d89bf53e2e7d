"""`evwatch sql`: any question to the published warehouse, read-only."""

import sys
from pathlib import Path

import click

from flows.commands.answers import options


@click.command(name="sql")
@click.argument("query")
@options
def command(query: str, folder: Path, form: str, output: Path | None) -> None:
    r"""Ask the published warehouse in SQL (DuckDB's). QUERY of - reads it from standard input.

    Nothing can be written, no file and no network reached. Times are in UTC. `DESCRIBE` shows the tables, docs/columns.md every column.

    \b
    evwatch sql "FROM deal_ledger LIMIT 5"
    evwatch sql "SELECT * FROM article_search('gigafactory')" --format csv
    """
    from flows.commands.answers import Wanted, answering, asked

    with answering():
        asked(Wanted(folder, form, output), sys.stdin.read() if query == "-" else query)
