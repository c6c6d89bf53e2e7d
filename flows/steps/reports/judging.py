"""Type, status, sector, direction and event of a deal: rules that are data, weighed by small models, within the limits that the coding rules set."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flows.steps.reports import phrasing
from flows.steps.reports.cues import Cue
from flows.steps.reports.features import concepts, planned
from flows.steps.reports.folding import folded
from flows.steps.reports.names import Name
from flows.steps.reports.parties import Taking
from flows.steps.reports.signals import MEASURED, scored
from flows.steps.reports.stories import Story
from flows.steps.reports.tables import rows
from flows.steps.reports.weights import Choice, Model

Said = Mapping[str, Mapping[str, float]]  # question -> answer -> how much the wording speaks for it
_EQUITY = ("round", "stake", "acquire", "ipo", "capital_increase")
_OWNED = frozenset({"minority_stake", "acquisition", "vc_round", "ipo", "capital_increase", "asset_purchase", "divestment"})
_EARLY = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """A label, how sure it is, and the concepts that gave it."""

    label: str
    sure: float
    concepts: tuple[str, ...]


def type_features(story: Story, cues: tuple[Cue, ...], found: dict[str, float], said: Said) -> dict[str, float]:
    """Return what the model of types weighs: the points of the rules, concepts by part, and what the wording says."""
    shown = {f"rule:{label}": points for label, points in scored("deal_types_rules.csv", found).items()}
    shown.update(concepts(story, planned(story, cues), "type"))
    for fact in (
        "cn_first",
        "x_first",
        "mixed",
        "two",
        "cn_named",
        "pair",
        "site_cn",
        "site_x",
        "pct",
        "over50",
        "half",
        "under50",
        "talks",
        "sign",
        "pact",
        "pause",
        "crossing",
        *MEASURED,
    ):
        shown[f"fact:{fact}"] = found.get(fact, 0.0)
    return shown | phrasing.features(said["deal_type"])


def status_features(story: Story, cues: tuple[Cue, ...], found: dict[str, float], deal_type: str, said: Said) -> dict[str, float]:
    """Return what the model of statuses weighs."""
    found = found | {"always": 1.0, "equity": max(found.get(concept, 0.0) for concept in _EQUITY)}
    shown = {f"rule:{label}": points for label, points in scored("statuses_rules.csv", found).items()}
    shown.update(concepts(story, cues, "status"))
    shown[f"type:{deal_type}"] = 1.0
    if story.language in {"zh", "ko", "ja"}:
        shown["terse"] = 1.0
    return shown | phrasing.features(said["status"])


def sector_features(
    story: Story, cues: tuple[Cue, ...], found: dict[str, float], names: tuple[Name, ...], deal_type: str, said: Said
) -> dict[str, float]:
    """Return what the model of sectors weighs: concepts by part, and the business of the first companies."""
    shown = {f"rule:{label}": points for label, points in scored("sectors_rules.csv", found).items()}
    shown.update(concepts(story, cues, "sector"))
    early = [name for name in names if name.company is not None and story.rank(name.spots[0][0]) <= _EARLY + 1]
    for index, name in enumerate(early[:_EARLY]):
        if name.company is not None:
            shown[f"company{index}:{name.company.sector}"] = 1.0
            if name.company.is_chinese:
                shown[f"chinese:{name.company.sector}"] = 1.0
    shown[f"type:{deal_type}"] = 1.0
    for concept in ("plant", "mining", "charging", "fund", "rd", "stake", *MEASURED):
        shown[f"fact:{concept}"] = found.get(concept, 0.0)
    return shown | phrasing.features(said["sector"])


def impossible(deal_type: str) -> frozenset[str]:
    """Return the statuses that a deal of this type never has: no share is under construction or goes into operation."""
    is_share = deal_type in _OWNED | {"fund"} and deal_type != "capital_increase"
    return frozenset({"under_construction", "operating"}) if is_share else frozenset()


def judged(model: Model, shown: dict[str, float], never: frozenset[str] = frozenset()) -> tuple[Verdict, Choice]:
    """Return the verdict of `model` on the features `shown`, none of the labels in `never`."""
    choice = model.choose(shown, never)
    named = []
    for name in choice.because:
        parts = name.split(":")
        if parts[0] in {"T", "L", "B", "any"}:
            named.append(parts[2])
    return Verdict(choice.label, choice.probability, tuple(dict.fromkeys(named))), choice


def direction(deal_type: str, taking: tuple[Taking, ...], host: str | None) -> str | None:
    """Return whose capital goes where, by the coding rules; None where neither side is known."""
    payers = _nations(taking, _PAYING)
    if deal_type not in _OWNED and not any(one.role in _PAYING for one in taking):  # whoever is named builds
        payers = _nations(taking, {"target", "licensor"})
    if deal_type == "ipo":
        payers |= {"x" for one in taking if one.role in _PAYING and _is_shell(one)}
        return "inbound" if "x" in payers else "domestic"
    targets = _nations(taking, {"target", "seller"})
    at_home = host in {"CN", "HK"} if host else "cn" in targets if targets else None
    if deal_type == "divestment":
        return _parting(taking, at_home=at_home)
    if at_home is None:
        return None
    if at_home:
        return "inbound" if "x" in payers else "domestic"
    if deal_type == "licensing" and ("x" in payers or "cn" not in payers):  # the Chinese side lends its technology, whatever it is called
        return "third_country"
    return _abroad(taking, payers)


_PAYING = frozenset({"investor", "lead_investor", "sponsor", "fund_manager", "partner", "potential_investor"})
_OFFICES = frozenset({"host_gov", "regulator"})


def _nations(taking: tuple[Taking, ...], roles: AbstractSet[str]) -> set[str]:
    """Return the known nations, cn and x, of those who take part as one of `roles`."""
    return {nation for one in taking if one.role in roles and (nation := _nation(one)) is not None}


def _abroad(taking: tuple[Taking, ...], payers: set[str]) -> str:
    """Return the direction of a deal abroad: Chinese capital's, unless the Chinese side only sells or licenses.

    A Chinese firm that is taken for the target abroad is mostly the buyer; and as a flagged story has a link to China, a Chinese party that
    nobody knows pays where only foreigners are known.
    """
    chinese = {one.role for one in taking if one.role not in _OFFICES and _nation(one) == "cn"}
    if "cn" in payers or "target" in chinese or not payers:
        return "outbound"
    return "third_country" if chinese else "outbound"


def _parting(taking: tuple[Taking, ...], *, at_home: bool | None) -> str:
    """Return the direction of the capital that is withdrawn, or passes from the seller to a buyer: domestic where a foreigner sells to a Chinese."""
    sellers = _nations(taking, {"seller"})
    buyers = _nations(taking, {"investor", "lead_investor", "partner"})
    if at_home is False:
        bought = "x" in buyers and "cn" in sellers and "cn" not in buyers
        return "third_country" if bought or "cn" not in sellers | buyers | _nations(taking, {"target"}) else "outbound"
    others = {nation for one in taking if one.role not in _OFFICES | {"target"} and (nation := _nation(one)) is not None}
    return "inbound" if "x" in sellers | buyers and "cn" not in others else "domestic"


def _is_shell(one: Taking) -> bool:
    """Say whether a party is a shell company that takes a firm to the stock exchange."""
    name = folded(one.name.printed)
    return any(form in name for row in rows("roles_shells.csv") for form in row["forms"].split("|"))


def _nation(one: Taking) -> str | None:
    """Return cn or x; None where the vocabulary does not know the party, unless its name says China."""
    company = one.name.company
    if company is not None:
        return "cn" if company.is_chinese else "x"
    if any("\u3040" <= character <= "\u30ff" for character in one.name.printed):
        return None
    if any("\u4e00" <= character <= "\u9fff" for character in one.name.printed):
        return "cn"
    return None


_EVENTS = (
    ("deny", "denial"), ("cancel", "cancel"), ("block", "regulatory_block"), ("pause", "pause"), ("delay", "delay"), ("operate", "opening"),
    ("ground", "groundbreaking"), ("approve", "regulatory_ok"), ("aid", "state_aid"), ("loan", "financing"), ("mou", "mou_signed"), ("sign", "agreement_signed"),
)  # fmt: skip
_BY_STATUS = {
    "mou": "mou_signed", "agreed": "agreement_signed", "approved": "regulatory_ok", "under_construction": "construction", "operating": "opening",
    "suspended": "pause", "cancelled": "cancel", "failed": "regulatory_block", "divested": "stake_change", "completed": "closing",
}  # fmt: skip

_UNDECIDED = frozenset({"announced", "rumoured"})
_NOT_YET_RUNNING = _UNDECIDED | {"agreed", "approved", "under_construction"}
_LEFT_AS = {"approve": _UNDECIDED, "delay": _NOT_YET_RUNNING, "aid": _NOT_YET_RUNNING}  # a delay, aid: the status stays what it was


def event(verdict: str, status: str, deal_type: str, found: dict[str, float]) -> str:
    """Return what the article reports as having happened."""
    if found.get("deny", 0.0) == 1.0:
        return "denial"
    if deal_type == "project_financing":
        return "financing"
    if status == "under_construction" and found.get("ground", 0.0) == 1.0:
        return "groundbreaking"
    if verdict == "deal_new" and status in {"announced", "rumoured"}:
        return "first_report"
    for concept, name in _EVENTS:
        if found.get(concept, 0.0) == 1.0 and status in _LEFT_AS.get(concept, frozenset()):
            return name
    return _BY_STATUS.get(status, "first_report")
