"""Several deals of one article: each told as a report of its own, and one deal never as two."""

from datetime import UTC, datetime

import pytest

from flows.records import Article, Flag, Reported
from flows.steps import reports, vocabulary

DAY = datetime(2025, 6, 2, tzinfo=UTC)


def read(language: str, title: str, body: str) -> tuple[Reported, ...]:
    """Return what is reported of a story."""
    url = "https://news.example/story"
    article = Article(
        "a-1", url, url, "news", None, title, body, None, None, language, DAY, "feed", DAY, DAY, "", "full", None
    )  # fmt: skip
    flag = Flag("a-1", "test", "deal_new", True, 1.0, 1.0, 1.0, 1.0, None, "test")  # noqa: FBT003 - a record's field
    return reports.read(article, flag, vocabulary.load())


TWO_SITES = [
    (
        "en", "CATL to build battery plants in Germany and Hungary",
        ("Chinese battery maker CATL will build two battery plants in Europe. The factory in Germany will cost 1.8 billion euros and start in 2027. "
        "In Hungary it will spend 7.3 billion euros on a 100 GWh plant near Debrecen."),
        {("DE", 1.8e9), ("HU", 7.3e9)},
    ),
    (
        "zh", "比亚迪将在泰国和印尼各建一座工厂",
        "比亚迪宣布将在东南亚建设两座新能源汽车工厂。泰国工厂投资5亿美元，年产15万辆。印尼工厂投资10亿美元，年产20万辆。",
        {("TH", 5e8), ("ID", 1e9)},
    ),
    (
        "ko", "CATL, 독일과 헝가리에 배터리 공장 2곳 건설",
        "CATL이 유럽에 배터리 공장 두 곳을 짓는다. 독일 공장에는 18억유로를 투자한다. 헝가리 공장에는 73억유로를 투입한다.",
        {("DE", 1.8e9), ("HU", 7.3e9)},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("language", "title", "body", "wanted"), TWO_SITES, ids=[row[0] for row in TWO_SITES])
def test_plants_at_two_sites_are_two_deals(language: str, title: str, body: str, wanted: set[tuple[str, float]]) -> None:
    """Each with the money that is told for its site."""
    found = read(language, title, body)
    assert {(one.report.host_country, one.report.amount) for one in found} == wanted
    assert [one.report.ordinal for one in found] == [0, 1]
    assert len({one.report.report_id for one in found}) == len(found)


def test_a_stake_and_a_venture_are_two_deals() -> None:
    """The stake has the price, the venture none."""
    found = read(
        "en",
        "Stellantis buys 20% of Leapmotor",
        "Stellantis will pay 1.5 billion euros for a 20% stake in Chinese electric car maker Leapmotor, the companies said. "
        "They will also form a joint venture that sells Leapmotor cars outside China.",
    )
    assert [one.report.deal_type for one in found] == ["minority_stake", "joint_venture"]
    assert [one.report.amount for one in found] == [1.5e9, None]


def test_numbered_projects_are_deals_of_their_own() -> None:
    """The total of the headline belongs to none of them."""
    found = read(
        "zh",
        "新材料公司28亿元加码两大项目",
        "多氟多近日公告，拟投资建设两大项目。第一个项目是10万吨电解液项目，投资金额18亿元，建设周期24个月。第二个项目为1万吨六氟磷酸锂项目，投资10亿元。",
    )
    assert [one.report.amount for one in found] == [1.8e9, 1e9]


ONE_DEAL = [
    ("en", "BYD to build plant in Szeged, Hungary", "BYD will build a car plant in Szeged, Hungary. The first plant in Europe will cost 4 billion euros."),
    ("en", "Stellantis and CATL form joint venture", "Stellantis and CATL will form a joint venture, each with 50%, to build a plant in Zaragoza for 4.1 billion euros."),
    ("zh", "总投资60亿元！固态电池项目分三期建设", "项目总投资60亿元，第一期建设10GWh，第二期建设10GWh，第三期建设10GWh。项目位于安徽省合肥市。"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "title", "body"), ONE_DEAL)
def test_one_deal_stays_one(language: str, title: str, body: str) -> None:
    """Phases, a country beside its city and the venture that is the deal itself split nothing."""
    assert len(read(language, title, body)) == 1


def test_every_part_quotes_its_own_sentences() -> None:
    """A fact's quote stands where it says, in every report."""
    language, title, body, _ = TWO_SITES[0]
    for one in read(language, title, body):
        for row in one.evidence:
            if row.state != "not_stated":
                assert (title if row.text_field == "title" else body)[row.start : row.end] == row.quote


def test_a_report_names_the_rules_of_flags_and_of_reading() -> None:
    """Whichever of them changes, the report is known to be old."""
    (one,) = read("en", ONE_DEAL[0][1], ONE_DEAL[0][2])
    assert one.report.rules_version == f"test+{reports.RULES_VERSION}"
