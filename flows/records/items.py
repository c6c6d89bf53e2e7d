"""What came in over the wire: requests and their outcomes, archived responses, items of feeds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """The closed list of ways in which a request, or the handling of its item, can end."""

    OK = "ok"
    UNCHANGED = "unchanged"  # 304, or the same bytes as last time
    EMPTY = "empty"  # a feed without items; a page without text
    NOT_A_FEED = "not_a_feed"  # 200, but HTML or text where a feed was expected
    BROKEN = "broken"  # a feed that cannot be read, or from which items were lost
    BLOCKED = "blocked"  # 401, 403, 451 or a challenge page
    GONE = "gone"  # 404, 410
    HTTP_ERROR = "http_error"  # any other status that is no success
    RATE_LIMITED = "rate_limited"  # 429, or 503 with Retry-After
    TIMEOUT = "timeout"
    DNS = "dns"
    TLS = "tls"
    CONNECTION = "connection"  # refused, reset, or a protocol violation
    TOO_LARGE = "too_large"  # more bytes than allowed, packed or unpacked
    REDIRECT = "redirect"  # a loop, too many, or to nowhere
    REFUSED = "refused"  # an address or scheme that the guard does not let through
    ROBOTS = "robots"  # robots.txt says no
    PAYWALLED = "paywalled"
    CONSENT = "consent"  # a consent wall instead of the article
    UNREADABLE = "unreadable"  # extraction failed, ran out of time or of memory
    SEEDED = "seeded"  # an old item of a source seen for the first time: kept, its page not fetched
    FEED_TEXT = "feed_text"  # no page by design (paywall, wrapper link): the feed's own text is the article


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP exchange as it ended; the only thing that the network door hands out."""

    url: str  # as asked for
    final_url: str  # after redirects; the same as `url` where there were none
    fetched_at: datetime  # when the request began
    outcome: Outcome  # OK, UNCHANGED or a failure
    status: int | None  # HTTP status; None = no answer came
    headers: tuple[tuple[str, str], ...]  # of the last answer, names in lower case
    body: bytes  # unpacked content; empty unless outcome is OK
    elapsed_ms: int
    error: str | None = None  # one line: what happened; None = nothing
    retry_after_s: int | None = None  # the server's own wish; None = it had none
    hops: tuple[str, ...] = ()  # URLs gone through on the way, without the last


@dataclass(frozen=True, slots=True)
class Fetch:
    """A request, as a row: one for each, whatever came of it."""

    run_id: str
    url: str
    kind: str  # feed, page, robots
    source_id: str
    fetched_at: datetime
    outcome: Outcome  # the network's outcome, or the parser's where the network's was ok (empty, not_a_feed, broken)
    http_status: int | None  # None = no answer
    bytes: int
    elapsed_ms: int
    item_count: int | None = None  # items read from a feed; None = a page, or nothing read
    new_count: int | None = None  # of these, never seen before
    sha256: str | None = None  # of the archived body; None = nothing archived
    error: str | None = None  # None = no error


@dataclass(frozen=True, slots=True)
class Capture:
    """Where in the archive a response is."""

    sha256: str  # of the unpacked body, hex
    url: str  # as asked for
    final_url: str
    source_id: str
    item_id: str | None  # None = a feed
    kind: str  # feed, page, import
    run_id: str
    fetched_at: datetime
    http_status: int | None
    content_type: str | None
    warc_file: str  # relative to the archive
    warc_offset: int  # of the gzip member, bytes


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a source between polls."""

    source_id: str
    etag: str | None  # None = the server gave none, or its ETag was caught lying
    last_modified: str | None
    body_sha256: str | None
    etag_lies: bool  # the body changed under an unchanged ETag
    last_polled_at: datetime | None
    last_ok_at: datetime | None
    newest_item_at: datetime | None
    next_poll_at: datetime | None  # None = now
    interval_s: int  # the present polling interval
    failures: float  # weighted count in a row: hard 1, soft 0.5, temporary 0.25
    last_outcome: Outcome | None  # None = never polled
    streak: int = 0  # polls in a row that asked for the same change of the interval: above 0 slower, below 0 quicker


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a feed: a promise of an article."""

    item_id: str  # identity of (source_id, guid or canonical URL)
    source_id: str
    guid: str | None  # as in the feed; None = it had none
    url: str | None  # link as in the feed, made absolute; None = it had none
    canonical_url: str | None  # without tracking parameters and wrappers; None where url is
    title: str  # plain text; may be empty
    summary: str  # plain text of the summary or content; may be empty
    author: str | None
    outlet: str | None  # the publisher named by an aggregator; None = the source itself
    language: str | None  # as the feed says; None = it does not
    published_at: datetime | None  # None = the feed gives no plausible date
    published_from: str  # feed, feed_naive (zone assumed), url, first_seen
    first_seen_at: datetime
    outcome: Outcome | None = None  # how it ended; None = still to be fetched
    tries: int = 0
    next_try_at: datetime | None = None  # None = now, or never again where outcome is final
    error: str | None = None  # of the last try
    revision_of: str | None = None  # item_id of the same entry under its first headline; None = this is the first


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one answer of a source."""

    items: tuple[Item, ...]  # in the order of the feed, each id once; may be there although the outcome is a failure (BROKEN, TOO_LARGE)
    outcome: Outcome  # the response's own where that was no success; else OK, EMPTY, NOT_A_FEED, BROKEN, BLOCKED, RATE_LIMITED, TOO_LARGE
    error: str | None = None  # one line: what was expected and what was found; None = nothing wrong
    expected: int | None = None  # entries that the bytes hold by a count of their tags; None = not countable (listing, no feed)
    found: int = 0  # entries read, before doubles were dropped
    follow: tuple[str, ...] = ()  # addresses of child sitemaps, newest first, to be read next
