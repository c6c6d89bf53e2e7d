"""The entries of the vocabulary, as records; they hold what the data files say and nothing else."""

from dataclasses import dataclass

from flows.records import Party


@dataclass(frozen=True, slots=True)
class Company:
    """A firm, fund, bank or public body of the value chain."""

    party_id: str
    name: str
    name_zh: str | None  # None = has none, or unknown
    country: str | None  # ISO2 of the head office
    controlled_from: str | None  # ISO2 of the ultimate parent; CN also where control is shared with a Chinese firm
    kind: str  # company, fund, government, bank, person
    sector: str | None  # a word of the coding rules' `sector`; None = none of them (an investor)
    role: str  # maker, cells, materials, mining, charging, driving, supplier, investor, trader: coarse part in the chain
    wikidata_id: str | None
    tickers: tuple[str, ...]
    aliases: tuple[str, ...]  # all printed forms, the name first
    needs: tuple[str, ...]  # an ambiguous name counts only beside one of these words; "@ev" = any word of the EV chain
    parent: str | None  # party_id of the group it belongs to; None = its own master, or not in the vocabulary

    @property
    def is_chinese(self) -> bool:
        """Tell whether mainland China or Hong Kong controls it."""
        return self.controlled_from in {"CN", "HK"}

    @property
    def party(self) -> Party:
        """Return it as a party of a report."""
        return Party(self.party_id, self.name, self.name_zh, self.country, self.controlled_from, self.kind, self.sector, self.wikidata_id)


@dataclass(frozen=True, slots=True)
class Place:
    """A country, first-order division or city."""

    key: str  # "HU", "CN-zhejiang", "HU/szeged"
    level: str  # country, admin1, city
    country: str  # ISO2
    admin1: str | None  # English name; None = unknown or a country
    name: str  # in English
    population: int  # 0 = unknown

    @property
    def is_chinese(self) -> bool:
        """Tell whether it lies in mainland China or Hong Kong."""
        return self.country in {"CN", "HK"}


@dataclass(frozen=True, slots=True)
class Project:
    """A plant, mine or venture whose Chinese party reports often leave out."""

    project_id: str
    name: str
    china: str  # party_id of its Chinese party
    aliases: tuple[str, ...]  # names that mean it alone
    sites: tuple[str, ...]  # places that mean it only beside one of `companies` and one of `words`
    companies: frozenset[str]  # party_ids; empty = none is needed
    words: frozenset[str]  # concepts of words of the chain; empty = none is needed


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of text that the vocabulary knows: text[start:end] == term."""

    kind: str  # company, place, or the kind of a word: ev, china, capital, status, against, ...
    key: str  # party_id, place key, or the word's concept: "battery", "stake", "rumour", ...
    term: str  # as printed
    start: int
    end: int
    via: str = ""  # name, alias, demonym ("Hungarian" for HU), word
