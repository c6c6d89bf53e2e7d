"""Own-written pages beside what must come of them; a new case is one .html and one .json in tests/pages."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.records import Article, Item, Page, identity
from flows.steps import articles
from flows.steps.links import canonical

PAGES = sorted((Path(__file__).parent / "pages").glob("*.json"))
FETCHED = datetime(2025, 8, 1, 12, tzinfo=UTC)


def page_of(record: Path) -> Page:
    told = json.loads(record.read_text(encoding="utf-8"))
    feed = told.get("item", {})
    published = feed.get("published_at")
    item = Item(
        item_id="item", source_id="source", guid=None, url=told["url"], canonical_url=canonical(told["url"]), title=feed.get("title", ""),
        summary=feed.get("summary", ""), author=None, outlet=None, language=None,
        published_at=datetime.fromisoformat(published) if published else None, published_from="feed" if published else "first_seen", first_seen_at=FETCHED,
    )  # fmt: skip
    body = record.with_suffix(".html").read_text(encoding="utf-8").encode(told.get("encoding", "utf-8"))
    return Page(item, told["url"], told["content_type"], body, FETCHED)


@pytest.fixture(params=PAGES, ids=lambda path: path.stem)
def case(request):
    return json.loads(request.param.read_text(encoding="utf-8")), articles.extract(page_of(request.param))


def test_fields_are_as_told(case):
    told, article = case
    for name, value in told["expected"].items():
        expected = datetime.fromisoformat(value) if name == "published_at" else value
        assert getattr(article, name) == expected, name


def test_body_is_the_story_and_nothing_else(case):
    told, article = case
    if "body" in told:
        assert article.body.split("\n") == (told["body"] or [""])


def test_rights_notice_is_kept_and_no_part_of_the_body(case):
    told, article = case
    if "rights" in told:
        assert article.rights_notice is not None
        assert told["rights"] in article.rights_notice
        assert told["rights"] not in article.body
    else:
        assert article.rights_notice is None


def test_identity_is_that_of_the_canonical_address(case):
    _, article = case
    assert article.article_id == identity(article.canonical_url)


def test_every_page_has_its_record():
    folder = Path(__file__).parent / "pages"
    assert {path.stem for path in folder.glob("*.html")} == {path.stem for path in PAGES}


def test_feed_text_is_an_article():
    page = page_of(Path(__file__).parent / "pages" / "paywall_feed.json")
    article = articles.from_item(page.item)
    assert isinstance(article, Article)
    assert (article.title, article.body) == (page.item.title, page.item.summary)
    assert (article.text_quality, article.language, article.published_from) == ("short", "de", "first_seen")
    assert article.article_id == identity(page.item.canonical_url or "")
    repeating = replace(page.item, title="Voltmark baut Zellwerk", summary="Voltmark baut Zellwerk  - Hafenbote")
    assert (articles.from_item(repeating).body, articles.from_item(repeating).text_quality) == ("", "empty")
    nowhere = articles.from_item(Item("i", "s", "guid", None, None, "A title", "", None, None, None, None, "first_seen", FETCHED))
    assert (nowhere.article_id, nowhere.text_quality, nowhere.published_at) == ("i", "empty", None)
