"""The `settings:` block of sources.yaml: the same names as `flows.settings.Settings`, each with what is expected there."""

from dataclasses import fields
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr

from flows.settings import Settings
from flows.web.settings import endpoint


def _endpoint(value: str) -> str:
    endpoint(value)
    return value


_Endpoint = Annotated[StrictStr, AfterValidator(_endpoint)]


class SettingsEntry(BaseModel):
    """The knobs of a pass; what is left out keeps its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact: StrictStr = Field(
        default="",
        pattern=r"^[ -~]*$",
        description="a mail or web address in ASCII: it goes into the User-Agent, so that a site's owner can reach you",
    )
    pause_s: StrictFloat = Field(
        default=2.0, ge=0, le=600, description="a number of seconds from 0 to 600: between two requests to one registered domain"
    )
    pauses: dict[StrictStr, Annotated[StrictFloat, Field(ge=0, le=600)]] = Field(
        default={}, description="registered domains, each with its own pause in seconds from 0 to 600"
    )
    concurrency: StrictInt = Field(default=16, ge=1, le=256, description="a whole number from 1 to 256: requests under way at once")
    timeout_s: StrictFloat = Field(default=25.0, ge=1, le=600, description="a number of seconds from 1 to 600: for a whole request")
    feed_megabytes: StrictFloat = Field(
        default=10.0, gt=0, le=100, description="a number of megabytes up to 100: the largest feed, unpacked"
    )
    page_megabytes: StrictFloat = Field(
        default=5.0, gt=0, le=100, description="a number of megabytes up to 100: the largest page, unpacked"
    )
    pages_per_domain: StrictInt = Field(
        default=60, ge=1, le=10_000, description="a whole number from 1 to 10000: pages of one domain in one pass"
    )
    budget_minutes: StrictFloat = Field(
        default=40.0, gt=0, le=1440, description="a number of minutes up to 1440: after this no new page is begun"
    )
    extract_workers: StrictInt = Field(
        default=0, ge=0, le=256, description="a whole number from 0 to 256: extracting processes; 0 = one for each core"
    )
    extract_s: StrictFloat = Field(default=20.0, ge=1, le=600, description="a number of seconds from 1 to 600: for extracting one page")
    extract_megabytes: StrictInt = Field(
        default=1024, ge=256, le=65_536, description="a whole number from 256 to 65536: memory of one extracting process"
    )
    seed_pages: StrictInt = Field(
        default=20, ge=0, le=1000, description="a whole number from 0 to 1000: pages fetched of a source that is new"
    )
    keep_archive_days: StrictInt = Field(
        default=0, ge=0, le=36_500, description="a whole number of days: raw responses older than this are dropped; 0 = kept for ever"
    )
    publish_versions: StrictInt = Field(default=3, ge=1, le=100, description="a whole number from 1 to 100: published copies kept")
    ports: tuple[Annotated[int, Field(ge=1, le=65_535)], ...] = Field(
        default=(), description="a list of port numbers that may be dialled besides 80 and 443"
    )
    private_hosts: dict[StrictStr, _Endpoint] = Field(
        default={}, description="host names (or *.suffix), each with the address and port that may be dialled for it although private"
    )

    def record(self) -> Settings:
        """Return the block as the record that a pass uses."""
        known = {field.name for field in fields(Settings)}
        return Settings(**{name: value for name, value in self.model_dump(exclude_unset=True).items() if name in known})
