"""Which stage a deal has reached, where its reports disagree."""

from telling import article, merged, told

FACTS = {"host_country": "ES", "place": "Zaragoza", "deal_type": "joint_venture"}
PARTIES = "catl:investor stellantis:partner"


def _status(*reported):
    (deal,) = merged(*reported).deals
    return deal.status


def _told(name, day, status, **facts):
    return told(name, day, PARTIES, status=status, **{**FACTS, **facts})


def test_one_outlet_alone_does_not_make_a_plant_run_on_the_day_others_announce_it():
    first = [_told(name, "2024-12-10", "announced") for name in ("wire", "paper", "trade")]
    assert _status(*first, _told("misread", "2024-12-10", "operating", event_type="opening")) == "announced"


def test_years_later_one_good_outlet_is_enough():
    first = [_told(name, "2024-12-10", "announced") for name in ("wire", "paper", "trade")]
    assert _status(*first, _told("site", "2026-11-26", "operating", event_type="opening")) == "operating"


def test_two_tell_of_the_works_and_one_does_not():
    reported = [_told(name, "2025-11-26", "under_construction", event_type="groundbreaking") for name in ("town", "paper")]
    assert _status(_told("brief", "2025-11-26", "announced"), *reported) == "under_construction"


def test_a_signature_that_others_leave_out_counts():
    first = [_told(name, "2024-12-10", "announced") for name in ("wire", "paper", "trade")]
    assert _status(*first, _told("release", "2024-12-11", "agreed", event_type="agreement_signed")) == "agreed"


def test_what_only_copies_tell_is_in_no_total_until_a_better_outlet_tells_it():
    farm = _told("farm", "2025-06-02", "agreed")
    (deal,) = merged(farm, articles=(article("farm", "2025-06-02", source="tier4"),)).deals
    assert (deal.count_in_totals, deal.not_counted_because, deal.review) == (False, *["told by outlets of tier 4 only"] * 2)
    (deal,) = merged(farm, _told("paper", "2025-06-03", "agreed"), articles=(article("farm", "2025-06-02", source="tier4"),)).deals
    assert (deal.count_in_totals, deal.not_counted_because, deal.review) == (True, None, None)
