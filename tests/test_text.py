"""Folding keeps places, sentences cover their text, scripts are told apart."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.text import fold, is_simplified, is_wordless, keys, script_of, sentence_at, sentences


@given(st.text())
def test_a_folded_text_maps_back_to_its_original(text):
    folded = fold(text)
    assert folded.offsets is None or len(folded.offsets) == len(folded.text) + 1
    assert 0 <= folded.original(len(folded.text)) <= len(text)
    if folded.offsets is None:
        assert len(folded.text) == len(text)


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    once = fold(text).text
    assert fold(once).text == once


@given(st.text(alphabet=st.sampled_from('aB .!?。！\n中国ไท"”)1')))
def test_sentences_are_ordered_apart_and_hold_every_sign(text):
    spans = sentences(text)
    assert all(first.end <= second.start for first, second in pairwise(spans))
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Mr. Li signed. The plant costs $1.2 bn. It opens in Jan. 2027!", 3),
        ("U.S. officials approved it.", 1),
        ("宁德时代投资12亿元。项目位于杭州！", 2),
        ("Das Werk kostet 1,2 Mrd. Euro. Es öffnet 2027.", 2),
        ("وقعت الشركة الاتفاق. هل يبدأ البناء؟ نعم.", 3),
        ("", 0),
    ],
)
def test_sentences_in_many_writings(text, count):
    assert len(sentences(text)) == count


def test_a_position_finds_its_sentence():
    spans = sentences("One. Two. Three.")
    assert [sentence_at(spans, at) for at in (0, 5, 12)] == [0, 1, 2]
    assert sentence_at((), 3) == -1


@pytest.mark.parametrize(
    ("text", "script", "wordless"),
    [
        ("宁德时代在匈牙利建厂", "han", True),
        ("トヨタが上海に工場を建てる", "kana", True),
        ("중국 배터리 공장", "hangul", True),
        ("บีวายดีสร้างโรงงาน", "thai", True),
        ("شركة صينية", "arabic", False),
        ("Китайский завод", "cyrillic", False),
        ("A Chinese plant (比亚迪) in Hungary will be built soon", "latin", False),
        ("", "none", False),
    ],
)
def test_scripts(text, script, wordless):
    assert script_of(text) == script
    assert is_wordless(text) is wordless


def test_spellings_of_a_name_share_a_key():
    assert len(set(keys(["寧德時代", "宁德时代"]))) == 1
    assert len(set(keys(["Škoda-Auto", "SKODA  auto", "Ｓｋｏｄａ Auto"]))) == 1


def test_traditional_signs_are_no_simplified_ones():
    assert is_simplified("新能源汽车项目签约")
    assert not is_simplified("寧德時代與鴻海簽約設廠")
