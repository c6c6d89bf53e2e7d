"""Flags: offsets, determinism, any input, explained rejections; and `evwatch why`."""

import json
from dataclasses import replace

from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.labelled import article_of
from flows.commands.why import command
from flows.records import Article
from flows.steps import flags, vocabulary

WORDS = vocabulary.load()
DEAL = {
    "id": "d", "language": "en", "title": "China's BYD to build $1 billion electric car plant in Turkey",
    "text": "BYD signed an agreement in Istanbul on Monday to invest $1 billion in a factory in Manisa.\nThe plant will make 150,000 electric cars a year.",
}  # fmt: skip
SALES = {
    "id": "s",
    "language": "en",
    "title": "BYD outsells Tesla in Europe",
    "text": "Registrations of BYD's electric cars rose 169% in April, market researchers said.",
}
WEATHER = {"id": "w", "language": "en", "title": "Rain at the weekend", "text": "It will be wet in the north."}


def _judged(item, **kwargs):
    return flags.judge(article_of(item), WORDS, **kwargs)


def test_a_deal_is_flagged_with_all_three_aspects():
    flag = _judged(DEAL)
    assert flag.verdict == "deal_new"
    assert flag.flagged
    assert min(flag.ev_score, flag.china_score, flag.capital_score) > 0.5
    assert {"ev", "china", "capital"} <= {piece.aspect for piece in flag.evidence}


def test_a_rejected_article_says_why():
    assert _judged(SALES).category == "sales_figures"
    assert _judged(WEATHER).category == "no_ev"
    missing = {piece.aspect for piece in _judged(WEATHER).evidence if piece.rule == "missing"}
    assert missing == {"ev", "china", "capital"}


def test_the_title_alone_is_enough():
    assert _judged({**DEAL, "text": ""}).flagged


def test_nothing_at_all_is_no_text():
    assert _judged({"id": "e", "title": "", "text": "", "language": None}).category == "no_text"


@given(st.text(), st.text(), st.sampled_from([None, "en", "zh", "th", "xx"]))
@settings(max_examples=60, deadline=None)
def test_any_text_is_judged_and_its_quotes_stand_at_their_offsets(title, text, language):
    _check(
        article_of(
            {"id": "x", "title": f"BYD 投资 {title}", "text": f"{text} China's Geely builds a battery plant. {text}", "language": language}
        )
    )


def _check(article: Article) -> None:
    flag = flags.judge(article, WORDS)
    assert flag == flags.judge(article, WORDS)
    assert 0 <= flag.score <= 1
    assert flag.flagged == (flag.verdict in {"deal_new", "deal_update"})
    assert (flag.category is None) == flag.flagged
    for piece in flag.evidence:
        field = article.title if piece.field == "title" else article.body
        assert field[piece.start : piece.end] == piece.quote
        assert piece.term in piece.quote


def test_stories_of_the_tests_have_quotes_at_their_offsets(request):
    path = request.config.rootpath / "tests" / "stories" / "deals.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines()[::6]:
        _check(article_of(json.loads(line)))


def test_the_rules_have_a_version():
    assert _judged(DEAL).rules_version == flags.RULES_VERSION
    assert len(flags.RULES_VERSION) == 16


def _doubtful():
    doubts = [
        {**DEAL, "title": f"BYD {verb} plant in Europe", "text": ""}
        for verb in ("weighs second", "eyes", "considers", "hints at", "dreams of", "may want", "looks at")
    ]
    doubts += [
        {**SALES, "title": title, "text": ""}
        for title in (
            "Chinese EV maker NIO plans new notes",
            "BYD expands in Brazil",
            "CATL project moves on",
            "Geely and Ford discuss plant",
        )
    ]
    return next((item for item in doubts if _judged(item).verdict == "review"), None)


def test_a_verdict_does_not_depend_on_who_tells_it_when():
    article = article_of(DEAL)
    assert flags.judge(replace(article, source_id="other", url="https://other.example/"), WORDS) == flags.judge(article, WORDS)


def test_why_explains_a_file(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(f"{DEAL['title']}\n{DEAL['text']}", encoding="utf-8")
    result = CliRunner().invoke(command, [str(path)])
    assert result.exit_code == 0, result.output
    assert "deal_new" in result.output
    assert "BYD" in result.output
    found = CliRunner().invoke(command, [str(path), "--json"])
    assert json.loads(found.output)["verdict"] == "deal_new"


def test_why_reads_json_and_pages(tmp_path):
    story, page, broken = tmp_path / "story.json", tmp_path / "story.html", tmp_path / "broken.json"
    story.write_text(json.dumps(SALES), encoding="utf-8")
    page.write_text(
        f"<html><head><title>{DEAL['title']}</title></head><body><article><h1>{DEAL['title']}</h1><p>{DEAL['text'] * 4}</p></article></body></html>",
        encoding="utf-8",
    )
    broken.write_text("{", encoding="utf-8")
    assert "sales_figures" in CliRunner().invoke(command, [str(story)]).output
    assert "deal_" in CliRunner().invoke(command, [str(page)]).output
    assert "expected a JSON object" in CliRunner().invoke(command, [str(broken)]).output


def test_why_says_what_it_expected(tmp_path):
    result = CliRunner().invoke(command, ["https://nowhere.example/", "--warehouse", str(tmp_path)])
    assert result.exit_code != 0
    assert "Traceback" not in result.output
