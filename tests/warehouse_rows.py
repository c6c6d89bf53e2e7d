"""Records for the tests of the warehouse: small, valid, and different where a test says so."""

import atexit
import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import duckdb

from flows.memory import ledger_tables
from flows.records import (
    Article,
    Capture,
    Deal,
    DealAmount,
    DealArticle,
    DealConflict,
    DealEvent,
    DealParty,
    DealRedirect,
    Decision,
    FeedState,
    Fetch,
    Flag,
    FlagEvidence,
    Item,
    Kind,
    Ledger,
    Outcome,
    Party,
    Report,
    ReportAmount,
    ReportEvidence,
    ReportParty,
    Run,
    Signature,
    Source,
    identity,
)
from warehouse import Warehouse

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def source(name="voltpost", **more):
    return Source(
        **({"source_id": name, "name": name.title(), "url": f"http://{name}.example/rss", "kind": Kind.FEED, "topics": ("ev",)} | more)
    )


def run(number=1, at=NOON, **more):
    given = {"finished_at": at + HOUR, "outcome": "completed", "version": "0", "rules_version": "r1", "way": "direct"}
    return Run(run_id=f"run-{number:04d}", started_at=at, **(given | more))


def fetch(name="voltpost", at=NOON, outcome=Outcome.OK, **more):
    given = {
        "run_id": "run-0001",
        "url": f"http://{name}.example/rss",
        "kind": "feed",
        "http_status": 200,
        "bytes": 10,
        "elapsed_ms": 5,
        "item_count": 1,
    }
    return Fetch(source_id=name, fetched_at=at, outcome=outcome, **(given | more))


def capture(number=1, at=NOON, **more):
    url = f"http://voltpost.example/{number}"
    given = {
        "sha256": "0" * 64,
        "url": url,
        "final_url": url,
        "source_id": "voltpost",
        "item_id": identity(str(number)),
        "kind": "page",
        "run_id": "run-0001",
    }
    given |= {"fetched_at": at, "http_status": 200, "content_type": "text/html", "warc_file": "2026/03/a.warc.gz", "warc_offset": number}
    return Capture(**(given | more))


def item(name="1", at=NOON, source="voltpost", **more):
    url = f"http://voltpost.example/{name}"
    given = {
        "guid": name,
        "url": url,
        "canonical_url": url,
        "title": f"Title {name}",
        "summary": "",
        "author": None,
        "outlet": None,
        "language": "en",
    }
    return Item(
        item_id=identity(source, name), source_id=source, published_from="feed", first_seen_at=at, **({"published_at": at} | given | more)
    )


def state(name="voltpost", **more):
    given = {
        "etag": '"1"',
        "last_modified": None,
        "body_sha256": None,
        "etag_lies": False,
        "last_polled_at": NOON,
        "last_ok_at": NOON,
        "newest_item_at": None,
    }
    return FeedState(
        source_id=name,
        **({"next_poll_at": None, "interval_s": 1800, "failures": 0.0, "last_outcome": Outcome.OK, "streak": 0} | given | more),
    )


def article(name="1", body="Body of one.", at=NOON, **more):
    url = f"http://voltpost.example/{name}"
    given = {
        "url": url,
        "canonical_url": url,
        "source_id": "voltpost",
        "item_id": identity("voltpost", name),
        "title": f"Title {name}",
        "author": None,
    }
    given |= {
        "outlet": None,
        "language": "en",
        "published_at": at,
        "published_from": "feed",
        "first_seen_at": at,
        "fetched_at": at,
        "text_quality": "full",
    }
    return Article(article_id=identity(url), body=body, body_sha256=identity(body), rights_notice=None, **(given | more))


def signature(name="1", bands=(1, 2**64 - 1), at=NOON):
    return Signature(article(name).article_id, at, bands, (3, 4), 12)


def flag(name="1", flagged=True, rules_version="r1", terms=("plant",)):
    article_id = article(name).article_id
    evidence = tuple(FlagEvidence(article_id, "capital", "verb", term, f"A {term}.", "body", 0, 5, 0.5) for term in terms)
    verdict = "deal_new" if flagged else "not_deal"
    return Flag(article_id, rules_version, verdict, flagged, 0.9, 0.8, 0.7, 0.6, None if flagged else "sales_figures", "because", evidence)


def report(name="1", ordinal=0, at=NOON, **more):
    article_id = article(name).article_id
    given = {
        "rules_version": "r1",
        "reported_at": at,
        "deal_type": "greenfield",
        "direction": "outbound",
        "status": "announced",
        "event_type": "first_report",
    }
    given |= {
        "title": "BYD: greenfield, Szeged (HU)",
        "announced_on": at.date(),
        "date_precision": "day",
        "sector": "vehicle_assembly",
        "host_country": "HU",
    }
    given |= {
        "admin1": None,
        "place": "Szeged",
        "place_precision": "city",
        "amount": 1e9,
        "currency": "EUR",
        "amount_kind": "total_programme",
    }
    given |= {
        "amount_qualifier": "about",
        "stake_pct": None,
        "capacity": None,
        "capacity_unit": None,
        "capacity_year": None,
        "jobs": 10,
        "jobs_basis": "total",
    }
    return Report(report_id=identity(article_id, str(ordinal)), article_id=article_id, ordinal=ordinal, confidence=0.8, **(given | more))


