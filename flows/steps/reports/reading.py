"""Reading a flagged article: the order in which its facts are found, from the words to the report. Holds no word and no weight of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flows.records import Article, Flag, Party, Report, ReportAmount, Reported, ReportParty, identity
from flows.steps.reports import amounts, dates, hosts, judging, parties, places, quantities, towns
from flows.steps.reports.evidence import Ledger
from flows.steps.reports.facts import Facts, narrowed, seen
from flows.steps.reports.splitting import Part, parts
from flows.steps.reports.tables import version
from flows.steps.reports.weights import Model
from flows.steps.vocabulary import Vocabulary

_UNITS = {
    "vehicle_assembly": ("vehicles/yr",), "commercial_vehicles": ("vehicles/yr",), "battery_cells": ("GWh/yr",), "battery_packs": ("GWh/yr",), "battery_storage": ("GWh/yr",),
    "battery_materials": ("t/yr", "m2/yr"), "lithium_processing": ("t/yr", "t_LCE/yr"), "mining": ("t/yr", "t_LCE/yr"), "recycling": ("t/yr",),
    "charging": ("charge_points", "stations"), "battery_swap": ("stations",),
}  # fmt: skip
_STAKE_WORDS = frozenset({"stake", "acquire", "jv", "capital_increase", "round"})
_MAIN = 4  # sentences after the title that hold the main facts
_FAR = 8
_CLAUSE = 40  # characters in which a word of ownership stands beside its percentage


@dataclass(frozen=True)
class Host:
    """Where the project or target is, and which stretch of the text says so."""

    country: str | None
    admin1: str | None = None
    place: str | None = None
    precision: str | None = None
    spot: tuple[int, int] = (0, 0)
    rule: str = ""


def host(facts: Facts, deal_type: str, taking: tuple[parties.Taking, ...]) -> Host:
    """Return the host of the deal: the project's place; for a stake, the target's home."""
    country = hosts.likeliest(hosts.evidence(facts, deal_type, taking))
    if country is None:
        return Host(None)
    return _placed(facts, country) or _unplaced(facts, country, taking)


def _unplaced(facts: Facts, country: str, taking: tuple[parties.Taking, ...]) -> Host:
    """Return a host that no place names: a small town in it, else the party at home there or the first that is named."""
    town = towns.find(facts.story, country, [(one.start, one.end) for one in facts.mentions])
    if town is not None:
        return Host(country, None, town.name, "city", (town.start, town.end), f"town {country}/{town.name}")
    at_home = [one for one in taking if one.name.company and one.name.company.country == country]
    first = next(iter((*at_home, *taking)), None)
    title = facts.story.spans[0] if facts.story.spans else (0, 0)
    spot = first.name.spots[0] if first else (title[0], title[1])
    return Host(
        country, None, None, "country", spot, "home of a party" if at_home else "home of the story's language or money, no place named"
    )


def _placed(facts: Facts, country: str) -> Host | None:
    site = places.finest(facts.sites, country)
    if site is None:
        return None
    place = site.place
    spot = (site.mention.start, site.mention.end)
    if place.level == "city":
        return Host(country, place.admin1, place.name, place.level, spot, f"place {place.key}")
    admin1 = None if place.level == "country" else place.name
    town = towns.find(facts.story, country, [(one.start, one.end) for one in facts.mentions])
    if town is not None:
        return Host(country, admin1, town.name, "city", (town.start, town.end), f"town {country}/{town.name}")
    return Host(country, admin1, admin1, place.level, spot, f"place {place.key}")


def read(article: Article, flag: Flag, vocabulary: Vocabulary, models: Mapping[str, Model]) -> tuple[Reported, ...]:
    """Return the reports that `article` gives, the main deal first; empty where it has no text at all."""
    facts = seen(article, vocabulary)
    if not facts.story.text.strip():
        return ()
    kind, _ = judging.judged(models["deal_type"], judging.type_features(facts.story, facts.cues, facts.signals, facts.said))
    told = parts(facts, kind.label)
    whole = [(facts, kind)] if not told or told[0].besides else []
    every = [*whole, *((_part(facts, one), _kind(kind, one)) for one in told)]
    return tuple(report(some, flag, ordinal, models, own) for ordinal, (some, own) in enumerate(every))


def _part(facts: Facts, part: Part) -> Facts:
    return narrowed(facts, part.sentences, part.place, part.not_named, titled=part.place is not None)


def _kind(kind: judging.Verdict, part: Part) -> judging.Verdict:
    return kind if part.deal_type is None else judging.Verdict(part.deal_type, kind.sure, ("found_jv", "rd"))


def report(facts: Facts, flag: Flag, ordinal: int, models: Mapping[str, Model], kind: judging.Verdict) -> Reported:
    """Return the report of one deal of type `kind` from the facts seen."""
    story, article = facts.story, facts.story.article
    ledger = Ledger(story, identity(article.article_id, str(ordinal)))
    taking = parties.choose(story, facts.names, facts.cues, kind.label, models["role"])
    where = host(facts, kind.label, taking)
    taking = parties.sided(taking, kind.label, where.country)
    way = judging.direction(kind.label, taking, where.country)
    shown = judging.status_features(story, facts.cues, facts.signals, kind.label, facts.said)
    stage, _ = judging.judged(models["status"], shown, judging.impossible(kind.label))
    sector, _ = judging.judged(
        models["sector"], judging.sector_features(story, facts.cues, facts.signals, facts.names, kind.label, facts.said)
    )
    happened = judging.event(flag.verdict, stage.label, kind.label, facts.signals)
    for name, verdict in (("deal_type", kind), ("status", stage), ("sector", sector)):
        _because(ledger, facts, name, verdict)
    ledger.known("event_type", happened, _cue_spot(facts, stage.concepts), f"status {stage.label}, verdict {flag.verdict}")
    _told_place(ledger, where, way)
    money, sums = _money(ledger, facts, kind.label, models["amount"])
    share = _share(ledger, facts)
    capacity, unit, year = _capacity(ledger, facts, sector.label)
    jobs, basis = _jobs(ledger, facts)
    day, precision = _day(ledger, facts, flag)
    for one in taking:
        ledger.known(f"party:{one.name.key}", one.name.printed, one.name.spots[0], f"named as {one.role}, {one.sure:.2f} sure")
    made = Report(
        ledger.report_id, article.article_id, ordinal, f"{flag.rules_version}+{version()}", article.published_at or article.first_seen_at,
        kind.label, way, stage.label, happened, _title(taking, kind.label, where), day, precision, sector.label,
        where.country, where.admin1, where.place, where.precision if where.country else None, *money, share, capacity, unit, year, jobs, basis,
        round(min(kind.sure, max((one.sure for one in taking), default=0.3)), 3),
    )  # fmt: skip
    return Reported(made, _report_parties(ledger.report_id, taking), sums, tuple(ledger.rows), tuple(_party(one) for one in taking))


def _cue_spot(facts: Facts, concepts: tuple[str, ...]) -> tuple[int, int]:
    """Return where the story first says one of `concepts`, the strongest first; its title where it does not."""
    for concept in concepts:
        for cue in facts.cues:
            if cue.concept == concept:
                return cue.start, cue.end
    first = facts.story.spans[0] if facts.story.spans else (0, 0)
    return first[0], first[1]


def _because(ledger: Ledger, facts: Facts, name: str, verdict: judging.Verdict) -> None:
    ledger.known(
        name,
        verdict.label,
        _cue_spot(facts, verdict.concepts),
        f"weighed {', '.join(verdict.concepts[:3]) or 'names and places'}; {verdict.sure:.2f} sure",
    )


def _told_place(ledger: Ledger, where: Host, way: str | None) -> None:
    if where.country is None:
        ledger.missing("host_country")
    else:
        ledger.known("host_country", where.country, where.spot, where.rule)
    for name, value in (("admin1", where.admin1), ("place", where.place)):
        if value is not None:
            ledger.known(name, value, where.spot, where.rule)
        else:
            ledger.missing(name)
    if way is None:
        ledger.missing("direction")
    else:
        ledger.known("direction", way, where.spot, f"control of the parties, host {where.country}")


_Money = tuple[float | None, str | None, str | None, str | None]


def _money(ledger: Ledger, facts: Facts, deal_type: str, model: Model) -> tuple[_Money, tuple[ReportAmount, ...]]:
    """Return amount, currency, kind and qualifier of the headline sum, and every sum that is about the deal."""
    story, sums = facts.story, facts.sums
    shown = amounts.features(story, sums, facts.cues, deal_type, tuple(name.spots[0] for name in facts.names))
    ranked = amounts.ranked(story, sums, shown, model)
    rows = []
    kept = [index for _, index in ranked] + [
        i
        for i, one in enumerate(sums)
        if one.kind in {"valuation", "implied", "state_aid", "loan", "phase", "registered_capital", "own_funds"}
        and story.rank(one.money.start) <= _FAR
    ]
    for ordinal, index in enumerate(dict.fromkeys(kept)):
        one = sums[index]
        printed = story.text[one.money.start : one.money.end]
        rows.append(
            ReportAmount(
                ledger.report_id,
                ordinal if ranked else ordinal + 1,
                one.money.amount,
                one.money.low,
                one.money.currency,
                amounts.named(one, deal_type),
                amounts.qualifier(sums, index),
                printed,
            )
        )
        ledger.known(
            f"amount:{rows[-1].ordinal}",
            f"{one.money.amount:.0f} {one.money.currency}",
            (one.money.start, one.money.end),
            f"kind {one.kind or 'by type'}",
        )
    if not ranked:
        for name in ("amount", "currency"):
            ledger.missing(name)
        return (None, None, None, None), tuple(rows)
    chosen = sums[ranked[0][1]].money
    others = [sums[i].money for share, i in ranked[1:] if share >= ranked[0][0] * 0.9]
    clash = any(other.currency == chosen.currency and abs(other.amount - chosen.amount) > 0.03 * chosen.amount for other in others)
    spot = (chosen.start, chosen.end)
    ledger.known("amount", f"{chosen.amount:.0f}", spot, f"headline sum, {ranked[0][0]:.2f} sure", "conflicting" if clash else "known")
    ledger.known(
        "currency",
        chosen.currency,
        spot,
        "printed beside the number" if not sums[ranked[0][1]].bare else "the language's own: printed without one",
    )
    head = rows[0]
    for name, value in (("amount_kind", head.kind), ("amount_qualifier", head.qualifier)):
        ledger.known(name, value, spot, "words beside the sum")
    return (chosen.amount, chosen.currency, head.kind, head.qualifier), tuple(rows)


def _share(ledger: Ledger, facts: Facts) -> float | None:
    story = facts.story
    for share in facts.shares:
        if story.rank(share.start) > _MAIN:
            break
        near = any(
            cue.concept in _STAKE_WORDS
            and cue.table == "type"
            and abs(cue.start - share.start) < _CLAUSE
            and story.sentence(cue.start) == story.sentence(share.start)
            for cue in facts.cues
        )
        if near:
            ledger.known("stake_pct", share.value, (share.start, share.end), "percentage beside a word of ownership")
            return share.value
    ledger.missing("stake_pct")
    return None


def _capacity(ledger: Ledger, facts: Facts, sector: str) -> tuple[float | None, str | None, int | None]:
    story = facts.story
    found = [q for q in facts.capacities if story.rank(q.start) <= _FAR]
    fitting = [q for q in found if q.unit in _UNITS.get(sector, ())] or [q for q in found if q.near]
    if not fitting:
        ledger.missing("capacity")
        return None, None, None
    best = min(fitting, key=lambda q: (story.rank(q.start) > 0, not q.near, q.start))
    spot = (best.start, best.end)
    ledger.known("capacity", best.value, spot, "number beside a unit of capacity")
    ledger.known("capacity_unit", best.unit, spot, "number beside a unit of capacity")
    year = dates.target_year(story.plain, best.start, best.end, (story.article.published_at or story.article.first_seen_at).year)
    if year is not None:
        ledger.known("capacity_year", year[0], (year[1], year[1] + 4), "year beside the capacity")
    return best.value, best.unit, year[0] if year else None


def _jobs(ledger: Ledger, facts: Facts) -> tuple[int | None, str | None]:
    story = facts.story
    found = [q for q in quantities.jobs(story.plain, facts.numbers, story.language) if story.rank(q.start) <= _FAR]
    if not found:
        ledger.missing("jobs")
        return None, None
    best = found[0]
    basis = quantities.basis(story.plain, best, story.language)
    ledger.known("jobs", int(best.value), (best.start, best.end), "number beside a word for jobs")
    ledger.known("jobs_basis", basis, (best.start, best.end), "words beside the number of jobs")
    return int(best.value), basis


def _day(ledger: Ledger, facts: Facts, flag: Flag) -> tuple[date | None, str | None]:
    """Return when the deal was announced, as this article tells it; the first report of a new deal announces it itself."""
    story = facts.story
    told = (story.article.published_at or story.article.first_seen_at).date()
    last = story.spans[min(len(story.spans) - 1, story.main + _MAIN)].end if story.spans else 0
    when = dates.announced(dates.find(story.plain[:last], story.language, told), told, last)
    if flag.verdict == "deal_update":
        ledger.missing("announced_on")
        return None, None
    if when is None:
        span = story.spans[0] if story.spans else (0, 0)
        ledger.known("announced_on", told.isoformat(), (span[0], span[1]), "date of the article: it tells no other")
        return told, "day"
    ledger.known("announced_on", when.day.isoformat(), (when.start, when.end), "date in the lead, against the article's own")
    ledger.known("date_precision", when.precision, (when.start, when.end), "date in the lead")
    return when.day, when.precision


def _title(taking: tuple[parties.Taking, ...], deal_type: str, where: Host) -> str:
    who = taking[0].name.company.name if taking and taking[0].name.company else taking[0].name.printed if taking else "Unnamed"
    there = f"{where.place} ({where.country})" if where.place else where.country or "place not stated"
    return f"{who}: {deal_type.replace('_', ' ')}, {there}"


def _report_parties(report_id: str, taking: tuple[parties.Taking, ...]) -> tuple[ReportParty, ...]:
    return tuple(ReportParty(report_id, one.name.key, one.name.printed, one.role, _party(one).controlled_from) for one in taking)


def _party(one: parties.Taking) -> Party:
    if one.name.company is not None:
        return one.name.company.party
    country = "CN" if hosts.is_han(one.name.printed) else None
    return Party(one.name.key, one.name.printed, None, country, country, one.name.kind, None, None)
