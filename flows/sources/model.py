"""The shape of sources.yaml: one model, from which both the checks and the JSON Schema for editors come.

A field's description begins with what is expected there: error messages quote it.
"""

import re
from functools import cache
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import cssselect
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from flows.records import Kind, Rights, Source
from flows.sources.knobs import SettingsEntry


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.port == 0 or re.search(r"\s", value):
        raise ValueError
    return value


@cache
def languages() -> frozenset[str]:
    """Return the ISO 639-1 codes, from the CLDR."""
    from babel import Locale  # noqa: PLC0415 - a third of a second that `--help` need not pay

    return frozenset(code for code in map(str, Locale("en").languages) if len(code) == 2)  # noqa: PLR2004 - two letters is what 639-1 means


@cache
def countries() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes, from the CLDR, without its own additions (EU, UN, ZZ)."""
    from babel import Locale  # noqa: PLC0415 - as above

    return frozenset(code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code)) - {
        "EU",
        "EZ",
        "UN",
        "ZZ",
        "XA",
        "XB",
        "QO",
        "AC",
        "CP",
        "CQ",
        "DG",
        "EA",
        "IC",
        "TA",
    }


def _language(value: str) -> str:
    if value not in languages():
        raise ValueError
    return value


def _country(value: str) -> str:
    if value not in countries():
        raise ValueError
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError):
        raise ValueError from None
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error:
        raise ValueError from None
    return value


def _selector(value: str) -> str:
    try:
        cssselect.parse(value)
    except cssselect.SelectorError:
        raise ValueError from None
    return value


def _text(value: object) -> object:
    """Refuse blank text: it would be a name that nobody can read."""
    if isinstance(value, str) and not value.strip():
        raise ValueError
    return value


_Text = Annotated[StrictStr, BeforeValidator(_text), WithJsonSchema({"type": "string", "minLength": 1})]
_Url = Annotated[StrictStr, AfterValidator(_address), WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?://"})]
_Slug = Annotated[StrictStr, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
_Language = Annotated[StrictStr, AfterValidator(_language), WithJsonSchema({"type": "string", "pattern": "^[a-z]{2}$"})] | None
_Country = Annotated[StrictStr, AfterValidator(_country), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"})] | None
_Zone = Annotated[StrictStr, AfterValidator(_zone), WithJsonSchema({"type": "string"})] | None
_Selector = Annotated[StrictStr, AfterValidator(_selector), WithJsonSchema({"type": "string"})] | None
_Pattern = Annotated[StrictStr, AfterValidator(_pattern), WithJsonSchema({"type": "string", "format": "regex"})] | None


class SourceEntry(BaseModel):
    """One place on the web that tells of new articles."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source_id: _Slug = Field(description="a slug of a-z, 0-9 and single hyphens; never change it: it is the key in every table")
    name: _Text = Field(description="the outlet's name, for people")
    url: _Url = Field(description="an http or https address without credentials: what is polled")
    kind: Literal["feed", "sitemap", "listing", "search"] = Field(
        description="one of feed (RSS, RDF, Atom, JSON Feed), sitemap (of news), listing (a page of links), search (a feed that answers a query)"
    )
    language: _Language = Field(default=None, description="an ISO 639-1 code; left out where the source is mixed")
    country: _Country = Field(default=None, description="an ISO 3166-1 alpha-2 code; left out where the outlet is international")
    homepage: _Url | None = Field(default=None, description="an http or https address: the outlet's front page")
    tier: StrictInt = Field(
        default=3,
        ge=1,
        le=4,
        description="a number from 1 to 4: 1 filing, company or government, 2 agency and quality press, 3 trade and regional press, 4 copies, SEO, social",
    )
    topics: tuple[_Text, ...] = Field(default=(), description="a list of words: ev, battery, china, mining")
    rights: Literal["facts", "summary", "full"] = Field(
        default="facts",
        description="one of facts (facts, link and a short quote), summary (also the feed's summary), full (also the body, where the publisher allows it); it limits exports",
    )
    interval_minutes: StrictInt = Field(
        default=30, ge=5, le=10_080, description="a whole number of minutes from 5 to 10080: the shortest pause between two polls"
    )
    max_age_days: StrictInt = Field(
        default=14, ge=1, le=730, description="a whole number of days from 1 to 730: with nothing newer, the source is stale"
    )
    paywall: StrictBool = Field(default=False, description="true or false: pages are never fetched, the feed's text is all that is used")
    fetch_pages: StrictBool = Field(
        default=True, description="true or false: false where the feed's text is to be used though there is no paywall"
    )
    timezone: _Zone = Field(default=None, description="an IANA time zone such as Asia/Shanghai: of dates printed without one")
    wrong_zone: StrictBool = Field(default=False, description="true or false: the zone that the feed prints is wrong, `timezone` is meant")
    item_selector: _Selector = Field(default=None, description="a CSS selector of the article links; of a listing only")
    item_pattern: _Pattern = Field(default=None, description="a regular expression that an article's address matches; of a listing only")
    enabled: StrictBool = Field(default=True, description="true or false: false keeps the entry without polling it")

    @model_validator(mode="before")
    @classmethod
    def _hold_text_keys(cls, value: Any) -> Any:
        """Turn keys that YAML read as something else (`on`, `1`) into text, so that they are reported like other unknown fields."""
        return {str(key): each for key, each in value.items()} if isinstance(value, dict) else value

    def record(self) -> Source:
        """Return the entry as the record that the pipeline uses."""
        values = self.model_dump()
        return Source(**{**values, "kind": Kind(self.kind), "rights": Rights(self.rights)})


class SourcesFile(BaseModel):
    """The file: a list of sources."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="sources.yaml of evwatch")

    settings: SettingsEntry = Field(default_factory=SettingsEntry, description="the knobs of a pass; what is left out keeps its default")
    sources: tuple[SourceEntry, ...] = Field(description="a list of sources", min_length=1)


def expected(place: tuple[int | str, ...]) -> str:
    """Return what belongs at `place`, the path of a value from the top of the file, in words."""
    match place:
        case ("sources", _, "topics", _):
            return "a word"
        case ("sources", _, name, *_):
            return _described(SourceEntry, str(name))
        case ("settings", name, *_):
            return _described(SettingsEntry, str(name))
    whole = {"sources": "a list of sources, at least one", "settings": "a mapping of settings"}
    return "a source: fields and their values" if len(place) > 1 else whole[str(place[0])]


def known(place: tuple[int | str, ...]) -> tuple[str, ...]:
    """Return the names that may stand beside the last part of `place`."""
    model = SettingsEntry if place[0] == "settings" else SourceEntry if len(place) > 1 else SourcesFile
    return tuple(model.model_fields)


def _described(model: type[BaseModel], name: str) -> str:
    """Return the part of a field's description that says what is expected."""
    description = (model.model_fields[name].description if name in model.model_fields else None) or "nothing"
    return description.partition(";")[0].partition(":")[0]
