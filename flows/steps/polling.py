"""When a source is asked again, and how: pure decisions from what came of the last polls. Told the time; knows no network.

- Validators (ETag, Last-Modified) are kept only of answers that were read whole, and left off once a day, so that a server whose
  validators lie is caught by its own body; from then on it is asked without them.
- The interval follows the news: two on-time polls in a row must ask for the same change. It lies between the source's own interval and
  a day, and never exceeds a share of the silence so far, so that a source that wakes up is soon heard again.
- Failures lengthen the pause, by their class, to at most a day. No source is ever given up.
- An item's page is tried again after growing pauses; after the last, its outcome is final (quarantined) until someone re-queues it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from typing import Protocol

from flows.records import FeedState, Item, Outcome, Response, Source

DAY_S = 86_400
MAX_AGE_S = 6 * 3600  # a feed that claims to be fresh for longer is a file that someone forgot, not a promise
BLOCKED_S = 2 * 3600  # who refuses us is left alone for hours
STEP = 1.5  # by which a quiet source's interval grows
QUICKER = 2.0  # by which a lively one's shrinks
CHANGE_AFTER = 2  # on-time polls that ask for the same
SILENCE_SHARE = 12  # the interval is at most this part of the time since the newest item
AT_RISK = 0.8  # share of new items in a feed at which some were probably missed in between
LATE = 2.0  # a poll later than so many intervals after the last one says nothing of the rhythm
BACKDATED = timedelta(hours=3)  # publishers date items earlier than they show them; not by more than this
TRIES: dict[str, tuple[int, ...]] = {  # pauses before the next try of an item's page, in seconds; after the last one the outcome is final
    "temporary": (900, 3600, 4 * 3600, 12 * 3600, DAY_S, DAY_S),
    "soft": (4 * 3600, DAY_S, DAY_S),
    "hard": (3600,),
}

_WEIGHTS = {"hard": 1.0, "soft": 0.5, "temporary": 0.25}
_CLASSES = {
    Outcome.NOT_A_FEED: "hard",
    Outcome.GONE: "hard",
    Outcome.BLOCKED: "hard",
    Outcome.REFUSED: "hard",
    Outcome.REDIRECT: "hard",
    Outcome.ROBOTS: "hard",
    Outcome.PAYWALLED: "hard",
    Outcome.BROKEN: "soft",
    Outcome.TLS: "soft",
    Outcome.DNS: "soft",
    Outcome.TOO_LARGE: "soft",
    Outcome.HTTP_ERROR: "soft",
    Outcome.UNREADABLE: "soft",
    Outcome.TIMEOUT: "temporary",
    Outcome.CONNECTION: "temporary",
    Outcome.RATE_LIMITED: "temporary",
}
_ITEM_CLASSES = {
    Outcome.TIMEOUT: "temporary",
    Outcome.CONNECTION: "temporary",
    Outcome.RATE_LIMITED: "temporary",
    Outcome.DNS: "temporary",
    Outcome.HTTP_ERROR: "temporary",
    Outcome.TLS: "soft",
    Outcome.BLOCKED: "soft",
    Outcome.GONE: "hard",  # a page can be announced before every server has it
}
_READ = frozenset({Outcome.OK, Outcome.UNCHANGED, Outcome.EMPTY})
_SERVER_ERRORS = range(500, 600)
_LONGEST_ERROR = 300


class Reading(Protocol):
    """The part of records.Reading that polling looks at."""

    @property
    def items(self) -> Sequence[Item]: ...  # noqa: D102  # as in records.Reading
    @property
    def outcome(self) -> Outcome: ...  # noqa: D102  # as in records.Reading


def conditional(state: FeedState | None, now: datetime) -> tuple[str | None, str | None]:
    """Return the ETag and Last-Modified to ask with; both None on the first poll of a day, and for a source whose validators lie."""
    if state is None or state.etag_lies or state.last_polled_at is None:
        return None, None
    if _day(state.source_id, now) != _day(state.source_id, state.last_polled_at):
        return None, None
    return state.etag, state.last_modified


def is_due(state: FeedState | None, now: datetime) -> bool:
    """Whether a source is to be polled at `now`; a plan that only a jump of the clock explains does not count."""
    if state is None or state.next_poll_at is None or state.next_poll_at <= now:
        return True
    clock_went_back = state.last_polled_at is not None and state.last_polled_at > now + timedelta(minutes=5)
    return clock_went_back or state.next_poll_at > now + timedelta(seconds=DAY_S * 1.25)


def after_poll(
    source: Source, state: FeedState | None, response: Response, reading: Reading | None, new_count: int | None, now: datetime
) -> FeedState:
    """Return what to remember of `source` after a poll that gave `response`.

    `reading` is what its bytes held (None = nothing read); `new_count` how many of its items were never seen before (None = judge by their
    dates). A feed that is broken but gave items goes on at its pace, only its validators are not kept. The next poll is never earlier than Retry-After asks, within a day.
    """
    before = _within(source, state) if state else started(source)
    outcome = _outcome(before, response, reading)
    items = reading.items if reading and response.outcome is Outcome.OK else ()
    if outcome not in _READ and not items:
        return _failed(source, before, response, outcome, now)
    new = _new_count(before, items) if new_count is None else new_count
    after = _paced(source, replace(before, failures=0.0, last_outcome=outcome), len(items), new, now)
    if outcome in _READ and outcome is not Outcome.EMPTY:
        after = _validated(before, after, response, items, new, now)
    if outcome is not Outcome.EMPTY:
        after = replace(after, last_ok_at=now)
    newest = _newest(before, items, now)
    interval_s = _bounded(source, after.interval_s, newest, now)
    after = replace(after, interval_s=interval_s, newest_item_at=newest, last_polled_at=now)
    return replace(after, next_poll_at=_next(source.source_id, now, interval_s, max(_max_age(response), response.retry_after_s or 0)))


def started(source: Source) -> FeedState:
    """Return the state of a source that was never polled."""
    return FeedState(
        source_id=source.source_id,
        etag=None,
        last_modified=None,
        body_sha256=None,
        etag_lies=False,
        last_polled_at=None,
        last_ok_at=None,
        newest_item_at=None,
        next_poll_at=None,
        interval_s=_shortest(source),
        failures=0.0,
        last_outcome=None,
    )


def after_try(item: Item, outcome: Outcome, now: datetime, *, retry_after_s: int | None = None, error: str | None = None) -> Item:
    """Return `item` after its page was tried: with a next try where the failure may pass, else with its final outcome."""
    pauses = TRIES.get(_ITEM_CLASSES.get(outcome, ""), ())
    tried = replace(item, tries=item.tries + 1, error=_one_line(error))
    if item.tries >= len(pauses):
        final = Outcome.OK if outcome is Outcome.UNCHANGED else outcome
        return replace(tried, outcome=final, next_try_at=None)
    pause = _jittered(item.item_id, pauses[item.tries])
    wait = max(pause, min(retry_after_s or 0, DAY_S))
    return replace(tried, outcome=None, next_try_at=now + timedelta(seconds=wait))


def requeued(item: Item) -> Item:
    """Return a quarantined `item` as if it had never been tried."""
    return replace(item, outcome=None, tries=0, next_try_at=None, error=None)


def failure_class(outcome: Outcome, status: int | None = None) -> str | None:
    """Return `hard`, `soft` or `temporary`; None = no failure. A server's own error (5xx) is temporary."""
    if outcome is Outcome.HTTP_ERROR and status in _SERVER_ERRORS:
        return "temporary"
    return _CLASSES.get(outcome)


