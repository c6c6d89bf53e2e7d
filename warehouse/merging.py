"""The SQL that takes staged rows into the tables, one function for each way of `RULES`. Runs inside the loader's transaction.

Only what a DuckLake has too: staging into TEMP tables, one MERGE with one UPDATE and one INSERT, DELETE, INSERT.
"""

# ruff: noqa: S608 - the names in the statements are our own (RULES, migrations, records); values travel as parameters

from collections.abc import Callable, Iterable

import duckdb

from warehouse import schema
from warehouse.rules import LEDGER, RULES, owned, stored

Connection = duckdb.DuckDBPyConnection


def apply(connection: Connection, table: str, staged: set[str]) -> None:
    """Take `stage_<table>` into the warehouse; `staged` names all tables of the same load."""
    _WAYS[RULES[table].way](connection, table, staged)


def _run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(statement).fetchall()


def _names(table: str) -> list[str]:
    return [column.name for column in schema.tables()[stored(table)]]


def _listed(names: Iterable[str], prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{name}"' for name in names)


def merge_sql(
    target: str, source: str, key: tuple[str, ...], names: list[str], *, only: str = "", sets: dict[str, str] | None = None
) -> str:
    """Return the MERGE of `source` into `target`: changed rows are updated (if `only` allows), new ones inserted."""
    rest = [name for name in names if name not in key]
    changed = " OR ".join(f't."{name}" IS DISTINCT FROM s."{name}"' for name in rest)
    values = {name: f's."{name}"' for name in rest} | (sets or {})
    update = ", ".join(f'"{name}" = {value}' for name, value in values.items())
    return (
        f"MERGE INTO {target} AS t USING {source} AS s ON "
        + " AND ".join(f't."{name}" = s."{name}"' for name in key)
        + f" WHEN MATCHED AND ({changed}){only} THEN UPDATE SET {update}"
        + f" WHEN NOT MATCHED THEN INSERT ({_listed(names)}) VALUES ({_listed(names, 's.')})"
    )


def _latest(connection: Connection, table: str, staged: set[str]) -> None:
    """Take one row for each key: the last arrival."""
    del staged
    keys = _listed(RULES[table].key)
    _run(
        connection,
        f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT * FROM stage_{table} QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY _seq DESC, _row DESC) = 1",
        merge_sql(table, "chosen", RULES[table].key, _names(table)),
    )


def _item(connection: Connection, table: str, staged: set[str]) -> None:
    """Do as `_latest`, but a merely seen item never undoes what is known of its fate, and the first sight stays the first."""
    del staged
    seen = "({0}outcome IS NULL AND {0}tries = 0 AND {0}next_try_at IS NULL)"
    _run(
        connection,
        "CREATE OR REPLACE TEMP TABLE chosen AS SELECT * REPLACE (min(first_seen_at) OVER (PARTITION BY item_id) AS first_seen_at) "
        f"FROM stage_{table} QUALIFY row_number() OVER (PARTITION BY item_id ORDER BY {seen.format('')}, _seq DESC, _row DESC) = 1",
        merge_sql(
            table,
            "chosen",
            RULES[table].key,
            _names(table),
            only=f" AND (NOT {seen.format('s.')} OR {seen.format('t.')})",
            sets={"first_seen_at": "least(t.first_seen_at, s.first_seen_at)"},
        ),
    )


def _append(connection: Connection, table: str, staged: set[str]) -> None:
    """Take rows that never change and are not there yet. Only the time span of the new rows is searched."""
    del staged
    rule = RULES[table]
    keys, names = _listed(rule.key), _names(table)
    low, high = connection.execute(f"SELECT min({rule.within}), max({rule.within}) FROM stage_{table}").fetchall()[0]
    same = " AND ".join(f't."{name}" = s."{name}"' for name in rule.key)
    connection.execute(
        f"INSERT INTO {table} ({_listed(names)}) SELECT {_listed(names, 's.')} FROM "
        f"(SELECT * FROM stage_{table} QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY _seq, _row) = 1) AS s "
        f"WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.{rule.within} BETWEEN ? AND ? AND {same})",
        [low, high],
    ).fetchall()


