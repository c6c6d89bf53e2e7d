import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.steps.articles.charsets import decode

TEXTS = {
    "gb18030": "比亚迪将在匈牙利投资建厂，计划年产二十万辆电动汽车，总投资约四十亿欧元，项目预计二〇二六年投产。",
    "big5hkscs": "比亞迪將在匈牙利投資建廠，計劃年產二十萬輛電動汽車，總投資約四十億歐元，項目預計二〇二六年投產。",
    "cp932": "電池大手はハンガリーに新しい工場を建設すると発表した。投資額は約七十億ユーロで、雇用は九千人に上る見通しだ。",
    "euc_jp": "電池大手はハンガリーに新しい工場を建設すると発表した。投資額は約七十億ユーロで、雇用は九千人に上る見通しだ。",
    "iso2022_jp": "電池大手はハンガリーに新しい工場を建設すると発表した。投資額は約七十億ユーロだ。",
    "cp949": "배터리 업체는 헝가리에 새 공장을 짓는다고 밝혔다. 투자 규모는 약 10조 원이며 고용 인원은 구천 명에 이를 전망이다.",
    "cp1251": "Китайский производитель аккумуляторов построит завод в Венгрии, сообщила компания во вторник.",
    "koi8_r": "Китайский производитель аккумуляторов построит завод в Венгрии, сообщила компания во вторник.",
    "cp1252": "Der chinesische Hersteller prüft für ein Werk in Frankreich eine Fläche; der Präsident begrüßte „große“ Pläne – über 2 Mrd. € fließen.",
    "cp1253": "Η κινεζική εταιρεία θα κατασκευάσει εργοστάσιο μπαταριών στην Ουγγαρία, ανακοίνωσε την Τρίτη.",
    "cp1256": "أعلنت الشركة الصينية أنها ستبني مصنعا للبطاريات في المجر باستثمارات تبلغ سبعة مليارات يورو.",
    "cp874": "บริษัทจีนประกาศลงทุนสร้างโรงงานแบตเตอรี่ในฮังการีมูลค่าเจ็ดพันล้านยูโร",
}


def page(text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>{text[:20]}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("charset", TEXTS)
@pytest.mark.parametrize("declared", ["right header", "right meta", "utf-8 header", "nothing", "both wrong"])
def test_charset_is_found_whatever_is_declared(charset, declared):
    text = TEXTS[charset]
    meta = {"right meta": f'<meta charset="{charset.replace("_", "-")}">', "both wrong": '<meta charset="utf-8">'}.get(declared, "")
    header = {
        "right header": f"text/html; charset={charset}",
        "utf-8 header": "text/html; charset=utf-8",
        "both wrong": "text/html;charset=utf-8",
    }
    content = page(text, meta).encode(charset)
    assert text in decode(content, header.get(declared, "text/html")).text


@pytest.mark.parametrize("charset", ["gb18030", "big5hkscs", "cp932", "cp949", "cp1251", "cp1256"])
def test_latin_declaration_of_a_server_that_was_never_told(charset):
    assert TEXTS[charset] in decode(page(TEXTS[charset]).encode(charset), "text/html; charset=ISO-8859-1").text


@pytest.mark.parametrize("declared", ["gbk", "gb2312", "big5", "shift_jis", "euc-kr", "iso-8859-1", "windows-1251", "no-such-charset"])
@pytest.mark.parametrize("text", [TEXTS["gb18030"], TEXTS["cp949"], TEXTS["cp1252"], "It’s “done” – says he"])
def test_utf8_wins_over_a_wrong_declaration(declared, text):
    decoded = decode(page(text, f'<meta charset="{declared}">').encode(), f"text/html; charset={declared}")
    assert text in decoded.text
    assert decoded.charset == "utf-8"


@pytest.mark.parametrize(
    ("mark", "charset"), [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
)
def test_byte_order_mark_comes_first(mark, charset):
    decoded = decode(mark + page(TEXTS["gb18030"]).encode(charset), "text/html; charset=gbk")
    assert (decoded.found_by, TEXTS["gb18030"] in decoded.text) == ("bom", True)


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(charset):
    assert TEXTS["cp1252"] in decode(page(TEXTS["cp1252"]).encode(charset), None).text


def test_prolog_names_the_charset():
    content = b'<?xml version="1.0" encoding="windows-1251"?>' + page(TEXTS["cp1251"]).encode("cp1251")
    assert TEXTS["cp1251"] in decode(content, "application/xhtml+xml").text


def test_language_of_the_page_decides_close_calls():
    text = "Az új gyárat őszre felépítik, közölte a cég; a beruházás értéke kétszáz millió euró, a munkások többsége környékbeli lesz."
    content = page(text).replace("<html>", '<html lang="hu">').encode("cp1250")
    assert text in decode(content, None).text


def test_damaged_utf8_stays_utf8():
    content = page(TEXTS["gb18030"] * 20).encode()
    damaged = content[:300] + b"\xff\xfe" + content[300:] + b"\xe6\xaf"
    decoded = decode(damaged, "text/html; charset=utf-8")
    assert decoded.charset == "utf-8"
    assert decoded.text.count("比亚迪") >= 19


def test_nul_bytes_and_controls_are_dropped():
    assert decode(b"<p>a\x00b\x07c\x1bd</p>", None).text == "<p>abcd</p>"


@given(st.binary(max_size=400), st.one_of(st.none(), st.text(max_size=40)))
def test_any_bytes_become_text(body, content_type):
    text = decode(body, content_type).text
    assert "\x00" not in text
    text.encode("utf-8", "surrogatepass")
