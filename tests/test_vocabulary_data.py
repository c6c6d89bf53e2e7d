"""The data files themselves: every row parses, refers to what exists, and no name stands for two firms unless it says when."""

from collections import defaultdict

from flows.steps import vocabulary
from flows.steps.vocabulary import sources
from flows.text import keys

TEXTS = dict(sources.texts())
COMPANIES = list(sources.companies(TEXTS["companies.tsv"]))
KINDS = {"place", "demonym", "ev", "auto", "capital", "status", "against", "modality", "noise", "skip", "seam"}
CHINESE_JAPANESE_KOREAN = ("zh", "ja", "ko")


def test_every_company_row_has_all_columns():
    lines = [line for line in TEXTS["companies.tsv"].splitlines() if line and not line.startswith("#")]
    assert {line.count("\t") for line in lines} == {12}


def test_no_name_stands_for_two_firms_without_saying_when():
    firms = defaultdict(set)
    for company in COMPANIES:
        if not company.needs:
            for word in keys(list(company.aliases)):
                firms[word].add(company.party_id)
    parents = {company.party_id: company.parent or company.party_id for company in COMPANIES}
    assert {word: ids for word, ids in firms.items() if len({parents[party] for party in ids}) > 1} == {}


def test_party_ids_are_unique_and_parents_exist():
    ids = [company.party_id for company in COMPANIES]
    assert len(ids) == len(set(ids))
    assert {company.parent for company in COMPANIES if company.parent} <= set(ids)


def test_names_of_two_letters_or_fewer_say_what_they_need_or_are_chinese():
    short = {alias for company in COMPANIES if not company.needs for alias in company.aliases if len(alias) < 2}
    assert short == set()


def test_projects_name_companies_and_words_that_exist():
    words = vocabulary.load()
    for project in words.projects.values():
        assert project.china in words.companies, project.project_id
        assert project.companies <= set(words.companies), project.project_id


def test_word_rows_of_the_chinese_japanese_korean_press_parse():
    for language in CHINESE_JAPANESE_KOREAN:
        for line in TEXTS[f"words/{language}.tsv"].splitlines():
            if line.startswith("#"):
                continue
            kind, concept, words = line.split("\t")
            assert kind in KINDS, line[:60]
            assert concept or kind in {"noise", "skip", "seam"}, line[:60]
            assert all(word == word.strip() and word for word in words.split("|")), line[:60]


def test_no_word_loses_so_much_to_folding_that_it_means_something_else():
    for language in CHINESE_JAPANESE_KOREAN:
        for line in TEXTS[f"words/{language}.tsv"].splitlines():
            if line.startswith("#"):
                continue
            words = line.split("\t")[2].split("|")
            lost = {word: folded for word, folded in zip(words, keys(words), strict=True) if len(folded) < min(2, len(word))}
            assert lost == {}, f"words/{language}.tsv: {line[:40]}"
