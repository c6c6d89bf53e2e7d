"""A story over which the rules stumble: its row says so, the others are judged, and the next pass does not stumble over it again."""

import pytest
from hostile import answer
from passing import desk

from flows.steps import flags, reports

DEAL = (
    "<html><head><title>CATL to build 2 billion euro battery plant in Hungary</title></head><body><article><p>The Chinese cell maker CATL will invest two billion euros "
    "in a new battery factory in Debrecen, it said on Monday. Production of cells for electric cars is to begin in two years.</p></article></body></html>"
)
pytestmark = pytest.mark.slow
_STEPS = {"judge": (flags, flags.judge), "read": (reports, reports.read)}


@pytest.mark.parametrize("step", _STEPS)
async def test_one_story_that_the_rules_stumble_over_is_a_row(tmp_path, monkeypatch, step):
    module, real = _STEPS[step]

    def stumbling(article, *given):
        if "feed1.example" in article.url:
            raise ZeroDivisionError("a rule met what it did not expect")
        return real(article, *given)

    async with desk(tmp_path, monkeypatch) as at:
        for host in ("feed0.example", "feed1.example"):
            at.server.routes[f"{host}/0"] = answer(DEAL.replace("CATL", f"CATL ({host})").encode(), Content_Type="text/html")
        monkeypatch.setattr(module, step, stumbling)
        counts = await at.run()
        assert (counts["articles_judged"], counts["articles_faulty"], counts["deals_new"]) == (2, 1, 1)
        ((verdict, flagged, reason),) = at.rows("SELECT verdict, flagged, reason FROM flags WHERE category = 'fault'")
        assert (verdict, flagged) == ("review", False)
        assert "expected a verdict, found ZeroDivisionError at test_judging_faults.py:" in str(reason)
        assert at.rows("SELECT reason FROM flags WHERE flagged IS NOT TRUE AND category <> 'fault'") == ()
        assert (await at.run())["articles_judged"] == 0
