"""Who takes part in a deal, and as what: each name of the story with what stands around it, weighed by a small model. Knows no money."""

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flows.steps.reports.cues import Cue
from flows.steps.reports.folding import folded
from flows.steps.reports.grammar import VERB_LAST, marks, masked, parts, run
from flows.steps.reports.names import Name
from flows.steps.reports.stories import Story
from flows.steps.reports.tables import rows
from flows.steps.reports.weights import Model

NEAR = 44  # characters in which a cue stands near a name
_RANK = 5  # sentences after the title in which parties are named
_MOST = 8
_CUES = frozenset(
    [
        "acquire",
        "stake",
        "invest",
        "build",
        "divest",
        "round",
        "ipo",
        "licensing",
        "sign",
        "jv",
        "plant",
        "loan",
        "fund",
        "capital_increase",
        "approve",
        "block",
        "operate",
        "talks",
        "aid",
    ]
)
_LEGAL = re.compile(
    r"有限公司|合伙企业|股份公司|株式会社|주식회사|㈜|GmbH|Ltd|Limited|Inc|Corp|Nyrt|Zrt|Kft|S\.A|SpA|S\.p\.A|B\.V|N\.V|LLC|PLC|\bAG\b|\bAB\b|\bOy"
)
_TWO_SIDED = frozenset({"minority_stake", "acquisition", "plant_purchase", "vc_round"})
_SHARED = frozenset({"vc_round", "ipo", "capital_increase", "fund", "minority_stake", "divestment"})  # many may pay
_PAYING, _GIVING = frozenset({"investor", "partner"}), frozenset({"target", "seller"})
_PUBLIC = frozenset({"government", "bank"})
_HOME = frozenset({"CN", "HK"})
_PARTS_FIRST = VERB_LAST | {"zh"}  # those in which who and from whom stand before the verb
_DEEDS = ("divest", "acquire", "round", "capital_increase", "stake", "invest")  # of which a name is the doer, the object or the source
_LIST = 3  # names that make a list: what is said beside it holds for each of them
_SPOTS = 3  # mentions of a name that are looked at


@dataclass(frozen=True, slots=True)
class Taking:
    """A name with its role and how sure that is."""

    name: Name
    role: str
    sure: float
    shares: Mapping[str, float]  # role -> how likely


def nationality(name: Name) -> str:
    """Return cn, x (controlled from elsewhere) or unknown."""
    if name.company is None:
        return "unknown"
    return "cn" if name.company.is_chinese else "x"


def features(story: Story, names: tuple[Name, ...], cues: tuple[Cue, ...], deal_type: str) -> list[dict[str, float]]:
    """Return for each name what the story shows of it."""
    wanted = [cue for cue in cues if cue.concept in _CUES]
    starts = [cue.start for cue in wanted]
    hidden = masked(story.plain, (spot for name in names for spot in name.spots))
    early = [name for name in names if story.rank(name.spots[0][0]) <= _RANK]
    seen = Counter(nationality(name) for name in early)
    kin = frozenset(name.company.parent for name in early if name.company is not None and name.company.parent)
    houses = frozenset(name.key for name in early)
    return [
        _features(story, name, (early.index(name) if name in early else 9, len(early), seen), (wanted, starts, hidden), deal_type)
        | _kin(name, kin, houses)
        for name in names
    ]


def _kin(name: Name, parents: frozenset[str], named: frozenset[str]) -> dict[str, float]:
    """Return whether a daughter of `name` is named too, or its parent: one of the two then only explains who the other is."""
    found = {"kin:daughter": 1.0} if name.key in parents else {}
    return found | ({"kin:parent": 1.0} if name.company is not None and name.company.parent in named else {})


