"""Footers of feeds go, sentences stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.steps.feeds import tails


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Deal done.\nThe post BYD buys X appeared first on CnEVPost.", "Deal done."),
        ("Deal done. The post BYD buys X first appeared on Volt.", "Deal done."),
        ("Der Preis steigt.\nDer Beitrag Foo erschien zuerst auf electrive.net.", "Der Preis steigt."),
        ("L’usine ouvre.\nL’article L’usine est apparu en premier sur Volt.", "L’usine ouvre."),
        ("Se anuncia.\nLa entrada Algo se publicó primero en Volt.", "Se anuncia."),
        ("Annunciato.\nL'articolo Qualcosa proviene da Volt.", "Annunciato."),
        ("Épül a gyár.\nA Gyár épül bejegyzés először Voltán jelent meg.", "Épül a gyár."),
        ("工場を建設。\n投稿 工場を建設 は ボルト に最初に表示されました。", "工場を建設。"),
        ("合资公司成立。阅读全文", "合资公司成立。"),
        ("工場を建設。続きを読む", "工場を建設。"),
        ("A deal. Read more »", "A deal."),
        ("A deal. [Read more...]", "A deal."),
        ("A deal.\nContinue reading “A deal” →", "A deal."),
        ("Read more", ""),
        ("The post office invests. They read more books.", "The post office invests. They read more books."),
        ("He first appeared on TV.", "He first appeared on TV."),
        (
            "The plan appeared first on Monday, and " + "work went on. " * 20,
            "The plan appeared first on Monday, and " + "work went on. " * 20,
        ),
        ("", ""),
    ],
)
def test_tails(text, expected):
    assert tails.without(text) == expected


@given(st.text(max_size=60), st.sampled_from(["", " read more", "\nThe post x appeared first on ", "阅读全文", "İ"]), st.text(max_size=30))
def test_what_is_left_is_the_begin_of_what_was(head, tail, end):
    assert (head + tail + end).startswith(tails.without(head + tail + end))
