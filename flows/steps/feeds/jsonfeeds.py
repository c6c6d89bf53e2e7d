"""JSON Feed 1.0 and 1.1, RSS written as JSON, and GDELT's list of articles: no library reads them as forgivingly as feeds must be read."""

import json
from collections.abc import Iterable
from typing import Any

from flows.steps.feeds.entries import Entry

MOST_ENTRIES = 5_000


class NotJsonError(ValueError):
    """The text is no JSON, or too deeply nested to be read."""


def parse(text: str) -> tuple[tuple[Entry, ...], int, str] | None:
    """Return the entries of `text`, how many it holds, and its language (empty = not stated); `None` = JSON, but no feed.

    Raises `NotJsonError` where it cannot be read.
    """
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise NotJsonError(f"{type(error).__name__}: {error}") from error
    channel = _channel(data)
    if channel is not None:
        raw = [each for each in _several(channel.get("item")) if isinstance(each, dict)]
        return tuple(_rss_entry(each) for each in raw[:MOST_ENTRIES]), len(raw), _text(channel.get("language"))
    if isinstance(data, dict) and isinstance(data.get("articles"), list):
        raw = [each for each in data["articles"] if isinstance(each, dict) and each.get("url")]
        return tuple(_article(each) for each in raw[:MOST_ENTRIES]), len(raw), ""
    if not _is_feed(data):
        return None
    raw = [each for each in _several(data.get("items")) if isinstance(each, dict)]
    author = _author(data)
    return tuple(_entry(each, author) for each in raw[:MOST_ENTRIES]), len(raw), _text(data.get("language"))


def _is_feed(data: Any) -> bool:
    if not isinstance(data, dict) or not isinstance(data.get("items"), list | dict):
        return False
    return "jsonfeed.org" in _text(data.get("version")) or any(key in data for key in ("title", "home_page_url", "feed_url", "description"))


def _channel(data: Any) -> dict[str, Any] | None:
    rss = data.get("rss") if isinstance(data, dict) else None
    channel = rss.get("channel") if isinstance(rss, dict) else None
    return channel if isinstance(channel, dict) else None


def _entry(raw: dict[str, Any], feed_author: str) -> Entry:
    return Entry(
        guid=_text(raw.get("id")),
        link=_text(raw.get("url")) or _text(raw.get("external_url")),
        title=_text(raw.get("title")),
        texts=tuple(_text(raw.get(key)) for key in ("content_html", "content_text", "summary")),
        author=_author(raw) or feed_author,
        language=_text(raw.get("language")),
        dates=_texts(raw.get(key) for key in ("date_published", "date_modified")),
    )


def _rss_entry(raw: dict[str, Any]) -> Entry:
    guid = raw.get("guid")
    return Entry(
        guid=_text(guid.get("#value") if isinstance(guid, dict) else guid),
        link=_text(raw.get("link")),
        title=_text(raw.get("title")),
        texts=(_text(raw.get("description")), _text(raw.get("content:encoded"))),
        author=_text(raw.get("author")) or _text(raw.get("dc:creator")),
        dates=_texts(raw.get(key) for key in ("pubDate", "dc:date")),
    )


def _article(raw: dict[str, Any]) -> Entry:
    """Read an article of GDELT's `mode=ArtList&format=json`; its date is when GDELT saw it."""
    return Entry(
        link=_text(raw.get("url")), title=_text(raw.get("title")), outlet=_text(raw.get("domain")), dates=_texts([raw.get("seendate")])
    )


def _author(holder: dict[str, Any]) -> str:
    """Return the names of `authors` (1.1), or of `author` (1.0)."""
    people = [each for each in (*_several(holder.get("authors")), holder.get("author")) if isinstance(each, dict)]
    return ", ".join(dict.fromkeys(name for each in people[:20] if (name := _text(each.get("name")))))


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(text for value in values if (text := _text(value)))


def _text(value: Any) -> str:
    """Return a string as it is, a number as its digits, else nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18 else ""  # noqa: PLR2004 - longer numbers are no ids
