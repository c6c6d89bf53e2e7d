"""Days as thirty languages print them, against the day of the article: Friday, 11 July 2025."""

from datetime import date

import pytest

from flows.steps.reports import dates
from flows.steps.reports.folding import folded

TOLD = date(2025, 7, 11)


def days(text, language):
    return [when.day for when in dates.find(folded(text), language, TOLD)]


@pytest.mark.parametrize(("text", "language"), [
    ("on Wednesday", "en"), ("am Mittwoch", "de"), ("mercredi", "fr"), ("este miércoles", "es"), ("mercoledì", "it"), ("nesta quarta-feira", "pt"), ("szerdán", "hu"),
    ("w środę", "pl"), ("woensdag", "nl"), ("på onsdagen", "sv"), ("i onsdags", "sv"), ("onsdag", "da"), ("onsdag", "nb"), ("keskiviikkona", "fi"), ("çarşamba günü", "tr"),
    ("Rabu", "id"), ("Rabu", "ms"), ("в среду", "ru"), ("у середу", "uk"), ("u sredu", "sr"), ("ve středu", "cs"), ("v stredu", "sk"), ("miercuri", "ro"), ("الأربعاء", "ar"),
    ("周三", "zh"), ("水曜日", "ja"), ("수요일", "ko"), ("เมื่อวันพุธ", "th"), ("hôm thứ tư", "vi"), ("vergangenen Mittwoch", "de"), ("miércoles pasado", "es"),
    ("nesta quarta (9)", "pt"), ("no dia 9", "pt"), ("ngày 9/7", "vi"), ("ngày 9 tháng 7", "vi"), ("9日", "zh"), ("เมื่อวันที่ 9", "th"),
])  # fmt: skip
def test_the_wednesday_before(text, language):
    assert set(days(text, language)) == {date(2025, 7, 9)}


@pytest.mark.parametrize(("text", "language"), [
    ("day before yesterday", "en"), ("vorgestern", "de"), ("avant-hier", "fr"), ("anteayer", "es"), ("anteontem", "pt"), ("tegnapelőtt", "hu"), ("przedwczoraj", "pl"),
    ("eergisteren", "nl"), ("i förrgår", "sv"), ("i forgårs", "da"), ("toissapäivänä", "fi"), ("позавчера", "ru"), ("позавчора", "uk"), ("prekjuče", "sr"),
    ("předevčírem", "cs"), ("alaltăieri", "ro"), ("أمس الأول", "ar"), ("前天", "zh"), ("一昨日", "ja"), ("그저께", "ko"), ("hôm kia", "vi"), ("kelmarin", "ms"),
])  # fmt: skip
def test_two_days_before(text, language):
    assert days(text, language) == [date(2025, 7, 9)]


@pytest.mark.parametrize(("text", "language"), [
    ("July 9th, 2025", "en"), ("9. Juli", "de"), ("9 juillet 2025", "fr"), ("9 de julio de 2025", "es"), ("9 luglio", "it"), ("9 de julho", "pt"), ("július 9-én", "hu"),
    ("9 lipca", "pl"), ("9 juli", "nl"), ("den 9 juli", "sv"), ("9. juli", "nb"), ("9. juli", "da"), ("9. heinäkuuta", "fi"), ("heinäkuun 9. päivänä", "fi"), ("9 Temmuz", "tr"),
    ("9 Juli 2025", "id"), ("9 Julai 2025", "ms"), ("9 июля", "ru"), ("9 липня", "uk"), ("9. jula", "sr"), ("9. јула", "sr"), ("9. července", "cs"), ("9. júla", "sk"),
    ("9 iulie", "ro"), ("9 يوليو", "ar"), ("9 تموز", "ar"), ("2025年7月9日", "zh"), ("7月9日", "ja"), ("7월 9일", "ko"), ("9 กรกฎาคม 2568", "th"), ("9 tháng 7", "vi"),
])  # fmt: skip
def test_a_day_and_its_month(text, language):
    assert days(text, language) == [date(2025, 7, 9)]


@pytest.mark.parametrize(("text", "language"), [
    ("next Wednesday", "en"), ("kommenden Mittwoch", "de"), ("mercredi prochain", "fr"), ("下周三", "zh"), ("다음주 수요일", "ko"), ("来週水曜日", "ja"), ("Rabu depan", "id"),
    ("within 10日内", "zh"), ("10日間", "ja"), ("10일간", "ko"), ("nhà máy thứ hai", "vi"), ("segunda fase", "pt"),
])  # fmt: skip
def test_what_is_still_to_come_or_no_day_is_no_date(text, language):
    assert days(text, language) == []


@pytest.mark.parametrize(("text", "language", "expected"), [
    ("last Friday", "en", date(2025, 7, 4)), ("Friday", "en", TOLD), ("上周五", "zh", date(2025, 7, 4)), ("上周一", "zh", date(2025, 6, 30)), ("先週の月曜", "ja", date(2025, 6, 30)),
])  # fmt: skip
def test_weekdays_of_the_week_before(text, language, expected):
    assert days(text, language) == [expected]


@pytest.mark.parametrize(("text", "language"), [
    ("said last week", "en"), ("vergangene Woche", "de"), ("la semaine dernière", "fr"), ("上周", "zh"), ("지난주", "ko"), ("на прошлой неделе", "ru"), ("viime viikolla", "fi"),
])  # fmt: skip
def test_last_week_names_no_exact_day(text, language):
    plain = folded(text)
    when = dates.announced(dates.find(plain, language, TOLD), TOLD, len(plain))
    assert when is not None
    assert (when.day, when.precision) == (date(2025, 7, 4), "month")


def test_an_exact_day_goes_before_one_that_is_about_right():
    plain = folded("Talks began last week, the firm said on Wednesday")
    when = dates.announced(dates.find(plain, "en", TOLD), TOLD, len(plain))
    assert when is not None
    assert when.day == date(2025, 7, 9)
