"""Turns of phrase that have misled the reader: a date put off, a past round, a sale told by the seller, a sum converted in the headline."""

from datetime import UTC, datetime

import pytest

from benchmarks.coded_deals import headlines
from flows.records import Article, Flag, Reported
from flows.steps import reports, vocabulary

DAY = datetime(2025, 6, 15, tzinfo=UTC)


def read(language: str, title: str, body: str = "") -> tuple[Reported, ...]:
    """Return what is reported of a story."""
    url = "https://news.example/story"
    article = Article(
        "a-1", url, url, "news", None, title, body, None, None, language, DAY, "feed", DAY, DAY, "", "full", None
    )  # fmt: skip
    flag = Flag("a-1", "test", "deal_new", True, 1.0, 1.0, 1.0, 1.0, None, "test")  # noqa: FBT003 - a record's field
    return reports.read(article, flag, vocabulary.load())


STATUSES = [
    ("ja", "BYD、ハンガリー工場の稼働時期を延期", "建設中のセゲド工場の稼働時期を26年に延期する。", {"under_construction", "announced"}),
    ("ja", "BYD、タイ工場を27年に稼働", "BYDはタイ東部の新工場を27年に稼働する。投資額は300億円。", {"announced"}),
    ("de", "SVOLT gibt Standort in Brandenburg endgültig auf", "Das Land bestätigte den Rückzug.", {"cancelled"}),
    ("de", "Gotion gibt Zellfertigung in Göttingen auf", "", {"cancelled"}),
    ("ko", "CATL 헝가리 공장, 내년 초 가동", "데브레첸 공장의 설비 반입을 마쳤다.", {"under_construction"}),
    ("ko", "포드, 미시간 배터리 공장 공사 재개", "CATL 기술을 쓰는 공장의 공사를 다시 시작했다.", {"under_construction"}),
    ("zh", "黑芝麻智能递表港交所", "公司向港交所递交招股书，拟在主板上市。此前公司完成1.3亿美元C轮融资。", {"announced"}),
    ("zh", "希迪智驾冲刺港股IPO", "公司更新招股书。", {"announced"}),
    ("zh", "宁德时代H股今日上市", "公司在港交所主板挂牌，募资410亿港元。", {"completed"}),
]


@pytest.mark.parametrize(("language", "title", "body", "wanted"), STATUSES, ids=[row[1][:12] for row in STATUSES])
def test_the_status_is_the_news_of_today(language: str, title: str, body: str, wanted: set[str]) -> None:
    """What is put off does not run, what is resumed is built, what was raised years ago is not today's listing."""
    assert read(language, title, body)[0].report.status in wanted


def test_a_past_round_is_not_the_sum_of_a_listing() -> None:
    """The filing states none."""
    found = read("zh", "黑芝麻智能递表港交所", "公司向港交所递交招股书，拟在主板上市。此前公司完成1.3亿美元C轮融资。")
    assert found[0].report.amount is None


ROLES = [
    ("ko", "KG모빌리티, 체리차서 1억달러 투자 유치", "체리자동차가 KG모빌리티의 지분 10%를 확보한다.", {"kg-mobility": "target", "chery": "investor"}),
    ("ja", "ルノー、ブラジル子会社の26%を吉利に譲渡完了", "仏ルノーはブラジル法人の株式26.4%を中国・吉利に渡す取引を終えた。", {"renault": "seller", "geely": "investor"}),
    ("ko", "SK온, 옌청 법인 지분 EVE에너지에 매각", "SK온은 지분 49%를 EVE에너지에 넘기는 계약을 맺었다.", {"sk-on": "seller", "eve": "investor"}),
    ("zh", "大众增资江淮大众 持股升至75%", "大众汽车集团将向江淮大众注资10亿欧元。", {"volkswagen": "investor", "vw-anhui": "target"}),
]  # fmt: skip


@pytest.mark.parametrize(("language", "title", "body", "wanted"), ROLES, ids=[row[1][:12] for row in ROLES])
def test_particles_tell_the_buyer_from_the_seller(language: str, title: str, body: str, wanted: dict[str, str]) -> None:
    """Whoever is named first."""
    assert {party.party_id: party.role for party in read(language, title, body)[0].parties} == wanted


def test_a_subsidiary_behind_its_place_is_its_owner() -> None:
    """The place says where its register is kept."""
    found = read("zh", "湖北亿纬动力有限公司拟60亿元建设大圆柱电池项目", "湖北亿纬动力有限公司拟在荆门建设储能电池项目。")
    assert [party.party_id for party in found[0].parties] == ["eve"]


def test_a_round_number_of_a_headline_is_about() -> None:
    """조원대: some trillion."""
    report = read("ko", "CATL 홍콩 증시 데뷔…6조원대 조달", "CATL이 홍콩거래소에 상장해 6조원대 자금을 끌어모았다.")[0].report
    assert (report.amount, report.currency, report.amount_qualifier) == (6e12, "KRW", "about")


def test_a_sum_converted_in_the_headline_is_not_the_printed_one() -> None:
    """The body shows which is which."""
    report = read("ko", "CATL, 헝가리에 9조원대 배터리 공장", "CATL이 데브레첸에 73억유로(약 9조8000억원)를 들여 배터리 공장을 짓는다.")[
        0
    ].report
    assert (report.amount, report.currency) == (7.3e9, "EUR")


def test_a_town_is_the_one_that_goes_by_the_name() -> None:
    """Zaragoza is another name of Tijuana, too."""
    found = read("en", "Stellantis and CATL to build a battery plant", "The plant in Zaragoza will cost 4.1 billion euros.")
    assert found[0].report.host_country == "ES"


def test_a_people_is_no_country() -> None:
    """Polish Indianie are the native Americans."""
    assert read("pl", "Indianie protestują przeciw kopalni litu chińskiego Ganfeng")[0].report.host_country != "IN"


def test_a_country_may_be_one_sign() -> None:
    """独 is Germany before a firm or a works."""
    found = read("ja", "中国ミンス、独部品会社を買収へ", "敏実集団は独中堅部品会社の全株式を1億2000万ユーロで取得することで合意した。")
    assert found[0].report.host_country == "DE"


def test_a_series_is_no_town() -> None:
    """Leeds ends the Korean word for it."""
    found = read("ko", "中 칭타오에너지, 시리즈H서 27억위안 조달", "배터리 업체 칭타오에너지가 국유펀드에서 27억위안을 유치했다.")
    assert found[0].report.host_country == "CN"


def test_of_two_targets_one_may_have_a_price_only() -> None:
    """The other has its share."""
    found = read(
        "en",
        "Volkswagen takes stakes in JAC and Gotion",
        "Volkswagen will pay 1 billion euros for 50% of JAC Holding. "
        "It will also become the largest shareholder of battery maker Gotion High-Tech, paying 1.1 billion euros.",
    )
    assert [(one.report.amount, {party.party_id for party in one.parties}) for one in found] == [
        (1e9, {"volkswagen", "jac"}), (1.1e9, {"volkswagen", "gotion"}),
    ]  # fmt: skip


def test_every_coded_headline_is_among_the_practised_ones() -> None:
    """It keeps no text of its own."""
    assert all(item.article.title and item.deals[0].deal_type for item in headlines())
