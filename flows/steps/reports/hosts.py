"""Which country a deal is in: the places that the story names, the homes of its parties, its language and its money, weighed together.

A place in the project's position mostly decides. But a story for readers at home names only a small town, or none; a stake lies where the
target is; and the town beside a Chinese firm is where that firm comes from. So each country gets its evidence, and the weights are a table.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from flows.steps.reports import places, towns
from flows.steps.reports.facts import Facts
from flows.steps.reports.parties import Taking
from flows.steps.reports.tables import rows

_EQUITY = frozenset({"minority_stake", "acquisition", "vc_round", "capital_increase", "ipo", "divestment", "asset_purchase"})
_RANK = 3  # sentences after the title in which money tells the country
_ENOUGH = 3.0  # what places may speak for a country at most
_GROUPED = {
    "investor": "payer", "lead_investor": "payer", "sponsor": "payer", "fund_manager": "payer", "potential_investor": "payer", "partner": "partner",
    "target": "target", "seller": "seller", "host_gov": "office", "regulator": "office", "licensor": "partner",
}  # fmt: skip
_CLEARLY = 0.3  # from which places speak for a country and do not only mention it

Evidence = Mapping[str, Mapping[str, float]]  # country (ISO2) -> feature -> value


def evidence(facts: Facts, deal_type: str, taking: tuple[Taking, ...]) -> Evidence:
    """Return what speaks for each country that the story may be about."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for country, feature, value in _told(facts, deal_type, taking):
        found[country][feature] = max(value, found[country].get(feature, 0.0))
    placed = any("placed" in shown for shown in found.values())
    in_china = "cn_placed" in found.get("CN", {})
    bought = any(f"{form}:target:cn" in found.get("CN", {}) for form in ("equity", "ipo"))
    for country, shown in found.items():
        shown.update(dict.fromkeys(_together(shown, placed=placed, in_china=in_china), 1.0))
        if bought and "equity:payer:x" in shown:
            shown["buyer_of_chinese"] = 1.0
        if country == "CN" and placed:
            shown["china_beside_place"] = 1.0
        shown["china" if country == "CN" else "abroad"] = 1.0
    return found


def _together(shown: Mapping[str, float], *, placed: bool, in_china: bool) -> Iterator[str]:
    """Yield what the home of the language means less, or more, beside: a place in China, a place elsewhere, a party at home there."""
    home = next((name for name in ("home", "wide_home") if name in shown), None)
    if home is None:
        return
    if in_china:
        yield f"{home}_beside_china"
    if placed and "placed" not in shown:
        yield f"{home}_beside_place"
    if any(name.startswith("equity:") for name in shown):
        yield f"{home}_of_firm"


def likeliest(told: Evidence) -> str | None:
    """Return the country that most speaks for; None where nothing speaks for any."""
    weights = _weights()
    points = {country: sum(weights.get(feature, 0.0) * value for feature, value in shown.items()) for country, shown in told.items()}
    return max(sorted(points), key=lambda country: points[country], default=None)


@cache
def _weights() -> Mapping[str, float]:
    return {row["feature"]: float(row["weight"]) for row in rows("roles_hosts.csv")}


def _told(facts: Facts, deal_type: str, taking: tuple[Taking, ...]) -> Iterator[tuple[str, str, float]]:
    yield from _by_places(facts)
    yield from _by_parties(deal_type, taking)
    yield from _by_language(facts)
    yield from _by_towns(facts)


def _by_places(facts: Facts) -> Iterator[tuple[str, str, float]]:
    for country, score in facts.countries.items():
        side = "cn_" if country == "CN" else ""
        yield country, f"{side}place", min(score, _ENOUGH)
        if score >= _CLEARLY:
            yield country, f"{side}placed", 1.0
    inside = [(start, end) for name in facts.names for start, end in name.spots]
    for site in facts.sites:
        country = site.place.country
        kind = "aside" if site.aside else site.mention.via if site.mention.via in {"demonym", "word", "within"} else site.place.level
        part = facts.story.part(site.mention.start)
        is_named = any(start <= site.mention.start and site.mention.end <= end for start, end in inside)
        side = "cn_" if country == "CN" else ""
        yield country, f"{side}{'named' if is_named and kind not in {'within', 'aside'} else kind}:{part}", 1.0
        yield from ((other, f"also:{part}", 1.0) for other in site.others)


def _by_parties(deal_type: str, taking: tuple[Taking, ...]) -> Iterator[tuple[str, str, float]]:
    form = "ipo" if deal_type == "ipo" else "equity" if deal_type in _EQUITY else "fund" if deal_type == "fund" else "plant"
    for one in taking:
        role = _GROUPED.get(one.role, "other")
        company = one.name.company
        if company is not None and company.country:
            home = "cn" if company.is_chinese else "x"
            yield company.country, f"{form}:{role}:{home}", 1.0
        elif is_han(one.name.printed):
            yield "CN", f"{form}:{role}:han", 1.0


def _by_language(facts: Facts) -> Iterator[tuple[str, str, float]]:
    story = facts.story
    home = "home" if len(_homes(story.language)) == 1 else "wide_home"
    for country, is_told in places.homes(story):
        yield country, "money_or_office" if is_told else home, 1.0
    if story.language != "zh" and any(one.money.currency == "CNY" and story.rank(one.money.start) <= _RANK for one in facts.sums):
        yield "CN", "yuan", 1.0
    if story.language in {"zh", "ja", "ko"}:
        yield "CN", f"language:{story.language}", 1.0


@cache
def _homes(language: str) -> tuple[str, ...]:
    """Return the countries whose towns a paper of this language names without their country."""
    return tuple(dict.fromkeys(row["country"] for row in rows("roles_homes.csv") if row["language"] == language))


def _by_towns(facts: Facts) -> Iterator[tuple[str, str, float]]:
    taken = [(one.start, one.end) for one in facts.mentions] + [spot for name in facts.names for spot in name.spots if name.company]
    homes = _homes(facts.story.language)
    for country, start, share in towns.abroad(facts.story, homes, taken):
        kind = "town" if country in homes else "world_town"
        yield country, f"{kind}:{facts.story.part(start)}", share


def is_han(name: str) -> bool:
    """Say whether a name is printed in Chinese: Han signs and no kana."""
    return any("\u4e00" <= c <= "\u9fff" for c in name) and not any("\u3040" <= c <= "\u30ff" for c in name)
