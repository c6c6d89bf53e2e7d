"""What one run makes of the bundled newsroom, against what its authors meant."""

import json

import pytest

from flows.sample import newsroom
from warehouse import Warehouse

EXPECTED = json.loads((newsroom.SOURCES.parent / "expected.json").read_text(encoding="utf-8"))
FLAGGED = {"deal_new", "deal_update"}
RIGHT = 0.93  # share of the stories that are flagged, or not, as meant; only ever raised
WHOLE = 0.85  # share of the pairs of reports that belong together, or not, as meant; only ever raised


def rows(home, sql):
    return Warehouse(home).ask(sql).rows


@pytest.mark.parametrize("source_id", EXPECTED["sources"])
def test_each_source_ends_as_meant(source_id, sampled):
    home, _ = sampled
    first = f"SELECT outcome FROM fetches WHERE kind = 'feed' AND source_id = '{source_id}' ORDER BY run_id LIMIT 1"
    assert rows(home, first)[0][0] in EXPECTED["sources"][source_id]


def test_each_story_is_there_once(sampled):
    home, _ = sampled
    items = dict(rows(home, "SELECT url, outcome FROM items UNION ALL SELECT canonical_url, outcome FROM items WHERE canonical_url <> url"))
    told = {article["url"]: article for article in EXPECTED["articles"]}
    assert {url: items.get(url) for url in told} == {url: article["item_outcome"] for url, article in told.items()}


def test_stories_are_flagged_as_meant(sampled):
    home, _ = sampled
    found = dict(rows(home, "SELECT url, flagged FROM articles JOIN flags USING (article_id)"))
    meant = {article["url"]: article["verdict"] in FLAGGED for article in EXPECTED["articles"] if article["url"] in found}
    wrong = sorted(url for url, flagged in meant.items() if found[url] != flagged)
    assert len(meant) >= 0.95 * len(EXPECTED["articles"])
    assert 1 - len(wrong) / len(meant) >= RIGHT, wrong


def test_every_telling_of_the_first_story_is_flagged_and_in_one_deal(sampled):
    home, _ = sampled
    told = [
        article["url"]
        for article in EXPECTED["articles"]
        if article["deal"] == "renault-ampere-hangzhou-fund" and article["verdict"] in FLAGGED
    ]
    sql = "SELECT url, deal_id FROM articles LEFT JOIN deal_articles USING (article_id)"
    deals = {url: deal_id for url, deal_id in rows(home, sql) if url in told}
    assert len(deals) >= 8
    assert len(set(deals.values())) == 1, deals


def test_reports_are_merged_as_meant(sampled):
    home, _ = sampled
    meant = {article["url"]: article["deal"] for article in EXPECTED["articles"] if article["deal"]}
    found = {
        url: deal for url, deal in rows(home, "SELECT url, deal_id FROM articles JOIN deal_articles USING (article_id)") if url in meant
    }
    pairs = [(a, b) for a in found for b in found if a < b]
    together = [pair for pair in pairs if meant[pair[0]] == meant[pair[1]] or found[pair[0]] == found[pair[1]]]
    right = [(a, b) for a, b in together if (meant[a] == meant[b]) == (found[a] == found[b])]
    assert len(right) / len(together) >= WHOLE, sorted(set(together) - set(right))


def test_every_quote_stands_in_its_article(sampled):
    home, _ = sampled
    sql = """SELECT count(*) FROM flag_evidence e JOIN articles a USING (article_id)
        WHERE e.quote <> '' AND e.quote <> substring(CASE e.field WHEN 'title' THEN a.title ELSE a.body END, e.start + 1, e."end" - e.start)"""
    assert rows(home, sql) == ((0,),)
    sql = """SELECT count(*) FROM report_evidence e JOIN reports r USING (report_id) JOIN articles a ON a.article_id = r.article_id
        WHERE e.quote <> '' AND e.quote <> substring(CASE e.text_field WHEN 'title' THEN a.title ELSE a.body END, e.start + 1, e."end" - e.start)"""
    assert rows(home, sql) == ((0,),)
