"""A report as merging compares it: its parties, place, money and time in one spelling. Values in, values out; compares nothing itself."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations

from flows.records import Article, Report, Reported
from flows.steps.deals import kinds, kinship, rates, sites
from flows.steps.deals.kinship import Name
from flows.steps.deals.outlets import Voice, Voices
from flows.steps.deals.sites import Site
from flows.text import fold


@dataclass(frozen=True, slots=True)
class Money:
    """A sum, comparable across currencies where there is a rate."""

    amount: float
    currency: str
    usd: float | None

    @property
    def digits(self) -> int:
        """Return how many significant digits the amount has: 1 for "2 billion", 4 for "342.7 million"."""
        return len(str(round(self.amount)).rstrip("0"))


@dataclass(frozen=True, slots=True)
class Key:
    """What a claim is found by. A key that does not wake finds nothing until another claim with the same key wakes it."""

    text: str
    wakes: bool = True


@dataclass(frozen=True, slots=True)
class Claim:
    """One report, made comparable."""

    reported: Reported
    voice: Voice
    language: str | None
    original: str  # the article that this one copies, or its own id
    day: date
    family: str  # of the deal type
    keys: tuple[Key, ...]  # what it is found by
    principals: tuple[Name, ...]
    leads: tuple[Name, ...]  # those of the principals who pay
    targets: tuple[Name, ...]
    minor: frozenset[str]  # party ids of ministries, lenders, customers
    at_home: bool  # the host is the country of the payer's head office or its controlling parent
    site: Site | None
    money: Money | None  # the price of the deal; None = not told, or only aid, debt or a valuation
    aside: Money | None  # aid, debt or a valuation; None = not told
    labels: frozenset[tuple[str, str]]  # rounds, phases, product lines
    is_update: bool  # tells of a deal that is known to the world already

    @property
    def report(self) -> Report:
        """The report itself."""
        return self.reported.report

    @property
    def order(self) -> tuple[datetime, str, int]:
        """The place in the one order in which reports are merged, whatever order they came in."""
        return self.report.reported_at, self.report.article_id, self.report.ordinal


def comparable(reported: Iterable[Reported], articles: Mapping[str, Article], voices: Voices) -> list[Claim]:
    """Return the claims of all reports, in the one order in which they are merged; a report given twice counts once."""
    unique = {one.report.report_id: one for one in reported}
    return sorted((_claim(one, articles.get(one.report.article_id), voices) for one in unique.values()), key=lambda claim: claim.order)


def _claim(reported: Reported, article: Article | None, voices: Voices) -> Claim:
    report, words = reported.report, kinds.load()
    named = [(party.role, kinship.name(party.party_id, party.name_as_printed)) for party in reported.parties]
    leads, principals = _only(named, words.lead), _only(named, words.principal)
    site, money = sites.site(report.place, report.admin1, report.host_country), _money(report, words.cost | {None})
    original = (article.duplicate_of if article else None) or report.article_id
    return Claim(
        reported=reported,
        voice=voices[report.article_id],
        language=article.language if article else None,
        original=original,
        day=report.reported_at.date(),
        family=words.families.get(report.deal_type, "open"),
        keys=tuple(_keys(report, principals, site, money, original)),
        principals=principals,
        leads=leads,
        targets=_only(named, words.target),
        minor=frozenset(name.party_id for role, name in named if role in words.minor),
        at_home=_at_home(reported, {name.party_id for name in leads or principals}),
        site=site,
        money=money,
        aside=_money(report, words.aside),
        labels=frozenset(_labels(reported, article)),
        is_update=report.event_type in words.update_events or report.status in words.update_statuses,
    )


def _keys(report: Report, principals: tuple[Name, ...], site: Site | None, money: Money | None, original: str) -> Iterator[Key]:
    """Yield party and country, pairs of parties, party and sum; what finds reports that name nobody only where there are such."""
    host, names = report.host_country, [key for name in principals for key in name.keys]
    nobody, unknown = not principals, all(name.core for name in principals)
    yield Key(f"={original}")
    for key in names:
        yield Key(f"{key}@{host}") if host else Key(f"{key}@?")
        yield Key(f"{key}@?", wakes=host is None)
    for one, other in combinations(principals, 2):
        yield from (Key("+".join(sorted((key, second)))) for key in one.keys for second in other.keys)
    if money is not None:
        yield from (Key(f"{key}#{money.amount:.3g}{money.currency}") for key in names)
        yield Key(f"{host}#{money.amount:.3g}{money.currency}", wakes=unknown)
    if report.capacity is not None:
        yield Key(f"{host}%{report.capacity:.3g}{report.capacity_unit}", wakes=unknown)
    if site is not None:
        yield from (Key(f"{name}@{host}", wakes=nobody) for name in (*site.names, *site.admin))


def _only(named: list[tuple[str, Name]], roles: frozenset[str]) -> tuple[Name, ...]:
    return tuple({name.party_id: name for role, name in named if role in roles}.values())


def _at_home(reported: Reported, leads: set[str]) -> bool:
    """Tell whether the money stays at home, that is, nobody who pays is foreign to the host; unknown counts as home: it says little."""
    host = reported.report.host_country
    countries = [(party.party_id, party.country) for party in reported.parties] + [
        (party.party_id, party.country) for party in reported.known
    ]
    homes: dict[str, set[str]] = {}
    for party_id, country in countries:
        if party_id in leads and country:
            homes.setdefault(party_id, set()).add(country)
    return host is None or not any(host not in own for own in homes.values())


def _money(report: Report, sorts: Collection[str | None]) -> Money | None:
    if report.amount is None or report.currency is None or report.amount_kind not in sorts:
        return None
    converted = rates.usd(report.amount, report.currency, report.reported_at.date())
    return Money(report.amount, report.currency, converted.usd if converted else None)


def _labels(reported: Reported, article: Article | None) -> Iterator[tuple[str, str]]:
    """Yield the round, phase and product line, where the report's own sentences (or else the title) name exactly one."""
    quotes = {one.quote for one in reported.evidence if one.quote and one.field in {"deal_type", "amount", "capacity", "status"}}
    text = fold(" | ".join(sorted(quotes)) or (article.title if article else "")).text
    found = {(one.sort, one.label) for one in kinds.labels() if one.pattern.search(text)}
    for sort in {sort for sort, _ in found}:
        named = [label for kind, label in found if kind == sort]
        if len(named) == 1:
            yield sort, named[0]
