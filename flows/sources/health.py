"""What one look at a source tells of its health, in one of six words."""

from datetime import datetime, timedelta
from enum import StrEnum

from flows.records import Outcome, Reading, Response, Source


class State(StrEnum):
    """The closed list of states that a check can find."""

    OK = "ok"
    STALE = "stale"  # it answers, but nothing is newer than the source's max_age_days
    EMPTY = "empty"  # it answers with no items
    HTML = "html"  # it answers with something that is no feed
    BLOCKED = "blocked"  # it refuses us: 401, 403, 451, 429, a challenge, robots.txt
    DEAD = "dead"  # no answer, an error, or gone


_BLOCKED = frozenset({Outcome.BLOCKED, Outcome.RATE_LIMITED, Outcome.ROBOTS, Outcome.PAYWALLED, Outcome.CONSENT})


def state(source: Source, reading: Reading, now: datetime) -> State:
    """Return the state of `source`, told what its answer held."""
    if reading.outcome in _BLOCKED:
        return State.BLOCKED
    if reading.items:
        return State.STALE if _is_stale(source, reading, now) else State.OK
    if reading.outcome in (Outcome.OK, Outcome.UNCHANGED) and (reading.follow or reading.outcome is Outcome.UNCHANGED):
        return State.OK
    if reading.outcome in (Outcome.EMPTY, Outcome.OK):
        return State.EMPTY
    return State.HTML if reading.outcome in (Outcome.NOT_A_FEED, Outcome.BROKEN) else State.DEAD


def detail(reading: Reading, response: Response) -> str:
    """Return one line of what was found."""
    newest = max((item.published_at for item in reading.items if item.published_at), default=None)
    found = [f"{len(reading.items)} items"] if reading.items else []
    found += [f"newest {newest:%Y-%m-%d %H:%M}" if newest else "without dates"] if reading.items else []
    found += [f"{len(reading.follow)} child sitemaps: use one of them as the url, such as {reading.follow[0]}"] if reading.follow else []
    found += [error] if (error := reading.error or response.error) else []
    found += [f"HTTP {response.status}"] if response.status not in (None, 200) else []
    found += [f"moved to {response.final_url}"] if response.final_url != response.url else []
    return "; ".join(found)


def _is_stale(source: Source, reading: Reading, now: datetime) -> bool:
    dated = [item.published_at for item in reading.items if item.published_at]
    return bool(dated) and max(dated) < now - timedelta(days=source.max_age_days)
