"""From the answer of a source to its items: whatever the bytes are, a reading comes back and nothing is raised.

    unpack | decode | sniff | parse by form (feed, JSON, sitemap, listing) | clean, date, name | Reading

The form is told by the text itself, never by the content type; the source's kind only decides whether an HTML page is the answer (a listing)
or a failure. Pure: bytes, headers and the time come in, items go out. feedparser is used in `syndication` and nowhere else.
"""

from datetime import datetime

from flows.records import Item, Kind, Outcome, Reading, Response, Source
from flows.steps.feeds import charsets, jsonfeeds, listings, sitemaps, sniffing, syndication
from flows.steps.feeds.entries import items
from flows.steps.feeds.sniffing import Form

__all__ = ["Reading", "read"]

_SHOWN = 80  # characters of a wrong answer that an error quotes


def read(source: Source, response: Response, now: datetime) -> Reading:
    """Return what `response`, the answer of `source`, holds at the time `now` (aware, UTC).

    A response that is no success is passed on as its outcome. Items can come with a failure: BROKEN (some were lost), TOO_LARGE (too many).
    """
    if response.outcome is not Outcome.OK:
        return Reading((), response.outcome, response.error)
    body = charsets.unpacked(response.body)
    if body is None:
        return Reading((), Outcome.TOO_LARGE, f"feed: expected at most {charsets.LARGEST} bytes, found more when unpacked")
    text = charsets.decoded(body, _header(response, "content-type"), source.language)
    form = sniffing.form(text)
    if form is Form.NOTHING:
        return Reading((), Outcome.EMPTY, "feed: expected entries, found an empty answer", 0)
    parse = _listing if form is Form.HTML and source.kind is Kind.LISTING else _PARSERS.get(form)
    return parse(text, source, response, now) if parse else _wrong(text, form)


def _feed(text: str, source: Source, response: Response, now: datetime) -> Reading:
    parsed = syndication.parse(text)
    if not parsed.is_feed and not parsed.expected:
        return _wrong(text, Form.OTHER_XML)
    found = items(parsed.entries, source, response, now, parsed.language)
    if parsed.is_cut and len(parsed.entries) == parsed.expected:
        told = f"feed: expected its end, found it cut off after {len(found)} entries"
        return Reading(found, Outcome.BROKEN, told, parsed.expected, len(parsed.entries))
    return _judged(found, len(parsed.entries), parsed.expected, syndication.MOST_ENTRIES)


def _json(text: str, source: Source, response: Response, now: datetime) -> Reading:
    try:
        parsed = jsonfeeds.parse(text)
    except jsonfeeds.NotJsonError as error:
        return Reading((), Outcome.BROKEN, f"feed: expected JSON, found {error}"[:200])
    if parsed is None:
        return Reading((), Outcome.NOT_A_FEED, "feed: expected a JSON Feed, found other JSON")
    entries, expected, language = parsed
    return _judged(items(entries, source, response, now, language), len(entries), expected, jsonfeeds.MOST_ENTRIES)


def _sitemap(text: str, source: Source, response: Response, now: datetime) -> Reading:
    entries, expected, follow = sitemaps.parse(text)
    if follow and not entries:
        return Reading((), Outcome.OK, None, 0, 0, follow)
    return _judged(items(entries, source, response, now), len(entries), expected, sitemaps.MOST_ENTRIES)


def _listing(text: str, source: Source, response: Response, now: datetime) -> Reading:
    found = items(listings.parse(text, source, response.final_url), source, response, now)
    if found:
        return Reading(found, Outcome.OK, found=len(found))
    if sniffing.is_challenge(text):
        return _wrong(text, Form.HTML)
    sought = f"item_selector {source.item_selector!r}" if source.item_selector else f"item_pattern {source.item_pattern!r}"
    return Reading((), Outcome.EMPTY, f"listing: expected links by {sought}, found none")


_PARSERS = {Form.FEED: _feed, Form.OTHER_XML: _feed, Form.JSON: _json, Form.SITEMAP: _sitemap}


def _judged(found: tuple[Item, ...], read_count: int, expected: int, cap: int) -> Reading:
    """Compare what was read with what the tags promise."""
    if expected > cap:
        return Reading(
            found,
            Outcome.TOO_LARGE,
            f"feed: expected at most {cap} entries, found {expected}; read the first {read_count}",
            expected,
            read_count,
        )
    if read_count < expected:
        return Reading(found, Outcome.BROKEN, f"feed: expected {expected} entries by their tags, found {read_count}", expected, read_count)
    if not found:
        return Reading((), Outcome.EMPTY, "feed: expected entries, found none", expected)
    return Reading(found, Outcome.OK, None, expected, read_count)


def _wrong(text: str, form: Form) -> Reading:
    """Name an answer that is no feed by what it is."""
    if form is Form.HTML and sniffing.is_challenge(text):
        return Reading((), Outcome.BLOCKED, "feed: expected a feed, found a page that asks for proof of a human")
    if form is Form.PLAIN and sniffing.is_too_often(text):
        return Reading((), Outcome.RATE_LIMITED, f"feed: expected a feed, found {_quoted(text)}")
    return Reading((), Outcome.NOT_A_FEED, f"feed: expected a feed, found {form.value}: {_quoted(text)}")


def _quoted(text: str) -> str:
    return repr(" ".join(text[: _SHOWN * 4].split())[:_SHOWN])


def _header(response: Response, name: str) -> str | None:
    return next((value for key, value in response.headers if key == name), None)
