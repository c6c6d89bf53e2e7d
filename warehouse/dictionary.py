"""The data dictionary as a page: docs/columns.md is what `page()` returns, and a test keeps it so. Run `python -m warehouse.dictionary` to write it.

Words come from columns.tsv, types from a database made by the migrations; nothing here describes anything itself.
"""

from pathlib import Path

import duckdb

from warehouse import questions, schema

_HEAD = """# Tables, views and columns

Made from `warehouse/columns.tsv`; do not edit. The same words are in the database: `SELECT * FROM duckdb_columns()`.
Times are in UTC. "yes" under *may be NULL* is only said of tables; what NULL means is part of the words.
"""


def page() -> str:
    """Return the data dictionary as Markdown."""
    connection = duckdb.connect()
    try:
        schema.migrate(connection)
        rows = connection.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
        views = {name for (name,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()}
    finally:
        connection.close()
    types = {(table, column): (kind, nullable and table not in views) for table, column, kind, nullable in rows}
    return _HEAD + "".join(_relations(types, views)) + _queries()


def _relations(types: dict[tuple[str, str], tuple[str, bool]], views: set[str]) -> list[str]:
    lines = []
    for relation, column, words in schema.words():
        if not column:
            kind = "view" if relation in views else "table" if any(table == relation for table, _ in types) else "macro"
            lines.append(
                f"\n## {relation} ({kind})\n\n{_cell(words)}\n"
                + ("" if kind == "macro" else "\n| column | type | may be NULL | what it is |\n|---|---|---|---|\n")
            )
        else:
            kind, nullable = types[relation, column]
            lines.append(f"| {column} | {kind} | {'yes' if nullable else ''} | {_cell(words)} |\n")
    return lines


def _queries() -> str:
    lines = [
        "\n# Named queries\n\n`evwatch query NAME [name=value]...`\n\n| query | what it answers | what may be given |\n|---|---|---|\n"
    ]
    for question in questions.every():
        given = "; ".join(f"`{one.name}`: {one.words}" for one in question.takes)
        lines.append(f"| {question.name} | {_cell(question.words)} | {_cell(given)} |\n")
    return "".join(lines)


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("<", "&lt;")


def main() -> None:
    """Write docs/columns.md."""
    target = Path(__file__).resolve().parents[1] / "docs" / "columns.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
