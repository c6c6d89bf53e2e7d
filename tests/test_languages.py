"""Languages: the script first, the model next, a hint last."""

import json

import corpus
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.steps.languages import identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("比亚迪", "zh"),
        ("比亞迪在匈牙利設廠", "zh"),
        ("BYD匈牙利工厂投产", "zh"),
        ("宁德时代香港上市", "zh"),
        ("中国EV大手BYD、欧州生産へ", "ja"),
        ("日産、中国工場閉鎖", "ja"),
        ("トヨタ", "ja"),
        ("電池大手、欧州で増産", "ja"),
        ("현대차 중국 공장 매각", "ko"),
        ("LG엔솔, GM과 합작", "ko"),
        ("BYD ตั้งโรงงานในไทย", "th"),
        ("Η BYD χτίζει εργοστάσιο", "el"),
        ("Китайский автопроизводитель построит завод", "ru"),
        ("Китайський виробник побудує завод в Україні, повідомила компанія", "uk"),
        ("تعتزم الشركة بناء مصنع في المغرب", "ar"),
        ("Renault and Geely sign a deal on engines", "en"),
        ("Renault et Geely signent un accord sur les moteurs", "fr"),
        ("CATL baut ein Werk in Thüringen und stellt tausend Leute ein", "de"),
        ("BYD inaugura una planta de baterías en Brasil", "es"),
        ("BYD inaugura fábrica de baterias no Brasil", "pt"),
        ("A CATL akkumulátorgyárat épít Debrecenben", "hu"),
        ("", None),
        ("2025-07-08 12:30", None),
        ("???", None),
    ],
)
def test_titles(text, language):
    assert identify(text) == language


def test_hint_decides_close_calls_only():
    assert identify("BYD opens plant", "en-GB") == "en"
    assert identify("中国恒大汽车", "en") == "zh"
    assert identify("自動車工業会会長談話", "ja") == "ja"
    assert identify("The company said on Tuesday that it would build a plant in Hungary and employ nine hundred people.", "de") == "en"


def test_labelled_texts():
    wrong, total = 0, 0
    for line in corpus.path("retold.jsonl").read_text(encoding="utf-8").splitlines():
        story = json.loads(line)
        for text in (story["title"], story["text"]):
            total += 1
            wrong += identify(text) != story["language"]
    assert wrong <= total // 50


@given(st.text(max_size=80), st.one_of(st.none(), st.text(max_size=8)))
def test_any_text(text, hint):
    language = identify(text, hint)
    assert language is None or len(language) == 2
