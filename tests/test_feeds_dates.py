"""Dates as feeds of many countries print them."""

from datetime import UTC, datetime

import pytest

from flows.steps.feeds import dates

NOW = datetime(2025, 7, 20, tzinfo=UTC)
_T = "2025-07-10T"


@pytest.mark.parametrize(
    ("language", "zone", "printed", "expected", "origin"),
    [
        ("en", None, "Thu, 10 Jul 2025 08:15:00 +0200", _T + "06:15", "feed"),
        ("en", None, "Thu, 10 Jul 25 08:15:00 EDT", _T + "12:15", "feed"),
        ("en", None, "Thu,10 Jul 2025 4:35:5 GMT+9", "2025-07-09T19:35:05", "feed"),
        ("en", None, "2025/7/1 14:33:00", "2025-07-01T14:33", "feed_naive"),
        ("en", None, "2025-07-10T08:15:00+08:00[Asia/Shanghai]", _T + "00:15", "feed"),
        ("en", None, "2025-07-10T24:00:00Z", "2025-07-11T00:00", "feed"),
        ("en", None, "2025-07-10T08:15:60Z", _T + "08:15:59", "feed"),
        ("en", None, "Thu Jul 10 2025 08:15:00 GMT+0200 (CEST)", _T + "06:15", "feed"),
        ("en", None, "Thu Jul 10 08:15:00 CEST 2025", _T + "06:15", "feed"),
        ("en", None, "Thu Jul 10 08:15:00 +0000 2025", _T + "08:15", "feed"),
        ("en", "Europe/London", "Thursday, July 10, 2025 - 08:15", _T + "07:15", "feed_naive"),
        ("en", None, "Jul 10, 2025, 8:15am EDT", _T + "12:15", "feed"),
        ("en", None, "20250710081500", _T + "08:15", "feed_naive"),
        ("en", None, "1752134100000", _T + "07:55", "feed"),
        ("en", "America/Chicago", "Thu, 10 Jul 2025 08:15:00 CST", _T + "14:15", "feed"),
        ("zh", "Asia/Shanghai", "Thu, 10 Jul 2025 08:15:00 CST", _T + "00:15", "feed"),
        ("zh", "Asia/Shanghai", "2025年07月10日08:15", _T + "00:15", "feed_naive"),
        ("zh", "Asia/Shanghai", "2025年7月10日 星期四 下午3:15", _T + "07:15", "feed_naive"),
        ("zh", "Asia/Shanghai", "２０２５-07-10 08:15", _T + "00:15", "feed_naive"),
        ("ko", "Asia/Seoul", "2025-07-10 오후 3:15:00", _T + "06:15", "feed_naive"),
        ("ko", "Asia/Seoul", "2025.07.10. 오전 10:15", _T + "01:15", "feed_naive"),
        ("ja", "Asia/Tokyo", "2025/07/10(木) 10:15", _T + "01:15", "feed_naive"),
        ("de", "Europe/Berlin", "10.07.2025, 08:15 Uhr", _T + "06:15", "feed_naive"),
        ("de", "Europe/Berlin", "10. Juli 2025, 08:15", _T + "06:15", "feed_naive"),
        ("fr", "Europe/Paris", "jeu., 10 juil. 2025 08:15:00 +0200", _T + "06:15", "feed"),
        ("fr", "Europe/Paris", "10 juillet 2025 à 08:15", _T + "06:15", "feed_naive"),
        ("hu", "Europe/Budapest", "2025. július 10. 08:15", _T + "06:15", "feed_naive"),
        ("pl", "Europe/Warsaw", "czw., 10 lip 2025 08:15:00 +0200", _T + "06:15", "feed"),
        ("tr", "Europe/Istanbul", "10 Temmuz 2025 08:15", _T + "05:15", "feed_naive"),
        ("it", "Europe/Rome", "gio, 10 lug 2025 08:15:00 +0200", _T + "06:15", "feed"),
        ("es", "Europe/Madrid", "jue, 10 jul 2025 08:15:00 +0200", _T + "06:15", "feed"),
        ("pt", "America/Sao_Paulo", "qui, 10 jul 2025 08:15:00 -0300", _T + "11:15", "feed"),
        ("cs", "Europe/Prague", "čt 10. 7. 2025 8:15", _T + "06:15", "feed_naive"),
        ("sv", "Europe/Stockholm", "2025-07-10 kl. 08:15", _T + "06:15", "feed_naive"),
        ("ru", "Europe/Moscow", "10 июля 2025 08:15", _T + "05:15", "feed_naive"),
        ("id", "Asia/Jakarta", "Kamis, 10 Juli 2025 08:15 WIB", _T + "01:15", "feed"),
        ("th", "Asia/Bangkok", "10/07/2568 08:15", _T + "01:15", "feed_naive"),
        ("th", "Asia/Bangkok", "10 กรกฎาคม 2568 08:15", _T + "01:15", "feed_naive"),
    ],
)
def test_printed_date(language, zone, printed, expected, origin):
    reader = dates.Reader(dates.zone(zone), NOW, language)
    assert reader.read((printed,)) == (datetime.fromisoformat(expected).replace(tzinfo=UTC), origin)


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "yesterday",
        "2 hours ago",
        "今天 08:15",
        "0000-00-00",
        "Mon, 30 Feb 2025 00:00:00 GMT",
        "2025-13-01",
        "2025-07-10T25:00:00Z",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "1970-01-01",
        "2099-01-01",
        "1" * 200,
        "2025-W28-4",
        "10 Foo 2025",
    ],
)
def test_what_is_no_plausible_date(printed):
    assert dates.Reader(UTC, NOW, "en").read((printed,)) == (None, "first_seen")


def test_the_first_plausible_date_counts():
    assert dates.Reader(UTC, NOW).read(("2099-01-01", "soon", "2025-07-01", "2025-06-01"))[0] == datetime(2025, 7, 1, tzinfo=UTC)


def test_dateparser_is_asked_a_bounded_number_of_times():
    reader = dates.Reader(UTC, NOW, "en")
    for number in range(100):
        reader.parse(f"word {number} other")
    assert reader.fallbacks == 0


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.example/2025/07/10/story", "2025-07-10"),
        ("https://x.example/n3/2025/0710/c90000-20085257.html", "2025-07-10"),
        ("https://x.example/2025-07/10/content_123.htm", "2025-07-10"),
        ("https://x.example/202507/t20250710_123.html", "2025-07-10"),
        ("https://x.example/20250710000123", "2025-07-10"),
        ("https://x.example/article/202507108151i", "2025-07-10"),
        ("https://x.example/rain/a/20250710A04XYZ00", "2025-07-10"),
        ("https://x.example/2025/07/30/tomorrow", None),
        ("https://x.example/p/346947.html", None),
        ("https://x.example/2025/07/story", None),
        ("https://x.example/story?date=2025-07-10", None),
        ("https://x.example/article/20459912345", None),
    ],
)
def test_date_in_an_address(url, expected):
    found = dates.in_url(url, UTC, NOW)
    assert (found.date().isoformat() if found else None) == expected
