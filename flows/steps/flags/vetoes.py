"""Vetoes: kinds of news that the coding rules exclude, told by the headline, whatever else the story mentions.

A digest stays a digest though it names a deal, and a text under a foreign title is never one. Of the others (capital moved inside a group, an opinion ...) the words can mislead: such a
veto weighs heavily against a story and does not decide alone, so that a plain deal outweighs it.
"""

from collections.abc import Sequence

from flows.steps.flags.features import NAMES

# Kinds of text rather than of news, and stories that lack the chain or China.
_CERTAIN = frozenset({"roundup", "text_quality", "commodity_price", "event_promo", "product_review", "no_ev", "no_china"})
# Log-odds that a veto takes from a story, and a certain one: what was best on labelled news and on reports set apart.
_HEAVY, _CERTAINLY = 3.5, 9.0
_RULES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (  # category, all of these, none of these
    ("roundup", ("h:against.roundup",), ()),
    ("text_quality", ("text_strange",), ("h:company.cn", "h:company.foreign", "h:project", "h:mineral", "h:strong")),
    ("unnamed", ("anonymous",), ("h:money", "l:money", "h:capacity", "l:capacity", "t:place.site", "t:place.cn_site")),
    (
        "layoffs",
        ("h:against.layoffs",),
        (
            "h:clean_strong",
            "h:near.stopped",
            "h:near.acquire",
            "h:near.divest",
            "h:near.stake",
            "h:near.build",
            "h:near.takes",
            "h:capital.aid",
            "h:money",
        ),
    ),
    ("protest", ("h:against.protest",), ("t:status.approved", "t:status.cancelled", "t:status.paused", "h:clean_strong")),
    ("intragroup", ("h:against.intragroup",), ("h:capital.jv", "h:capital.investor")),
    ("product_launch", ("h:against.launch",), ("h:near",)),
    ("opinion", ("h:against.opinion",), ("h:strong",)),
    ("interview", ("h:against.interview",), ("h:strong",)),
    ("tariff", ("h:against.tariff",), ("h:strong", "h:money", "h:capacity")),
    ("accident", ("h:against.accident",), ("h:strong",)),
    (
        "share_placement",
        ("h:against.placement",),
        (
            "h:capital.stake",
            "h:capital.jv",
            "h:capital.acquire",
            "h:event.build",
            "h:status.opened",
            "h:status.ground",
            "h:capital.investor",
            "h:capital.ipo",
            "h:two_companies",
        ),
    ),
    ("no_ev", (), ("titleless", "h:ev_any", "h:mineral", "h:cn", "h:event", "h:company.foreign")),
    ("commodity_price", ("h:against.price",), ("h:near",)),
    ("supply_contract", ("h:against.supply",), ("h:near",)),
    ("stock_move", ("h:against.stock",), ("h:event",)),
    ("earnings", ("h:against.earnings",), ("h:near", "h:status.delayed", "h:status.opened")),
    ("product_review", ("h:against.review",), ("h:near",)),
    ("executive_visit", ("h:against.visit",), ("h:near",)),
    ("tender", ("h:against.tender",), ("h:near",)),
    ("tech_product", ("h:against.product",), ("h:near",)),
    ("event_promo", ("h:against.event",), ("h:near",)),
    (
        "politics",
        ("h:against.politics",),
        ("h:status.approved", "h:status.cancelled", "h:status.paused", "h:status.opened", "h:status.ground", "h:strong"),
    ),
    ("lawsuit", ("h:against.lawsuit",), ("h:strong", "h:status.approved", "h:status.cancelled")),
    ("no_ev", ("h:against.other",), ("h:ev_any", "h:mineral")),
    ("production_update", ("h:against.output",), ("h:event.expand", "h:event.ground", "h:capital.jv")),
)
_NEEDED = (("no_ev", ("t:ev_any", "t:mineral")), ("no_china", ("t:cn",)))  # of which headline or lead must say one
_PARTS = 2.0  # semicolons in a title that make it a digest
_PLACES = {name: index for index, name in enumerate(NAMES)}
_INDEXED = tuple(
    (category, tuple(_PLACES[name] for name in wanted), tuple(_PLACES[name] for name in absent)) for category, wanted, absent in _RULES
)


def veto(values: Sequence[float]) -> str | None:
    """Return the category that speaks against a story, from its features; None = none does."""
    for category, signs in _NEEDED:
        if not any(values[_PLACES[sign]] for sign in signs):
            return category
    if values[_PLACES["title_parts"]] >= _PARTS:
        return "roundup"
    for category, wanted, absent in _INDEXED:
        if all(values[index] > 0 for index in wanted) and not any(values[index] > 0 for index in absent):
            return category
    return None


def weight(category: str | None) -> float:
    """Return the log-odds that a category of `veto` takes from a story; 0 = nothing speaks against it."""
    return 0.0 if category is None else _CERTAINLY if category in _CERTAIN else _HEAVY