def _features(
    story: Story, name: Name, place: tuple[int, int, Counter[str]], cues: tuple[list[Cue], list[int], str], deal_type: str
) -> dict[str, float]:
    order, count, seen = place
    nation = nationality(name)
    rank = story.rank(name.spots[0][0])
    found = {
        f"nation:{nation}": 1.0, f"kind:{name.kind}": 1.0, f"order:{min(order, 4)}": 1.0, f"rank:{min(rank, 5)}": 1.0,
        f"type:{deal_type}:{name.kind}": 1.0, "count": math.log1p(len(name.spots)), f"of:{min(count, 4)}": 1.0, f"type:{deal_type}:{nation}": 1.0, f"type:{deal_type}:order{min(order, 2)}": 1.0,
        f"only:{nation}": float(seen[nation] == 1),
    }  # fmt: skip
    if name.company is not None:
        found[f"role:{name.company.role}"] = 1.0
        found[f"type:{deal_type}:{name.company.role}"] = 1.0
    if name.company is None:
        form = "legal" if _LEGAL.search(name.printed) else "short"
        found[f"form:{form}"] = found[f"form:{form}:{deal_type}"] = 1.0
    if name.hint:
        found[f"hint:{name.hint}"] = 1.0
    for start, end in name.spots[:_SPOTS]:
        part = story.part(start)
        weight = {"T": 1.0, "L": 0.7, "B": 0.3}[part]
        low, high, listed = run(start, end, cues[2])
        around, near = tuple(_around(story, start, end)), frozenset(_cues(story, start, end, cues))
        if listed >= _LIST:
            among = frozenset(_cues(story, low, high, cues))
            near |= among | {"listed", f"listed:{deal_type}", *(f"listed:{cue}" for cue in among)}
        deeds = _deeds(around, near) if story.language in _PARTS_FIRST else ()
        shown = parts(story, (start, end), cues[2])
        for feature in (*around, *near, *deeds, *shown, *_said_there(story, start, cues[0])):
            found[feature] = max(found.get(feature, 0.0), weight)
        found[f"part:{part}"] = found[f"part:{part}:{deal_type}"] = 1.0
    return found | _ruled(found, deal_type)


def _ruled(found: Mapping[str, float], deal_type: str) -> dict[str, float]:
    """Return the points that grammar gives each role."""
    points: dict[str, float] = {}
    for row in rows("roles_rules.csv"):
        if row["needs"] in found and (not row["types"] or deal_type in row["types"].split()):
            points[f"rule:{row['role']}"] = max(points.get(f"rule:{row['role']}", 0.0), float(row["points"]) * found[row["needs"]])
    return points


def _around(story: Story, start: int, end: int) -> Iterable[str]:
    before, after = story.plain[max(0, start - 24) : start], story.plain[end : end + 14]
    for mark, pattern in marks(story.language, "before"):
        if pattern.search(before):
            yield f"before:{mark}"
    for mark, pattern in marks(story.language, "after"):
        if pattern.match(after):
            yield f"after:{mark}"
    if start in (0, story.head):
        yield "opens"


def _cues(story: Story, start: int, end: int, cues: tuple[list[Cue], list[int], str]) -> Iterable[str]:
    wanted, starts, _ = cues
    here = story.sentence(start)
    for cue in wanted[bisect_left(starts, start - NEAR) : bisect_left(starts, end + NEAR)]:
        if story.sentence(cue.start) == here and not start <= cue.start < end:
            side = "left" if cue.start < start else "right"
            yield f"{side}:{cue.concept}:{'sov' if story.language in VERB_LAST else 'svo'}"
            yield f"{side}:{cue.concept}"


def _said_there(story: Story, start: int, wanted: list[Cue]) -> Iterable[str]:
    """Yield what the whole sentence of a name is about, however far from the name that is said."""
    here = story.sentence(start)
    yield from {f"same:{cue.concept}" for cue in wanted if story.sentence(cue.start) == here}


def _deeds(around: tuple[str, ...], near: frozenset[str]) -> Iterable[str]:
    """Yield what is done to whom: the same particle marks the target of a purchase and the buyer of a sale."""
    for deed in _DEEDS:
        if f"right:{deed}" in near:
            yield from (f"{mark}>{deed}" for mark in around)


def choose(story: Story, names: tuple[Name, ...], cues: tuple[Cue, ...], deal_type: str, model: Model) -> tuple[Taking, ...]:
    """Return the parties of the deal that the story is mainly about, in the order in which they are named."""
    found = features(story, names, cues, deal_type)
    told = [at for at, name in enumerate(names) if _tells(story, name, found[at], deal_type)]
    names, found = tuple(names[at] for at in told), [found[at] for at in told]
    weighed = [model.shares(shown) for shown in found]
    taking = [_taking(name, shares, deal_type, 1 - shares.get("none", 0.0)) for name, shares in zip(names, weighed, strict=True)]
    shares_of = {name.key: shares for name, shares in zip(names, weighed, strict=True)}
    return _without_parents(_faced(_kept(taking), shares_of, deal_type))


def _tells(story: Story, name: Name, shown: Mapping[str, float], deal_type: str) -> bool:
    """Say whether a name stands where parties are told: early, or in the list of those who pay, which often comes late."""
    late = deal_type in _SHARED and any(
        f"listed:{cue}" in shown for cue in ("round", "invest", "stake", "ipo", "capital_increase", "divest")
    )
    return late or story.rank(name.spots[0][0]) <= _RANK


