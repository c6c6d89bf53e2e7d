"""Judging: from an article to its flag. The order of the questions is that of the coding rules: chain, China, capital, named, main news."""

from hashlib import blake2b
from importlib.resources import files
from pathlib import PurePath

from flows.records import Article, Flag
from flows.steps.flags import evidence, model, phrasing
from flows.steps.flags.features import Signed, features, sign
from flows.steps.flags.reading import Story, read
from flows.steps.flags.vetoes import veto, weight
from flows.steps.vocabulary import Vocabulary, phrases
from flows.steps.vocabulary.sources import texts

FAULT = "fault"  # the category of an article that the rules themselves could not read
_NOTHING = 0.002  # probability of a story that lacks an aspect: what was left over on labelled news
_NO_TEXT, _NO_EV, _NO_CHINA, _NO_CAPITAL = "no_text", "no_ev", "no_china", "no_capital"


def judge(article: Article, vocabulary: Vocabulary) -> Flag:
    """Return the verdict on an article with its scores (0-1; `score` is a calibrated probability), reason and evidence."""
    story = read(article, vocabulary)
    signed = sign(story, vocabulary)
    scores = evidence.scores(signed)
    missing = _missing(story, signed, scores)
    weights = model.load()
    values = features(signed, vocabulary) if missing is None else []
    ruled_out = veto(values) if values else None
    score = _NOTHING if missing else weights.probability(values, phrasing.said(story, vocabulary), weight(ruled_out))
    verdict = _verdict(score, values, weights, signed) if missing is None else "not_deal"
    flagged = verdict in phrasing.DEALS
    category = None if flagged else ruled_out or (evidence.category(signed, scores) if missing in {None, _NO_CAPITAL} else missing)
    return Flag(
        article_id=article.article_id,
        rules_version=RULES_VERSION,
        verdict=verdict,
        flagged=flagged,
        score=round(score, 4),
        ev_score=scores["ev"],
        china_score=scores["china"],
        capital_score=scores["capital"],
        category=category,
        reason=evidence.reason(verdict, category, score, signed),
        evidence=evidence.gather(article, signed, vocabulary, category),
    )


def faulty(article: Article, error: Exception) -> Flag:
    """Return the verdict on an article over which the rules stumbled: a person should look, and the reason says where in the rules it was."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    reason = f"expected a verdict, found {type(error).__name__}{place}: please report it with this article"
    return Flag(article.article_id, RULES_VERSION, "review", False, 0.0, 0.0, 0.0, 0.0, FAULT, reason)  # noqa: FBT003 - a record's field


def _missing(story: Story, signed: Signed, scores: dict[str, float]) -> str | None:
    """Return the aspect without which there is nothing to judge; None = all three are there."""
    if not story.text.strip():
        return _NO_TEXT
    top = signed.headline | signed.lead
    if top.isdisjoint(("ev_any", "mineral")):
        return _NO_EV
    if "cn" not in top:
        return _NO_CHINA
    return None if scores["capital"] or evidence.has_capital_words(signed) else _NO_CAPITAL


def _verdict(score: float, values: list[float], weights: model.Model, signed: Signed) -> str:
    if weights.review[0] <= score < weights.threshold:
        return "review"
    if score >= weights.threshold:
        return "deal_update" if weights.is_update(values) else "deal_new"
    return "deal_background" if evidence.recalls(signed) else "not_deal"


def _rules_version() -> str:
    """Return the hash of all that a verdict depends on: rules, vocabulary and weights."""
    digest = blake2b(digest_size=8)
    for package in ("flows.steps.flags", "flows.text", "flows.steps.vocabulary"):
        folder = files(package)
        for name in sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".py")):
            digest.update(folder.joinpath(name).read_bytes())
    for name, content in texts():
        digest.update(name.encode() + b"\0" + content.encode() + b"\0")
    digest.update(phrases.content())
    digest.update(model.text().encode())
    return digest.hexdigest()


RULES_VERSION = _rules_version()
