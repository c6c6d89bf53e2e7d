"""The vocabulary's data are sound, and what it knows is found in every script, at its offsets."""

import csv
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.steps import vocabulary
from flows.steps.vocabulary import sources
from flows.text import keys

WORDS = vocabulary.load()
TEXTS = dict(sources.texts())
SECTORS = {
    "vehicle_assembly", "commercial_vehicles", "battery_cells", "battery_packs", "battery_materials", "lithium_processing", "mining", "battery_storage", "recycling", "charging",
    "battery_swap", "autonomous_driving", "robotaxi", "rd_software", "powertrain", "parts", "multi",
}  # fmt: skip


@given(
    st.text(alphabet=st.sampled_from("BYD 比亚迪Geely,.-é\u0301\u00adкитайский中国CATLสร้างโรงงาน")),
    st.sampled_from([None, "en", "zh", "hu", "ru", "ar"]),
)
def test_a_mention_is_the_text_at_its_offsets(text, language):
    for mention in WORDS.mentions(text, language):
        assert text[mention.start : mention.end] == mention.term
        assert mention.term


@pytest.mark.parametrize(
    ("text", "language", "party"),
    [
        ("BYD's plan", "en", "byd"), ("比亞迪宣布", "zh", "byd"), ("비야디는 공장을", "ko", "byd"), ("บีวายดีสร้าง", "th", "byd"), ("A BYD-nek", "hu", "byd"),
        ("寧德時代", "zh", "catl"), ("寧徳時代", "ja", "catl"), ("Contemporary Amperex Technology Co. Limited", "en", "catl"),
        ("Компания Чери построит", "ru", "chery"), ("지리자동차가", "ko", "geely"), ("小鵬汽車", "zh", "xpeng"), ("Leapmotornak", "hu", "leapmotor"),
        ("Volkswagenowi", "pl", "volkswagen"), ("CICC Private Equity", "en", "cicc-capital"), ("中金资本", "zh", "cicc-capital"),
    ],
)  # fmt: skip
def test_companies_are_found_in_their_scripts(text, language, party):
    assert party in {mention.key for mention in WORDS.mentions(text, language) if mention.kind == "company"}


@pytest.mark.parametrize(
    ("text", "party", "meant"),
    [
        ("Renault's electric unit Ampere signs a fund", "ampere", True),
        ("The cable carries 16 Ampere at most", "ampere", False),
        ("They walked along the Great Wall at dawn", "great-wall", False),
        ("Carmaker Great Wall opens a plant", "great-wall", True),
        ("Volvo Trucks delivers electric trucks", "volvo", False),
        ("Volvo's EX90 is built in America", "volvo", True),
        ("AB Volvo buys a battery business", "volvo-cars", False),
        ("a leap into the dark", "leap", False),
        ("smart people", "smart", False),
        ("South China Morning Post", "CN", False),
    ],
)
def test_ambiguous_names_need_their_context(text, party, meant):
    assert (party in {mention.key for mention in WORDS.mentions(text, "en")}) is meant


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Ungarn", "HU"),
        ("Węgry", "HU"),
        ("헝가리", "HU"),
        ("匈牙利", "HU"),
        ("Венгрия", "HU"),
        ("المجر", "HU"),
        ("Çin", "CN"),
        ("中国", "CN"),
        ("Kína", "CN"),
    ],
)
def test_countries_have_names_in_many_languages(name, country):
    assert WORDS.country_named(name) == country


def test_towns_and_provinces_are_known():
    szeged = WORDS.place_named("Szeged", "HU")
    hangzhou = WORDS.place_named("杭州市")
    assert szeged is not None
    assert (szeged.key, szeged.level) == ("HU/szeged", "city")
    assert hangzhou is not None
    assert (hangzhou.country, hangzhou.admin1) == ("CN", "Zhejiang")
    assert hangzhou.is_chinese
    assert WORDS.place_named("Nowhereville") is None


def test_several_hundred_companies_with_sound_fields():
    assert len(WORDS.companies) > 400
    for company in WORDS.companies.values():
        assert company.sector is None or company.sector in SECTORS, company
        assert company.kind in {"company", "fund", "government", "bank", "person"}, company
        assert company.country is None or len(company.country) == 2, company
        assert company.parent is None or company.parent in WORDS.companies, company
        assert company.wikidata_id is None or company.wikidata_id[0] == "Q", company


def test_no_two_companies_claim_the_same_unconditional_name():
    claims = Counter(key for company in WORDS.companies.values() if not company.needs for key in set(keys(company.aliases)))
    assert [name for name, count in claims.items() if count > 1] == []


def test_every_data_file_names_its_source():
    for name, text in TEXTS.items():
        assert text.startswith("#") or "source" in text.splitlines()[0], name


def test_word_files_have_three_columns():
    for name, text in TEXTS.items():
        if name.startswith("words/"):
            rows = list(csv.reader((line for line in text.splitlines() if line and line[0] != "#"), delimiter="\t", quoting=csv.QUOTE_NONE))
            assert {len(row) for row in rows} == {3}, name


@pytest.mark.parametrize(
    "language", ["en", "zh", "de", "fr", "it", "es", "pt", "hu", "pl", "ja", "ko", "tr", "nl", "sv", "id", "th", "ru", "ar"]
)
def test_the_languages_that_matter_know_the_basic_words(language):
    text = TEXTS[f"words/{language}.tsv"]
    known = {tuple(line.split("\t")[:2]) for line in text.splitlines() if line[:1] != "#"}
    wanted = {
        ("ev", "vehicle"),
        ("ev", "battery"),
        ("capital", "invest"),
        ("capital", "plant"),
        ("capital", "build"),
        ("capital", "stake"),
        ("capital", "jv"),
        ("capital", "fund"),
    }
    wanted |= {
        ("status", name) for name in ("rumour", "talks", "mou", "signed", "announced", "approved", "opened", "delayed", "cancelled")
    } | {("against", "sales"), ("modality", "not")}
    assert wanted <= known


def test_a_name_that_is_a_wrong_language_s_word_is_not_read():
    assert not [mention for mention in WORDS.mentions("ev aldı ve boyadı", "tr") if mention.kind == "ev"]


def test_a_piece_of_a_word_in_katakana_is_no_town():
    words = vocabulary.load()
    assert not [one for one in words.mentions("中国エンビジョングループ傘下のAESC", "ja") if one.key == "UG/gulu"]
    assert [one for one in words.mentions("ハンガリー工場とドイツメーカー", "ja") if one.key == "HU"]
    assert [one for one in words.mentions("ハンガリー工場とドイツメーカー", "ja") if one.key == "DE"]
