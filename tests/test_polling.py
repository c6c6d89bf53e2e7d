"""Polling decides purely: validators, intervals, failures, retries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.records import FeedState, Item, Kind, Outcome, Reading, Response, Source, identity
from flows.steps import polling
from flows.steps.polling import DAY_S

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SOURCE = Source("volt", "Volt Post", "http://volt.example/rss", Kind.FEED, interval_minutes=30)
NO_NEWS = b"<rss>old</rss>"


def item(number, at=NOW):
    return Item(identity("volt", str(number)), "volt", str(number), None, None, "t", "", None, None, None, at, "feed", at)


def reply(body=NO_NEWS, outcome=Outcome.OK, status=200, retry_after_s=None, **headers):
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    body = body if outcome is Outcome.OK else b""
    return Response(SOURCE.url, SOURCE.url, NOW, outcome, status, named, body, 10, None, retry_after_s)


def read(*items, outcome=None):
    return Reading(items, outcome or (Outcome.OK if items else Outcome.EMPTY))


OLD = [item(n, NOW - timedelta(days=30)) for n in range(20)]


def polled(state, response, reading, new, now=NOW, source=SOURCE):
    return polling.after_poll(source, state, response, reading, new, now)


def settled(**changes):
    """A source that was polled well half an hour ago."""
    state = polled(None, reply(etag='"v1"', last_modified="Mon"), read(*OLD), 20, NOW - timedelta(minutes=30))
    return replace(state, **changes)


def on(state, times, poll):
    """Poll `times` more, each time when due; `poll(n, state, now)` gives response, reading, new."""
    states = [state]
    for n in range(times):
        now = states[-1].next_poll_at
        states.append(polled(states[-1], *poll(n, states[-1], now), now))
    return states


def quiet(_n, _state, _now):
    return reply(), read(*OLD), 0


# --- validators


def test_a_source_never_polled_is_due_and_asked_without_conditions():
    assert polling.is_due(None, NOW)
    assert polling.conditional(None, NOW) == (None, None)
    assert polling.is_due(polling.started(SOURCE), NOW)


def test_validators_of_a_good_answer_are_used():
    state = settled()
    assert polling.conditional(state, NOW) == ('"v1"', "Mon")
    assert state.body_sha256 == sha256(NO_NEWS).hexdigest()
    assert (state.last_outcome, state.last_ok_at, state.newest_item_at) == (Outcome.OK, NOW - timedelta(minutes=30), OLD[0].published_at)


@pytest.mark.parametrize("outcome", [Outcome.EMPTY, Outcome.NOT_A_FEED, Outcome.BROKEN])
def test_validators_of_a_bad_body_are_not_kept(outcome):
    """Or the next answer would be 304, and the bad body be all we ever see."""
    state = polled(settled(), reply(b"<html>", etag='"bad"'), read(outcome=outcome), 0)
    assert state.etag == '"v1"'
    assert state.body_sha256 == sha256(NO_NEWS).hexdigest()
    assert state.last_outcome is outcome
    assert state.last_ok_at == NOW - timedelta(minutes=30)


def test_once_a_day_each_source_is_asked_without_conditions():
    state = settled()
    unconditional = [
        n
        for n in range(48 * 3)
        if polling.conditional(replace(state, last_polled_at=NOW + timedelta(minutes=30 * n)), NOW + timedelta(minutes=30 * (n + 1)))
        == (None, None)
    ]
    assert len(unconditional) == 3
    assert {later - earlier for earlier, later in pairwise(unconditional)} == {48}
    times = {
        next(
            n
            for n in range(48)
            if polling.conditional(
                replace(state, source_id=str(s), last_polled_at=NOW + timedelta(minutes=30 * n)), NOW + timedelta(minutes=30 * (n + 1))
            )
            == (None, None)
        )
        for s in range(40)
    }
    assert len(times) > 10, "not all sources at the same hour"


def test_the_same_bytes_are_no_news():
    state = polled(settled(), reply(etag='"v2"'), read(*OLD), 0)
    assert (state.last_outcome, state.etag, state.etag_lies) == (Outcome.UNCHANGED, '"v2"', False)


def test_a_304_keeps_the_validators_and_takes_new_ones():
    state = polled(settled(), reply(outcome=Outcome.UNCHANGED, status=304, last_modified="Tue"), None, 0)
    assert (state.etag, state.last_modified, state.last_outcome) == ('"v1"', "Tue", Outcome.UNCHANGED)
    assert state.body_sha256 == sha256(NO_NEWS).hexdigest()


@pytest.mark.parametrize(
    ("before", "headers", "new", "lies"),
    [
        ({"etag": '"v1"'}, {"etag": '"v1"'}, 1, True),
        ({"etag": '"v1"'}, {"etag": '"v1"'}, 0, True),  # a strong ETag promises the same bytes
        ({"etag": 'W/"v1"'}, {"etag": 'W/"v1"'}, 0, False),  # a weak one the same meaning
        ({"etag": 'W/"v1"'}, {"etag": 'W/"v1"'}, 1, True),
        ({"etag": '"v1"'}, {"etag": '"v2"'}, 1, False),
        ({"etag": '"v1"'}, {}, 1, False),
        ({"etag": None, "last_modified": "Mon"}, {"last_modified": "Mon"}, 1, True),
        ({"etag": None, "last_modified": "Mon"}, {"last_modified": "Mon"}, 0, False),
        ({"etag": None, "last_modified": "Mon"}, {"last_modified": "Tue"}, 1, False),
        ({"etag": None, "last_modified": None}, {}, 1, False),
    ],
)
def test_validators_that_stay_while_the_body_changes_lie(before, headers, new, lies):
    state = polled(settled(**before), reply(b"<rss>new</rss>", **headers), read(item(99), *OLD), new)
    assert state.etag_lies is lies
    if lies:
        assert (state.etag, state.last_modified) == (None, None)
        assert polling.conditional(state, NOW + timedelta(minutes=30)) == (None, None)
        later = polled(state, reply(b"<rss>newer</rss>", etag='"v9"'), read(item(100), *OLD), 1, NOW + timedelta(hours=1))
        assert (later.etag, later.etag_lies) == (None, True), "for good"


def test_a_server_that_says_unchanged_whatever_happens_is_caught_within_a_day():
    """It answers 304 to every condition, though new items are out, and changes its ETag as if all were well."""
    state, found, now, out = settled(), 0, NOW, []
    for step in range(120):
        now = NOW + timedelta(minutes=30 * step)
        if step % 10 == 0:
            out = [item(1000 + step, now), *out]
        if polling.conditional(state, now) != (None, None):
            state = polled(state, reply(outcome=Outcome.UNCHANGED, status=304), None, 0, now)
        else:
            new = len(out) - found
            found = len(out)
            state = polled(state, reply(repr(len(out)).encode(), etag=f'"{len(out)}"'), read(*out, *OLD), new, now)
        if state.etag_lies:
            break
    assert state.etag_lies
    assert now - NOW <= timedelta(hours=48)


def test_an_honest_server_is_never_called_a_liar():
    state, out, etag = settled(), [], '"0"'
    for step in range(400):
        now = NOW + timedelta(minutes=30 * step)
        if step % 7 == 0:
            out, etag = [item(2000 + step, now - timedelta(minutes=20)), *out], f'"{step}"'
        unchanged = polling.conditional(state, now)[0] == etag
        seen = state.newest_item_at
        new = sum(one.published_at > seen for one in out)
        state = (
            polled(state, reply(outcome=Outcome.UNCHANGED, status=304), None, 0, now)
            if unchanged
            else polled(state, reply(etag.encode(), etag=etag), read(*out, *OLD), new, now)
        )
        assert not state.etag_lies


# --- intervals


def test_the_first_poll_asks_again_after_the_sources_own_interval():
    state = polled(None, reply(), read(*OLD), 20)
    assert state.interval_s == 1800
    assert NOW + timedelta(minutes=27) <= state.next_poll_at <= NOW + timedelta(minutes=30)


def test_a_quiet_source_is_asked_less_after_two_polls_each():
    intervals = [state.interval_s for state in on(settled(), 6, quiet)]
    assert intervals == [1800, 1800, 2700, 2700, 4050, 4050, 6075]


def test_a_source_silent_for_long_is_asked_once_a_day_and_never_less():
    states = on(settled(), 60, quiet)
    assert states[-1].interval_s == DAY_S
    assert states[-1].next_poll_at - states[-1].last_polled_at <= timedelta(days=1)


def test_a_short_silence_allows_only_a_short_interval():
    fresh = settled(newest_item_at=NOW - timedelta(hours=9))
    nine_hours = [item(1, NOW - timedelta(hours=9))] * 10
    states = on(fresh, 10, lambda *_: (reply(), read(*nine_hours), 0))
    assert all(
        state.interval_s <= max(1800, (state.last_polled_at - (NOW - timedelta(hours=9))).total_seconds() / 12 + 1) for state in states[1:]
    )


def test_news_in_two_polls_halves_the_interval():
    def lively(n, _state, now):
        return reply(str(n).encode()), read(item(n, now), *OLD), 1

    intervals = [state.interval_s for state in on(settled(interval_s=4 * 3600), 3, lively)]
    assert intervals[1] <= 4 * 3600
    assert intervals[-1] == 1800, "something just out: the interval is short at once, by the share of silence"
    dateless = [
        state.interval_s
        for state in on(settled(interval_s=4 * 3600, newest_item_at=None), 2, lambda n, _s, _now: (reply(str(n).encode()), read(*OLD), 1))
    ]
    assert dateless == [14400, 14400, 7200]


def test_a_feed_that_is_all_new_is_asked_at_its_shortest_at_once():
    state = polled(settled(interval_s=DAY_S, last_polled_at=NOW - timedelta(days=1)), reply(b"x"), read(*OLD), 20)
    assert state.interval_s == 1800


def test_mixed_votes_change_nothing():
    state = settled(interval_s=7200, newest_item_at=None)
    for n in range(6):
        state = polled(state, reply(str(n).encode()), read(*OLD), n % 2, NOW + timedelta(hours=n))
        assert state.interval_s == 7200


def test_a_poll_that_comes_late_says_nothing_of_the_rhythm():
    state = settled(streak=1)
    late = polled(state, reply(), read(*OLD), 0, NOW + timedelta(hours=5))
    assert (late.interval_s, late.streak) == (1800, 0)


def test_new_items_are_judged_by_their_dates_where_nobody_counted():
    state = polled(settled(streak=-1, interval_s=7200), reply(b"x"), read(item(1), item(2), *OLD), None)
    assert state.newest_item_at == NOW
    assert state.interval_s == 1800


def test_a_changed_setting_counts_from_the_next_poll():
    slower = replace(SOURCE, interval_minutes=360)
    assert polled(settled(), reply(), read(*OLD), 0, source=slower).interval_s == 6 * 3600


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache_control": "max-age=7200"}, 7200),
        ({"cache_control": "public, Max-Age=7200, must-revalidate"}, 7200),
        ({"cache_control": "max-age=7200", "age": "600"}, 6600),
        ({"cache_control": "max-age=31536000"}, polling.MAX_AGE_S),
        ({"cache_control": "no-cache, max-age=7200"}, 0),
        ({"cache_control": "s-maxage=9000"}, 0),
        ({"cache_control": "max-age=60"}, 0),
        ({"cache_control": "max-age=soon"}, 0),
    ],
)
def test_cache_control_is_obeyed(headers, seconds):
    state = polled(settled(), reply(**headers), read(*OLD), 0)
    pause = (state.next_poll_at - NOW).total_seconds()
    assert pause >= seconds
    assert pause <= max(seconds, 2700)


def test_the_jitter_is_small_steady_and_differs():
    def pause(name):
        return (polled(None, reply(), read(*OLD), 20, source=replace(SOURCE, source_id=name)).next_poll_at - NOW).total_seconds()

    pauses = [pause(f"s{n}") for n in range(50)]
    assert pauses == [pause(f"s{n}") for n in range(50)]
    assert len(set(pauses)) == 50
    assert all(1620 <= one <= 1800 for one in pauses)


# --- failures


@pytest.mark.parametrize(
    ("outcome", "status", "weight"),
    [
        (Outcome.GONE, 404, 1),
        (Outcome.BLOCKED, 403, 1),
        (Outcome.REFUSED, None, 1),
        (Outcome.REDIRECT, 302, 1),
        (Outcome.DNS, None, 0.5),
        (Outcome.TLS, None, 0.5),
        (Outcome.TOO_LARGE, 200, 0.5),
        (Outcome.HTTP_ERROR, 400, 0.5),
        (Outcome.HTTP_ERROR, 502, 0.25),
        (Outcome.TIMEOUT, None, 0.25),
        (Outcome.CONNECTION, None, 0.25),
        (Outcome.RATE_LIMITED, 429, 0.25),
    ],
)
def test_failures_weigh_by_their_class(outcome, status, weight):
    state = polled(settled(), reply(outcome=outcome, status=status), None, None)
    assert (state.failures, state.last_outcome) == (weight, outcome)
    assert (state.etag, state.last_ok_at, state.interval_s) == ('"v1"', NOW - timedelta(minutes=30), 1800)
    assert (state.next_poll_at - NOW).total_seconds() >= 1800 * 0.9 * 2**weight


def test_every_outcome_is_a_success_or_has_a_class():
    of_a_feed = set(Outcome) - {Outcome.OK, Outcome.UNCHANGED, Outcome.EMPTY, Outcome.CONSENT, Outcome.SEEDED, Outcome.FEED_TEXT}
    assert all(polling.failure_class(one) for one in of_a_feed)


def test_a_dead_source_is_asked_once_a_day_for_ever_and_comes_back():
    states = on(settled(), 400, lambda *_: (reply(outcome=Outcome.GONE, status=404), None, None))
    pauses = [(state.next_poll_at - state.last_polled_at).total_seconds() for state in states[1:]]
    assert pauses == sorted(pauses)
    assert DAY_S * 0.9 <= pauses[-1] <= DAY_S
    back = polled(states[-1], reply(b"again"), read(*OLD), 0, states[-1].next_poll_at)
    assert (back.failures, back.interval_s, back.last_outcome) == (0, 1800, Outcome.OK)


def test_who_blocks_us_is_left_alone_for_hours():
    state = polled(settled(), reply(outcome=Outcome.BLOCKED, status=403), None, None)
    assert state.next_poll_at - NOW >= timedelta(seconds=polling.BLOCKED_S * 0.9)


@pytest.mark.parametrize(("wish", "least", "most"), [(7200, 7200, 7200), (10**9, DAY_S, DAY_S), (0, 1800, 3600), (None, 1800, 3600)])
def test_retry_after_is_obeyed_within_a_day(wish, least, most):
    state = polled(settled(), reply(outcome=Outcome.RATE_LIMITED, status=429, retry_after_s=wish), None, None)
    assert least <= (state.next_poll_at - NOW).total_seconds() <= most


def test_an_empty_feed_is_no_failure_and_no_success():
    state = polled(settled(failures=2.0), reply(b"<rss/>"), read(), 0)
    assert (state.failures, state.last_outcome) == (0, Outcome.EMPTY)
    assert state.last_ok_at == NOW - timedelta(minutes=30)


def test_a_broken_feed_that_gave_items_goes_on_at_its_pace():
    state = polled(settled(), reply(b"<rss>half", etag='"half"'), read(*OLD, outcome=Outcome.BROKEN), 0)
    assert (state.failures, state.last_outcome, state.etag, state.last_ok_at) == (0, Outcome.BROKEN, '"v1"', NOW)
    assert state.body_sha256 == sha256(NO_NEWS).hexdigest()
    assert state.next_poll_at - NOW <= timedelta(minutes=30)


def test_a_clock_that_jumped_does_not_silence_a_source():
    ahead = settled(last_polled_at=NOW + timedelta(days=400), next_poll_at=NOW + timedelta(days=400, hours=1))
    assert polling.is_due(ahead, NOW)
    assert polling.is_due(settled(next_poll_at=NOW + timedelta(days=3)), NOW)
    assert not polling.is_due(settled(next_poll_at=NOW + timedelta(hours=3)), NOW)
    assert polling.is_due(settled(next_poll_at=NOW), NOW)
    assert polled(ahead, reply(), read(*OLD), 0).next_poll_at <= NOW + timedelta(hours=1)


OUTCOMES = st.sampled_from([one for one in Outcome if one not in {Outcome.SEEDED, Outcome.FEED_TEXT, Outcome.CONSENT}])


@given(
    st.lists(
        st.tuples(
            OUTCOMES, st.integers(0, 30), st.integers(0, 3 * DAY_S), st.one_of(st.none(), st.integers(0, 10**9)), st.binary(max_size=3)
        ),
        max_size=30,
    )
)
def test_whatever_happens_the_next_poll_is_within_a_day_and_never_in_the_past(history):
    state: FeedState | None = None
    now = NOW
    for outcome, new, later, wish, body in history:
        now += timedelta(seconds=later)
        response = reply(body, outcome if outcome not in {Outcome.EMPTY, Outcome.NOT_A_FEED} else Outcome.OK, retry_after_s=wish)
        state = polled(state, response, read(*OLD, outcome=outcome) if response.outcome is Outcome.OK else None, new, now)
        assert now < state.next_poll_at <= now + timedelta(seconds=DAY_S)
        assert 1800 <= state.interval_s <= DAY_S
        assert not polling.is_due(state, now)


# --- items


def test_a_page_that_fails_for_a_time_is_tried_again_with_growing_pauses_then_quarantined():
    one, pauses = item(1), []
    while one.outcome is None and one.tries < 50:
        one = polling.after_try(one, Outcome.TIMEOUT, NOW, error="not done\nafter 25 s")
        pauses.append((one.next_try_at - NOW).total_seconds() if one.next_try_at else None)
    assert [round(pause / 900) for pause in pauses[:-1]] == pytest.approx([1, 4, 16, 48, 96, 96], rel=0.11)
    assert (one.outcome, one.next_try_at, one.tries, one.error) == (Outcome.TIMEOUT, None, 7, "not done after 25 s")


@pytest.mark.parametrize(
    ("outcome", "tries"),
    [
        (Outcome.GONE, 2),
        (Outcome.BLOCKED, 4),
        (Outcome.TLS, 4),
        (Outcome.REFUSED, 1),
        (Outcome.ROBOTS, 1),
        (Outcome.TOO_LARGE, 1),
        (Outcome.UNREADABLE, 1),
        (Outcome.REDIRECT, 1),
        (Outcome.PAYWALLED, 1),
        (Outcome.OK, 1),
        (Outcome.CONSENT, 1),
    ],
)
def test_how_often_a_page_is_tried_goes_by_its_outcome(outcome, tries):
    one = item(1)
    while one.outcome is None:
        one = polling.after_try(one, outcome, NOW)
    assert (one.outcome, one.tries, one.next_try_at) == (outcome, tries, None)


def test_a_page_is_not_tried_before_the_server_allows():
    one = polling.after_try(item(1), Outcome.RATE_LIMITED, NOW, retry_after_s=5000)
    assert one.next_try_at == NOW + timedelta(seconds=5000)
    assert polling.after_try(item(1), Outcome.RATE_LIMITED, NOW, retry_after_s=10**8).next_try_at == NOW + timedelta(days=1)


def test_a_quarantined_item_can_be_requeued():
    one = replace(item(1), outcome=Outcome.TIMEOUT, tries=7, error="x")
    again = polling.requeued(one)
    assert (again.outcome, again.tries, again.next_try_at, again.error) == (None, 0, None, None)
    assert polling.after_try(again, Outcome.TIMEOUT, NOW).next_try_at


@settings(max_examples=60)
@given(st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=20))
def test_an_item_ends_exactly_once(outcomes):
    one = item(1)
    for outcome in outcomes:
        one = polling.after_try(one, outcome, NOW)
        assert (one.outcome is None) == (one.next_try_at is not None)
        if one.outcome is not None:
            break
    assert one.tries <= 7