def _outcome(before: FeedState, response: Response, reading: Reading | None) -> Outcome:
    if response.outcome is not Outcome.OK:
        return response.outcome
    outcome = reading.outcome if reading else Outcome.OK
    same = outcome is Outcome.OK and _digest(response) == before.body_sha256
    return Outcome.UNCHANGED if same else outcome


def _failed(source: Source, before: FeedState, response: Response, outcome: Outcome, now: datetime) -> FeedState:
    failures = before.failures + _WEIGHTS[failure_class(outcome, response.status) or "soft"]
    pause = min(before.interval_s * 2 ** min(failures, 20.0), DAY_S)
    if outcome is Outcome.BLOCKED:
        pause = max(pause, BLOCKED_S)
    return replace(
        before,
        failures=failures,
        streak=0,
        last_outcome=outcome,
        last_polled_at=now,
        next_poll_at=_next(source.source_id, now, round(pause), min(response.retry_after_s or 0, DAY_S)),
    )


def _validated(before: FeedState, after: FeedState, response: Response, items: Sequence[Item], new: int, now: datetime) -> FeedState:
    """Keep the validators of a good answer, or note that they lie."""
    headers = dict(response.headers)
    etag, last_modified = headers.get("etag"), headers.get("last-modified")
    if response.outcome is Outcome.UNCHANGED:
        kept = (etag or before.etag, last_modified or before.last_modified) if not before.etag_lies else (None, None)
        return replace(after, etag=kept[0], last_modified=kept[1])
    lies = before.etag_lies or _lies(before, response, etag, last_modified, new) or _hid(before, items, new, now)
    kept = (None, None) if lies else (etag, last_modified)
    return replace(after, etag=kept[0], last_modified=kept[1], body_sha256=_digest(response), etag_lies=lies)


