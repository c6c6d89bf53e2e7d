"""Where a deal is, and who is who in it, from the way it is told."""

import pytest

from benchmarks.coded_deals import article_of
from flows.records import Flag
from flows.steps.reports import read
from flows.steps.vocabulary import load

FLAG = Flag("a-1", "test", "deal_new", True, 1.0, 1.0, 1.0, 1.0, None, "test")  # noqa: FBT003 - a record's field


def _report(language, title, text=""):
    return read(
        article_of({"id": "a", "language": language, "title": title, "text": text, "published": "2025-06-15"}, "test"), FLAG, load()
    )[0]


@pytest.mark.parametrize(("language", "title", "text", "host"), [
    ("en", "Shenzhen-listed Kedali to build battery parts plant in Kulim, Malaysia", "The Chinese supplier will invest 600 million yuan.", "MY"),
    ("de", "Gotion startet Batteriefertigung im früheren Bosch-Werk in Göttingen", "Der chinesische Hersteller investiert 100 Millionen Euro.", "DE"),
    ("sk", "Gotion začne stavať batériovú fabriku v Šuranoch", "Čínska firma investuje 1,2 miliardy eur.", "SK"),
    ("ja", "日産、中国で研究開発会社を設立 広州に", "日産自動車は東風汽車と共同出資する。", "CN"),
    ("en", "Volkswagen buys 4.99% stake in XPeng for $700 million", "", "CN"),
    ("es", "BYD invertirá 1.000 millones en una planta de coches eléctricos en Subang", "La fábrica indonesia hará 150.000 coches.", "ID"),
])  # fmt: skip
def test_host(language, title, text, host):
    assert _report(language, title, text).report.host_country == host


@pytest.mark.parametrize(("language", "title", "text", "roles"), [
    ("en", "SK On sells its stake in Yancheng battery plant to EVE Energy", "", {"sk-on": "seller", "eve": "investor"}),
    ("de", "Volkswagen steigt mit 26 Prozent bei Gotion ein", "", {"volkswagen": "investor", "gotion": "target"}),
    ("ko", "SK온, EVE에너지에 옌청 배터리 공장 지분 매각", "", {"sk-on": "seller", "eve": "investor"}),
])  # fmt: skip
def test_who_pays_and_who_parts(language, title, text, roles):
    found = {party.party_id: party.role for party in _report(language, title, text).parties}
    assert {name: found.get(name) for name in roles} == roles
