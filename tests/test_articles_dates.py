"""Which of the dates that a page states is believed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.records import Item
from flows.steps.articles import dates
from flows.steps.articles.heads import Head

FETCHED = datetime(2025, 7, 20, 12, tzinfo=UTC)
URL = "https://news.example.org/business/voltmark-plant"


def item(published: str | None = None, origin: str = "feed") -> Item:
    at = datetime.fromisoformat(published) if published else None
    return Item("i", "s", None, URL, URL, "", "", None, None, None, at, origin if published else "first_seen", FETCHED)


def head(ld: str | None = None, modified: str | None = None, **metas: str) -> Head:
    node = (
        {"@type": "NewsArticle", "headline": "x"} | ({"datePublished": ld} if ld else {}) | ({"dateModified": modified} if modified else {})
    )
    return Head(metas={name.replace("__", ":"): [value] for name, value in metas.items()}, nodes=[node])


def chosen(page: Head, feed: str | None = None, url: str = URL, origin: str = "feed") -> tuple[str, str] | None:
    dated = dates.choose(page, url, item(feed, origin), FETCHED)
    return (dated.at.astimezone(UTC).isoformat()[:16], dated.origin) if dated else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-07-08T09:30:00+02:00", "2025-07-08T07:30"),
        ("2025-07-08T09:30:00+0200", "2025-07-08T07:30"),
        ("2025-07-08T09:30:00.1234567Z", "2025-07-08T09:30"),
        ("2025-07-08T09:30:00Z", "2025-07-08T09:30"),
        ("2025-07-08 09:30:00 UTC", "2025-07-08T09:30"),
        ("2025-07-08 09:30:00 +0800", "2025-07-08T01:30"),
        ("2025-07-08 09:30", "2025-07-08T09:30"),
        ("2025-07-08", "2025-07-08T00:00"),
        ("20250708", "2025-07-08T00:00"),
        ("2025/7/8 9:30", "2025-07-08T09:30"),
        ("2025/07/08", "2025-07-08T00:00"),
        ("2025年7月8日 09:30", "2025-07-08T09:30"),
        ("2025年07月08日", "2025-07-08T00:00"),
        ("2025. 7. 8. 오전", "2025-07-08T00:00"),
        ("2025.07.08 09:30", "2025-07-08T09:30"),
        ("08.07.2025 09:30", "2025-07-08T09:30"),
        ("08.07.2025", "2025-07-08T00:00"),
        ("Tue, 08 Jul 2025 09:30:00 +0000", "2025-07-08T09:30"),
        ("Tue, 08 Jul 2025 09:30:00 GMT", "2025-07-08T09:30"),
        ("8 Jul 2025 09:30:00 EST", "2025-07-08T14:30"),
        ("1751967000", "2025-07-08T09:30"),
        ("1751967000000", "2025-07-08T09:30"),
        ("0000-00-00T00:00:00", None),
        ("2025-13-45", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_forms(text, expected):
    dated = dates.parse(text, "meta")
    assert (dated.at.astimezone(UTC).isoformat()[:16] if dated else None) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.org/2025/07/08/story", "2025-07-08"),
        ("https://e.org/2025/7/8/story.html", "2025-07-08"),
        ("https://e.org/news/20250708/4412.html", "2025-07-08"),
        ("https://e.org/2025-07/08/content_12345.htm", "2025-07-08"),
        ("https://e.org/story-20250708", "2025-07-08"),
        ("https://e.org/a/2025-07-08-story", "2025-07-08"),
        ("https://e.org/t20250708_1234.shtml", "2025-07-08"),
        ("https://e.org/world/2025/jul/08/story", "2025-07-08"),
        ("https://e.org/n1/2025/0708/c1001-12345.html", None),
        ("https://e.org/story-12345678", None),
        ("https://e.org/2025/99/99/story", None),
        ("https://e.org/20251/07/08", None),
        (URL, None),
    ],
)
def test_addresses(url, expected):
    dated = dates.in_url(url)
    assert (dated.day.isoformat() if dated else None) == expected


@pytest.mark.parametrize(
    ("page", "feed", "expected"),
    [
        (head("2025-07-08T09:30:00Z", article__published_time="2025-07-08T09:31:00Z"), None, ("2025-07-08T09:30", "ld+json")),
        (head(article__published_time="2025-07-08T09:31:00Z"), None, ("2025-07-08T09:31", "meta")),
        (head(), "2025-07-08T09:00:00+00:00", ("2025-07-08T09:00", "feed")),
        (head(), None, None),
        # the time of the last change given for that of publication
        (head("2025-07-15T10:00Z", "2025-07-15T10:00Z", article__published_time="2025-07-08T09:00Z"), None, ("2025-07-08T09:00", "meta")),
        (head("2025-07-15T10:00Z", "2025-07-15T10:00Z"), "2025-07-08T09:00:00+00:00", ("2025-07-08T09:00", "feed")),
        (head("2025-07-08T10:00Z", "2025-07-08T10:00Z"), None, ("2025-07-08T10:00", "ld+json")),
        # day and month swapped
        (head("2025-08-07T09:00:00Z"), "2025-07-08T09:00:00+00:00", ("2025-07-08T09:00", "feed")),
        (head("2025-06-07T09:00:00Z"), "2025-07-06T09:00:00+00:00", ("2025-07-06T09:00", "ld+json")),
        # a day without a time, a time without a zone: the feed knows better
        (head("2025-07-08"), "2025-07-08T15:45:00+00:00", ("2025-07-08T15:45", "feed")),
        (head("2025-07-08T23:30:00"), "2025-07-08T15:30:00+00:00", ("2025-07-08T15:30", "feed")),
        # midnight in its zone is a day of its own
        (head("2025-07-08T00:00:00+02:00"), None, ("2025-07-07T22:00", "ld+json")),
        # an old story that comes back in a feed keeps its own date
        (head("2023-01-05T09:00:00Z"), "2025-07-08T09:00:00+00:00", ("2023-01-05T09:00", "ld+json")),
        # the future and the dawn of time are nobody's date
        (head("2031-01-01T00:00:00Z"), "2025-07-08T09:00:00+00:00", ("2025-07-08T09:00", "feed")),
        (head("1970-01-01T00:00:00Z"), None, None),
        (head("2025-07-08T09:00:00Z"), "2031-01-01T00:00:00+00:00", ("2025-07-08T09:00", "ld+json")),
    ],
)
def test_choice(page, feed, expected):
    assert chosen(page, feed) == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (head("2025-07-08T10:00Z", "2025-07-09T11:00+02:00"), "2025-07-09T09:00"),
        (head("2025-07-08T10:00Z", "2025-07-09T11:00Z", article__modified_time="2025-07-09T12:00Z"), "2025-07-09T12:00"),
        (head("2025-07-08T10:00Z"), None),  # says nothing of a change
        (head("2025-07-08T10:00Z", "2025-07-09"), None),  # a day alone puts nothing in order
        (head("2025-07-08T10:00Z", "2031-01-01T00:00Z"), None),  # nobody knows the future
        (head("2025-07-08T10:00Z", "yesterday"), None),
    ],
)
def test_change(page, expected):
    found = dates.modified(page, FETCHED)
    assert (found and found.strftime("%Y-%m-%dT%H:%M")) == expected


@pytest.mark.parametrize(
    ("stated", "url", "expected"),
    [
        ("2025-07-15T09:00:00Z", "https://e.org/2025/07/08/story", ("2025-07-08T00:00", "url")),
        ("2025-07-08T22:30:00Z", "https://e.org/2025/07/09/story", ("2025-07-08T22:30", "ld+json")),
        ("2025-08-07T09:00:00Z", "https://e.org/2025/07/08/story", ("2025-07-08T00:00", "url")),
        ("2025-06-07T09:00:00Z", "https://e.org/2025/07/06/story", ("2025-07-06T09:00", "ld+json")),
    ],
)
def test_address_corrects(stated, url, expected):
    assert chosen(head(stated), url=url) == expected


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text):
    dated = dates.parse(text, "meta")
    assert dated is None or dated.at.astimezone(UTC)


@given(st.datetimes(datetime(1995, 1, 1), datetime(2025, 7, 20)), st.integers(-12 * 60, 14 * 60))  # noqa: DTZ001 -- the strategy wants naive ones
def test_iso_dates_come_back(at, minutes):
    from datetime import timezone  # noqa: PLC0415 -- used here only

    zoned = at.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    dated = dates.parse(zoned.isoformat(), "meta")
    assert dated is not None
    assert dated.at == zoned