def _lies(before: FeedState, response: Response, etag: str | None, last_modified: str | None, new: int) -> bool:
    """Whether the body changed under unchanged validators; a weak one may stand for bodies that differ in nothing new."""
    same = etag == before.etag if before.etag else bool(before.last_modified) and last_modified == before.last_modified and not etag
    changed = before.body_sha256 is not None and before.body_sha256 != _digest(response)
    weak = not before.etag or before.etag.startswith("W/")
    return same and changed and (new > 0 or not weak)


def _hid(before: FeedState, items: Sequence[Item], new: int, now: datetime) -> bool:
    """Whether the last poll was answered with "unchanged" although news had been out for hours: seen when asked without validators."""
    if not new or before.last_outcome is not Outcome.UNCHANGED or before.newest_item_at is None or before.last_polled_at is None:
        return False
    if conditional(before, now) != (None, None) or not (before.etag or before.last_modified):
        return False
    hidden = [one.published_at for one in items if one.published_at and before.newest_item_at < one.published_at]
    return any(at < before.last_polled_at - BACKDATED for at in hidden)


def _paced(source: Source, state: FeedState, count: int, new: int, now: datetime) -> FeedState:
    """Let the news of one poll ask for a change of the interval, and change it when two polls in a row asked for the same."""
    shortest = _shortest(source)
    if state.last_polled_at is None:
        return replace(state, interval_s=shortest, streak=0)
    if new and count and new >= count * AT_RISK:
        return replace(state, interval_s=shortest, streak=0)
    if (now - state.last_polled_at).total_seconds() > LATE * max(state.interval_s, shortest) or state.last_polled_at > now:
        return replace(state, streak=0)
    vote = -1 if new else 1
    streak = state.streak + vote if state.streak * vote >= 0 else vote
    if abs(streak) < CHANGE_AFTER:
        return replace(state, streak=streak)
    factor = STEP if vote > 0 else 1 / QUICKER
    return replace(state, interval_s=round(state.interval_s * factor), streak=0)


def _bounded(source: Source, interval_s: int, newest: datetime | None, now: datetime) -> int:
    silence_s = DAY_S * SILENCE_SHARE if newest is None else (now - newest).total_seconds()
    return round(max(_shortest(source), min(interval_s, DAY_S, silence_s / SILENCE_SHARE)))


def _within(source: Source, state: FeedState) -> FeedState:
    """Fit a remembered interval to the source as it is written now."""
    return replace(state, interval_s=max(_shortest(source), min(state.interval_s, DAY_S)))


def _shortest(source: Source) -> int:
    return max(60, min(source.interval_minutes * 60, DAY_S))


def _new_count(before: FeedState, items: Sequence[Item]) -> int:
    since = before.newest_item_at
    return sum(1 for one in items if since is None or (one.published_at or one.first_seen_at) > since)


def _newest(before: FeedState, items: Sequence[Item], now: datetime) -> datetime | None:
    dates = [min(one.published_at or one.first_seen_at, now) for one in items]
    return max([*dates, *([before.newest_item_at] if before.newest_item_at else [])], default=None)


def _max_age(response: Response) -> int:
    """Return for how many seconds the answer says that it stays fresh, at most MAX_AGE_S; 0 = it does not."""
    headers = dict(response.headers)
    control = headers.get("cache-control", "").lower()
    found = re.search(r'(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})', control)
    if not found or "no-cache" in control or "no-store" in control:
        return 0
    age = headers.get("age", "").strip()
    fresh = int(found[1]) - (int(age) if re.fullmatch(r"[0-9]{1,10}", age) else 0)
    return max(0, min(fresh, MAX_AGE_S))


def _next(source_id: str, now: datetime, pause_s: int, at_least_s: int) -> datetime:
    return now + timedelta(seconds=max(_jittered(source_id, pause_s), min(at_least_s, DAY_S)))


def _jittered(key: str, pause_s: float) -> float:
    """Take up to a tenth off `pause_s`, so that sources spread, and a run at every interval does not find them just not due."""
    return pause_s * (1 - 0.1 * _share(key))


def _share(key: str) -> float:
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=4).digest(), "big") / 2**32


def _day(source_id: str, at: datetime) -> int:
    """Return the number of the source's own day, which begins at a time of its own."""
    return int((at.astimezone(UTC).timestamp() + _share("day " + source_id) * DAY_S) // DAY_S)


def _digest(response: Response) -> str:
    return sha256(response.body).hexdigest()


def _one_line(text: str | None) -> str | None:
    return " ".join(text.split())[:_LONGEST_ERROR] if text else None
