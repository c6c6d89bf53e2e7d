"""The sample newsroom's content keeps its promises, and its answers are what real servers send."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from lxml import etree

from flows import sources
from flows.records import Kind, Outcome, Response
from flows.sample import channels, expectations, newsroom, pages, site, stories
from flows.steps import feeds

OUTLETS = stories.load()
STORIES = [(outlet, story) for outlet in OUTLETS for story in outlet.stories]
SITE = site.build(OUTLETS)
SOURCES = sources.load(newsroom.SOURCES)
FOLDER = Path(newsroom.__file__).parent
VERDICTS = {"deal_new", "deal_update", "deal_background", "not_deal"}


def test_there_is_enough_to_see():
    languages = Counter(story.language or outlet.language for outlet, story in STORIES)
    assert len(STORIES) >= 64
    assert {"en", "zh", "fr", "de", "it", "es", "hu", "pt", "ja", "ko"} <= set(languages)
    assert {outlet.form for outlet in OUTLETS} == {
        "rss2", "rss2full", "rss2gbk", "rss091", "rdf", "atom", "jsonfeed", "sitemap", "listing", "search"
    }  # fmt: skip
    assert sum(story.verdict == "not_deal" for _, story in STORIES) >= 20


def test_the_first_story_and_other_deals_are_told_in_several_languages():
    deals = {deal["deal"]: deal for deal in expectations.expected()["deals"]}
    first = deals.pop("renault-ampere-hangzhou-fund")
    assert first["outlets"] >= 5
    assert len(first["languages"]) >= 5
    assert first["background"] >= 1
    assert len(deals) >= 20
    assert sum(len(deal["languages"]) >= 2 for deal in deals.values()) >= 6
    assert all(deal["articles"] for deal in deals.values())


def test_each_story_is_whole():
    for outlet, story in STORIES:
        where = f"{outlet.host}{story.path}"
        assert story.verdict in VERDICTS, where
        assert story.deal or story.verdict in {"not_deal", "deal_background"}, where
        assert story.published < newsroom.NOW, where
        assert story.title, where
        assert story.summary, where
        assert bool(story.body) == (outlet.form != "search"), where
    assert len({(outlet.host, story.path) for outlet, story in STORIES}) == len(STORIES)


def test_told_deals_have_facts_and_facts_are_told():
    facts = {deal["deal"] for deal in yaml.safe_load((FOLDER / "deals.yaml").read_text(encoding="utf-8"))}
    assert facts == {story.deal for _, story in STORIES if story.verdict in {"deal_new", "deal_update"}}


def test_the_written_expectations_are_those_of_the_content():
    written = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
    assert written == expectations.expected(), "run `python -m flows.sample.expectations > flows/sample/expected.json`"


def test_the_source_list_names_every_feed_and_no_other():
    listed = {source.url.partition("?")[0] for source in SOURCES}
    served = {f"http://{host}{path}" for host, path in site.FEEDS.items()} | {"http://" + "".join(site.SECOND_FEED)}
    broken = {f"http://{host}{path}" for (host, path), _ in site._out_of_order()} | {f"http://{site.REFUSING}/feed"}
    assert listed == served | broken
    assert {source.kind for source in SOURCES} == {Kind.FEED, Kind.SITEMAP, Kind.LISTING, Kind.SEARCH}


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.host)
def test_each_feed_announces_each_story(outlet):
    source = next(source for source in SOURCES if f"//{outlet.host}{site.FEEDS[outlet.host]}" in source.url)
    answer = SITE[outlet.host, site.FEEDS[outlet.host]]
    headers = (("content-type", answer.content_type),)
    response = Response(source.url, source.url, newsroom.NOW, Outcome.OK, 200, headers, answer.body, 1)
    reading = feeds.read(source, response, newsroom.NOW)
    assert reading.outcome is Outcome.OK
    assert {_flat(item.title) for item in reading.items} == {_flat(story.title) for story in outlet.stories}
    if outlet.form not in {"rss091", "listing"}:
        assert {item.published_at for item in reading.items} == {story.published for story in outlet.stories}


def _flat(text):
    return re.sub(r"\s+", " ", text)


def test_pages_hold_their_story_among_furniture():
    for outlet, story in STORIES:
        if not story.body:
            continue
        page = pages.page(outlet, story).decode(outlet.charset)
        text = " ".join(str(part) for part in etree.HTML(page).itertext())
        shown = story.paragraphs[:1] if story.wall == "paywall" else story.paragraphs
        assert all(paragraph in text for paragraph in shown), story.path
        assert len(text) > sum(map(len, shown)) + 80, story.path
        assert "$" not in re.sub(r"\$[\d.]", "", page.replace("R$", "").replace("HK$", "")), story.path


def test_the_paywall_keeps_the_rest_back():
    outlet, story = next((outlet, story) for outlet, story in STORIES if story.wall == "paywall")
    page = pages.page(outlet, story).decode()
    assert story.paragraphs[-1] not in page
    assert '"isAccessibleForFree": false' in page


def test_the_correction_is_another_text_at_the_same_canonical_address():
    outlet, story = next((outlet, story) for outlet, story in STORIES if story.correction)
    first = SITE[site.address(outlet.host, story.path)].body.decode()
    second = SITE[site.address(outlet.host, f"{story.path}?rev=2&utm_source=x")].body.decode()
    canonical = f'<link rel="canonical" href="http://{outlet.host}{story.path}">'
    assert canonical in first
    assert canonical in second
    assert "Lahore" in first
    assert "plant in Karachi" in second
    links = [link for _, link in channels.again(outlet)]
    assert f"http://{outlet.host}{story.path}?rev=2" in links


def test_one_story_is_linked_twice_with_tracking_parameters():
    outlet = next(outlet for outlet in OUTLETS if outlet.host == site.SECOND_FEED[0])
    first = next(link for story, link in channels.announced(outlet) if story.tracking)
    second = next(link for story, link in channels.again(outlet) if story.tracking)
    assert first != second
    assert site.address(outlet.host, first.partition(outlet.host)[2]) == site.address(outlet.host, second.partition(outlet.host)[2])


def test_reprints_are_word_for_word():
    bodies = {f"{outlet.host}{story.path}": story.body for outlet, story in STORIES}
    copies = [story for _, story in STORIES if story.copy_of]
    assert copies
    assert all(story.body == bodies[story.copy_of] for story in copies)


def test_chinese_feed_and_pages_are_gbk():
    outlet = next(outlet for outlet in OUTLETS if outlet.form == "rss2gbk")
    body = SITE[outlet.host, site.FEEDS[outlet.host]].body
    assert b'encoding="gb2312"' in body
    assert (
        "雷诺集团旗下".encode("gbk")[:8] in SITE[site.address(outlet.host, outlet.stories[0].path)].body
        or outlet.name.encode("gbk") in body
    )
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_nothing_of_the_content_leads_out():
    hosts = {host for host, _ in SITE} | {site.REFUSING}
    assert all(host.endswith(".example") for host in hosts)
    for path in (FOLDER / "content").glob("*.yaml"):
        assert not re.search(r"https?://(?![\w.]+\.example)", path.read_text(encoding="utf-8")), path.name