def report_tables(*reports, names=("BYD",)):
    """The tables of some reports, each with a party, an amount and evidence."""
    ids = [one.report_id for one in reports]
    return {
        "reports": list(reports),
        "report_parties": [ReportParty(one, name.lower(), name, "investor", "CN") for one in ids for name in names],
        "report_amounts": [ReportAmount(one, 0, 1e9, None, "EUR", "total_programme", "about", "1 billion euros") for one in ids],
        "report_evidence": [ReportEvidence(one, "place", "known", "Szeged", "In Szeged.", "body", 0, 10, "place") for one in ids],
        "parties": [Party(name.lower(), name, "比亚迪", "CN", "CN", "company", "vehicle_assembly", None) for name in names],
    }


def deal(name="d1", at=NOON, **more):
    given = {
        "title": f"Deal {name}",
        "deal_type": "greenfield",
        "direction": "outbound",
        "status": "announced",
        "announced_on": at.date(),
        "date_precision": "day",
    }
    given |= {
        "sector": "vehicle_assembly",
        "host_country": "HU",
        "admin1": None,
        "place": "Szeged",
        "amount": 1e9,
        "currency": "EUR",
        "tier": "core",
    }
    given |= {
        "amount_kind": "total_programme",
        "amount_qualifier": "about",
        "amount_usd": 1.1e9,
        "usd_rate_on": date(2026, 3, 2),
        "stake_pct": None,
    }
    given |= {
        "capacity": None,
        "capacity_unit": None,
        "capacity_year": None,
        "jobs": None,
        "count_in_totals": True,
        "not_counted_because": None,
    }
    given |= {"parent_deal_id": None, "report_count": 1, "outlet_count": 1, "languages": ("en",), "review": None}
    return Deal(deal_id=name, first_reported_at=at, last_reported_at=at, **(given | more))


def ledger(*names, reports=("1",), at=NOON):
    """A ledger of some deals, the nth told by the nth report."""
    told = dict(zip(names, [report(one) for one in reports] * len(names), strict=False))
    rows = [(name, told[name].report_id, told[name].article_id) for name in names]
    return Ledger(
        deals=tuple(deal(name, at) for name in names),
        parties=tuple(DealParty(name, "byd", "BYD", "investor", "CN", 1) for name in names),
        amounts=tuple(
            DealAmount(name, 1e9, "EUR", "total_programme", "about", article_id, at, chosen=True, because="only one")
            for name, _, article_id in rows
        ),
        events=tuple(
            DealEvent(name, at.date(), at, "first_report", "announced", article_id, one, "It will build.") for name, one, article_id in rows
        ),
        articles=tuple(DealArticle(name, article_id, one, "first_report", 1.0, "first") for name, one, article_id in rows),
        conflicts=tuple(
            DealConflict(name, "amount", "1", chosen=True, outlet="Volt", article_id=article_id, reported_at=at, because="first")
            for name, _, article_id in rows
        ),
        redirects=tuple(DealRedirect(name, one, None, at) for name, one, _ in rows),
    )


def decision(name="x1", at=NOON, action="accept", subject="d1", **more):
    return Decision(name, at, action, subject, **({"field": None, "value": None, "note": None, "by": "me"} | more))


def everything():
    """At least one row for every table."""
    return {
        "sources": [source()],
        "runs": [run()],
        "fetches": [fetch()],
        "captures": [capture()],
        "items": [item()],
        "feed_states": [state()],
        "decisions": [decision()],
        "articles": [article(), article("2", "Another body.")],
        "signatures": [signature()],
        "flags": [flag(), flag("2", flagged=False)],
        "flag_evidence": [*flag().evidence, *flag("2").evidence],
        **report_tables(report()),
        **ledger_tables(ledger("d1")),
    }


@cache
def _template():
    """An empty database, made once: making its tables, views and comments takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="evwatch-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Warehouse(folder)
    made.spool("first", {"runs": [run(0)]})
    made.load()
    made.close()
    connection = duckdb.connect(str(made.places.file))
    connection.execute("DELETE FROM runs; DELETE FROM load_log")
    connection.close()
    return made.places.file


def warehouse_at(folder):
    """An empty warehouse in `folder`."""
    made = Warehouse(folder)
    made.places.private.mkdir(parents=True)
    shutil.copyfile(_template(), made.places.file)
    return made
