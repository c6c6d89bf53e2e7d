"""Copies are found, stories that only look alike are not, and the order of things does not matter."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.records import Article, identity
from flows.steps import duplicates
from flows.steps.articles.prints import digest

SEEN = datetime(2025, 7, 8, 9, tzinfo=UTC)
EN = (
    "Voltmark, a maker of battery cells, said on Tuesday that it would put 640 million euros into a plant near Debrecen, its first outside Asia. "
    "The plant is to make 22 gigawatt-hours of cells a year from 2028 and to employ about 900 people, the company told the stock exchange in Shenzhen. "
    "Hungary's government will pay for the roads to the site and for a line to the grid. It did not say how much of the sum is a grant. "
    "Talks with two carmakers were at an advanced stage, said Lena Varga, who will run the plant for the next five years. "
    "Analysts had expected the decision since March, when Voltmark bought forty hectares beside the railway line to Budapest."
)
ZH = (
    "沃特马克动力7月8日宣布，将投资6.4亿欧元在匈牙利德布勒森附近建设电池工厂，这是该公司在亚洲以外的第一座工厂。公告称，工厂计划于2028年投产，年产能22吉瓦时，"
    "将为当地提供约900个就业岗位。匈牙利政府将承担通往厂区的道路和电网接入的费用，但没有说明其中补贴所占的比例。负责该项目的瓦尔加女士表示，公司正与两家汽车制造商洽谈供货，"
    "谈判已进入后期阶段。分析人士自3月以来一直预期这一决定，当时该公司购买了铁路沿线40公顷土地，并聘请了当地的设计单位进行前期勘察和规划工作。"
    "反对党要求公开合同全文，并在下周的议会辩论中说明水源和用电的安排，市长则表示居民可以在秋天以前提出意见，届时将举行两场公开的说明会。"
)


def article(key: str, title: str, body: str, hours: float = 0, **more: object) -> Article:
    values = {
        "article_id": identity(key), "url": "", "canonical_url": key, "source_id": "s", "item_id": None, "title": title, "body": body, "author": None, "outlet": None,
        "language": "en", "published_at": None, "published_from": "first_seen", "first_seen_at": SEEN + timedelta(hours=hours), "fetched_at": SEEN,
        "body_sha256": digest(title, body), "text_quality": "full", "rights_notice": None,
    }  # fmt: skip
    return Article(**(values | more))


def resolved(*given: Article, known=()) -> list[str | None]:
    return [one.duplicate_of for one in duplicates.resolve(given, [duplicates.signature(one) for one in given], known)]


@pytest.mark.parametrize("text", [EN, ZH])
@pytest.mark.parametrize(
    "reprint",
    [
        lambda text: text,
        lambda text: f"BUDAPEST (Wire) - {text} Reporting by A. Writer",
        lambda text: text[: len(text) * 3 // 4],
        lambda text: f"This is from our partners.\n{text}\nMore tomorrow.",
        lambda text: text.replace("said on Tuesday", "announced on Tuesday").replace("宣布", "对外表示").replace("表示", "透露"),
        lambda text: text.upper() if text.isascii() else text.replace("，", ","),
    ],
)
def test_reprints_are_copies(text, reprint):
    first, second = article("a", "Voltmark builds 640-million plant", text), article("b", "Cell maker goes to Hungary", reprint(text), 3)
    assert resolved(first, second) == [None, first.article_id]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("EU adopts 12th package of sanctions against Russia", "EU adopts 13th package of sanctions against Russia"),
        ("BYD opens its first plant in Hungary", "CATL opens its first plant in Hungary"),
        ("比亚迪5月销量38万辆", "比亚迪6月销量38万辆"),
        ("宁德时代与福特签署协议", "国轩高科与福特签署协议"),
        ("현대차 3분기 영업이익 발표", "기아 3분기 영업이익 발표"),
        ("Morning briefing", "Evening briefing"),
    ],
)
def test_short_texts_must_be_the_same(one, other):
    assert resolved(article("a", one, ""), article("b", other, "")) == [None, None]
    assert resolved(article("a", one, ""), article("b", f" {one}.", "")) != [None, None]


def test_the_same_few_words_another_week_are_another_story():
    assert resolved(article("a", "Morning briefing", ""), article("b", "Morning briefing", "", 24 * 7)) == [None, None]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (EN, {"Voltmark": "Celltech", "640": "180", "Debrecen": "Zaragoza", "22": "8", "900": "350", "2028": "2027", "Shenzhen": "Shanghai", "Hungary": "Spain", "Lena Varga": "Ana Ruiz", "Budapest": "Madrid", "March": "May", "Tuesday": "Friday"}),
        (ZH, {"沃特马克": "天钧", "7月8日": "9月3日", "6.4亿": "1.8亿", "22吉": "8吉", "900": "350", "2028": "2027", "3月": "5月", "40公顷": "15公顷"}),
    ],
)  # fmt: skip
def test_the_same_template_for_another_company_is_another_story(text, changes):
    other = text
    for old, new in changes.items():
        other = other.replace(old, new)
    assert resolved(article("a", "A plant", text), article("b", "Another plant", other)) == [None, None]


def test_boilerplate_summaries_are_no_copies():
    assert resolved(article("a", "One story", "Read the full story here."), article("b", "Two stories", "Read the full story here.")) == [
        None,
        None,
    ]


def test_original_is_the_earliest_then_the_smallest_id():
    copies = [article(key, "Plant", EN, hours) for key, hours in (("a", 5), ("b", 1), ("c", 1))]
    first = min(copies[1:], key=lambda one: one.article_id)
    assert resolved(*copies) == [None if one is first else first.article_id for one in copies]
    published = replace(copies[0], published_at=SEEN - timedelta(hours=2))
    assert resolved(published, *copies[1:]) == [None, published.article_id, published.article_id]


def test_known_copies_are_found_by_signature_alone():
    old, new = article("a", "Plant", EN), article("b", "Plant", EN + " More to come.", 30)
    known = duplicates.signature(old)
    assert set(known.bands) & set(duplicates.signature(new).bands)
    assert resolved(new, known=[known]) == [old.article_id]
    assert resolved(old, known=[duplicates.signature(new), known]) == [None]  # read again, it is no copy of its own copy


@settings(deadline=None, max_examples=25)
@given(st.randoms(use_true_random=False), st.integers(0, 11))
def test_neither_order_nor_batches_matter(dice, split):
    texts = [
        EN,
        ZH,
        EN.replace("Voltmark", "Celltech").replace("640", "11").replace("22", "7").replace("900", "80").replace("2028", "2031"),
    ]
    stories = [article(f"{index}", f"Story {index % 3}", texts[index % 3] + f" Line {index}.", index % 4) for index in range(12)]
    expected = dict(zip((one.article_id for one in stories), resolved(*stories), strict=True))
    dice.shuffle(stories)
    assert {
        one.article_id: one.duplicate_of for one in duplicates.resolve(stories, [duplicates.signature(one) for one in stories], ())
    } == expected
    stories.sort(key=lambda one: (one.first_seen_at, one.article_id))
    early, late = stories[:split], stories[split:]
    assert resolved(*early) == [expected[one.article_id] for one in early]
    assert resolved(*late, known=[duplicates.signature(one) for one in early]) == [expected[one.article_id] for one in late]


def test_signatures_mean_the_same_everywhere():
    signature = duplicates.signature(article("a", "Plant", EN))
    assert signature.bands[:2] == (4202899263433430374, 15166529246284527302)
    assert signature.hashes[:3] == (48665728, 6613822, 3563219)
    assert all(0 <= value < 1 << 64 for value in (*signature.bands, *signature.hashes))


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=2000))
def test_any_text_has_a_signature_and_is_its_own_copy(title, body):
    one = duplicates.signature(article("a", title, body))
    assert duplicates.is_copy(one, replace(one, article_id="b"))


def test_revisions():
    old = article("a", "Voltmark builds plant", EN, version=3)
    again = duplicates.revise(old, replace(old, body=EN.replace(". ", ".\n")))
    assert (again.article.version, again.is_substantive) == (3, False)

    def changed(body: str, title: str = old.title, quality: str = "full") -> duplicates.Revision:
        return duplicates.revise(old, replace(old, title=title, body=body, body_sha256=digest(title, body), text_quality=quality))

    wording = changed(EN.replace("had expected", "had awaited"))
    assert (wording.article.version, wording.is_substantive) == (4, False)
    figure = changed(EN.replace("640 million", "730 million"))
    assert (figure.article.version, figure.is_substantive, figure.reason) == (4, True, "other figures: 640, 730")
    assert changed(EN, "Voltmark drops plant").is_substantive
    added = changed(EN + "\nThe mayor said that the town would hold a vote on the plant before building begins there.")
    assert (added.is_substantive, added.reason) == (True, "text added")
    footer = changed(EN + "\nUpdated 14:30")
    assert not footer.is_substantive
    wall = changed("Subscribe to read.", quality="paywalled")
    assert (wall.article, wall.is_substantive) == (old, False)
    stub = changed(EN[:200], quality="short")
    assert stub.article == old
    with pytest.raises(ValueError, match="expected a reading of article"):
        duplicates.revise(old, article("b", "x", "y"))


def test_many_articles_are_quick():
    dice = random.Random(4)
    words = [f"word{number}" for number in range(4000)]
    stories = [article(str(index), f"Story {index}", " ".join(dice.choices(words, k=120)), index) for index in range(300)]
    assert resolved(*stories) == [None] * 300
