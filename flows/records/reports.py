"""Reports: one article's account of one deal. The closed vocabularies are those of the coding rules in CONTRIBUTING.md."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Party:
    """A company, fund or public body that we know, or have met by name."""

    party_id: str  # slug of the vocabulary; "x-" and a slug of the name as printed where unknown
    name: str
    name_zh: str | None  # None = has none, or unknown
    country: str | None  # ISO2 of the head office; None = unknown
    controlled_from: str | None  # ISO2 of the ultimate parent; None = unknown
    kind: str  # company, fund, government, bank, person, unknown
    sector: str | None
    wikidata_id: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """One article's account of one deal; None = the article does not say."""

    report_id: str  # identity of (article_id, ordinal)
    article_id: str
    ordinal: int  # 0 = the deal that the article is mainly about
    rules_version: str  # hash of the flags' rules, "+", hash of the rules of reading
    reported_at: datetime  # the article's date
    deal_type: str
    direction: str | None
    status: str
    event_type: str
    title: str  # short label made from the facts: "BYD: greenfield, Szeged (HU)"
    announced_on: date | None  # first public commitment, as this article tells it
    date_precision: str | None  # day, month, quarter, year
    sector: str | None
    host_country: str | None  # ISO2
    admin1: str | None
    place: str | None  # city or site of the project
    place_precision: str | None  # country, admin1, city, site
    amount: float | None  # headline amount, full units of currency
    currency: str | None  # ISO 4217
    amount_kind: str | None
    amount_qualifier: str | None  # exact, about, up_to, at_least, undisclosed
    stake_pct: float | None
    capacity: float | None
    capacity_unit: str | None  # vehicles/yr, GWh/yr, t/yr, t_LCE/yr, m2/yr, charge_points, stations
    capacity_year: int | None  # target year
    jobs: int | None
    jobs_basis: str | None  # direct, total, construction, unclear
    confidence: float  # 0-1: how sure the reader is of the whole


@dataclass(frozen=True, slots=True)
class ReportParty:
    """A party as one report names it."""

    report_id: str
    party_id: str
    name_as_printed: str
    role: str
    country: str | None  # ISO2 of the ultimate controlling parent; None = unknown


@dataclass(frozen=True, slots=True)
class ReportAmount:
    """A sum of money as one report prints it."""

    report_id: str
    ordinal: int  # order in the text; 0 = the headline amount
    amount: float  # full units; the upper end of a range
    amount_low: float | None  # lower end of a range; None = no range
    currency: str  # ISO 4217
    kind: str
    qualifier: str
    as_printed: str


@dataclass(frozen=True, slots=True)
class ReportEvidence:
    """The sentence that gives one field of a report."""

    report_id: str
    field: str  # column of Report, or party:<party_id>, or amount:<ordinal>
    state: str  # known, not_stated, conflicting
    value: str  # as text; empty where not stated
    quote: str  # exactly as in the article at start:end; empty where not stated
    text_field: str  # title or body
    start: int  # of the quote, in characters of text_field
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A report with all that belongs to it: what the step hands over."""

    report: Report
    parties: tuple[ReportParty, ...] = ()
    amounts: tuple[ReportAmount, ...] = ()
    evidence: tuple[ReportEvidence, ...] = ()
    known: tuple[Party, ...] = ()  # the parties' own records, canonical or met by name
