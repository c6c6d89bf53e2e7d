"""The tables of markers, and what they make of lines and names."""

import re

import pytest

from flows.steps.articles import lines, markers, qualities, trees

TABLES = ("lines", "walls", "rights", "furniture")


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_whole_and_has_its_source(table):
    for row in markers.rows(table):
        assert row["source"].strip(), row
        re.compile(row["pattern"])
    for kind in {row["kind"] for row in markers.rows(table)}:
        assert not markers.pattern(table, kind).fullmatch(""), (table, kind)


@pytest.mark.parametrize(
    "line",
    [
        "Read more: What Hungary pays for batteries", "READ MORE: What Hungary pays", "Advertisement", "View Comments", "Sign up for our daily newsletter", "Photo: Jo Field/Reuters",
        "Workers in Shenzhen. (AP Photo/Jo Field)", "Lesen Sie auch: Werk verzögert sich", "Foto: dpa", "© 2025 Harbour Ledger", "Lire aussi : Les ferries bloqués", "Lee también: Otra planta",
        "Leia também: Outra fábrica", "Leggi anche: Un'altra fabbrica", "Czytaj także: Inna fabryka", "Читайте также: Другой завод", "相关阅读", "责任编辑：周平", "图片来源：视觉中国",
        "延伸閱讀：渡輪停航", "【関連記事】フェリー欠航", "写真＝ロイター", "▶ 관련기사 보기", "저작권자 ⓒ 항구경제, 무단전재 금지", "이 사이트는 쿠키를 사용합니다.", "This site uses cookies.",
    ],
)  # fmt: skip
def test_furniture(line):
    assert lines.is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Voltmark will read more into the filing than it says, analysts said.",
        "The plant opens in May, the company said. (Reuters)",
        "Advertisement spending in China rose by a tenth, and carmakers took most of it.",
        "More than 900 people are to work there.",
        "Related companies of the group hold another 12 percent.",
        "Foto und Video sind für den Hersteller ein Nebengeschäft, das er verkaufen will.",
        "Mehr als 900 Menschen sollen dort arbeiten.",
        "图中的工厂位于匈牙利东部，占地四十公顷，明年投产。",
        "来源于欧洲的订单占公司收入的三成。",
        "写真事業を売却し、電池に投資する。",
        "사진 사업을 매각하고 배터리에 투자한다.",
    ],
)
def test_text(line):
    assert not lines.is_furniture(line)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("wp-caption-text", "drop"), ("newsletter-signup", "small"), ("article__related-posts", "drop"), ("Social-Share-Bar", "drop"), ("author-bio", "drop"), ("read-also", "small"),
        ("OUTBRAIN", "drop"), ("post-tags", "block"), ("ez-toc-container", "block"), ("article-body", ""), ("entry-content", ""), ("story-text", ""), ("content-main", ""),
        ("header", ""), ("paragraph", ""), ("spread-body", ""), ("shared-layout", ""),
    ],
)  # fmt: skip
def test_names(name, kind):
    assert trees._kind(name) == kind


def test_headline_is_dropped_with_its_kicker_and_lists_keep_their_items():
    story = [
        "Energy: Voltmark builds plant in Hungary",
        "The plant is to open in 2028 and to employ 900 people in two shifts, it said.",
        "- First item of a list",
        "- Second item of it",
    ]
    assert lines.clean(story, ["Voltmark builds plant in Hungary"]) == story[1:]


def test_teasers_in_the_midst_go_and_the_story_goes_on():
    sentence = "The plant is to open in 2028 and to employ nine hundred people in two shifts, number {} of them said."
    story = [sentence.format(number) for number in range(6)]
    told = [
        *story,
        "Don't miss",
        "Ferry stuck in ice",
        "Council votes again",
        "The mayor said that the town would hold a vote before building begins there.",
    ]
    assert lines.clean(told, []) == [*story, told[-1]]


def test_key_points_that_the_story_repeats_go():
    points = ["- The plant is to open in 2028", "- It is to employ 900 people"]
    story = [
        "The plant near Debrecen is to open in 2028, the company said.",
        "It is going to employ 900 people in two shifts, most of them from the region.",
    ]
    assert lines.clean([*points, *story], []) == story
    assert lines.clean(
        ["- Nickel prices fell to their lowest in three years", "- Copper rose strongly before the holidays in Chile", *story], []
    )[:2] == [
        "- Nickel prices fell to their lowest in three years",
        "- Copper rose strongly before the holidays in Chile",
    ]


def test_notices_of_rights_are_whole_sentences():
    text = "Some story. No person, organization and/or company shall disseminate or broadcast this article without permission. More."
    assert (
        qualities.notice((text,))
        == "No person, organization and/or company shall disseminate or broadcast this article without permission."
    )
    assert qualities.notice(("The union said that the train drivers shall be heard.", "Nothing here.")) is None
