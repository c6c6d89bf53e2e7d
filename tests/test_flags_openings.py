"""Where a wrapped report begins, what its clauses say, and text that stands under a foreign title."""

from benchmarks.labelled import article_of
from flows.steps import flags, vocabulary
from flows.steps.flags.features import sign, title_shared
from flows.steps.flags.openings import cut_openings, is_credit
from flows.steps.flags.reading import LEAD, SKIPPED, read
from flows.text import Span, sentences

WORDS = vocabulary.load()


def _story(title, text, language="en"):
    return read(article_of({"id": "opening", "title": title, "text": text, "language": language}), WORDS)


def _printed(story, zone):
    return [story.text[sentence.span.start : sentence.span.end] for sentence in story.zone(zone)]


def test_the_lead_of_a_wrapped_report_begins_at_its_date():
    title = "某锂电完成数亿元B轮融资"
    story = _story(title, f"{title} 某公众号 点击蓝字 关注我们 早鸟票开放中 6月2日，某锂电宣布完成数亿元B轮融资，宁德时代领投。", "zh")
    assert _printed(story, LEAD)[0].startswith("6月2日")
    assert title in _printed(story, SKIPPED)


def test_a_title_cut_short_is_no_repetition():
    text = "BYD has signed an agreement with the state of Bahia to build three plants. Work starts soon."
    assert cut_openings(text, sentences(text), text[:60], []) == sentences(text)


def test_cuts_lose_nothing_but_space():
    text = "Title of a story\n\nTitle of a story\nThe story itself."
    parts = cut_openings(text, [Span(0, len(text))], "Title of a story", [])
    assert [text[part.start : part.end] for part in parts] == ["Title of a story", "Title of a story", "The story itself."]


def test_a_caption_with_its_credit_is_told():
    text = "Workers stand in a plant in Huzhou. (Jane Doe/Agency)"
    assert is_credit(text, Span(0, len(text)))
    assert not is_credit("He said so (and/or not) again.", Span(0, 30))


def test_what_stands_behind_a_turning_word_is_no_headline_of_its_own():
    signed = sign(_story("BYD scales back battery plant in Hungary amid falling sales", "BYD said so on Monday."), WORDS)
    assert "against.sales" not in signed.headline
    assert "aside.against.sales" in signed.headline


def test_text_under_a_foreign_title_is_no_deal():
    text = (
        "Chinese electric vehicle maker NIO will raise its stake in a battery plant in Hefei for $300 million, it said on Monday, and work starts "
        "in spring. The plant makes cells for cars and buses."
    )
    story = _story("Walnut grants three founders a pitch", text)
    assert title_shared(story) < 0.3
    flag = flags.judge(
        article_of({"id": "glued", "title": "Startup funding: Walnut raises pitch money", "text": text, "language": "en"}), WORDS
    )
    assert not flag.flagged, flag.reason


def test_a_deal_of_nobody_somewhere_is_no_deal():
    flag = flags.judge(
        article_of({"id": "n", "title": "Chinese carmakers to build electric car plants in Europe", "text": "", "language": "en"}), WORDS
    )
    assert flag.category in {"unnamed", "no_ev", "no_capital"}
