"""The ledger: what all reports of the same commitment say together."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Deal:
    """One commitment of capital; None = no report says."""

    deal_id: str  # stable for ever: later reports, replays and merges keep it
    title: str
    deal_type: str
    direction: str | None
    status: str  # the latest credible one
    announced_on: date | None
    date_precision: str | None
    sector: str | None
    host_country: str | None
    admin1: str | None
    place: str | None
    amount: float | None
    currency: str | None
    amount_kind: str | None
    amount_qualifier: str | None
    amount_usd: float | None  # by the dated reference rate; None = no amount or no rate
    usd_rate_on: date | None
    stake_pct: float | None
    capacity: float | None
    capacity_unit: str | None
    capacity_year: int | None
    jobs: int | None
    tier: str  # core or secondary
    count_in_totals: bool
    not_counted_because: str | None  # None where counted
    parent_deal_id: str | None
    first_reported_at: datetime
    last_reported_at: datetime
    report_count: int
    outlet_count: int  # independent ones: copies and reprints of a wire count once
    languages: tuple[str, ...]
    review: str | None  # why a person should look; None = nothing doubtful


@dataclass(frozen=True, slots=True)
class DealParty:
    """A party of a deal."""

    deal_id: str
    party_id: str
    name: str
    role: str
    country: str | None  # of the ultimate controlling parent
    report_count: int


@dataclass(frozen=True, slots=True)
class DealAmount:
    """A sum that some report gives for a deal, with who gave it."""

    deal_id: str
    amount: float
    currency: str
    kind: str
    qualifier: str
    article_id: str
    reported_at: datetime
    chosen: bool  # the headline amount
    because: str  # why chosen, or why not


@dataclass(frozen=True, slots=True)
class DealEvent:
    """A step in a deal's life."""

    deal_id: str
    event_date: date | None  # when it happened; None = not told
    reported_at: datetime
    event_type: str
    status_after: str
    article_id: str
    report_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class DealArticle:
    """An article that belongs to a deal."""

    deal_id: str
    article_id: str
    report_id: str | None  # None = background only
    role: str  # first_report, report, update, copy, background
    match_score: float  # 0-1; 1 for the first
    match_reason: str


@dataclass(frozen=True, slots=True)
class DealConflict:
    """A value that disagrees with the one in the ledger."""

    deal_id: str
    field: str
    value: str
    chosen: bool
    outlet: str
    article_id: str
    reported_at: datetime
    because: str


@dataclass(frozen=True, slots=True)
class DealRedirect:
    """Memory of ids: which report first earned an id, and where a merged id went."""

    deal_id: str
    anchor_report_id: str
    redirect_to: str | None  # None = the id is in use
    since: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided; survives every replay."""

    decision_id: str
    decided_at: datetime
    action: str  # accept, correct, merge, split, not_a_deal, is_a_deal
    subject: str  # a deal_id, report_id or article_id
    field: str | None  # correct only
    value: str | None  # correct: the new value; merge: the other deal_id; split: report ids joined by ","
    note: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The whole ledger as one value: what merging takes and gives."""

    deals: tuple[Deal, ...] = ()
    parties: tuple[DealParty, ...] = ()
    amounts: tuple[DealAmount, ...] = ()
    events: tuple[DealEvent, ...] = ()
    articles: tuple[DealArticle, ...] = ()
    conflicts: tuple[DealConflict, ...] = ()
    redirects: tuple[DealRedirect, ...] = ()
