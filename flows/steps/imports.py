"""Articles that the user brings: one JSON object a line, checked as strictly as anything from the web.

    {"url": ..., "title": ..., "text": ..., "published": "2025-07-10", "language": "fr", "source": "example.fr"}

Only a title or a text is needed; unknown fields are ignored, so that exports of other tools fit.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AnyHttpUrl, BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from flows.records import Item, Outcome, Source, identity
from flows.records.sources import Kind
from flows.steps import links

_LONGEST = 2_000_000  # characters of a text; a whole book is shorter


class BroughtError(ValueError):
    """A line that is no article; the message says where, what was expected and what was found."""


def _moment(value: object) -> object:
    """Read a date or a moment in ISO 8601; a moment without a zone is taken as UTC."""
    if not isinstance(value, str):
        return value
    try:
        found = (
            datetime.fromisoformat(value)
            if len(value) > len("2025-07-10")
            else datetime.combine(date.fromisoformat(value), datetime.min.time())
        )
    except ValueError:
        raise ValueError("expected an ISO date like 2025-07-10 or 2025-07-10T08:30:00+02:00") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class _Brought(BaseModel):
    model_config = ConfigDict(extra="ignore", str_max_length=_LONGEST)
    url: AnyHttpUrl | None = None
    title: str = ""
    text: str = ""
    published: Annotated[datetime | None, BeforeValidator(_moment)] = None
    language: str | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "_Brought":
        if not (self.title.strip() or self.text.strip()):
            raise ValueError("expected a title or a text, found neither")
        return self


def read(line: bytes, place: str, now: datetime, known: Mapping[str, Source]) -> tuple[Item, Source]:
    """Read one line into an item and its source (one of `known`, by id, name or domain, else a new one of kind IMPORT).

    Raises BroughtError, whose message begins with `place`.
    """
    brought = _checked(line, place)
    url = str(brought.url) if brought.url else None
    source = _source(brought.source, url, known)
    canonical = links.canonical(url) if url else None
    return _item(brought, source, url, canonical, now), source


def from_page(url: str, fetched_at: datetime, known: Mapping[str, Source]) -> tuple[Item, Source]:
    """Make the item of a page that the user brings, and its source (one of `known`, else a new one of kind IMPORT)."""
    source = _source(None, url, known)
    made = _item(_Brought(title=url), source, url, links.canonical(url), fetched_at)
    return replace(made, title="", outcome=None), source


def _item(brought: _Brought, source: Source, url: str | None, canonical: str | None, now: datetime) -> Item:
    return Item(
        item_id=identity(source.source_id, canonical or brought.title + "\0" + brought.text),
        source_id=source.source_id,
        guid=None,
        url=url,
        canonical_url=canonical,
        title=_clean(brought.title).strip(),
        summary=_clean(brought.text).strip(),
        author=None,
        outlet=None,
        language=(brought.language or "").lower()[:2] or None,
        published_at=brought.published,
        published_from="feed" if brought.published else "first_seen",
        first_seen_at=now,
        outcome=Outcome.FEED_TEXT,
    )


def _checked(line: bytes, place: str) -> _Brought:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BroughtError(f"{place}: expected a JSON object, found {line[:40]!r} ({error})") from None
    if not isinstance(values, dict):
        raise BroughtError(f"{place}: expected a JSON object, found {type(values).__name__}")
    try:
        return _Brought.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(_problem(one["loc"], one["msg"], one["input"]) for one in error.errors())
        raise BroughtError(f"{place}: {problems}") from None


def _problem(where: tuple[int | str, ...], message: str, found: object) -> str:
    path = ".".join(map(str, where))
    told = message.removeprefix("Value error, ")
    return f"{path}: {told}, found {str(found)[:60]!r}" if path else told


def _clean(text: str) -> str:
    """Drop NUL and lone surrogates, which no table can hold."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


def _source(name: str | None, url: str | None, known: Mapping[str, Source]) -> Source:
    host = (url or "").split("/")[2].split(":")[0].removeprefix("www.") if url else ""
    for source in known.values():
        if name in {source.source_id, source.name} or (host and f"//{host}/" in (source.homepage or source.url).replace("//www.", "//")):
            return source
    label = name or host or "import"
    slug = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:60] or identity(label)[:8]
    return Source(source_id=f"import-{slug}", name=_clean(label), url="", kind=Kind.IMPORT, enabled=False)
