"""Headlines that change: the page is read again, both texts stay, and each wording is read once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from evwatch import tables
from hostile import answer
from hypothesis import given
from hypothesis import strategies as st
from passing import desk
from warehouse_rows import item

from benchmarks.newsroom import headline
from flows import opening, replaying
from flows.records import Kind, Source
from flows.steps.revisions import MOST, revised

SOURCE = Source("voltpost", "Volt Post", "http://voltpost.example/feed", Kind.FEED)
FIRST = replace(item(), title="BYD to build a plant in Szeged")


def titled(title, **more):
    return replace(FIRST, title=title, **more)


def read_again(found, source=SOURCE):
    return revised([found], source, {FIRST.item_id: FIRST.title})


@pytest.mark.parametrize("title", ["UPDATE: BYD to build a plant in Szeged", "BYD to build two plants in Szeged", "比亚迪将在塞格德建厂"])
def test_other_words_are_read_again_under_an_id_of_their_own(title):
    (found,) = read_again(titled(title))
    assert (found.revision_of, found.title, found.outcome) == (FIRST.item_id, title, None)
    assert found.item_id != FIRST.item_id
    assert read_again(titled(title)) == (found,)


@pytest.mark.parametrize(
    "title", ["BYD to build a plant in Szeged", "BYD to Build a Plant in Szeged!", "BYD  to build a plant in Szeged ", ""]
)
def test_the_same_words_are_not(title):
    assert read_again(titled(title)) == ()


@pytest.mark.parametrize("kind", [Kind.LISTING, Kind.SEARCH])
def test_lists_that_cut_headlines_or_pick_them_are_not_believed(kind):
    assert read_again(titled("Another headline"), replace(SOURCE, kind=kind)) == ()


def test_entries_never_read_or_without_an_address_are_left_alone():
    assert revised([titled("Another")], SOURCE, {}) == ()
    assert read_again(titled("Another", canonical_url=None)) == ()


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_headlines_are_read_at_most_once_each(titles):
    found = {one.item_id for title in titles for one in read_again(titled(title))}
    assert len(found) <= len(set(titles))


def corrected(at, text):
    """Let the first entry of the first host, and its page, say `text` in place of its headline."""
    said = headline("feed0.example", 0)
    for route in ("feed0.example/rss", "feed0.example/0"):
        head, _, body = at.server.routes[route].partition(b"\r\n\r\n")
        kind = head.decode().lower().split("content-type: ")[1].split("\r\n")[0]
        at.server.routes[route] = answer(body.replace(said.encode(), text.encode()), Content_Type=kind)


@pytest.mark.slow
async def test_a_corrected_story_is_an_edit_and_comes_back_the_same_from_the_archive(tmp_path, monkeypatch):
    async with desk(tmp_path, monkeypatch, hosts=1) as at:
        await at.run()
        for number, words in enumerate(("Correction: not Szeged", "Correction: neither Szeged nor Debrecen", "Third", "Fourth"), 2):
            at.later(hours=2)
            at.publish(1)
            corrected(at, words)
            tally = await at.run()
            assert (tally["items_new"], tally.get("articles_new", 0)) == ((1, 1) if number <= 1 + MOST else (0, 0)), words
            assert (await at.run())["items_new"] == 0
        assert at.rows("SELECT title, version FROM articles") == (("Third", 4),)
        assert at.rows("SELECT count(*) FROM article_versions") == ((3,),)
        assert at.rows("SELECT count(*) FILTER (WHERE revision_of IS NOT NULL), count(*) FROM items WHERE outcome = 'ok'") == ((3, 4),)
        before = tables(at.home)
        async with opening.opened(opening.Options(str(at.listed), str(at.home), way="replay")) as context:
            done = await replaying.replay(context)
            await replaying.accept(context, done)
        assert tables(at.home) == before


@pytest.mark.slow
async def test_a_page_that_fails_under_its_new_headline_keeps_its_text(tmp_path, monkeypatch):
    async with desk(tmp_path, monkeypatch, hosts=1) as at:
        await at.run()
        (body,) = at.rows("SELECT body FROM articles")
        at.now += timedelta(hours=2)
        corrected(at, "Correction: not Szeged")
        at.server.routes["feed0.example/0"] = b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n"
        await at.run()
        assert at.rows("SELECT body FROM articles") == (body,)
        assert at.rows("SELECT count(*) FROM article_versions") == ((0,),)
        at.now += timedelta(days=1)
        at.publish(1)
        corrected(at, "Correction: not Szeged")
        await at.run()
        assert at.rows("SELECT title, version FROM articles") == (("Correction: not Szeged", 2),)