def _text(connection: Connection, table: str, staged: set[str]) -> None:
    """Make each different text of an address a version, numbered by the time of its change; the newest is the article."""
    del staged
    names = _names(table)
    _number_versions(connection, table, _listed(name for name in names if name not in {"version", "text_id"}))
    _run(
        connection,
        merge_sql("article_texts", "(SELECT * FROM versions WHERE newest)", ("article_id",), names),
        "DELETE FROM article_past WHERE article_id IN (SELECT article_id FROM versions WHERE NOT newest)",
        f"INSERT INTO article_past ({_listed(names)}) SELECT {_listed(names)} FROM versions WHERE NOT newest",
        "CREATE OR REPLACE TEMP TABLE lost AS SELECT article_id, text_id FROM known_texts ANTI JOIN versions USING (article_id, text_id)",
        "DELETE FROM bodies WHERE (article_id, text_id) IN (SELECT (article_id, text_id) FROM lost)",
        "CREATE OR REPLACE TEMP TABLE gained AS SELECT n.article_id, n.text_id, n._seq, n._row FROM new_texts AS n SEMI JOIN versions USING (article_id, text_id) "
        "ANTI JOIN known_texts USING (article_id, text_id) QUALIFY row_number() OVER (PARTITION BY n.article_id, n.text_id ORDER BY n._seq, n._row) = 1",
        f"INSERT INTO bodies SELECT g.article_id, g.text_id, s.body FROM stage_{table} AS s JOIN gained AS g ON g._seq = s._seq AND g._row = s._row",
    )


def _number_versions(connection: Connection, table: str, bare: str) -> None:
    """Make the TEMP table `versions`: every text, known or new, of the articles that came in, with its number."""
    known = " UNION ALL ".join(
        f"SELECT {bare}, text_id, CAST(0 AS BIGINT) AS _seq, CAST(0 AS BIGINT) AS _row FROM {one} SEMI JOIN touched USING (article_id)"
        for one in ("article_texts", "article_past")
    )
    _run(
        connection,
        f"CREATE OR REPLACE TEMP TABLE new_texts AS SELECT {bare}, _seq, _row, CAST(md5(title || chr(1) || body) AS UUID) AS text_id FROM stage_{table}",
        "CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT article_id FROM new_texts",
        f"CREATE OR REPLACE TEMP TABLE known_texts AS {known}",
        "CREATE OR REPLACE TEMP TABLE chosen AS SELECT * REPLACE ("
        "first_value(duplicate_of IGNORE NULLS) OVER (PARTITION BY article_id, body_sha256 ORDER BY _seq DESC, _row DESC "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS duplicate_of, "
        "min(first_seen_at) OVER (PARTITION BY article_id) AS first_seen_at) FROM (FROM known_texts UNION ALL BY NAME FROM new_texts) "
        "QUALIFY row_number() OVER (PARTITION BY article_id, body_sha256 ORDER BY fetched_at DESC, _seq DESC, _row DESC) = 1",
        # An older text may be fetched later, from a cache or under another address: what the pages say of their change goes first.
        "CREATE OR REPLACE TEMP TABLE placed AS SELECT *, CASE WHEN bool_and(modified_at IS NOT NULL) OVER (PARTITION BY article_id) "
        "THEN modified_at ELSE fetched_at END AS changed_at FROM chosen",
        "CREATE OR REPLACE TEMP TABLE versions AS SELECT * EXCLUDE (_seq, _row, changed_at), "
        "CAST(row_number() OVER (PARTITION BY article_id ORDER BY changed_at, fetched_at, body_sha256) AS INTEGER) AS version, "
        "row_number() OVER (PARTITION BY article_id ORDER BY changed_at DESC, fetched_at DESC, body_sha256 DESC) = 1 AS newest FROM placed",
    )


