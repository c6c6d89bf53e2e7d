"""What a run over the newsroom should find: told by the content itself, written to expected.json for tests and for people.

python -m flows.sample.expectations > flows/sample/expected.json
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from flows.sample import newsroom
from flows.sample.stories import Outlet, Story, load

_FOLDER = Path(__file__).parent
_TOLD = ("deal_new", "deal_update")
_PAGES = {None: "ok", "paywall": "paywalled", "consent": "consent", "robots": "robots"}
_FEEDS = {  # by what the server does there; where two are named, either is right
    "oldwheels": ["gone"],
    "halfpress": ["broken", "empty"],
    "facelift": ["not_a_feed"],
    "quietpaper": ["empty"],
    "closedshop": ["connection"],
    "busydesk": ["rate_limited"],
    "doorman": ["blocked"],
}


def expected() -> dict[str, Any]:
    """Return the newsroom's time, each source's outcome, each article's verdict, and the deals, as plain values."""
    outlets = load()
    stories = [(outlet, story) for outlet in outlets for story in outlet.stories]
    return {
        "now": newsroom.NOW.isoformat(),
        "sources": _sources(),
        "articles": [_article(outlet, story, stories) for outlet, story in stories],
        "deals": _deals(stories),
    }


def _sources() -> dict[str, list[str]]:
    listed = yaml.safe_load(newsroom.SOURCES.read_text(encoding="utf-8"))["sources"]
    return {entry["source_id"]: _FEEDS.get(entry["source_id"], ["ok"]) for entry in listed}


def _article(outlet: Outlet, story: Story, stories: list[tuple[Outlet, Story]]) -> dict[str, Any]:
    shown = story.correction or story
    return {
        "source": outlet.host.removesuffix(".example"),
        "url": _url(outlet, story),
        "title": shown.title,
        "language": story.language or outlet.language,
        "published": story.published.isoformat(),
        "verdict": story.verdict,
        "deal": story.deal,
        "item_outcome": "feed_text" if outlet.form == "search" else _PAGES[story.wall],
        "duplicate_of": f"http://{story.copy_of}" if story.copy_of else None,
        "found_for": _same_headline(outlet, story, stories),
        "versions": 2 if story.correction else 1,
    }


def _url(outlet: Outlet, story: Story) -> str:
    return f"http://{outlet.host}/rss/articles/{story.path}?oc=5" if outlet.form == "search" else f"http://{outlet.host}{story.path}"


def _same_headline(outlet: Outlet, story: Story, stories: list[tuple[Outlet, Story]]) -> str | None:
    """Find what a search result leads to, where the newsroom has it: the headline is all that tells."""
    if outlet.form != "search":
        return None
    return next((_url(other, one) for other, one in stories if other.host == story.site and one.title == story.title), None)


def _deals(stories: list[tuple[Outlet, Story]]) -> list[dict[str, Any]]:
    facts = yaml.safe_load((_FOLDER / "deals.yaml").read_text(encoding="utf-8"))
    return [{**deal, **_telling(deal["deal"], stories)} for deal in facts]


def _telling(deal: str, stories: list[tuple[Outlet, Story]]) -> dict[str, Any]:
    told = [(outlet, story) for outlet, story in stories if story.deal == deal and story.verdict in _TOLD]
    originals = {story.outlet or outlet.name for outlet, story in told if not story.copy_of}
    return {
        "articles": len(told),
        "outlets": len(originals),
        "languages": sorted({story.language or outlet.language for outlet, story in told}),
        "background": sum(story.deal == deal and story.verdict == "deal_background" for _, story in stories),
        "verdicts": dict(sorted(Counter(story.verdict for _, story in told).items())),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(expected(), ensure_ascii=False, indent=1) + "\n")
