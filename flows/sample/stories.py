"""The newsroom's content as records: what the files under `content/` say, checked no further than a test does. Values only."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class Correction:
    """The corrected version of a story, at the same address with `?rev=2`."""

    published: datetime
    title: str
    summary: str
    body: str


@dataclass(frozen=True, slots=True)
class Story:
    """One article, or one search result."""

    path: str  # on its host, with query; of a search result: the opaque token of its link
    published: datetime
    title: str
    summary: str
    body: str  # paragraphs parted by empty lines; empty = a search result, which has no page
    verdict: str  # what the story should be flagged as, seen alone
    deal: str | None  # id of the deal that it tells or recalls; None = none
    author: str
    caption: str  # of its picture; empty = no picture
    language: str | None  # where it differs from the outlet's
    outlet: str | None  # search results: who published it
    site: str | None  # search results: the publisher's host
    wall: str | None  # paywall, consent or robots: why its page cannot be read
    tracking: bool  # linked twice, with tracking parameters
    copy_of: str | None  # host and path of the story of which it is a word-for-word reprint
    correction: Correction | None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return the body's paragraphs."""
        return tuple(part.strip() for part in self.body.split("\n\n") if part.strip())


@dataclass(frozen=True, slots=True)
class Outlet:
    """One publisher with all its stories, newest first."""

    host: str
    name: str
    tagline: str
    language: str
    country: str
    form: str  # of its feed: rss2, rss2full, rss2gbk, rss091, rdf, atom, jsonfeed, sitemap, listing, search
    template: str
    stories: tuple[Story, ...]

    @property
    def charset(self) -> str:
        """Return the encoding of its feed and pages."""
        return "gb2312" if self.form == "rss2gbk" else "utf-8"


def load() -> tuple[Outlet, ...]:
    """Return all outlets, by host. Raises KeyError or TypeError where a file lacks a field or has an unknown one."""
    read = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(CONTENT.glob("*.yaml"))]
    bodies = {raw["host"] + story["path"]: story.get("body", "") for raw in read for story in raw["stories"]}
    return tuple(_outlet(raw, bodies) for raw in read)


def _outlet(raw: dict[str, Any], bodies: dict[str, str]) -> Outlet:
    stories = sorted((_story(one, bodies) for one in raw["stories"]), key=lambda story: story.published, reverse=True)
    return Outlet(**{"language": "en", **raw, "stories": tuple(stories)})


def _story(raw: dict[str, Any], bodies: dict[str, str]) -> Story:
    optional: dict[str, Any] = dict.fromkeys(("deal", "language", "outlet", "site", "wall", "copy_of", "correction"))
    values = {**optional, "author": "", "caption": "", "body": "", "tracking": False, **raw}
    values["published"] = datetime.fromisoformat(raw["published"])
    if values["copy_of"]:
        values["body"] = bodies[values["copy_of"]]
    if values["correction"]:
        correction = values["correction"]
        values["correction"] = Correction(**{**correction, "published": datetime.fromisoformat(correction["published"])})
    return Story(**values)