def _verdict(connection: Connection, table: str, staged: set[str]) -> None:
    """Take one flag for each article, the last arrival, with its evidence and the mark of the text that was judged."""
    judged = (
        "SELECT article_id, text_id, _seq FROM new_texts"
        if "articles" in staged
        else "SELECT NULL::UUID AS article_id, NULL::UUID AS text_id, NULL::BIGINT AS _seq"
    )
    _run(
        connection,
        f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT * FROM stage_{table} QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY _seq DESC, _row DESC) = 1",
        "CREATE OR REPLACE TEMP TABLE judged AS SELECT c.*, coalesce(n.text_id, a.text_id) AS text_id FROM chosen AS c "
        f"LEFT JOIN (SELECT article_id, _seq, max(text_id) AS text_id FROM ({judged}) GROUP BY ALL) AS n ON n.article_id = c.article_id AND n._seq = c._seq "
        "LEFT JOIN article_texts AS a ON a.article_id = c.article_id",
        merge_sql(table, "judged", RULES[table].key, _names(table)),
    )
    _replace_owned(connection, table, staged, "SELECT article_id FROM chosen", "article_id")


def _report(connection: Connection, table: str, staged: set[str]) -> None:
    """Take the reports that came with the last verdict on an article in place of all that it had before."""
    target, names = stored(table), _names(table)
    _run(
        connection,
        f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT * FROM stage_{table} WHERE (article_id, _seq) IN (SELECT (article_id, _seq) FROM decided) "
        "QUALIFY row_number() OVER (PARTITION BY report_id ORDER BY _seq DESC, _row DESC) = 1",
        "CREATE OR REPLACE TEMP TABLE gone AS SELECT report_id FROM report_facts WHERE article_id IN (SELECT article_id FROM decided) "
        "UNION SELECT report_id FROM chosen",
        f"DELETE FROM {target} WHERE report_id IN (SELECT report_id FROM gone)",
        f"INSERT INTO {target} ({_listed(names)}) SELECT {_listed(names)} FROM chosen",
    )
    _replace_owned(connection, table, staged, "SELECT report_id FROM gone", "report_id")


def _deal(connection: Connection, table: str, staged: set[str]) -> None:
    """Replace each deal with all that belongs to it."""
    names = _names(table)
    _run(
        connection,
        f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT * FROM stage_{table} "
        "QUALIFY row_number() OVER (PARTITION BY deal_id ORDER BY _seq DESC, _row DESC) = 1",
        "DELETE FROM deals WHERE deal_id IN (SELECT deal_id FROM chosen)",
        f"INSERT INTO deals ({_listed(names)}) SELECT {_listed(names)} FROM chosen ORDER BY _seq, _row",
    )
    _replace_owned(connection, table, staged, "SELECT deal_id FROM chosen", "deal_id")


def _replace_owned(connection: Connection, owner: str, staged: set[str], gone: str, by: str) -> None:
    """Drop what belonged to the `gone` rows of `owner`, and take what came in the same batch as the chosen ones."""
    for table in owned(owner):
        names = _listed(_names(table))
        _run(connection, f"DELETE FROM {table} WHERE {by} IN ({gone})")
        if table in staged:
            _run(
                connection,
                f"INSERT INTO {table} ({names}) SELECT {names} FROM stage_{table} WHERE ({by}, _seq) IN (SELECT ({by}, _seq) FROM chosen) ORDER BY _seq, _row",
            )


def clear_ledger(connection: Connection) -> None:
    """Empty the ledger: a whole one follows."""
    _run(connection, *(f"DELETE FROM {table}" for table in LEDGER))


def follow_redirects(connection: Connection) -> None:
    """Take deals that were merged into another out of the ledger; the redirect says where they went."""
    merged = "SELECT deal_id FROM deal_redirects WHERE redirect_to IS NOT NULL"
    _run(connection, *(f"DELETE FROM {table} WHERE deal_id IN ({merged})" for table in LEDGER))


_WAYS: dict[str, Callable[[Connection, str, set[str]], None]] = {
    "latest": _latest,
    "item": _item,
    "append": _append,
    "text": _text,
    "verdict": _verdict,
    "report": _report,
    "deal": _deal,
}
