"""What a user may set about a pass, apart from the sources themselves: the `settings:` block of sources.yaml.

Every setting has a default that is polite and safe; a number's unit is in its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """The knobs of a pass."""

    contact: str = ""  # mail or web address that goes into the User-Agent, so that a site's owner can reach you
    pause_s: float = 2.0  # between two requests to one registered domain
    pauses: Mapping[str, float] = field(default_factory=dict)  # registered domain -> its own pause, seconds
    concurrency: int = 16  # requests under way at once, over all domains
    timeout_s: float = 25.0  # for a whole request, redirects and body included
    feed_megabytes: float = 10.0  # largest feed, unpacked
    page_megabytes: float = 5.0  # largest page, unpacked
    pages_per_domain: int = 60  # in one pass; the rest waits for the next
    budget_minutes: float = 40.0  # after this no new page is begun; what is left waits for the next pass
    extract_workers: int = 0  # processes; 0 = one for each core
    extract_s: float = 20.0  # for one page
    extract_megabytes: int = 1024  # memory of one worker
    seed_pages: int = 20  # pages fetched of a source that is new; its older items keep their feed text only
    keep_archive_days: int = 0  # raw responses older than this are dropped; 0 = kept for ever
    publish_versions: int = 3  # copies kept for readers that still hold an old one
    ports: tuple[int, ...] = ()  # that may be dialled besides 80 and 443
    private_hosts: Mapping[str, str] = field(default_factory=dict)  # host or *.suffix -> ip:port that may be dialled although private
