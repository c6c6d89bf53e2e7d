"""Near-duplicates: constructed reprints of real stories must be found, other stories on the same subject must not.

Reprints: words edited, the end cut off, an intro and an outro added, an agency's credit and another headline. Others: pairs of real stories
about the same deal whose words differ, and each story with its names and figures exchanged, as stories made from a template have.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import combinations

from benchmarks import stories as material
from flows.records import Article, identity
from flows.steps import duplicates

_SEEN = datetime(2026, 1, 1, tzinfo=UTC)
_LEAST = 700  # characters of a story that is reprinted
_MOST = 400  # stories that are reprinted
_WORDLESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def measure() -> dict[str, float]:
    """Return recall for each way of reprinting, the share of false alarms for each kind of other story, and precision over all."""
    stories = list(_stories())
    found = {name: _share([(story, make(story, random.Random(story.article_id))) for story in stories]) for name, make in _REPRINTS.items()}
    alarms = {
        "template": _share([(story, _templated(story, random.Random(story.article_id))) for story in stories]),
        "subject": _share(list(_same_subject())),
    }
    hits = sum(found.values()) / len(found)
    return {
        **{f"recall_{name}": share for name, share in found.items()},
        **{f"alarms_{name}": share for name, share in alarms.items()},
        "precision": hits / (hits + sum(alarms.values()) / len(alarms)),
    }


def _share(pairs: list[tuple[Article, Article]]) -> float:
    """Return the share of pairs whose second is taken for a copy of its first, found through the bands."""
    marked = 0
    for first, second in pairs:
        signatures = [duplicates.signature(first), duplicates.signature(second)]
        marked += any(article.duplicate_of for article in duplicates.resolve([first, second], signatures, ()))
    return marked / max(1, len(pairs))


def _stories() -> Iterator[Article]:
    """Yield real stories long enough to be reprinted, the same sample each time."""
    rows = [row for row in material.news() if len(row["text"]) * (2 if _WORDLESS.search(row["title"]) else 1) >= _LEAST]
    rows += [{**row, "id": row["file"], "text": row["body"]} for row in material.pages() if row["title"] and len(row["body"]) >= _LEAST]
    for row in sorted(rows, key=lambda row: sha256(row["id"].encode()).digest())[:_MOST]:
        yield _article(row["id"], row["title"], row["text"][:6000])


def _article(key: str, title: str, body: str) -> Article:
    return Article(
        article_id=identity(key), url="", canonical_url="", source_id="", item_id=None, title=title, body=body, author=None, outlet=None, language=None,
        published_at=None, published_from="first_seen", first_seen_at=_SEEN, fetched_at=_SEEN, body_sha256="", text_quality="full", rights_notice=None,
    )  # fmt: skip


def _copy(story: Article, body: str, title: str | None = None) -> Article:
    later = story.first_seen_at + timedelta(hours=5)
    return replace(story, article_id=identity(story.article_id, "copy"), body=body, title=title or story.title, first_seen_at=later)


def _edited(story: Article, dice: random.Random) -> Article:
    """Change one word (or sign) in twenty, as a sub-editor does."""
    pieces = re.findall(
        r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|\s+|[^\s\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+", story.body
    )
    for index, piece in enumerate(pieces):
        if piece.strip() and not any(sign.isdigit() for sign in piece) and dice.random() < 0.05:
            pieces[index] = dice.choice(("", piece * 2, "某" if _WORDLESS.match(piece) else "also"))
    return _copy(story, "".join(pieces))


def _cut(story: Article, dice: random.Random) -> Article:
    return _copy(story, story.body[: round(len(story.body) * dice.uniform(0.55, 0.8))])


def _framed(story: Article, dice: random.Random) -> Article:
    """Put another outlet's intro before the story and its outro after it."""
    intro = dice.choice(
        ("This story comes to us from one of our partners and is given here in full.", "以下为合作媒体报道全文，由本站编辑整理发布。")
    )
    outro = dice.choice(
        ("Our reporters follow the matter and will update this page when there is news.", "更多内容请继续关注本站后续报道。")
    )
    return _copy(story, f"{intro}\n{story.body}\n{outro}", f"{dice.choice(('Partner story', 'Report', '转载'))}: {story.title}")


def _credited(story: Article, dice: random.Random) -> Article:
    credit = dice.choice(("(Reuters) - ", "BERLIN (dpa) -- ", "新华社北京电 ", "【共同】", "(서울=연합뉴스) "))
    return _copy(story, f"{credit}{story.body}\n{dice.choice(('Reporting by A. Writer; editing by B. Reader', '责任编辑：某某', '(dpa)'))}")


def _templated(story: Article, dice: random.Random) -> Article:
    """Exchange figures and names: the story that the same template gives for another company and another month."""
    figures = re.compile(r"\d+(?:[.,]\d+)*")
    names: dict[str, str] = {}

    def other_name(found: re.Match[str]) -> str:
        return names.setdefault(found[0], dice.choice("BCDFGHKLMNPRSTVWZ") + "".join(dice.choice("aeiounrstl") for _ in range(6)))

    body = figures.sub(lambda _: str(dice.randint(2, 9999)), story.body)
    body = re.sub(r"(?<=[a-zà-ÿ] )[A-Z][\w&-]{2,}|\b[A-Z]{2,}\b", other_name, body)
    return _copy(story, body, figures.sub(lambda _: str(dice.randint(2, 99)), story.title) + " II")


def _same_subject() -> Iterator[tuple[Article, Article]]:
    """Yield pairs of real stories about one deal whose words are not the same."""
    by_event: dict[str, list[Article]] = {}
    for row in material.news():
        for deal in row["deals"]:
            if deal.get("event") and len(row["text"]) >= _LEAST:
                by_event.setdefault(f"{deal['event']} {row['language']}", []).append(_article(row["id"], row["title"], row["text"]))
    for stories in by_event.values():
        for first, second in combinations(stories[:8], 2):
            if first.article_id != second.article_id and _really_shared(first.body, second.body) < 0.2:
                yield first, second


def _really_shared(one: str, other: str) -> float:
    """Return the share of the shorter text's runs of characters that stand in the longer one too."""
    first, second = ({text[start : start + 12] for start in range(len(text) - 12)} for text in (one, other))
    return len(first & second) / max(1, min(len(first), len(second)))


_REPRINTS: dict[str, Callable[[Article, random.Random], Article]] = {
    "edited": _edited,
    "cut": _cut,
    "framed": _framed,
    "credited": _credited,
}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