def _taking(name: Name, shares: Mapping[str, float], deal_type: str, sure: float) -> Taking:
    role = max((share, label) for label, share in shares.items() if label != "none")[1]
    return Taking(name, name.hint or _role(name, role, deal_type), sure, shares)


def _sides(deal_type: str, count: int) -> tuple[frozenset[str], ...]:
    """Return the sides on which a deal with `count` parties has someone: a share that is bought has a buyer, and a target or a seller."""
    if deal_type in _TWO_SIDED and count > 1:
        return (_PAYING, _GIVING)
    if deal_type == "ipo" and count:
        return (_GIVING,)
    if deal_type == "divestment" and count:
        return (frozenset({"seller"}),)
    return (_PAYING,) if deal_type == "capital_increase" and count > 1 else ()


def _faced(kept: tuple[Taking, ...], shares_of: Mapping[str, Mapping[str, float]], deal_type: str) -> tuple[Taking, ...]:
    """Return the parties with someone on each side that the deal must have; the likeliest changes over."""
    for side in _sides(deal_type, len(kept)):
        if not any(coarse(one.role) in side for one in kept):
            odds = [
                (_odds(shares_of[one.name.key], one.role, role), -index, role) for index, one in enumerate(kept) for role in sorted(side)
            ]
            _, index, role = max(odds)
            kept = tuple(replace(one, role=role) if at == -index else one for at, one in enumerate(kept))
    return kept


def sided(taking: tuple[Taking, ...], deal_type: str, host: str | None) -> tuple[Taking, ...]:
    """Return the parties with the sides that guests and hosts of such a deal take, where Chinese and others share it."""
    nations = {nationality(one.name) for one in taking}
    side = "home" if host in _HOME else "abroad"
    if host is None or not nations >= ({"x"} if side == "home" and deal_type == "joint_venture" else {"cn", "x"}):
        return taking
    again = tuple(_seated(one, deal_type, side) for one in taking)
    return _without_parents(_faced(again, {one.name.key: one.shares for one in again}, deal_type))


def _seated(one: Taking, deal_type: str, side: str) -> Taking:
    """Return a party in the likeliest role for one of its nation at home or abroad."""
    points = {
        row["role"]: float(row["points"])
        for row in rows("roles_sides.csv")
        if row["host"] == side and row["nation"] == nationality(one.name) and row["was"] == one.role and deal_type in row["types"].split()
    }
    shares = {label: share * math.exp(points.get(label, 0.0)) for label, share in one.shares.items()}
    return _taking(one.name, shares, deal_type, one.sure) if points and one.name.kind not in _PUBLIC else one


def _odds(shares: Mapping[str, float], now: str, then: str) -> float:
    return shares.get(then, 0.0) / max(1e-9, shares.get(now, 0.0))


def _kept(taking: list[Taking]) -> tuple[Taking, ...]:
    kept = [one for one in taking if one.sure >= THRESHOLD]
    if not kept and taking:
        kept = [max(taking, key=lambda one: one.sure)]
    best = sorted(kept, key=lambda one: -one.sure)[:_MOST]
    return tuple(one for one in kept if one in best)


def _without_parents(kept: tuple[Taking, ...]) -> tuple[Taking, ...]:
    return tuple(one for one in kept if not _is_parent(one, kept))


def _is_parent(one: Taking, kept: tuple[Taking, ...]) -> bool:
    """Say whether a daughter of `one` takes part in the same role: then she is the party, and `one` only explains who she is."""
    return any(
        other.name.company is not None and other.name.company.parent == one.name.key and coarse(other.role) == coarse(one.role)
        for other in kept
    )


def coarse(role: str) -> str:
    """Return the side on which a role stands."""
    return "investor" if role in {"lead_investor", "potential_investor", "sponsor", "fund_manager"} else role


def _role(name: Name, role: str, deal_type: str) -> str:
    """Return the finer role that the type of the deal gives."""
    if deal_type == "fund" and role in {"investor", "partner"}:
        if name.company is not None and name.company.role != "investor" and name.kind == "company":
            return "sponsor"
        words = folded(name.printed)
        return (
            "fund_manager"
            if any(word in words for word in ("private equity", "cicc", "中金", "私募", "基金管理", "management", "capital partners"))
            else "investor"
        )
    if deal_type == "project_financing" and (name.kind == "bank" or (name.company is not None and name.company.kind == "bank")):
        return "lender"
    return role


THRESHOLD = 0.5
