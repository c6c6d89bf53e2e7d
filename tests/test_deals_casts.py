"""Each firm takes part in a deal once, whatever names it is printed with."""

from telling import merged, told

FUND = {"deal_type": "fund", "host_country": "CN", "place": "Hangzhou"}


def _cast(*reported):
    (deal,) = merged(*reported).deals
    return {row.party_id: row.role for row in merged(*reported).parties if row.deal_id == deal.deal_id}


def test_a_mother_that_introduces_its_daughter_is_no_party():
    told_by = [
        told("a", "2025-07-10", "ampere:sponsor renault:sponsor cicc-capital:fund_manager", **FUND),
        told("b", "2025-07-10", "ampere:sponsor cicc-capital:fund_manager", **FUND),
    ]
    assert _cast(*told_by) == {"ampere": "sponsor", "cicc-capital": "fund_manager"}


def test_a_mother_on_the_other_side_is_one():
    sold = told("a", "2025-07-10", "renault:seller ampere:target nissan:investor", deal_type="minority_stake", host_country="FR")
    assert _cast(sold) == {"renault": "seller", "ampere": "target", "nissan": "investor"}


def test_the_long_name_of_a_known_firm_is_that_firm():
    assert _cast(
        told("a", "2025-11-28", "avatr:investor x-阿维塔科技（重庆）股份有限公司:investor", deal_type="ipo", host_country="CN")
    ) == {"avatr": "investor"}


def test_two_names_that_nobody_knows_and_share_a_core_are_one():
    told_by = [
        told("a", "2026-08-03", "x-安徽乾圆科技有限公司:investor x-乾圆科技:investor", host_country="CN", place="安庆"),
    ]
    assert len(_cast(*told_by)) == 1
